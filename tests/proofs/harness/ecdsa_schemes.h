/*
 * ecdsa_schemes.h: what ecdsa_p256.c and ecdsa_p384.c prove: each scheme hands on to ecdsa.c the curve of its key's kind and a
 * digest as long as the hash class that it names reads.  ecdsa_sign and ecdsa_verify are stubs that demand what their contracts in
 * ec.h demand; the three hashes' lengths are those that hash_sha256.c and its siblings here prove.
 */
#ifndef PROOFS_ECDSA_SCHEMES_H
#define PROOFS_ECDSA_SCHEMES_H

const struct crypto_hash hash_sha256 = { .len = 32, .block_len = 64 };
const struct crypto_hash hash_sha384 = { .len = 48, .block_len = 128 };
const struct crypto_hash hash_sha512 = { .len = 64, .block_len = 128 };

static const struct tls_scheme *scheme;

void other_side(void) { }

void
ecdsa_sign(const struct ec_curve *curve, const br_hash_class *hash, struct outbuf *out, struct span scalar, const uint8_t *digest)
{
	ASSERT(curve->kind == scheme->key && digest_len_of(hash) == scheme->hash->len);
	ASSERT(__CPROVER_r_ok(digest, digest_len_of(hash)) && __CPROVER_w_ok(out, sizeof *out));
	ASSERT(scalar.len == 0 || __CPROVER_r_ok(scalar.ptr, scalar.len));
}

bool
ecdsa_verify(const struct ec_curve *curve, size_t digest_len, const struct crypto_public_key *key, const uint8_t *digest,
    struct span signature)
{
	ASSERT(curve->kind == scheme->key && (curve->scalar_len == 32 || curve->scalar_len == EC_SCALAR_MAX));
	ASSERT(digest_len == scheme->hash->len && digest_len <= CRYPTO_HASH_MAX && __CPROVER_r_ok(digest, digest_len));
	ASSERT(__CPROVER_r_ok(key, sizeof *key) && (signature.len == 0 || __CPROVER_r_ok(signature.ptr, signature.len)));
	return nondet_bool();
}

static void
signing(const struct tls_scheme *with)
{
	struct outbuf out;
	struct crypto_drbg drbg;

	scheme = with;
	scheme->sign(scheme, &out, any_span(TLS_PLAINTEXT_MAX), any_object(scheme->hash->len), &drbg);
}

static void
verifying(const struct tls_scheme *with)
{
	struct crypto_public_key key;

	scheme = with;
	(void)scheme->verify(scheme, &key, any_object(scheme->hash->len), any_span(TLS_MESSAGE_TOP));
}

#endif
