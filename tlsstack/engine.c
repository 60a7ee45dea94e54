/*
 * engine.c: tls_step() and the rest of tls.h: sequences reading, the handshake and sending.  Knows
 * records, not messages: what a handshake message means is in the tables.
 */
#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "tlsstack/config.h"
#include "tlsstack/conn.h"
#include "tlsstack/input.h"

_Static_assert(sizeof(struct tls_conn) <= TLS_CONN_SIZE, "a connection fits its storage");
_Static_assert(_Alignof(struct tls_conn) <= _Alignof(union tls_conn_store), "and is aligned in it");
_Static_assert(RECORD_OVERHEAD_MAX + 512 <= TLS_OUT_MIN, "TLS_OUT_MIN makes progress");

#define ALERT_LEN	2u
#define KEY_UPDATE_LEN	5u

/* Do not cut application data into records smaller than this for want of room. */
#define SEND_MIN	256u

/* Every hash that may be asked of the transcript; TLS 1.2 signs it with the scheme's own. */
static void
want_hashes(struct tls_conn *conn)
{
	const struct tls_config *config = conn->config;
	bool signs = false;

	transcript_init(&conn->transcript);
	for (size_t i = 0; i < config->num_suites; i++)
		transcript_want(&conn->transcript, config->suites[i]->hash);
	for (size_t i = 0; i < config->num_protocols; i++)
		signs = signs || (config->protocols[i]->version == 0x0303 && config->protocols[i]->peer != PEER_NONE);
	for (size_t i = 0; signs && i < config->num_schemes; i++)
		transcript_want(&conn->transcript, config->schemes[i]->hash);
	for (size_t i = 0; signs && i < config->num_credentials; i++)
		transcript_want(&conn->transcript, config->credentials[i].scheme->hash);
}

struct tls_conn *
tls_init(union tls_conn_store *store, const struct tls_config *config, const uint8_t seed[TLS_SEED_LEN],
    uint64_t now_s)
{
	void *place = store;
	struct tls_conn *conn = place;

	config_check(config);
	wipe(store, sizeof *store);
	conn->config = config;
	conn->protocol = config->protocols[0];
	conn->now_s = now_s;
	conn->send_limit = TLS_PLAINTEXT_MAX;
	conn->flight.legacy_version = 0x0303;
	conn->hs.state = conn->protocol->is_server ? HS_EXPECT_CLIENT_HELLO : HS_EXPECT_SERVER_HELLO;
	want_hashes(conn);
	drbg_init(&conn->drbg, seed);
	return conn;
}

/* ---- Failure -------------------------------------------------------------------------- */

/* A dead connection needs its write key for the alert, and nothing else. */
static void
drop_all(struct tls_conn *conn)
{
	conn->hs.state = HS_DEAD;
	wipe(&conn->now, sizeof conn->now);
	wipe(&conn->hs.witness, sizeof conn->hs.witness);
	wipe(&conn->transcript, sizeof conn->transcript);
	wipe(&conn->flight.item, sizeof conn->flight.item);
	wipe(&conn->read, sizeof conn->read);
	wipe(&conn->drbg, sizeof conn->drbg);
	conn->flight.num = conn->flight.next = 0;
	conn->flight.len = 0;
	conn->hs.have = 0;
	conn->header_len = 0;
	conn->body_have = 0;
	conn->key_update_due = false;
	conn->no_renegotiation_due = false;
	conn->close_due = false;
	conn->has_peer = false;
}

void
conn_fail(struct tls_conn *conn, struct tls_err err)
{
	if (conn->failure.code != TLS_ERR_NONE)
		return;		/* the first error wins */
	conn->failure.code = err.code;
	conn->failure.line = err.line;
	conn->failure.file = err.file;
	if (err.code == TLS_ERR_ALERT_RECEIVED) {
		conn->failure.alert_received = true;
		conn->failure.alert = conn->alert_received;
	} else {
		conn->failure.alert = error_alert(err.code);
		conn->alert_due = !conn->closed;
	}
	drop_all(conn);
}

/* ---- Output --------------------------------------------------------------------------- */

