/*
 * tls12_client.c: the client role of TLS 1.2 (RFC 5246, 7.3), ECDHE with AEAD and extended master secret
 * only.  The server must always prove who it is.  No resumption; a HelloRequest is ignored.
 */
#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "tlsstack/answer.h"
#include "tlsstack/client_hello.h"
#include "tlsstack/negotiate.h"
#include "tlsstack/peer.h"
#include "tlsstack/tls12_auth.h"
#include "tlsstack/tls12_messages.h"
#include "tlsstack/x509_spki.h"

static hs_handler on_server_hello, on_certificate, on_server_key_exchange, on_certificate_request,
    on_server_hello_done, on_finished, on_hello_request;

/* The whole client, read top to bottom. */
static const struct hs_row ROWS[] = {
	{ HS_EXPECT_SERVER_HELLO, MSG_SERVER_HELLO, 0, TO(EXPECT_CERTIFICATE), on_server_hello },
	{ HS_EXPECT_CERTIFICATE, MSG_CERTIFICATE, HASHED, TO(EXPECT_SERVER_KEY_EXCHANGE), on_certificate },
	{ HS_EXPECT_SERVER_KEY_EXCHANGE, MSG_SERVER_KEY_EXCHANGE, HASHED,
	    TO(EXPECT_REQUEST_OR_DONE), on_server_key_exchange },
	{ HS_EXPECT_REQUEST_OR_DONE, MSG_CERTIFICATE_REQUEST, HASHED,
	    TO(EXPECT_SERVER_HELLO_DONE), on_certificate_request },
	{ HS_EXPECT_REQUEST_OR_DONE, MSG_SERVER_HELLO_DONE, ENDS_RECORD | HASHED,
	    TO(EXPECT_CHANGE_CIPHER_SPEC), on_server_hello_done },
	{ HS_EXPECT_SERVER_HELLO_DONE, MSG_SERVER_HELLO_DONE, ENDS_RECORD | HASHED,
	    TO(EXPECT_CHANGE_CIPHER_SPEC), on_server_hello_done },
	{ HS_EXPECT_CHANGE_CIPHER_SPEC, MSG_CHANGE_CIPHER_SPEC, 0, TO(EXPECT_FINISHED), tls12_on_change_cipher_spec },
	{ HS_EXPECT_FINISHED, MSG_FINISHED, ENDS_RECORD | WITH_BEFORE | HASHED, TO(CONNECTED), on_finished },
	{ HS_CONNECTED, MSG_HELLO_REQUEST, ENDS_RECORD, TO(CONNECTED), on_hello_request },
};

const struct tls_protocol tls12_client = {
	.version = 0x0303, .is_server = false, .peer = PEER_REQUIRED, .rows = ROWS,
	.num_rows = sizeof ROWS / sizeof ROWS[0], .choose = client_hello_choose, .begin = client_hello_begin,
	.export = tls12_export
};

/* RFC 5746, 3.4; RFC 7627, 5.2; RFC 8422, 5.2. */
static struct tls_err
extensions_check(const struct server_hello *hello)
{
	struct cursor body = hello->ext.body[EXT_RENEGOTIATION_INFO], formats;
	uint32_t first = 1;

	if ((hello->ext.seen & EXT_BIT(EXT_RENEGOTIATION_INFO)) &&
	    (cursor_left(&body) != 1 || cursor_rest(&body).ptr[0] != 0))
		return FAIL(RENEGOTIATION);
	if (!(hello->ext.seen & EXT_BIT(EXT_EXTENDED_MASTER_SECRET)))
		return FAIL(NO_EXTENDED_MASTER_SECRET);
	if (!cursor_done(&hello->ext.body[EXT_EXTENDED_MASTER_SECRET]))
		return FAIL(DECODE);
	if (!(hello->ext.seen & EXT_BIT(EXT_EC_POINT_FORMATS)))
		return TLS_OK;
	body = hello->ext.body[EXT_EC_POINT_FORMATS];
	if (!cursor_vector(&body, &formats, 1) || !cursor_done(&body) || cursor_done(&formats))
		return FAIL(DECODE);
	while (first != 0 && cursor_uint(&formats, &first, 1))
	LOOP_ASSIGNS(formats.pos, first)
	LOOP_INVARIANT(formats.pos <= formats.end)
	LOOP_DECREASES(formats.end - formats.pos)
		;	/* uncompressed, 0, must be among them */
	return first == 0 ? TLS_OK : FAIL(ILLEGAL_PARAMETER);
}

