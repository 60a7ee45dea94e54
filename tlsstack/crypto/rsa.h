/*
 * rsa.h: RSA's two operations on numbers (RFC 8017, 5.2), without padding; private to
 * tlsstack/crypto.  Paddings are rsa_pkcs1.c's and rsa_pss.c's.
 */
#ifndef RSA_H
#define RSA_H

#include "tlsstack/crypto/crypto.h"

#define RSA_BYTES_MAX	(CRYPTO_RSA_BITS_MAX / 8)

/* For contracts: rsa_bits() is CRYPTO_RSA_BITS_MIN..MAX; a descriptor's hash. */
#define RSA_MODULUS_OK(n)	((n).len >= CRYPTO_RSA_BITS_MIN / 8 && (n).len <= RSA_BYTES_MAX && \
    (n).ptr[0] >= ((n).len == CRYPTO_RSA_BITS_MIN / 8 ? 0x80 : 1))
#define HASH_FRESH(hash)	(FRESH(hash) && ((hash)->len == 32 || (hash)->len == 48 || (hash)->len == 64))

/* Bits of a modulus; 0 of one that has a leading zero byte. */
size_t rsa_bits(struct span modulus)
PRE(SPAN_VALUE(modulus))
ASSIGNS()
POST(RETVAL == 0 || (modulus.len > 0 && modulus.ptr[0] != 0 && RETVAL <= modulus.len * 8 && RETVAL + 8 > modulus.len * 8))
POST(modulus.len == 0 || ((RETVAL == modulus.len * 8) == (modulus.ptr[0] >= 0x80) && (RETVAL == 0) == (modulus.ptr[0] == 0)));

/*
 * RSAVP1: signature ^ e mod n to `out`, as many bytes as the modulus has.  False, when the key is
 * not an RSA key whose modulus is odd and of CRYPTO_RSA_BITS_MIN..MAX and whose exponent is odd,
 * at least 3 and at most 8 bytes, or the signature has another length or is not below n.
 */
MUST_CHECK bool rsa_public(uint8_t out[RSA_BYTES_MAX], const struct crypto_public_key *key, struct span signature)
PRE(FRESH_BYTES(out, RSA_BYTES_MAX) && FRESH(key) && SPAN_VALUE(key->modulus) && SPAN_VALUE(key->exponent) && SPAN_VALUE(signature))
ASSIGNS(UP_TO(out, RSA_BYTES_MAX))
POST(!RETVAL || (key->kind == CRYPTO_KEY_RSA && signature.len == key->modulus.len && RSA_MODULUS_OK(key->modulus)));

/* What signing needs of a private key.  Views. */
struct rsa_private { struct span modulus, exponent, p, q, dp, dq, iq; };

/* RSAPrivateKey (RFC 8017, A.1.2), of two primes, that fills `der`. */
MUST_CHECK bool rsa_private_parse(struct rsa_private *key, struct span der)
PRE(FRESH(key) && SPAN_VALUE(der))
ASSIGNS(*key);

/*
 * RSASP1 in place: `x`, as many bytes as the modulus has, becomes x ^ d mod n.  The result is
 * checked with the public key before it leaves: a faulty one would tell a factor of n.  A key
 * that can not sign is our bug: panic.
 */
void rsa_sign(uint8_t *x, const struct rsa_private *key);

#endif
