/*
 * tls12_server.c: the server role of TLS 1.2 (RFC 5246, 7.3), ECDHE with AEAD and extended master
 * secret only, one table per client-authentication policy.  No resumption, no renegotiation (a client
 * that asks is told so, and the connection goes on), no compression.
 */
#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "tlsstack/conn.h"
#include "tlsstack/negotiate.h"
#include "tlsstack/peer.h"
#include "tlsstack/tls12_auth.h"
#include "tlsstack/tls12_messages.h"
#include "tlsstack/tls13_messages.h"

static hs_handler on_client_hello, on_certificate, on_client_key_exchange, on_certificate_verify, on_finished,
    on_renegotiation;

#define HELLO_ROW(after)									\
	{ HS_EXPECT_CLIENT_HELLO, MSG_CLIENT_HELLO, ENDS_RECORD | HASHED, (after), on_client_hello }

#define EXCHANGE_ROW(after)									\
	{ HS_EXPECT_CLIENT_KEY_EXCHANGE, MSG_CLIENT_KEY_EXCHANGE, HASHED, (after), on_client_key_exchange }

#define CERTIFICATE_ROW										\
	{ HS_EXPECT_CERTIFICATE, MSG_CERTIFICATE, HASHED, TO(EXPECT_CLIENT_KEY_EXCHANGE), on_certificate }

#define VERIFY_ROW										\
	{ HS_EXPECT_CERTIFICATE_VERIFY, MSG_CERTIFICATE_VERIFY, 0, TO(EXPECT_CHANGE_CIPHER_SPEC), on_certificate_verify }

#define LAST_ROWS										\
	{ HS_EXPECT_CHANGE_CIPHER_SPEC, MSG_CHANGE_CIPHER_SPEC, 0, TO(EXPECT_FINISHED),		\
	    tls12_on_change_cipher_spec },							\
	{ HS_EXPECT_FINISHED, MSG_FINISHED, ENDS_RECORD | WITH_BEFORE | HASHED, TO(CONNECTED), on_finished }, \
	{ HS_CONNECTED, MSG_CLIENT_HELLO, ENDS_RECORD, TO(CONNECTED), on_renegotiation }

/* The whole server, read top to bottom: without, with required, and with optional certificate. */
static const struct hs_row ROWS_NONE[] = {
	HELLO_ROW(TO(EXPECT_CLIENT_KEY_EXCHANGE)),
	EXCHANGE_ROW(TO(EXPECT_CHANGE_CIPHER_SPEC)),
	LAST_ROWS,
};
static const struct hs_row ROWS_REQUIRED[] = {
	HELLO_ROW(TO(EXPECT_CERTIFICATE)),
	CERTIFICATE_ROW,
	EXCHANGE_ROW(TO(EXPECT_CERTIFICATE_VERIFY)),
	VERIFY_ROW,
	LAST_ROWS,
};
static const struct hs_row ROWS_OPTIONAL[] = {
	HELLO_ROW(TO(EXPECT_CERTIFICATE)),
	CERTIFICATE_ROW,
	EXCHANGE_ROW(TO(EXPECT_CERTIFICATE_VERIFY) | TO(EXPECT_CHANGE_CIPHER_SPEC)),
	VERIFY_ROW,
	LAST_ROWS,
};

#define PROTOCOL(policy)									\
	{ .version = 0x0303, .is_server = true, .peer = PEER_##policy, .rows = ROWS_##policy,	\
	  .num_rows = sizeof ROWS_##policy / sizeof ROWS_##policy[0],				\
	  .choose = negotiate_server, .export = tls12_export }

const struct tls_protocol tls12_server = PROTOCOL(NONE);
const struct tls_protocol tls12_server_client_cert_required = PROTOCOL(REQUIRED);
const struct tls_protocol tls12_server_client_cert_optional = PROTOCOL(OPTIONAL);

/* ---- The server's flight -------------------------------------------------------------- */

