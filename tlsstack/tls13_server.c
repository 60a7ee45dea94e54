/*
 * tls13_server.c: the server role of TLS 1.3 (RFC 8446, 4 and appendix A.2), one table per
 * client-authentication policy.  No resumption, no PSK, no 0-RTT (it is skipped), no tickets.
 */
#include "tlsstack/conn.h"

#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "tlsstack/negotiate.h"
#include "tlsstack/peer.h"
#include "tlsstack/tls13_auth.h"
#include "tlsstack/tls13_messages.h"
#include "tlsstack/tls13_open.h"
#include "tlsstack/tls13_schedule.h"

static hs_handler on_client_hello, on_client_hello_2, on_certificate, on_certificate_verify, on_finished;

#define HELLO_ROWS(after)									\
	{ HS_EXPECT_CLIENT_HELLO, MSG_CLIENT_HELLO, ENDS_RECORD | HASHED,			\
	    TO(EXPECT_CLIENT_HELLO_2) | (after), on_client_hello },				\
	{ HS_EXPECT_CLIENT_HELLO_2, MSG_CLIENT_HELLO, ENDS_RECORD | HASHED, (after), on_client_hello_2 }

#define LAST_ROWS										\
	{ HS_EXPECT_FINISHED, MSG_FINISHED, ENDS_RECORD | WITH_BEFORE | HASHED, TO(CONNECTED), on_finished }, \
	{ HS_CONNECTED, MSG_KEY_UPDATE, ENDS_RECORD, TO(CONNECTED), tls13_on_key_update }

#define VERIFY_ROW										\
	{ HS_EXPECT_CERTIFICATE_VERIFY, MSG_CERTIFICATE_VERIFY, WITH_BEFORE | HASHED,		\
	    TO(EXPECT_FINISHED), on_certificate_verify }

/* The whole server, read top to bottom: without, with required, and with optional certificate. */
static const struct hs_row ROWS_NONE[] = {
	HELLO_ROWS(TO(EXPECT_FINISHED)),
	LAST_ROWS,
};
static const struct hs_row ROWS_REQUIRED[] = {
	HELLO_ROWS(TO(EXPECT_CERTIFICATE)),
	{ HS_EXPECT_CERTIFICATE, MSG_CERTIFICATE, HASHED, TO(EXPECT_CERTIFICATE_VERIFY), on_certificate },
	VERIFY_ROW,
	LAST_ROWS,
};
static const struct hs_row ROWS_OPTIONAL[] = {
	HELLO_ROWS(TO(EXPECT_CERTIFICATE)),
	{ HS_EXPECT_CERTIFICATE, MSG_CERTIFICATE, HASHED,
	    TO(EXPECT_CERTIFICATE_VERIFY) | TO(EXPECT_FINISHED), on_certificate },
	VERIFY_ROW,
	LAST_ROWS,
};

#define PROTOCOL(policy)									\
	{ .version = 0x0304, .is_server = true, .peer = PEER_##policy, .rows = ROWS_##policy,	\
	  .num_rows = sizeof ROWS_##policy / sizeof ROWS_##policy[0],				\
	  .choose = negotiate_server, .rekey = tls13_rekey, .export = tls13_export }

const struct tls_protocol tls13_server = PROTOCOL(NONE);
const struct tls_protocol tls13_server_client_cert_required = PROTOCOL(REQUIRED);
const struct tls_protocol tls13_server_client_cert_optional = PROTOCOL(OPTIONAL);

/* ---- The server's flight -------------------------------------------------------------- */

/* Middlebox compatibility (appendix D.4): one CCS, if the client has a session id. */
static void
compat_ccs(struct tls_conn *conn, const struct client_hello *hello)
{
	if (hello->session_id.len == 0 || conn->hs.sent_ccs)
		return;
	flight_change_cipher_spec(&conn->flight, conn->buffer);
	conn->hs.sent_ccs = true;
}

/* A fresh key share; the handshake secret; ServerHello. */
static struct tls_err
send_server_hello(struct tls_conn *conn, struct secret *handshake, const struct client_hello *hello,
    const struct choice13 *choice)
{
	uint8_t random[32], secret[CRYPTO_KX_SECRET_MAX], public[CRYPTO_KX_PUBLIC_MAX], shared[CRYPTO_KX_SHARED_MAX];
	const struct tls_group *group = choice->group;
	struct outbuf message = flight_open(&conn->flight, conn->buffer);
	bool good;

	drbg_bytes(&conn->drbg, random, sizeof random);
	group->keygen(secret, public, &conn->drbg);
	good = group->shared(shared, secret, choice->share);
	if (good)
		tls13_handshake_secret(choice->suite->hash, handshake, (struct span){ shared, group->shared_len });
	wipe(secret, sizeof secret);
	wipe(shared, sizeof shared);
	if (!good)
		return FAIL(BAD_KEY_SHARE);
	tls13_server_hello_build(&message, &(struct server_hello13){ .random = SPAN_ARRAY(random),
	    .session_id = hello->session_id, .suite = choice->suite->code, .group = group->code,
	    .share = { public, group->public_len } });
	flight_message(&conn->flight, &message, &conn->transcript);
	compat_ccs(conn, hello);
	return TLS_OK;
}

