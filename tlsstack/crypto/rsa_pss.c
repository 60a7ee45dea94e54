/*
 * rsa_pss.c: RSASSA-PSS (RFC 8017, 8.1), with MGF1 on the same hash and a salt of the hash's
 * length, as RFC 8446, 4.2.3 has it; keys with the OID rsaEncryption (rsa_pss_rsae_*).
 */
#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "tlsstack/crypto/rsa.h"

/* MGF1 (B.2.1), added onto `bytes`. */
static void
add_mask(uint8_t *bytes, size_t len, const struct crypto_hash *hash, const uint8_t *seed)
PRE(len <= RSA_BYTES_MAX && WRITABLE(bytes, len) && HASH_FRESH(hash) && READABLE(seed, hash->len))
ASSIGNS(ALL_OF(bytes))
{
	uint8_t block[CRYPTO_HASH_MAX];
	struct crypto_hash_ctx ctx;

	for (uint32_t i = 0; i * hash->len < len; i++)
	LOOP_ASSIGNS(i, ctx, ALL_OF(block), ALL_OF(bytes))
	LOOP_INVARIANT(i <= RSA_BYTES_MAX)
	LOOP_DECREASES(RSA_BYTES_MAX - i)
	{
		const uint8_t counter[4] = { 0, 0, 0, (uint8_t)i };	/* 512 bytes are at most 16 blocks */

		hash->init(&ctx);
		hash->update(&ctx, (struct span){ seed, hash->len });
		hash->update(&ctx, SPAN_ARRAY(counter));
		hash->out(&ctx, block);
		for (size_t j = 0; j < hash->len && i * hash->len + j < len; j++)
		LOOP_ASSIGNS(j, ALL_OF(bytes))
		LOOP_INVARIANT(j <= hash->len)
		LOOP_DECREASES(hash->len - j)
			bytes[i * hash->len + j] ^= block[j];
	}
}

/* H = Hash(eight zeros | digest | salt). */
static void
salted(uint8_t *out, const struct crypto_hash *hash, const uint8_t *digest, const uint8_t *salt)
PRE(HASH_FRESH(hash) && WRITABLE(out, hash->len) && READABLE(digest, hash->len) && READABLE(salt, hash->len))
ASSIGNS(UP_TO(out, hash->len))
{
	static const uint8_t zeros[8];
	struct crypto_hash_ctx ctx;

	hash->init(&ctx);
	hash->update(&ctx, SPAN_ARRAY(zeros));
	hash->update(&ctx, (struct span){ digest, hash->len });
	hash->update(&ctx, (struct span){ salt, hash->len });
	hash->out(&ctx, out);
}

/*
 * EM is DB | H | bc, of emBits = modBits - 1 bits.  Where modBits is 8k + 1 it has one byte less
 * than the modulus, and that byte is zero.  The mask of DB's first byte leaves emBits.
 */
struct shape { size_t skip, db_len; uint8_t top_mask; };

static struct shape
shape_of(struct span modulus, size_t hash_len)
PRE(hash_len <= CRYPTO_HASH_MAX && SPAN_VALUE(modulus) && RSA_MODULUS_OK(modulus))
ASSIGNS()
POST(RETVAL.skip <= 1 && RETVAL.db_len <= RSA_BYTES_MAX && RETVAL.db_len > hash_len + 1)
POST(RETVAL.db_len > RSA_BYTES_MAX || RETVAL.skip + RETVAL.db_len + hash_len + 1 == modulus.len)
POST(RETVAL.top_mask != 0)
{
	size_t em_bits = rsa_bits(modulus) - 1, em_len = (em_bits + 7) / 8;

	return (struct shape){ modulus.len - em_len, em_len - hash_len - 1, (uint8_t)(0xff >> (8 * em_len - em_bits)) };
}

/* EMSA-PSS-VERIFY, 9.1.2. */
static bool
verify(const struct tls_scheme *scheme, const struct crypto_public_key *key,
    const uint8_t *digest, struct span signature)