/* RFC 8446, 4.1.3: who could speak 1.3 says so where a man in the middle can not touch it. */
static void
random_make(struct tls_conn *conn, uint8_t random[32])
{
	static const uint8_t MARK[] = { 'D', 'O', 'W', 'N', 'G', 'R', 'D', 1 };

	drbg_bytes(&conn->drbg, random, 32);
	if (negotiate_speaks(conn->config, 0x0304))
		bytes_copy(random + 24, MARK, sizeof MARK);
}

static void
send_server_hello(struct tls_conn *conn, const struct client_hello *hello, const struct hs_shake12 *shake)
{
	struct outbuf message = flight_open(&conn->flight, conn->buffer);
	uint32_t seen = hello->ext.seen, limit = hello->record_size_limit;

	tls12_server_hello_build(&message, &(struct server_hello12){
	    .random = SPAN_ARRAY(shake->server_random), .alpn = conn->info.alpn, .suite = conn->suite->code,
	    .renegotiation_info = (seen & EXT_BIT(EXT_RENEGOTIATION_INFO)) || list16_has(hello->suites, 0x00ff),
	    .point_formats = seen & EXT_BIT(EXT_EC_POINT_FORMATS), .server_name = hello->server_name.len != 0,
	    .record_size_limit = limit != 0 ? TLS_PLAINTEXT_MAX : 0 });
	flight_message(&conn->flight, &message, &conn->transcript);
	if (limit != 0 && limit < TLS_PLAINTEXT_MAX)
		conn->send_limit = (uint16_t)limit;
}

static void
send_certificate(struct tls_conn *conn, const struct tls_credential *credential)
{
	struct outbuf message = flight_open(&conn->flight, conn->buffer);

	tls12_certificate_build(&message, credential->chain, credential->num_chain);
	flight_message(&conn->flight, &message, &conn->transcript);
}

/* A fresh share, signed with the randoms. */
static void
send_key_exchange(struct tls_conn *conn, struct hs_shake12 *shake, const struct tls_credential *credential)
{
	uint8_t public[CRYPTO_KX_PUBLIC_MAX], params_room[4 + CRYPTO_KX_PUBLIC_MAX], room[CRYPTO_SIGNATURE_MAX];
	struct outbuf params = outbuf_of(params_room, sizeof params_room), signature = outbuf_of(room, sizeof room);
	struct outbuf message = flight_open(&conn->flight, conn->buffer);
	const struct tls_scheme *scheme = credential->scheme;
	uint8_t digest[CRYPTO_HASH_MAX];

	shake->group->keygen(shake->secret, public, &conn->drbg);
	tls12_params_build(&params, shake->group->code, (struct span){ public, shake->group->public_len });
	tls12_params_digest(scheme, digest, shake, outbuf_span(&params));
	scheme->sign(scheme, &signature, credential->private_key, digest, &conn->drbg);
	REQUIRE(!signature.overflow && !params.overflow);
	conn->info.scheme = scheme->code;
	flight_message_begin(&message, MSG_SERVER_KEY_EXCHANGE);
	outbuf_bytes(&message, outbuf_span(&params));
	tls12_signature_build(&message, scheme->code, outbuf_span(&signature));
	flight_message(&conn->flight, &message, &conn->transcript);
}

static void
send_end(struct tls_conn *conn)
{
	uint8_t room[TLS_AUTHORITIES_MAX + 2];
	struct outbuf names = outbuf_of(room, sizeof room), message;

	if (conn->protocol->peer != PEER_NONE) {
		message = flight_open(&conn->flight, conn->buffer);
		if (conn->config->name_authorities)
			peer_authorities_build(&names, conn->config);
		REQUIRE(!names.overflow);
		tls12_certificate_request_build(&message, conn->config->schemes, conn->config->num_schemes, outbuf_span(&names));
		flight_message(&conn->flight, &message, &conn->transcript);
	}
	message = flight_open(&conn->flight, conn->buffer);
	flight_message_begin(&message, MSG_SERVER_HELLO_DONE);
	flight_message(&conn->flight, &message, &conn->transcript);
}

