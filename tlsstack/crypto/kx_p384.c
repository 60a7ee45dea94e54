/* kx_p384.c: ECDH on P-384 (RFC 8446, 4.2.8.2) as a TLS group.  See crypto.h and ec.c. */
#include "tlsstack/crypto/ec.h"

static void
keygen(uint8_t *secret, uint8_t *public, struct crypto_drbg *drbg)
{
	ec_keygen(&ec_p384, secret, public, drbg);
}

static bool
shared(uint8_t *shared_secret, const uint8_t *secret, struct span peer)
{
	return ec_shared(&ec_p384, shared_secret, secret, peer);
}

const struct tls_group tls_secp384r1 = {
	.code = 0x0018, .secret_len = 48, .public_len = 97, .shared_len = 48,
	.keygen = keygen, .shared = shared
};