static void
send_alert(struct tls_conn *conn, struct outbuf *out, uint8_t alert)
{
	bool warning = alert == ALERT_CLOSE_NOTIFY || alert == ALERT_NO_RENEGOTIATION;
	uint8_t bytes[ALERT_LEN] = { warning ? 1 : 2, alert };

	record_seal(&conn->write, out, conn->flight.legacy_version, RECORD_ALERT, SPAN_ARRAY(bytes));
}

static bool
is_due(const struct tls_conn *conn)
{
	return conn->alert_due || conn->key_update_due || conn->no_renegotiation_due || conn->close_due;
}

/* One small message of our own. */
static void
send_due(struct tls_conn *conn, struct outbuf *out)
{
	if (conn->alert_due) {
		conn->alert_due = false;
		send_alert(conn, out, conn->failure.alert);
		wipe(&conn->write, sizeof conn->write);
	} else if (conn->key_update_due) {
		conn->key_update_due = false;
		if (!conn->closed)
			conn->protocol->rekey(conn, out);
	} else if (conn->no_renegotiation_due) {
		conn->no_renegotiation_due = false;
		if (!conn->closed)
			send_alert(conn, out, ALERT_NO_RENEGOTIATION);
	} else {
		conn->close_due = false;
		conn->closed = true;
		send_alert(conn, out, ALERT_CLOSE_NOTIFY);
	}
}

/* Send what waits, in order.  False: `out` is full. */
static bool
pump(struct tls_conn *conn, struct outbuf *out)
{
	if (!flight_send(&conn->flight, conn->buffer, &conn->write, out, conn->send_limit))
		return false;
	while (is_due(conn)) {
		if (outbuf_room(out) < RECORD_OVERHEAD_MAX + KEY_UPDATE_LEN)
			return false;
		send_due(conn, out);
	}
	return true;
}

/* How much of `left` bytes to put into the next record; 0: wait for more room. */
static size_t
send_size(const struct tls_conn *conn, const struct outbuf *out, size_t left)
{
	size_t room = outbuf_room(out);
	size_t len = left < conn->send_limit ? left : conn->send_limit;

	if (room >= RECORD_OVERHEAD_MAX + len)
		return len;
	return room >= RECORD_OVERHEAD_MAX + SEND_MIN ? room - RECORD_OVERHEAD_MAX : 0;
}

/* The key has protected as many records as it may: change it, or where that can not be, stop. */
static bool
send_allowed(struct tls_conn *conn)
{
	if (conn->write.seq < conn->suite->aead->seal_limit)
		return true;
	if (conn->protocol->rekey == NULL)
		conn_fail(conn, FAIL(AEAD_LIMIT));
	else
		conn->key_update_due = true;
	return false;
}

void
tls_send(struct tls_conn *conn, struct outbuf *out, struct cursor *data)
{
	while (!cursor_done(data) && pump(conn, out))
	LOOP_ASSIGNS(data->pos, out->len, conn->write.seq, conn->key_update_answered, conn->key_update_due, conn->closed, conn->hs.state)
	LOOP_INVARIANT(data->pos >= AT_ENTRY(data->pos) && data->pos <= data->end && out->len <= out->cap)
	LOOP_INVARIANT(conn->write.seq <= UINT64_MAX / 2)
	{
		struct cursor part;
		size_t len = send_size(conn, out, cursor_left(data));

		if (conn->hs.state != HS_CONNECTED || conn->closed || len == 0)
			return;
		if (!send_allowed(conn))
			continue;
		REQUIRE(cursor_take(data, &part, len));
		conn->key_update_answered = false;
		record_seal(&conn->write, out, conn->flight.legacy_version, RECORD_DATA, cursor_rest(&part));
	}
}

void
tls_close(struct tls_conn *conn, struct outbuf *out)
{
	if (!conn->closed && conn->failure.code == TLS_ERR_NONE)
		conn->close_due = true;
	(void)pump(conn, out);	/* what did not fit leaves with the next call */
}

/* ---- The step ------------------------------------------------------------------------- */

/* Events that are told once, and the end. */
static bool
event_due(struct tls_conn *conn, enum tls_event *event)
{
	if (conn->failure.code != TLS_ERR_NONE) {
		*event = TLS_FAILED;
		return true;
	}
	if (conn->established == EVENT_DUE) {
		conn->established = EVENT_TOLD;
		*event = TLS_ESTABLISHED;
		return true;
	}
	if (conn->peer_closed == EVENT_DUE) {
		conn->peer_closed = EVENT_TOLD;
		*event = TLS_PEER_CLOSED;
		return true;
	}
	return false;
}