PRE(FRESH(scheme) && HASH_FRESH(scheme->hash) && FRESH_BYTES(digest, scheme->hash->len))
PRE(FRESH(key) && SPAN_VALUE(key->modulus) && SPAN_VALUE(key->exponent) && SPAN_VALUE(signature))
ASSIGNS()
POST(!RETVAL || key->kind == CRYPTO_KEY_RSA)
{
	uint8_t em[RSA_BYTES_MAX], want[CRYPTO_HASH_MAX], *db, *h;
	size_t hash_len = scheme->hash->len;
	struct shape shape;
	uint8_t wrong = 0;

	if (!rsa_public(em, key, signature))
		return false;
	shape = shape_of(key->modulus, hash_len);
	db = em + shape.skip;
	h = db + shape.db_len;
	if ((shape.skip == 1 && em[0] != 0) || (db[0] & ~shape.top_mask) != 0 || h[hash_len] != 0xbc)
		return false;
	add_mask(db, shape.db_len, scheme->hash, h);
	db[0] &= shape.top_mask;
	for (size_t i = 0; i < shape.db_len - hash_len - 1; i++)
	LOOP_ASSIGNS(i, wrong)
	LOOP_INVARIANT(i <= shape.db_len - hash_len - 1)
	LOOP_DECREASES(shape.db_len - hash_len - i)
		wrong |= db[i];
	if (wrong != 0 || db[shape.db_len - hash_len - 1] != 1)
		return false;
	salted(want, scheme->hash, digest, db + shape.db_len - hash_len);
	return bytes_equal((struct span){ want, hash_len }, (struct span){ h, hash_len });
}

/* EMSA-PSS-ENCODE, 9.1.1. */
static void
sign(const struct tls_scheme *scheme, struct outbuf *out, struct span key,
    const uint8_t *digest, struct crypto_drbg *drbg)
{
	struct rsa_private private;
	uint8_t em[RSA_BYTES_MAX] = { 0 }, *db, *h, *salt;
	size_t hash_len = scheme->hash->len;
	struct shape shape;

	REQUIRE(rsa_private_parse(&private, key) && rsa_bits(private.modulus) >= CRYPTO_RSA_BITS_MIN &&
	    rsa_bits(private.modulus) <= CRYPTO_RSA_BITS_MAX);
	shape = shape_of(private.modulus, hash_len);
	db = em + shape.skip;
	h = db + shape.db_len;
	salt = h - hash_len;
	drbg_bytes(drbg, salt, hash_len);
	salted(h, scheme->hash, digest, salt);
	salt[-1] = 1;
	add_mask(db, shape.db_len, scheme->hash, h);
	db[0] &= shape.top_mask;
	h[hash_len] = 0xbc;
	rsa_sign(em, &private);
	outbuf_bytes(out, (struct span){ em, private.modulus.len });
}

const struct tls_scheme tls_rsa_pss_rsae_sha256 = {
	.code = 0x0804, .tls13 = true, .tls12 = true, .key = CRYPTO_KEY_RSA,
	.signature = CRYPTO_SIG_RSA_PSS_SHA256, .hash = &hash_sha256, .sign = sign, .verify = verify
};

const struct tls_scheme tls_rsa_pss_rsae_sha384 = {
	.code = 0x0805, .tls13 = true, .tls12 = true, .key = CRYPTO_KEY_RSA,
	.signature = CRYPTO_SIG_RSA_PSS_SHA384, .hash = &hash_sha384, .sign = sign, .verify = verify
};

const struct tls_scheme tls_rsa_pss_rsae_sha512 = {
	.code = 0x0806, .tls13 = true, .tls12 = true, .key = CRYPTO_KEY_RSA,
	.signature = CRYPTO_SIG_RSA_PSS_SHA512, .hash = &hash_sha512, .sign = sign, .verify = verify
};
