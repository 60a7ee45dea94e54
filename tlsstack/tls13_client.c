/*
 * tls13_client.c: the client role of TLS 1.3 (RFC 8446, 4 and appendix A.1).  The server must always
 * prove who it is.  No resumption, no PSK, no 0-RTT; tickets are read and forgotten.
 */
#include "platform/base/bytes.h"
#include "tlsstack/answer.h"
#include "tlsstack/client_hello.h"
#include "tlsstack/negotiate.h"
#include "tlsstack/peer.h"
#include "tlsstack/tls13_auth.h"
#include "tlsstack/tls13_messages.h"
#include "tlsstack/tls13_open.h"
#include "tlsstack/tls13_schedule.h"

static hs_handler on_server_hello, on_server_hello_2, on_encrypted_extensions, on_certificate_request,
    on_certificate, on_certificate_verify, on_finished, on_ticket;

/* The whole client, read top to bottom. */
static const struct hs_row ROWS[] = {
	{ HS_EXPECT_SERVER_HELLO, MSG_SERVER_HELLO, ENDS_RECORD,
	    TO(EXPECT_SERVER_HELLO_2) | TO(EXPECT_ENCRYPTED_EXTENSIONS), on_server_hello },
	{ HS_EXPECT_SERVER_HELLO_2, MSG_SERVER_HELLO, ENDS_RECORD,
	    TO(EXPECT_ENCRYPTED_EXTENSIONS), on_server_hello_2 },
	{ HS_EXPECT_ENCRYPTED_EXTENSIONS, MSG_ENCRYPTED_EXTENSIONS, HASHED,
	    TO(EXPECT_REQUEST_OR_CERTIFICATE), on_encrypted_extensions },
	{ HS_EXPECT_REQUEST_OR_CERTIFICATE, MSG_CERTIFICATE_REQUEST, HASHED,
	    TO(EXPECT_CERTIFICATE), on_certificate_request },
	{ HS_EXPECT_REQUEST_OR_CERTIFICATE, MSG_CERTIFICATE, HASHED, TO(EXPECT_CERTIFICATE_VERIFY), on_certificate },
	{ HS_EXPECT_CERTIFICATE, MSG_CERTIFICATE, HASHED, TO(EXPECT_CERTIFICATE_VERIFY), on_certificate },
	{ HS_EXPECT_CERTIFICATE_VERIFY, MSG_CERTIFICATE_VERIFY, WITH_BEFORE | HASHED,
	    TO(EXPECT_FINISHED), on_certificate_verify },
	{ HS_EXPECT_FINISHED, MSG_FINISHED, ENDS_RECORD | WITH_BEFORE | HASHED, TO(CONNECTED), on_finished },
	{ HS_CONNECTED, MSG_NEW_SESSION_TICKET, 0, TO(CONNECTED), on_ticket },
	{ HS_CONNECTED, MSG_KEY_UPDATE, ENDS_RECORD, TO(CONNECTED), tls13_on_key_update },
};

const struct tls_protocol tls13_client = {
	.version = 0x0304, .is_server = false, .peer = PEER_REQUIRED, .rows = ROWS,
	.num_rows = sizeof ROWS / sizeof ROWS[0], .choose = client_hello_choose, .begin = client_hello_begin,
	.rekey = tls13_rekey, .export = tls13_export
};

/* ---- ServerHello and HelloRetryRequest -------------------------------------------------- */

/* What holds for both (RFC 8446, 4.1.3 and 4.1.4). */
static struct tls_err
hello_check(const struct tls_suite **suite, const struct tls_conn *conn, const struct server_hello *hello)
{
	const struct hs_client_hello *ours = &conn->now.client_hello;

	if (!hello->is_13 || hello->compression != 0 || 
	    !bytes_equal(hello->session_id, (struct span){ ours->session_id, ours->session_id_len }))
		return FAIL(ILLEGAL_PARAMETER);
	*suite = answer_suite(conn->config, hello->suite, 0x0304);
	if (*suite == NULL || (ours->retried && *suite != conn->suite))
		return FAIL(ILLEGAL_PARAMETER);
	return TLS_OK;
}

