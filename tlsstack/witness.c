/* witness.c: the three checks that authenticate a peer, and the door that asks for them.  See witness.h. */
#include "tlsstack/witness.h"

#include "platform/base/bytes.h"
#include "platform/base/ct.h"
#include "platform/base/panic.h"
#include "platform/base/sha256.h"
#include "tlsstack/conn.h"

struct tls_err
witness_cert(struct cert_ok *ok, struct x509_cert *leaf, const struct span *chain, size_t num_chain,
    const struct x509_request *request)
{
	enum x509_result result = x509_verify(leaf, chain, num_chain, request);

	if (result != X509_OK)
		return FAIL_X509(result);
	sha256(ok->leaf_sha256, chain[0]);
	ok->made = true;
	return TLS_OK;
}

struct tls_err
witness_sig(struct sig_ok *ok, const struct cert_ok *cert, const struct tls_scheme *scheme,
    const struct crypto_public_key *key, const uint8_t *digest, struct span signature)
{
	REQUIRE(cert->made);
	if (!scheme->verify(scheme, key, digest, signature))
		return FAIL(BAD_SIGNATURE);
	bytes_copy(ok->leaf_sha256, cert->leaf_sha256, sizeof ok->leaf_sha256);
	ok->made = true;
	return TLS_OK;
}

struct tls_err
witness_finished(struct finished_ok *ok, const uint8_t *expected, size_t len, struct span got)
{
	if (got.len != len)
		return FAIL(DECODE);
	if (!ct_equal(expected, got.ptr, len))
		return FAIL(BAD_FINISHED);
	ok->made = true;
	return TLS_OK;
}

void
enter_connected(struct tls_conn *conn, const struct cert_ok *cert, const struct sig_ok *sig,
    const struct finished_ok *finished)
{
	REQUIRE(finished->made);
	REQUIRE(cert->made == sig->made);
	REQUIRE(cert->made || conn->protocol->peer != PEER_REQUIRED);
	REQUIRE(!cert->made || conn->protocol->peer != PEER_NONE);
	if (cert->made) {
		REQUIRE(bytes_equal(SPAN_ARRAY(cert->leaf_sha256), SPAN_ARRAY(sig->leaf_sha256)));
		bytes_copy(conn->peer.cert_sha256, cert->leaf_sha256, sizeof conn->peer.cert_sha256);
	}
	conn->has_peer = cert->made;
	conn->established = EVENT_DUE;
}
