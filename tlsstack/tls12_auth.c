/* tls12_auth.c: proofs and ends of a TLS 1.2 handshake.  See tls12_auth.h. */
#include "tlsstack/tls12_auth.h"

#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "tlsstack/peer.h"
#include "tlsstack/tls12_messages.h"
#include "tlsstack/tls12_schedule.h"
#include "tlsstack/tls13_messages.h"

void
tls12_params_digest(const struct tls_scheme *scheme, uint8_t *digest, const struct hs_shake12 *shake,
    struct span params)
{
	struct crypto_hash_ctx ctx;

	scheme->hash->init(&ctx);
	scheme->hash->update(&ctx, SPAN_ARRAY(shake->client_random));
	scheme->hash->update(&ctx, SPAN_ARRAY(shake->server_random));
	scheme->hash->update(&ctx, params);
	scheme->hash->out(&ctx, digest);
}

struct tls_err
tls12_take_certificate(struct tls_conn *conn, struct hs_peer_key *key, struct cursor body)
{
	struct certificate12 certificate;

	TRY(tls12_certificate_parse(&certificate, body));
	if (certificate.num_chain == 0)
		return TLS_OK;
	return peer_chain(conn, key, certificate.chain, certificate.num_chain);
}

void
tls12_agree(struct tls_conn *conn, struct hs_shake12 *shake, struct span shared)
{
	uint8_t session_hash[CRYPTO_HASH_MAX];

	transcript_out(&conn->transcript, conn->suite->hash, session_hash);
	tls12_master(conn->suite->hash, &shake->master, shared, session_hash);
	tls12_keys(&shake->client, &shake->server, conn->suite, &shake->master, shake->client_random,
	    shake->server_random);
	wipe(shake->secret, sizeof shake->secret);
}

void
tls12_send_finished(struct tls_conn *conn, const struct hs_shake12 *shake)
{
	const struct crypto_hash *hash = conn->suite->hash;
	bool is_server = conn->protocol->is_server;
	uint8_t digest[CRYPTO_HASH_MAX], value[TLS12_VERIFY_LEN];
	struct outbuf message;

	flight_change_cipher_spec(&conn->flight, conn->buffer);
	flight_switch(&conn->flight, is_server ? &shake->server : &shake->client);
	transcript_out(&conn->transcript, hash, digest);
	tls12_finished(hash, value, &shake->master, is_server, digest);
	message = flight_open(&conn->flight, conn->buffer);
	tls13_finished_build(&message, SPAN_ARRAY(value));
	flight_message(&conn->flight, &message, &conn->transcript);
}

struct tls_err
tls12_on_change_cipher_spec(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in,
    enum hs_state *to)
{
	(void)in;
	next->shake12 = conn->now.shake12;
	record_key_set(&conn->read, conn->protocol->is_server ? &next->shake12.client : &next->shake12.server);
	*to = HS_EXPECT_FINISHED;
	return TLS_OK;
}

struct tls_err
tls12_take_finished(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in)
{
	const struct hs_shake12 *now = &conn->now.shake12;
	uint8_t value[TLS12_VERIFY_LEN];

	tls12_finished(conn->suite->hash, value, &now->master, !conn->protocol->is_server, in->before);
	TRY(witness_finished(&conn->hs.witness.finished, value, sizeof value, cursor_rest(&in->body)));
	next->open12.master = now->master;
	bytes_copy(next->open12.client_random, now->client_random, 32);
	bytes_copy(next->open12.server_random, now->server_random, 32);
	return TLS_OK;
}

/* The two randoms, then the context with its length, if there is one. */
void
tls12_export(const struct tls_conn *conn, uint8_t *out, size_t out_len, struct span label, struct span context)
{
	const struct hs_open12 *open = &conn->now.open12;
	uint8_t randoms[66];
	struct outbuf seed = outbuf_of(randoms, sizeof randoms);

	REQUIRE(context.len <= UINT16_MAX);
	outbuf_bytes(&seed, SPAN_ARRAY(open->client_random));
	outbuf_bytes(&seed, SPAN_ARRAY(open->server_random));
	if (context.ptr != NULL)
		outbuf_uint(&seed, context.len, 2);
	tls12_prf(conn->suite->hash, out, out_len, (struct span){ open->master.bytes, TLS12_MASTER_LEN }, label,
	    outbuf_span(&seed), context);
}

const struct tls_credential *
tls12_credential(const struct tls_config *config, const struct certificate_request12 *request)
{
	if (!request->takes_ec && !request->takes_rsa)
		return NULL;
	return peer_credential(config, request->schemes, 0x0303,
	    request->takes_ec && request->takes_rsa ? CRYPTO_NO_FAMILY : request->takes_ec ? CRYPTO_EC : CRYPTO_RSA, NULL);
}