/* Handshake keys both ways: ours when ServerHello has left, the client's at once. */
static void
switch_to_handshake_keys(struct tls_conn *conn, struct secret *client_hs, struct secret *server_hs,
    const struct secret *handshake)
{
	const struct crypto_hash *hash = conn->suite->hash;
	struct record_secret secret = { 0 };
	uint8_t digest[CRYPTO_HASH_MAX];

	transcript_out(&conn->transcript, hash, digest);
	tls13_derive(hash, client_hs, handshake, SPAN_LITERAL("c hs traffic"), digest);
	tls13_derive(hash, server_hs, handshake, SPAN_LITERAL("s hs traffic"), digest);
	tls13_record_secret(&secret, conn->suite, server_hs);
	flight_switch(&conn->flight, &secret);
	tls13_record_secret(&secret, conn->suite, client_hs);
	record_key_set(&conn->read, &secret);
	wipe(&secret, sizeof secret);
}

static void
send_parameters(struct tls_conn *conn, const struct client_hello *hello)
{
	const struct tls_config *config = conn->config;
	struct outbuf message = flight_open(&conn->flight, conn->buffer);

	tls13_encrypted_extensions_build(&message, &(struct encrypted_extensions){ .groups = config->groups,
	    .num_groups = config->tell_groups ? config->num_groups : 0,
	    .server_name = hello->server_name.len != 0, .alpn = conn->info.alpn,
	    .record_size_limit = hello->record_size_limit != 0 ? TLS_PLAINTEXT_MAX + 1 : 0 });
	flight_message(&conn->flight, &message, &conn->transcript);
	if (hello->record_size_limit != 0 && hello->record_size_limit <= TLS_PLAINTEXT_MAX)
		conn->send_limit = (uint16_t)(hello->record_size_limit - 1);	/* RFC 8449, 4: the type counts */
}

static void
send_request(struct tls_conn *conn)
{
	const struct tls_config *config = conn->config;
	uint8_t room[TLS_AUTHORITIES_MAX + 2];
	struct outbuf names = outbuf_of(room, sizeof room), message = flight_open(&conn->flight, conn->buffer);

	if (conn->protocol->peer == PEER_NONE)
		return;
	if (config->name_authorities)
		peer_authorities_build(&names, config);
	REQUIRE(!names.overflow);
	tls13_certificate_request_build(&message, config->schemes, config->num_schemes, outbuf_span(&names));
	flight_message(&conn->flight, &message, &conn->transcript);
}

/* The secrets of the connection to be; our application key when the flight has left. */
static void
derive_application(struct tls_conn *conn, struct hs_server13 *to, const struct secret *handshake)
{
	const struct crypto_hash *hash = conn->suite->hash;
	struct record_secret secret = { 0 };
	uint8_t digest[CRYPTO_HASH_MAX];
	struct secret master;

	transcript_out(&conn->transcript, hash, digest);
	tls13_master_secret(hash, &master, handshake);
	tls13_derive(hash, &to->client_ap, &master, SPAN_LITERAL("c ap traffic"), digest);
	tls13_derive(hash, &to->server_ap, &master, SPAN_LITERAL("s ap traffic"), digest);
	tls13_derive(hash, &to->exporter, &master, SPAN_LITERAL("exp master"), digest);
	tls13_record_secret(&secret, conn->suite, &to->server_ap);
	flight_switch(&conn->flight, &secret);
	wipe(&master, sizeof master);
	wipe(&secret, sizeof secret);
}

static struct tls_err
send_flight(struct tls_conn *conn, union hs_payload *next, const struct client_hello *hello,
    const struct choice13 *choice, enum hs_state *to)
{
	struct secret handshake, server_hs;
	struct tls_err err;

	err = send_server_hello(conn, &handshake, hello, choice);
	if (err.code != TLS_ERR_NONE) {
		wipe(&handshake, sizeof handshake);
		return err;
	}
	switch_to_handshake_keys(conn, &next->server13.client_hs, &server_hs, &handshake);
	send_parameters(conn, hello);
	send_request(conn);
	tls13_send_certificate(conn, choice->credential);
	tls13_send_finished(conn, &server_hs);
	derive_application(conn, &next->server13, &handshake);
	wipe(&handshake, sizeof handshake);
	wipe(&server_hs, sizeof server_hs);
	*to = conn->protocol->peer == PEER_NONE ? HS_EXPECT_FINISHED : HS_EXPECT_CERTIFICATE;
	return TLS_OK;
}

