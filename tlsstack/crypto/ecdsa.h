/*
 * ecdsa.h: ECDSA over a curve that the caller names; private to tlsstack/crypto.  The schemes are
 * in ecdsa_p256.c and ecdsa_p384.c, so that a configuration links only the curves that it names.
 */
#ifndef ECDSA_H
#define ECDSA_H

#include "tlsstack/crypto/crypto.h"

#include <bearssl_ec.h>

struct ecdsa_curve {
	enum crypto_key_kind kind;
	const br_ec_impl *impl;
	int id;			/* BearSSL's number */
	size_t scalar_len;
};

/* As tls_scheme's sign and verify; `hash` is that of the digest, and of RFC 6979's generator. */
void ecdsa_sign(const struct ecdsa_curve *curve, const br_hash_class *hash, struct outbuf *out,
    struct span scalar, const uint8_t *digest);
MUST_CHECK bool ecdsa_verify(const struct ecdsa_curve *curve, size_t digest_len,
    const struct crypto_public_key *key, const uint8_t *digest, struct span signature);

#endif