static void
note_suite(struct tls_conn *conn, const struct tls_suite *suite)
{
	conn->suite = suite;
	conn->info.version = 0x0304;
	conn->info.suite = suite->code;
	conn->flight.legacy_version = 0x0303;
	if (conn->now.client_hello.session_id_len == 0 || conn->hs.sent_ccs)
		return;
	flight_change_cipher_spec(&conn->flight, conn->buffer);	/* D.4: before our second flight */
	conn->hs.sent_ccs = true;
}

/* A group that we offered and gave no share for; NULL in *group: none is asked for. */
static struct tls_err
retry_group(const struct tls_group **group, const struct tls_conn *conn, const struct server_hello *hello)
{
	uint16_t code;

	*group = NULL;
	if (!(hello->ext.seen & EXT_BIT(EXT_KEY_SHARE)))
		return TLS_OK;
	TRY(tls13_retry_group_parse(&code, hello->ext.body[EXT_KEY_SHARE]));
	*group = answer_group(conn->config, code);
	if (*group == NULL || *group == conn->now.client_hello.group)
		return FAIL(ILLEGAL_PARAMETER);
	return TLS_OK;
}

static struct tls_err
retry_apply(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in,
    const struct server_hello *hello, const struct tls_suite *suite)
{
	const struct tls_group *group;
	struct cursor cookie = { NULL, 0, 0 }, body = hello->ext.body[EXT_COOKIE];
	bool has_cookie = hello->ext.seen & EXT_BIT(EXT_COOKIE);

	TRY(retry_group(&group, conn, hello));
	if (has_cookie && (!cursor_vector(&body, &cookie, 2) || !cursor_done(&body) || cursor_done(&cookie)))
		return FAIL(DECODE);
	if (cursor_left(&cookie) > TLS_PEER_COOKIE_MAX)
		return FAIL(MESSAGE_TOO_LONG);
	if (group == NULL && !has_cookie)
		return FAIL(ILLEGAL_PARAMETER);	/* 4.1.4: nothing would change */
	transcript_message_hash(&conn->transcript, suite->hash);
	transcript_add(&conn->transcript, in->whole);
	note_suite(conn, suite);
	conn->info.hello_retry = true;
	next->client_hello = conn->now.client_hello;
	client_hello_again(conn, &next->client_hello, group, cursor_rest(&cookie));
	return TLS_OK;
}

/* Handshake keys both ways, ours when what is queued has left. */
static void
switch_to_handshake_keys(struct tls_conn *conn, struct hs_client13 *to)
{
	const struct crypto_hash *hash = conn->suite->hash;
	struct record_secret secret = { 0 };
	uint8_t digest[CRYPTO_HASH_MAX];

	transcript_out(&conn->transcript, hash, digest);
	tls13_derive(hash, &to->client_hs, &to->handshake, SPAN_LITERAL("c hs traffic"), digest);
	tls13_derive(hash, &to->server_hs, &to->handshake, SPAN_LITERAL("s hs traffic"), digest);
	tls13_record_secret(&secret, conn->suite, &to->client_hs);
	flight_switch(&conn->flight, &secret);
	tls13_record_secret(&secret, conn->suite, &to->server_hs);
	record_key_set(&conn->read, &secret);
	wipe(&secret, sizeof secret);
}

static struct tls_err
hello_apply(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in,
    const struct server_hello *hello, const struct tls_suite *suite)
{
	const struct hs_client_hello *ours = &conn->now.client_hello;
	uint8_t shared[CRYPTO_KX_SHARED_MAX];
	struct span share;
	uint16_t group;

	if (!(hello->ext.seen & EXT_BIT(EXT_KEY_SHARE)))
		return FAIL(MISSING_EXTENSION);
	TRY(tls13_share_parse(&group, &share, hello->ext.body[EXT_KEY_SHARE]));
	if (group != ours->group->code || !ours->group->shared(shared, ours->secret, share))
		return FAIL(BAD_KEY_SHARE);
	tls13_handshake_secret(suite->hash, &next->client13.handshake, (struct span){ shared, ours->group->shared_len });
	wipe(shared, sizeof shared);
	transcript_keep(&conn->transcript, suite->hash);
	transcript_add(&conn->transcript, in->whole);
	note_suite(conn, suite);
	conn->info.group = group;
	switch_to_handshake_keys(conn, &next->client13);
	return TLS_OK;
}

