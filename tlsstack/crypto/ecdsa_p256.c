/* ecdsa_p256.c: the signature schemes of P-256 keys.  See crypto.h and ecdsa.c. */
#include "tlsstack/crypto/ec.h"

static void
sign_sha256(const struct tls_scheme *scheme, struct outbuf *out, struct span key,
    const uint8_t *digest, struct crypto_drbg *drbg)
{
	(void)scheme, (void)drbg;
	ecdsa_sign(&ec_p256, &br_sha256_vtable, out, key, digest);
}

static void
sign_sha384(const struct tls_scheme *scheme, struct outbuf *out, struct span key,
    const uint8_t *digest, struct crypto_drbg *drbg)
{
	(void)scheme, (void)drbg;
	ecdsa_sign(&ec_p256, &br_sha384_vtable, out, key, digest);
}

static void
sign_sha512(const struct tls_scheme *scheme, struct outbuf *out, struct span key,
    const uint8_t *digest, struct crypto_drbg *drbg)
{
	(void)scheme, (void)drbg;
	ecdsa_sign(&ec_p256, &br_sha512_vtable, out, key, digest);
}

static bool
verify(const struct tls_scheme *scheme, const struct crypto_public_key *key,
    const uint8_t *digest, struct span signature)
{
	return ecdsa_verify(&ec_p256, scheme->hash->len, key, digest, signature);
}

const struct tls_scheme tls_ecdsa_secp256r1_sha256 = {
	.code = 0x0403, .tls13 = true, .tls12 = true, .key = CRYPTO_KEY_P256,
	.signature = CRYPTO_SIG_ECDSA_SHA256, .hash = &hash_sha256, .sign = sign_sha256, .verify = verify
};

/* In TLS 1.3 this code means another curve (RFC 8446, 4.2.3): TLS 1.2 and certificates only. */
const struct tls_scheme tls_ecdsa_p256_sha384 = {
	.code = 0x0503, .tls12 = true, .key = CRYPTO_KEY_P256,
	.signature = CRYPTO_SIG_ECDSA_SHA384, .hash = &hash_sha384, .sign = sign_sha384, .verify = verify
};

/* In TLS 1.3 this code means another curve (RFC 8446, 4.2.3): TLS 1.2 and certificates only. */
const struct tls_scheme tls_ecdsa_p256_sha512 = {
	.code = 0x0603, .tls12 = true, .key = CRYPTO_KEY_P256,
	.signature = CRYPTO_SIG_ECDSA_SHA512, .hash = &hash_sha512, .sign = sign_sha512, .verify = verify
};
