/*
 * handshake.c: the driver: reassemble, find the row, hash, call, check the next state, wipe.
 * The only code that changes a state.  See handshake.h.
 */
#include "tlsstack/handshake.h"

#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "tlsstack/conn.h"
#include "tlsstack/limits.h"

#define HEADER_LEN	4u

const struct hs_row *
handshake_row(const struct tls_protocol *protocol, enum hs_state state, unsigned message)
{
	for (size_t i = 0; i < protocol->num_rows; i++)
	LOOP_ASSIGNS(i)
	LOOP_INVARIANT(i <= protocol->num_rows)
	LOOP_DECREASES(protocol->num_rows - i)
	{
		const struct hs_row *row = &protocol->rows[i];

		if (row->state == state && (unsigned)row->message == message)
			return row;
	}
	return NULL;
}

bool
handshake_partial(const struct tls_conn *conn) { return conn->hs.have != 0; }

/* Move to `to` with the new payload; the old one is wiped. */
static void
advance(struct tls_conn *conn, union hs_payload *next, enum hs_state to)
{
	if (to == HS_CONNECTED && conn->hs.state != HS_CONNECTED) {
		enter_connected(conn, &conn->hs.witness.cert, &conn->hs.witness.sig, &conn->hs.witness.finished);
		wipe(&conn->transcript, sizeof conn->transcript);
		wipe(&conn->hs.witness, sizeof conn->hs.witness);
	}
	wipe(&conn->now, sizeof conn->now);
	conn->now = *next;
	conn->hs.state = (uint8_t)to;
}

static struct tls_err
run_row(struct tls_conn *conn, const struct hs_row *row, struct hs_input *in)
{
	union hs_payload next;
	enum hs_state to = HS_DEAD;
	struct tls_err err;

	wipe(&next, sizeof next);
	if (row->flags & WITH_BEFORE)
		transcript_out(&conn->transcript, conn->suite->hash, in->before);
	if (row->flags & HASHED)
		transcript_add(&conn->transcript, in->whole);
	err = row->handle(conn, &next, in, &to);
	if (err.code == TLS_ERR_NONE) {
		REQUIRE((row->next & (1u << to)) != 0);
		advance(conn, &next, to);
	}
	wipe(&next, sizeof next);
	return err;
}

/* Messages after CONNECTED are bounded: only data makes room for more. */
static struct tls_err
count_message(struct tls_conn *conn)
{
	if (conn->hs.state != HS_CONNECTED)
		return TLS_OK;
	if (conn->hs.num_post_messages >= TLS_POST_MESSAGES_MAX)
		return FAIL(TOO_MANY_MESSAGES);
	conn->hs.num_post_messages++;
	return TLS_OK;
}

/* One whole message lies in the message half of the buffer. */
static struct tls_err
message_input(struct tls_conn *conn, const uint8_t *message, size_t len, bool at_record_end)
{
	struct hs_input in = { .whole = { message, len } };
	const struct hs_row *row;

	in.body = cursor_of((struct span){ message + HEADER_LEN, len - HEADER_LEN });
	TRY(count_message(conn));
	if (conn->hs.state == HS_EXPECT_CLIENT_HELLO || conn->hs.state == HS_EXPECT_SERVER_HELLO)
		TRY(conn->protocol->choose(&conn->protocol, conn, in.body));
	row = handshake_row(conn->protocol, conn->hs.state, message[0]);
	if (row == NULL)
		return FAIL(UNEXPECTED_MESSAGE);
	if ((row->flags & ENDS_RECORD) && !at_record_end)
		return FAIL(NOT_AT_RECORD_END);
	if (conn->hs.state != HS_CONNECTED)
		trace_message(&conn->flight.trace, false, message[0], len);
	return run_row(conn, row, &in);
}

/* Judge the header of a message as soon as it is there, before its body costs memory. */
static struct tls_err
header_check(const struct tls_conn *conn, const uint8_t *header, size_t *len)
{
	*len = HEADER_LEN + ((size_t)header[1] << 16 | (size_t)header[2] << 8 | header[3]);
	if (handshake_row(conn->protocol, conn->hs.state, header[0]) == NULL)
		return FAIL(UNEXPECTED_MESSAGE);
	if (*len > conn_message_max(conn))	/* what has one length can only be malformed */
		return header[0] == MSG_FINISHED || header[0] == MSG_KEY_UPDATE ? FAIL(DECODE) : FAIL(MESSAGE_TOO_LONG);
	return TLS_OK;
}

/* Take bytes of `in` until the message has `want` bytes; true when it has. */
static bool
collect(struct tls_conn *conn, uint8_t *message, struct cursor *in, size_t want)
{
	size_t len = want - conn->hs.have;
	bool enough = len <= cursor_left(in);
	bool copied;

	if (!enough)
		len = cursor_left(in);
	copied = cursor_copy(in, message + conn->hs.have, len);
	REQUIRE(copied);
	conn->hs.have = (uint32_t)(conn->hs.have + len);
	return enough;
}

/* For the loop's proof: less is there than the message has whose header was judged, and there is room for all. */
#define SAYS_LEN(header)	(HEADER_LEN + 65536u * (header)[1] + 256u * (header)[2] + (header)[3])
#define HALF_READ(conn, message) \
	((conn)->hs.have < HEADER_LEN || \
	    ((conn)->hs.have < SAYS_LEN(message) && __CPROVER_w_ok(message, SAYS_LEN(message))))

struct tls_err
handshake_input(struct tls_conn *conn, struct span bytes)
{
	uint8_t *message = conn->buffer + TLS_RECORD_MAX;
	struct cursor in = cursor_of(bytes);
	size_t len;

	while (!cursor_done(&in))
	LOOP_ASSIGNS(in.pos, len, conn->hs, REST_OF(message))
	LOOP_INVARIANT(in.pos <= in.end && conn->hs.state < HS_NUM_STATES && HALF_READ(conn, message))
	LOOP_DECREASES(in.end - in.pos)
	{
		if (conn->hs.have < HEADER_LEN && !collect(conn, message, &in, HEADER_LEN))
			return TLS_OK;
		TRY(header_check(conn, message, &len));
		if (!collect(conn, message, &in, len))
			return TLS_OK;
		conn->hs.have = 0;
		TRY(message_input(conn, message, len, cursor_done(&in)));
	}
	return TLS_OK;
}

struct tls_err
handshake_change_cipher_spec(struct tls_conn *conn)
{
	const struct hs_row *row = handshake_row(conn->protocol, conn->hs.state, MSG_CHANGE_CIPHER_SPEC);
	struct hs_input in = { .whole = { NULL, 0 } };

	if (row == NULL || handshake_partial(conn))
		return FAIL(UNEXPECTED_RECORD);
	return run_row(conn, row, &in);
}