static struct tls_err
on_server_hello(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	struct server_hello hello;
	const struct tls_suite *suite;

	TRY(server_hello_parse(&hello, in->body, client_hello_offers(conn->config)));
	TRY(hello_check(&suite, conn, &hello));
	*to = hello.is_retry ? HS_EXPECT_SERVER_HELLO_2 : HS_EXPECT_ENCRYPTED_EXTENSIONS;
	if (hello.is_retry)
		return retry_apply(conn, next, in, &hello, suite);
	return hello_apply(conn, next, in, &hello, suite);
}

static struct tls_err
on_server_hello_2(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	struct server_hello hello;
	const struct tls_suite *suite;

	TRY(server_hello_parse(&hello, in->body, client_hello_offers(conn->config)));
	if (hello.is_retry)
		return FAIL(UNEXPECTED_MESSAGE);	/* 4.1.4: one is enough */
	TRY(hello_check(&suite, conn, &hello));
	*to = HS_EXPECT_ENCRYPTED_EXTENSIONS;
	return hello_apply(conn, next, in, &hello, suite);
}

/* ---- The server's parameters and proof --------------------------------------------------- */

static struct tls_err
on_encrypted_extensions(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	struct extensions ext;
	struct cursor body = in->body, groups;

	TRY(extensions_parse(&ext, &body, IN_ENCRYPTED, client_hello_offers(conn->config)));
	if (ext.seen & EXT_BIT(EXT_SUPPORTED_GROUPS))
		TRY(list16_parse(&groups, ext.body[EXT_SUPPORTED_GROUPS]));
	TRY(answer_extensions(conn, &ext));
	next->client13 = conn->now.client13;
	*to = HS_EXPECT_REQUEST_OR_CERTIFICATE;
	return TLS_OK;
}

static struct tls_err
on_certificate_request(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	struct cursor schemes;

	TRY(tls13_certificate_request_parse(&schemes, in->body));
	next->client13 = conn->now.client13;
	next->client13.requested = true;
	next->client13.credential = peer_credential(conn->config, schemes, 0x0304, CRYPTO_NO_FAMILY, NULL);
	*to = HS_EXPECT_CERTIFICATE;
	return TLS_OK;
}

static struct tls_err
on_certificate(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	bool empty;

	next->client13 = conn->now.client13;
	TRY(tls13_take_certificate(conn, &next->client13.peer, &empty, in->body));
	if (empty)
		return FAIL(DECODE);	/* 4.4.2.4 */
	*to = HS_EXPECT_CERTIFICATE_VERIFY;
	return TLS_OK;
}

static struct tls_err
on_certificate_verify(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	TRY(tls13_take_verify(conn, &conn->now.client13.peer, in));
	next->client13 = conn->now.client13;
	*to = HS_EXPECT_FINISHED;
	return TLS_OK;
}

/* The secrets of the connection; the server's key at once, ours behind our flight. */
static void
open_apply(struct tls_conn *conn, struct hs_open13 *open, const struct hs_client13 *now)
{
	const struct crypto_hash *hash = conn->suite->hash;
	struct record_secret secret = { 0 };
	uint8_t digest[CRYPTO_HASH_MAX];
	struct secret master;

	transcript_out(&conn->transcript, hash, digest);
	tls13_master_secret(hash, &master, &now->handshake);
	tls13_derive(hash, &open->write, &master, SPAN_LITERAL("c ap traffic"), digest);
	tls13_derive(hash, &open->read, &master, SPAN_LITERAL("s ap traffic"), digest);
	tls13_derive(hash, &open->exporter, &master, SPAN_LITERAL("exp master"), digest);
	wipe(&master, sizeof master);
	if (now->requested)
		tls13_send_certificate(conn, now->credential);
	tls13_send_finished(conn, &now->client_hs);
	tls13_record_secret(&secret, conn->suite, &open->write);
	flight_switch(&conn->flight, &secret);
	tls13_record_secret(&secret, conn->suite, &open->read);
	record_key_set(&conn->read, &secret);
	wipe(&secret, sizeof secret);
}

static struct tls_err
on_finished(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	TRY(tls13_take_finished(conn, &conn->now.client13.server_hs, in));
	open_apply(conn, &next->open13, &conn->now.client13);
	*to = HS_CONNECTED;
	return TLS_OK;
}

static struct tls_err
on_ticket(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	TRY(tls13_ticket_parse(in->body));
	next->open13 = conn->now.open13;
	*to = HS_CONNECTED;
	return TLS_OK;
}
