/*
 * ec.h: the NIST curves as values, and what ECDH and ECDSA share; private to tlsstack/crypto.
 * A curve is linked only where its group (kx_*.c) or its schemes (ecdsa_*.c) are named.
 */
#ifndef EC_H
#define EC_H

#include "tlsstack/crypto/crypto.h"

#include <bearssl_ec.h>

#define EC_SCALAR_MAX	48
#define EC_POINT_MAX	(1 + 2 * EC_SCALAR_MAX)

struct ec_curve {
	enum crypto_key_kind kind;
	const br_ec_impl *impl;
	int id;			/* BearSSL's number */
	size_t scalar_len;	/* bytes; a point is 04 X Y */
};

extern const struct ec_curve ec_p256;	/* ec_p256.c */
extern const struct ec_curve ec_p384;	/* ec_p384.c */

/* scalar * G.  False when the scalar is not in [1, n-1]. */
MUST_CHECK bool ec_public(const struct ec_curve *curve, uint8_t *point, const uint8_t *scalar);

/* As struct tls_group's keygen and shared. */
void ec_keygen(const struct ec_curve *curve, uint8_t *secret, uint8_t *public, struct crypto_drbg *drbg);
MUST_CHECK bool ec_shared(const struct ec_curve *curve, uint8_t *shared, const uint8_t *secret, struct span peer);

/* As struct tls_scheme's sign and verify; `hash` is that of the digest, and of RFC 6979's generator. */
void ecdsa_sign(const struct ec_curve *curve, const br_hash_class *hash, struct outbuf *out,
    struct span scalar, const uint8_t *digest);
MUST_CHECK bool ecdsa_verify(const struct ec_curve *curve, size_t digest_len,
    const struct crypto_public_key *key, const uint8_t *digest, struct span signature)
PRE(FRESH(curve) && FRESH(curve->impl) && (curve->scalar_len == 32 || curve->scalar_len == EC_SCALAR_MAX))
PRE(FRESH(key) && SPAN_VALUE(key->point) && SPAN_VALUE(signature))
PRE(digest_len <= CRYPTO_HASH_MAX && FRESH_BYTES(digest, digest_len))
ASSIGNS()
POST(!RETVAL || (key->kind == curve->kind && key->point.len == 2 * curve->scalar_len + 1));

#endif
