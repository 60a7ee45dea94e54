/* tls13_auth.c: the authentication messages of TLS 1.3.  See tls13_auth.h; RFC 8446, 4.4. */
#include "tlsstack/tls13_auth.h"

#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "tlsstack/peer.h"
#include "tlsstack/tls13_messages.h"
#include "tlsstack/tls13_schedule.h"

void
tls13_send_certificate(struct tls_conn *conn, const struct tls_credential *credential)
{
	const struct crypto_hash *hash = conn->suite->hash;
	uint8_t digest[CRYPTO_HASH_MAX], value[CRYPTO_HASH_MAX], room[CRYPTO_SIGNATURE_MAX];
	struct outbuf message = flight_open(&conn->flight, conn->buffer);
	struct outbuf signature = outbuf_of(room, sizeof room);

	tls13_certificate_build(&message, (struct span){ NULL, 0 }, credential == NULL ? NULL : credential->chain,
	    credential == NULL ? 0 : credential->num_chain);
	flight_message(&conn->flight, &message, &conn->transcript);
	if (credential == NULL)
		return;
	transcript_out(&conn->transcript, hash, digest);
	tls13_signed_digest(credential->scheme, value, conn->protocol->is_server, (struct span){ digest, hash->len });
	credential->scheme->sign(credential->scheme, &signature, credential->private_key, value, &conn->drbg);
	REQUIRE(!signature.overflow);
	conn->info.scheme = credential->scheme->code;
	message = flight_open(&conn->flight, conn->buffer);
	tls13_certificate_verify_build(&message, credential->scheme->code, outbuf_span(&signature));
	flight_message(&conn->flight, &message, &conn->transcript);
}

void
tls13_send_finished(struct tls_conn *conn, const struct secret *traffic)
{
	const struct crypto_hash *hash = conn->suite->hash;
	uint8_t digest[CRYPTO_HASH_MAX], value[CRYPTO_HASH_MAX];
	struct outbuf message = flight_open(&conn->flight, conn->buffer);

	transcript_out(&conn->transcript, hash, digest);
	tls13_finished(hash, value, traffic, digest);
	tls13_finished_build(&message, (struct span){ value, hash->len });
	flight_message(&conn->flight, &message, &conn->transcript);
}

struct tls_err
tls13_take_certificate(struct tls_conn *conn, struct hs_peer_key *key, bool *empty, struct cursor body)
{
	struct certificate13 certificate;

	TRY(tls13_certificate_parse(&certificate, body, 0));
	if (certificate.context.len != 0)
		return FAIL(ILLEGAL_PARAMETER);
	*empty = certificate.num_chain == 0;
	if (*empty)
		return TLS_OK;
	return peer_chain(conn, key, certificate.chain, certificate.num_chain);
}

struct tls_err
tls13_take_verify(struct tls_conn *conn, const struct hs_peer_key *key, const struct hs_input *in)
{
	struct certificate_verify verify;
	struct crypto_public_key public;
	const struct tls_scheme *scheme;
	uint8_t digest[CRYPTO_HASH_MAX];

	TRY(tls13_certificate_verify_parse(&verify, in->body));
	TRY(peer_scheme(&scheme, &public, conn, key, verify.scheme));
	conn->info.peer_scheme = scheme->code;
	tls13_signed_digest(scheme, digest, !conn->protocol->is_server,
	    (struct span){ in->before, conn->suite->hash->len });
	return witness_sig(&conn->hs.witness.sig, &conn->hs.witness.cert, scheme, &public, digest, verify.signature);
}

struct tls_err
tls13_take_finished(struct tls_conn *conn, const struct secret *traffic, const struct hs_input *in)
{
	uint8_t value[CRYPTO_HASH_MAX];

	tls13_finished(conn->suite->hash, value, traffic, in->before);
	return witness_finished(&conn->hs.witness.finished, value, conn->suite->hash->len, cursor_rest(&in->body));
}
