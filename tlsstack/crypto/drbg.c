/*
 * drbg.c: HMAC-DRBG with SHA-256 (NIST SP 800-90A, 10.1.2) over BearSSL's.  See crypto.h.
 *
 * A file of its own so that tests can link a scripted generator in its place and replay the
 * keys of RFC 8448.  Each call ends with an update, so what was given out can not be found from
 * a state that leaks later.
 */
#include "tlsstack/crypto/crypto.h"

#include <bearssl_rand.h>

_Static_assert(sizeof(struct crypto_drbg) >= sizeof(br_hmac_drbg_context), "the opaque context is large enough");

void
drbg_init(struct crypto_drbg *drbg, const uint8_t seed[TLS_SEED_LEN])
{
	br_hmac_drbg_init((void *)drbg, &br_sha256_vtable, seed, TLS_SEED_LEN);
}

void
drbg_bytes(struct crypto_drbg *drbg, uint8_t *out, size_t len)
{
	br_hmac_drbg_generate((void *)drbg, out, len);
}