static struct tls_err
on_server_hello(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	const struct hs_client_hello *ours = &conn->now.client_hello;
	struct server_hello hello;

	TRY(server_hello_parse(&hello, in->body, client_hello_offers(conn->config)));
	if (hello.compression != 0 || (hello.session_id.len != 0 &&
	    bytes_equal(hello.session_id, (struct span){ ours->session_id, ours->session_id_len })))
		return FAIL(ILLEGAL_PARAMETER);	/* we have no session to resume */
	conn->suite = answer_suite(conn->config, hello.suite, 0x0303);
	if (conn->suite == NULL)
		return FAIL(ILLEGAL_PARAMETER);
	TRY(extensions_check(&hello));
	TRY(answer_extensions(conn, &hello.ext));
	conn->info.version = 0x0303;
	conn->info.suite = hello.suite;
	conn->flight.legacy_version = 0x0303;
	transcript_add(&conn->transcript, in->whole);
	bytes_copy(next->shake12.client_random, ours->random, 32);
	bytes_copy(next->shake12.server_random, hello.random.ptr, 32);
	*to = HS_EXPECT_CERTIFICATE;
	return TLS_OK;
}

/* The suite says of which family the key is; an EC key is on a curve that we offered (RFC 8422, 2 and 5.1). */
static bool
fits_suite(const struct hs_peer_key *key, const struct tls_suite *suite, const struct tls_config *config)
{
	struct crypto_public_key public;

	if (!x509_spki_parse(&public, (struct span){ key->spki, key->len }))
		return false;
	if (suite->credential == CRYPTO_RSA)
		return public.kind == CRYPTO_KEY_RSA;
	return (public.kind == CRYPTO_KEY_P256 || public.kind == CRYPTO_KEY_P384) &&
	    answer_group(config, peer_curve(public.kind)) != NULL;
}

static struct tls_err
on_certificate(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	next->shake12 = conn->now.shake12;
	TRY(tls12_take_certificate(conn, &next->shake12.peer, in->body));
	if (next->shake12.peer.len == 0)
		return FAIL(DECODE);
	if (!fits_suite(&next->shake12.peer, conn->suite, conn->config))
		return FAIL(ILLEGAL_PARAMETER);
	*to = HS_EXPECT_SERVER_KEY_EXCHANGE;
	return TLS_OK;
}

static struct tls_err
on_server_key_exchange(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	struct hs_shake12 *shake = &next->shake12;
	struct server_key_exchange exchange;
	struct crypto_public_key public;
	const struct tls_scheme *scheme;
	uint8_t digest[CRYPTO_HASH_MAX];

	TRY(tls12_server_key_exchange_parse(&exchange, in->body));
	*shake = conn->now.shake12;
	shake->group = answer_group(conn->config, exchange.group);
	if (shake->group == NULL)
		return FAIL(ILLEGAL_PARAMETER);
	TRY(peer_scheme(&scheme, &public, conn, &shake->peer, exchange.scheme));
	conn->info.peer_scheme = scheme->code;
	tls12_params_digest(scheme, digest, shake, exchange.params);
	TRY(witness_sig(&conn->hs.witness.sig, &conn->hs.witness.cert, scheme, &public, digest, exchange.signature));
	if (exchange.public.len != shake->group->public_len)
		return FAIL(BAD_KEY_SHARE);
	bytes_copy(shake->public, exchange.public.ptr, exchange.public.len);
	conn->info.group = exchange.group;
	*to = HS_EXPECT_REQUEST_OR_DONE;
	return TLS_OK;
}