/*
 * One round of tls_step().  True: *event is to be told.  False: a hello was begun, a record was consumed or the connection
 * failed; each makes ROUNDS_LEFT smaller.
 */
static bool
step_once(struct tls_conn *conn, enum tls_event *event, struct outbuf *out, struct span *app, struct cursor *in)
{
	enum input_progress progress;
	struct tls_err err;

	*event = TLS_WANT_ROOM;
	if (!pump(conn, out))
		return true;
	if (event_due(conn, event))
		return true;
	if (conn->protocol->begin != NULL && !conn->hs.begun) {
		*event = TLS_WANT_BUFFER;
		if (conn->buffer == NULL)
			return true;
		conn->protocol->begin(conn);
		conn->hs.begun = true;
		return false;
	}
	err = input_step(conn, &progress, app, in);
	if (err.code != TLS_ERR_NONE) {
		conn_fail(conn, err);
		return false;
	}
	*event = progress == INPUT_DATA ? TLS_DATA : progress == INPUT_BUFFER ? TLS_WANT_BUFFER : TLS_WANT_INPUT;
	return progress != INPUT_RECORD;
}

/* For proofs: bytes that no record has used, the hello that is to begin, and the end; a record uses five bytes or more. */
#define ROUNDS_LEFT(conn, in)	\
	((in)->end - (in)->pos + (conn)->header_len + (conn)->body_have + !(conn)->hs.begun + 2u * ((conn)->failure.code == TLS_ERR_NONE))

enum tls_event
tls_step(struct tls_conn *conn, struct outbuf *out, struct span *app, struct cursor *in)
{
	enum tls_event event;

	*app = (struct span){ NULL, 0 };
	while (!step_once(conn, &event, out, app, in))
	LOOP_ASSIGNS(event, *app, in->pos, out->len, conn->header_len, conn->body_have, conn->hs.begun, conn->failure.code)
	LOOP_INVARIANT(in->pos >= AT_ENTRY(in->pos) && in->pos <= in->end && out->len >= AT_ENTRY(out->len) && out->len <= out->cap)
	LOOP_DECREASES(ROUNDS_LEFT(conn, in))
		continue;
	return event;
}

size_t
conn_message_max(const struct tls_conn *conn)
{
	return conn->config->message_max == 0 ? TLS_MESSAGE_MAX : conn->config->message_max;
}

/* ---- Buffers and questions ------------------------------------------------------------ */

void
tls_lend(struct tls_conn *conn, uint8_t *buffer)
{
	REQUIRE(conn->buffer == NULL && buffer != NULL);
	conn->buffer = buffer;
}

size_t
tls_record_left(const struct tls_conn *conn) { return input_left(conn); }

uint8_t *
tls_unlend(struct tls_conn *conn)
{
	uint8_t *buffer = conn->buffer;

	if (buffer == NULL || conn->header_len != 0 || handshake_partial(conn) || !flight_idle(&conn->flight))
		return NULL;
	wipe(buffer, TLS_RECORD_MAX + conn_message_max(conn));
	conn->buffer = NULL;
	return buffer;
}

const struct tls_info *
tls_info(const struct tls_conn *conn)
{
	return &conn->info;
}

const struct tls_trace *
tls_trace(const struct tls_conn *conn)
{
	return &conn->flight.trace;
}

bool
tls_export(const struct tls_conn *conn, uint8_t *out, size_t out_len, struct span label, struct span context)
{
	if (conn->hs.state != HS_CONNECTED)
		return false;
	conn->protocol->export(conn, out, out_len, label, context);
	return true;
}

const struct tls_peer *
tls_peer(const struct tls_conn *conn)
{
	return conn->has_peer ? &conn->peer : NULL;
}

const struct tls_error *
tls_failure(const struct tls_conn *conn)
{
	return &conn->failure;
}

uint8_t *
tls_wipe(struct tls_conn *conn)
{
	uint8_t *buffer = conn->buffer;

	if (buffer != NULL)
		wipe(buffer, TLS_RECORD_MAX + conn_message_max(conn));
	wipe(conn, sizeof *conn);
	return buffer;
}
