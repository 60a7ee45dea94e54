/*
 * kx_p256.c: ECDH on P-256 (RFC 8446, 4.2.8.2) as a TLS group, and the public key of a scalar for
 * whoever makes signing keys.  See crypto.h and ec.c.
 */
#include "tlsstack/crypto/ec.h"

bool
kx_p256_public(uint8_t point[TLS_POINT_LEN], const uint8_t scalar[TLS_KEY_LEN])
{
	return ec_public(&ec_p256, point, scalar);
}

static void
keygen(uint8_t *secret, uint8_t *public, struct crypto_drbg *drbg)
{
	ec_keygen(&ec_p256, secret, public, drbg);
}

static bool
shared(uint8_t *shared_secret, const uint8_t *secret, struct span peer)
{
	return ec_shared(&ec_p256, shared_secret, secret, peer);
}

const struct tls_group tls_secp256r1 = {
	.code = 0x0017, .secret_len = 32, .public_len = 65, .shared_len = 32,
	.keygen = keygen, .shared = shared
};