static struct tls_err
on_client_hello(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	struct hs_shake12 *shake = &next->shake12;
	struct client_hello hello;
	struct choice12 choice;

	TRY(client_hello_parse(&hello, in->body));
	trace_hello(&conn->flight.trace, &hello);
	TRY(negotiate_12(&choice, conn->config, &hello));
	TRY(negotiate_alpn(&conn->info.alpn, conn->config, &hello));
	conn->suite = choice.suite;
	conn->info.version = 0x0303;
	conn->info.suite = choice.suite->code;
	conn->info.group = choice.group->code;
	if (conn->protocol->peer == PEER_NONE)
		transcript_keep(&conn->transcript, choice.suite->hash);
	shake->group = choice.group;
	bytes_copy(shake->client_random, hello.random.ptr, 32);
	random_make(conn, shake->server_random);
	send_server_hello(conn, &hello, shake);
	send_certificate(conn, choice.credential);
	send_key_exchange(conn, shake, choice.credential);
	send_end(conn);
	*to = conn->protocol->peer == PEER_NONE ? HS_EXPECT_CLIENT_KEY_EXCHANGE : HS_EXPECT_CERTIFICATE;
	return TLS_OK;
}

/* ---- The client's answer -------------------------------------------------------------- */

static struct tls_err
on_certificate(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	next->shake12 = conn->now.shake12;
	TRY(tls12_take_certificate(conn, &next->shake12.peer, in->body));
	if (next->shake12.peer.len == 0 && conn->protocol->peer != PEER_OPTIONAL)
		return FAIL(NO_CERTIFICATE_12);
	*to = HS_EXPECT_CLIENT_KEY_EXCHANGE;
	return TLS_OK;
}

static struct tls_err
on_client_key_exchange(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	struct hs_shake12 *shake = &next->shake12;
	uint8_t shared[CRYPTO_KX_SHARED_MAX];
	struct span public;

	TRY(tls12_client_key_exchange_parse(&public, in->body));
	*shake = conn->now.shake12;
	if (!shake->group->shared(shared, shake->secret, public))
		return FAIL(BAD_KEY_SHARE);
	tls12_agree(conn, shake, (struct span){ shared, shake->group->shared_len });
	wipe(shared, sizeof shared);
	*to = shake->peer.len != 0 ? HS_EXPECT_CERTIFICATE_VERIFY : HS_EXPECT_CHANGE_CIPHER_SPEC;
	return TLS_OK;
}

/* The signature is over all messages before this one, hashed for its scheme (RFC 5246, 7.4.8). */
static struct tls_err
on_certificate_verify(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	struct certificate_verify verify;
	struct crypto_public_key public;
	const struct tls_scheme *scheme;
	uint8_t digest[CRYPTO_HASH_MAX];

	TRY(tls13_certificate_verify_parse(&verify, in->body));
	TRY(peer_scheme(&scheme, &public, conn, &conn->now.shake12.peer, verify.scheme));
	conn->info.peer_scheme = scheme->code;
	transcript_out(&conn->transcript, scheme->hash, digest);
	TRY(witness_sig(&conn->hs.witness.sig, &conn->hs.witness.cert, scheme, &public, digest, verify.signature));
	transcript_keep(&conn->transcript, conn->suite->hash);
	transcript_add(&conn->transcript, in->whole);
	next->shake12 = conn->now.shake12;
	*to = HS_EXPECT_CHANGE_CIPHER_SPEC;
	return TLS_OK;
}

static struct tls_err
on_finished(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	TRY(tls12_take_finished(conn, next, in));
	tls12_send_finished(conn, &conn->now.shake12);
	*to = HS_CONNECTED;
	return TLS_OK;
}

/* RFC 5246, 7.2.2: refused with a warning; the limit of messages without data bounds it. */
static struct tls_err
on_renegotiation(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	(void)in;
	conn->no_renegotiation_due = true;
	next->open12 = conn->now.open12;
	*to = HS_CONNECTED;
	return TLS_OK;
}