static struct tls_err
on_certificate_request(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	struct certificate_request12 request;

	TRY(tls12_certificate_request_parse(&request, in->body));
	next->shake12 = conn->now.shake12;
	next->shake12.requested = true;
	next->shake12.credential = tls12_credential(conn->config, &request);
	*to = HS_EXPECT_SERVER_HELLO_DONE;
	return TLS_OK;
}

/* ---- The client's flight --------------------------------------------------------------- */

static void
send_certificate(struct tls_conn *conn, const struct tls_credential *credential)
{
	struct outbuf message = flight_open(&conn->flight, conn->buffer);

	tls12_certificate_build(&message, credential == NULL ? NULL : credential->chain,
	    credential == NULL ? 0 : credential->num_chain);
	flight_message(&conn->flight, &message, &conn->transcript);
}

static void
send_verify(struct tls_conn *conn, const struct tls_credential *credential)
{
	const struct tls_scheme *scheme = credential->scheme;
	uint8_t digest[CRYPTO_HASH_MAX], room[CRYPTO_SIGNATURE_MAX];
	struct outbuf message = flight_open(&conn->flight, conn->buffer), signature = outbuf_of(room, sizeof room);

	transcript_out(&conn->transcript, scheme->hash, digest);
	scheme->sign(scheme, &signature, credential->private_key, digest, &conn->drbg);
	REQUIRE(!signature.overflow);
	conn->info.scheme = scheme->code;
	flight_message_begin(&message, MSG_CERTIFICATE_VERIFY);
	tls12_signature_build(&message, scheme->code, outbuf_span(&signature));
	flight_message(&conn->flight, &message, &conn->transcript);
}

/* Our share, and with it all keys. */
static struct tls_err
send_key_exchange(struct tls_conn *conn, struct hs_shake12 *shake)
{
	uint8_t secret[CRYPTO_KX_SECRET_MAX], public[CRYPTO_KX_PUBLIC_MAX], shared[CRYPTO_KX_SHARED_MAX];
	const struct tls_group *group = shake->group;
	struct outbuf message = flight_open(&conn->flight, conn->buffer);
	bool good;

	group->keygen(secret, public, &conn->drbg);
	good = group->shared(shared, secret, (struct span){ shake->public, group->public_len });
	wipe(secret, sizeof secret);
	if (!good)
		return FAIL(BAD_KEY_SHARE);
	tls12_client_key_exchange_build(&message, (struct span){ public, group->public_len });
	flight_message(&conn->flight, &message, &conn->transcript);
	tls12_agree(conn, shake, (struct span){ shared, group->shared_len });
	wipe(shared, sizeof shared);
	return TLS_OK;
}

static struct tls_err
on_server_hello_done(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	struct hs_shake12 *shake = &next->shake12;

	if (!cursor_done(&in->body))
		return FAIL(DECODE);
	*shake = conn->now.shake12;
	if (shake->requested)
		send_certificate(conn, shake->credential);
	TRY(send_key_exchange(conn, shake));
	if (shake->credential != NULL)
		send_verify(conn, shake->credential);
	transcript_keep(&conn->transcript, conn->suite->hash);
	tls12_send_finished(conn, shake);
	*to = HS_EXPECT_CHANGE_CIPHER_SPEC;
	return TLS_OK;
}

static struct tls_err
on_finished(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	TRY(tls12_take_finished(conn, next, in));
	*to = HS_CONNECTED;
	return TLS_OK;
}

/* A server that wants to renegotiate is not answered (RFC 5246, 7.4.1.1 allows it). */
static struct tls_err
on_hello_request(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	if (!cursor_done(&in->body))
		return FAIL(DECODE);
	next->open12 = conn->now.open12;
	*to = HS_CONNECTED;
	return TLS_OK;
}
