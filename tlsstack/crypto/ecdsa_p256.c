/* ecdsa_p256.c: the signature schemes of P-256 keys.  See crypto.h and ecdsa.c. */
#include "tlsstack/crypto/ecdsa.h"

static const struct ecdsa_curve p256 = { CRYPTO_KEY_P256, &br_ec_p256_m31, BR_EC_secp256r1, 32 };

static void
sign_sha256(const struct tls_scheme *scheme, struct outbuf *out, struct span key,
    const uint8_t *digest, struct crypto_drbg *drbg)
{
	(void)scheme, (void)drbg;
	ecdsa_sign(&p256, &br_sha256_vtable, out, key, digest);
}

static bool
verify(const struct tls_scheme *scheme, const struct crypto_public_key *key,
    const uint8_t *digest, struct span signature)
{
	return ecdsa_verify(&p256, scheme->hash->len, key, digest, signature);
}

const struct tls_scheme tls_ecdsa_secp256r1_sha256 = {
	.code = 0x0403, .tls13 = true, .tls12 = true,
	.key = CRYPTO_KEY_P256, .signature = CRYPTO_SIG_ECDSA_SHA256, .hash = &hash_sha256,
	.sign = sign_sha256, .verify = verify
};
