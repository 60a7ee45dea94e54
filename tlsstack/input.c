/* input.c: which record may come when, and what becomes of it.  See input.h. */
#include "tlsstack/input.h"

#include "platform/base/bytes.h"
#include "platform/base/panic.h"

#define TLS13		0x0304
#define ALERT_WARNING	1u
#define ALERT_FATAL	2u

/* The hello that decides the version has been read, and it is TLS 1.3. */
static bool
is_tls13(const struct tls_conn *conn)
PRE(FRESH(conn))
ASSIGNS()
{
	return conn->info.version == TLS13;
}

/* ---- Alerts (RFC 8446, 6; RFC 5246, 7.2) ---------------------------------------------- */

static struct tls_err
warning_input(struct tls_conn *conn)
PRE(FRESH(conn) && conn->num_warnings <= TLS_WARNINGS_MAX)
ASSIGNS(conn->num_warnings)
POST(conn->num_warnings <= TLS_WARNINGS_MAX)
{
	if (conn->num_warnings >= TLS_WARNINGS_MAX)
		return FAIL(TOO_MANY_WARNINGS);
	conn->num_warnings++;
	return TLS_OK;
}

static struct tls_err
alert_input(struct tls_conn *conn, struct span bytes)
PRE(FRESH(conn) && conn->num_warnings <= TLS_WARNINGS_MAX && SPAN_VALUE(bytes))
ASSIGNS(conn->num_warnings, conn->peer_closed, conn->alert_received)
POST(conn->num_warnings <= TLS_WARNINGS_MAX)
{
	uint8_t level, alert;

	if (bytes.len == 0)
		return FAIL(EMPTY_FRAGMENT);
	if (bytes.len != 2)
		return FAIL(DECODE);
	level = bytes.ptr[0];
	alert = bytes.ptr[1];
	if (level != ALERT_WARNING && level != ALERT_FATAL)
		return FAIL(ILLEGAL_PARAMETER);
	if (alert == ALERT_CLOSE_NOTIFY) {
		conn->peer_closed = EVENT_DUE;
		return TLS_OK;
	}
	if (alert == ALERT_USER_CANCELED && level == ALERT_WARNING)
		return warning_input(conn);
	if (level == ALERT_WARNING && !is_tls13(conn))
		return warning_input(conn);
	conn->alert_received = alert;
	return FAIL(ALERT_RECEIVED);
}

/* ---- Content -------------------------------------------------------------------------- */

static struct tls_err
data_input(struct tls_conn *conn, enum input_progress *progress, struct span *app, struct span bytes)
PRE(FRESH(conn) && FRESH(progress) && FRESH(app) && conn->num_empty <= TLS_EMPTY_RECORDS_MAX)
ASSIGNS(conn->num_empty, conn->num_warnings, conn->hs.num_key_updates, conn->hs.num_post_messages, *app, *progress)
POST(conn->num_empty <= TLS_EMPTY_RECORDS_MAX)
POST(!GOOD || OLD(conn->hs.state) == HS_CONNECTED)
{
	if (conn->hs.state != HS_CONNECTED)
		return FAIL(UNEXPECTED_RECORD);
	if (bytes.len == 0) {
		if (conn->num_empty >= TLS_EMPTY_RECORDS_MAX)
			return FAIL(TOO_MANY_EMPTY);
		conn->num_empty++;
		return TLS_OK;
	}
	conn->num_empty = 0;
	conn->num_warnings = 0;
	conn->hs.num_key_updates = 0;
	conn->hs.num_post_messages = 0;
	*app = bytes;
	*progress = INPUT_DATA;
	return TLS_OK;
}

static struct tls_err
content_input(struct tls_conn *conn, enum input_progress *progress, struct span *app,
    const struct record_content *content)
{
	if (content->type == RECORD_HANDSHAKE && content->bytes.len == 0)
		return FAIL(EMPTY_FRAGMENT);
	if (content->type == RECORD_HANDSHAKE)
		return handshake_input(conn, content->bytes);
	if (handshake_partial(conn))
		return FAIL(INTERLEAVED);
	if (content->type == RECORD_ALERT)
		return alert_input(conn, content->bytes);
	if (content->type == RECORD_DATA)
		return data_input(conn, progress, app, content->bytes);
	return FAIL(UNEXPECTED_RECORD);
}

/* ---- What may come in the clear, and what is dropped ------------------------------------ */

/*
 * TLS 1.3: a change_cipher_spec of middlebox compatibility is dropped, if it is exactly that, comes
 * between the first hello and the peer's Finished, and comes once (RFC 8446, 5 and D.4).
 */
static struct tls_err
compat_ccs_input(struct tls_conn *conn, struct span body)
{
	if (conn->hs.state == HS_CONNECTED)
		return FAIL(UNEXPECTED_RECORD);
	if (body.len != 1 || body.ptr[0] != 1)
		return FAIL(BAD_CHANGE_CIPHER_SPEC);
	if (handshake_partial(conn))
		return FAIL(INTERLEAVED);
	if (conn->hs.num_ccs >= TLS_COMPAT_CCS_MAX)
		return FAIL(UNEXPECTED_RECORD);
	conn->hs.num_ccs++;
	trace_message(&conn->flight.trace, false, TLS_TRACE_CCS, body.len);
	return TLS_OK;
}