/* HelloRetryRequest: we keep our state, so a cookie is sent only where a configuration names one. */
static void
send_retry(struct tls_conn *conn, union hs_payload *next, const struct client_hello *hello,
    const struct choice13 *choice)
{
	struct outbuf message = flight_open(&conn->flight, conn->buffer);

	next->retry.group = choice->group;
	client_hello_digest(next->retry.hello_digest, hello);
	transcript_message_hash(&conn->transcript, choice->suite->hash);
	tls13_server_hello_build(&message, &(struct server_hello13){ .random = SPAN_ARRAY(tls13_retry_random),
	    .session_id = hello->session_id, .suite = choice->suite->code, .group = choice->group->code,
	    .cookie = conn->config->cookie });
	flight_message(&conn->flight, &message, &conn->transcript);
	compat_ccs(conn, hello);
	conn->info.hello_retry = true;
}

static void
note_choice(struct tls_conn *conn, const struct choice13 *choice)
{
	conn->suite = choice->suite;
	conn->info.version = conn->protocol->version;
	conn->info.suite = choice->suite->code;
	conn->info.group = choice->group->code;
	transcript_keep(&conn->transcript, choice->suite->hash);
}

static struct tls_err
on_client_hello(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	struct client_hello hello;
	struct choice13 choice;

	TRY(client_hello_parse(&hello, in->body));
	trace_hello(&conn->flight.trace, &hello);
	TRY(negotiate_13(&choice, conn->config, &hello));
	TRY(negotiate_alpn(&conn->info.alpn, conn->config, &hello));
	note_choice(conn, &choice);
	if (hello.ext.seen & EXT_BIT(EXT_EARLY_DATA))
		conn->hs.early_data_left = TLS_EARLY_DATA_MAX;
	if (choice.share.ptr != NULL)
		return send_flight(conn, next, &hello, &choice, to);
	send_retry(conn, next, &hello, &choice);
	*to = HS_EXPECT_CLIENT_HELLO_2;
	return TLS_OK;
}

/* RFC 8446, 4.1.2 and 4.2.8: the same hello, now with exactly the share that was asked for. */
static struct tls_err
retry_check(const struct hs_retry *retry, const struct client_hello *hello, const struct choice13 *choice,
    struct span cookie)
{
	uint8_t digest[32];

	client_hello_digest(digest, hello);
	if (!bytes_equal(SPAN_ARRAY(digest), SPAN_ARRAY(retry->hello_digest)))
		return FAIL(HELLO_CHANGED);
	if (hello->ext.seen & EXT_BIT(EXT_EARLY_DATA))
		return FAIL(HELLO_CHANGED);
	if (choice->group != retry->group || choice->share.ptr == NULL ||
	    cursor_left(&hello->shares) != 4 + choice->share.len)
		return FAIL(BAD_KEY_SHARE);
	if (cookie.len != 0 && !(hello->ext.seen & EXT_BIT(EXT_COOKIE)))
		return FAIL(MISSING_EXTENSION);
	if (cookie.len != 0 && !bytes_equal(hello->cookie, cookie))
		return FAIL(ILLEGAL_PARAMETER);
	return TLS_OK;
}

static struct tls_err
on_client_hello_2(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	struct client_hello hello;
	struct choice13 choice;

	TRY(client_hello_parse(&hello, in->body));
	TRY(negotiate_13(&choice, conn->config, &hello));
	TRY(retry_check(&conn->now.retry, &hello, &choice, conn->config->cookie));
	conn->hs.early_data_left = 0;	/* nothing more may be undecipherable: 4.2.10 */
	return send_flight(conn, next, &hello, &choice, to);
}

/* ---- The client's answer -------------------------------------------------------------- */

static struct tls_err
on_certificate(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	bool empty;

	next->server13 = conn->now.server13;
	TRY(tls13_take_certificate(conn, &next->server13.peer, &empty, in->body));
	if (empty && conn->protocol->peer != PEER_OPTIONAL)
		return FAIL(NO_CERTIFICATE);
	*to = empty ? HS_EXPECT_FINISHED : HS_EXPECT_CERTIFICATE_VERIFY;
	return TLS_OK;
}

static struct tls_err
on_certificate_verify(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	TRY(tls13_take_verify(conn, &conn->now.server13.peer, in));
	next->server13 = conn->now.server13;
	*to = HS_EXPECT_FINISHED;
	return TLS_OK;
}

static struct tls_err
on_finished(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	const struct hs_server13 *now = &conn->now.server13;
	struct record_secret secret = { 0 };

	TRY(tls13_take_finished(conn, &now->client_hs, in));
	next->open13 = (struct hs_open13){ now->client_ap, now->server_ap, now->exporter };
	tls13_record_secret(&secret, conn->suite, &now->client_ap);
	record_key_set(&conn->read, &secret);
	wipe(&secret, sizeof secret);
	*to = HS_CONNECTED;
	return TLS_OK;
}
