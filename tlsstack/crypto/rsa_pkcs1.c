/*
 * rsa_pkcs1.c: RSASSA-PKCS1-v1_5 (RFC 8017, 8.2): certificates and TLS 1.2 only (RFC 8446, 4.2.3).
 *
 * Verifying builds the one encoding that there is and compares: nothing of the peer's encoding is
 * parsed, so there is nothing to leave unread (Bleichenbacher's forgery of 2006 for e = 3, and
 * its many returns).
 */
#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "tlsstack/crypto/rsa.h"

/* DigestInfo up to the digest: RFC 8017, 9.2, note 1. */
#define PREFIX_LEN	19
#define PREFIX(n, len)	{ 0x30, 0x31 - 0x20 + (len), 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, \
    0x03, 0x04, 0x02, n, 0x05, 0x00, 0x04, len }

static const uint8_t prefix_sha256[PREFIX_LEN] = PREFIX(1, 32);
static const uint8_t prefix_sha384[PREFIX_LEN] = PREFIX(2, 48);
static const uint8_t prefix_sha512[PREFIX_LEN] = PREFIX(3, 64);

/* EMSA-PKCS1-v1_5: 00 01 ff ... ff 00 DigestInfo.  A modulus of 2048 bits leaves room for every hash. */
static void
encode(uint8_t *em, size_t em_len, const struct tls_scheme *scheme, const uint8_t *digest)
PRE(em_len >= CRYPTO_RSA_BITS_MIN / 8 && em_len <= RSA_BYTES_MAX && FRESH_BYTES(em, em_len))
PRE(FRESH(scheme) && HASH_FRESH(scheme->hash) && FRESH_BYTES(digest, scheme->hash->len))
ASSIGNS(UP_TO(em, em_len))
{
	const uint8_t *prefix = scheme->signature == CRYPTO_SIG_RSA_PKCS1_SHA256 ? prefix_sha256 :
	    scheme->signature == CRYPTO_SIG_RSA_PKCS1_SHA384 ? prefix_sha384 : prefix_sha512;
	size_t padding = em_len - 3 - PREFIX_LEN - scheme->hash->len;

	em[0] = 0;
	em[1] = 1;
	bytes_set(em + 2, 0xff, padding);
	em[2 + padding] = 0;
	bytes_copy(em + 3 + padding, prefix, PREFIX_LEN);
	bytes_copy(em + 3 + padding + PREFIX_LEN, digest, scheme->hash->len);
}

static bool
verify(const struct tls_scheme *scheme, const struct crypto_public_key *key,
    const uint8_t *digest, struct span signature)
PRE(FRESH(scheme) && HASH_FRESH(scheme->hash) && FRESH_BYTES(digest, scheme->hash->len))
PRE(FRESH(key) && SPAN_VALUE(key->modulus) && SPAN_VALUE(key->exponent) && SPAN_VALUE(signature))
ASSIGNS()
POST(!RETVAL || key->kind == CRYPTO_KEY_RSA)
{
	uint8_t got[RSA_BYTES_MAX], want[RSA_BYTES_MAX];

	if (!rsa_public(got, key, signature))
		return false;
	encode(want, signature.len, scheme, digest);
	return bytes_equal((struct span){ got, signature.len }, (struct span){ want, signature.len });
}

static void
sign(const struct tls_scheme *scheme, struct outbuf *out, struct span key,
    const uint8_t *digest, struct crypto_drbg *drbg)
{
	struct rsa_private private;
	uint8_t em[RSA_BYTES_MAX];

	(void)drbg;
	REQUIRE(rsa_private_parse(&private, key) && rsa_bits(private.modulus) >= CRYPTO_RSA_BITS_MIN &&
	    rsa_bits(private.modulus) <= CRYPTO_RSA_BITS_MAX);
	encode(em, private.modulus.len, scheme, digest);
	rsa_sign(em, &private);
	outbuf_bytes(out, (struct span){ em, private.modulus.len });
}

const struct tls_scheme tls_rsa_pkcs1_sha256 = {
	.code = 0x0401, .tls12 = true, .key = CRYPTO_KEY_RSA,
	.signature = CRYPTO_SIG_RSA_PKCS1_SHA256, .hash = &hash_sha256, .sign = sign, .verify = verify
};

const struct tls_scheme tls_rsa_pkcs1_sha384 = {
	.code = 0x0501, .tls12 = true, .key = CRYPTO_KEY_RSA,
	.signature = CRYPTO_SIG_RSA_PKCS1_SHA384, .hash = &hash_sha384, .sign = sign, .verify = verify
};

const struct tls_scheme tls_rsa_pkcs1_sha512 = {
	.code = 0x0601, .tls12 = true, .key = CRYPTO_KEY_RSA,
	.signature = CRYPTO_SIG_RSA_PKCS1_SHA512, .hash = &hash_sha512, .sign = sign, .verify = verify
};