/* TLS 1.2: change_cipher_spec is a row of the table (RFC 5246, 7.1). */
static struct tls_err
ccs_input(struct tls_conn *conn, struct span body)
{
	if (body.len != 1 || body.ptr[0] != 1)
		return FAIL(BAD_CHANGE_CIPHER_SPEC);
	trace_message(&conn->flight.trace, false, TLS_TRACE_CCS, body.len);
	return handshake_change_cipher_spec(conn);
}

/* 0-RTT data that we can not read: dropped, within a limit (RFC 8446, 4.2.10). */
static struct tls_err
early_data_skip(struct tls_conn *conn, size_t len)
PRE(FRESH(conn))
ASSIGNS(conn->hs.early_data_left)
POST(!GOOD || conn->hs.early_data_left == OLD(conn->hs.early_data_left) - len)
{
	if (len > conn->hs.early_data_left)
		return FAIL(TOO_MUCH_EARLY_DATA);
	conn->hs.early_data_left = (uint16_t)(conn->hs.early_data_left - len);
	return TLS_OK;
}

/* Without a read key. */
static struct tls_err
plain_input(struct tls_conn *conn, enum input_progress *progress, struct span *app,
    const struct record_header *header, uint8_t *body)
{
	struct record_content content;

	TRY(record_open(&content, &conn->read, header, body));
	if (header->type == RECORD_CHANGE_CIPHER_SPEC)
		return is_tls13(conn) ? compat_ccs_input(conn, content.bytes) : ccs_input(conn, content.bytes);
	if (header->type == RECORD_DATA && conn->hs.state == HS_EXPECT_CLIENT_HELLO_2 && conn->hs.early_data_left > 0)
		return early_data_skip(conn, header->len);
	return content_input(conn, progress, app, &content);
}

/* With a key of TLS 1.3 everything is application_data outside; two exceptions. */
static struct tls_err
protected13_input(struct tls_conn *conn, enum input_progress *progress, struct span *app,
    const struct record_header *header, uint8_t *body)
{
	struct record_content content;
	struct tls_err err;

	if (header->type == RECORD_CHANGE_CIPHER_SPEC)
		return compat_ccs_input(conn, (struct span){ body, header->len });
	/* A peer that could not read our hello has no keys: its alert ends us either way. */
	if (header->type == RECORD_ALERT && conn->read.seq == 0 && conn->hs.state != HS_CONNECTED) {
		TRY(alert_input(conn, (struct span){ body, header->len }));
		return TLS_OK;
	}
	if (header->type != RECORD_DATA)
		return FAIL(UNEXPECTED_RECORD);
	err = record_open(&content, &conn->read, header, body);
	if (err.code == TLS_ERR_BAD_RECORD_MAC && conn->hs.early_data_left > 0)
		return early_data_skip(conn, header->len);
	conn->hs.early_data_left = 0;
	if (err.code != TLS_ERR_NONE)
		return err;
	return content_input(conn, progress, app, &content);
}

static struct tls_err
protected12_input(struct tls_conn *conn, enum input_progress *progress, struct span *app,
    const struct record_header *header, uint8_t *body)
{
	struct record_content content;

	TRY(record_open(&content, &conn->read, header, body));
	return content_input(conn, progress, app, &content);
}

/* ---- Collecting ----------------------------------------------------------------------- */

/* Take bytes of `in` until `want` are at `to`; *have counts them.  True when all are there. */
static bool
collect(uint8_t *to, size_t *have, size_t want, struct cursor *in)
{
	size_t len = want - *have, left = cursor_left(in);
	struct cursor part;
	bool taken = cursor_take(in, &part, len < left ? len : left);

	REQUIRE(taken);
	bytes_copy(to + *have, cursor_rest(&part).ptr, cursor_left(&part));
	*have += cursor_left(&part);
	return len <= left;
}

static struct tls_err
record_input(struct tls_conn *conn, enum input_progress *progress, struct span *app,
    const struct record_header *header)
{
	uint8_t *body = conn->buffer;

	conn->header_len = 0;
	conn->body_have = 0;
	*progress = INPUT_RECORD;
	if (conn->read.suite == NULL)
		return plain_input(conn, progress, app, header, body);
	if (conn->read.suite->version == TLS13)
		return protected13_input(conn, progress, app, header, body);
	return protected12_input(conn, progress, app, header, body);
}

struct tls_err
input_step(struct tls_conn *conn, enum input_progress *progress, struct span *app, struct cursor *in)
{
	struct record_header header;
	size_t have = conn->header_len;
	bool whole;

	*progress = INPUT_MORE;
	if (conn->peer_closed == EVENT_TOLD) {
		in->pos = in->end;	/* nothing after close_notify counts: RFC 8446, 6.1 */
		return TLS_OK;
	}
	whole = collect(conn->header, &have, RECORD_HEADER_LEN, in);
	conn->header_len = (uint8_t)have;
	if (!whole)
		return TLS_OK;
	TRY(record_header_parse(&header, conn->header, conn->read.suite != NULL));
	if (conn->buffer == NULL) {
		*progress = INPUT_BUFFER;
		return TLS_OK;
	}
	have = conn->body_have;
	whole = collect(conn->buffer, &have, header.len, in);
	conn->body_have = (uint16_t)have;
	return whole ? record_input(conn, progress, app, &header) : TLS_OK;
}

size_t
input_left(const struct tls_conn *conn)
{
	if (conn->header_len < RECORD_HEADER_LEN)
		return 0;
	return 256u * conn->header[3] + conn->header[4] - conn->body_have;
}
