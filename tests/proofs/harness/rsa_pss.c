/*
 * rsa_pss.c: any key and signature; the hash is any_hash.h.  rsa_public answers any bytes, and true only of what its contract in
 * rsa.h promises: a signature as long as a modulus of 2048 to 4096 bits (RSA_MODULUS_OK); rsa_bits answers what its contract says.
 * What only signing calls (our own key) is stubbed with the same contracts.
 */
#include "tests/proofs/harness/any_hash.h"

#include "tlsstack/crypto/rsa_pss.c"
#include "tlsstack/limits.h"

static struct tls_scheme scheme;

void other_side(void) { }

/* For a name that the descriptors of the real file point to. */
const struct crypto_hash hash_sha256 = { .len = 32 }, hash_sha384 = { .len = 48 }, hash_sha512 = { .len = 64 };

size_t
rsa_bits(struct span modulus)
{
	size_t bits = nondet_size();

	ASSERT(modulus.len == 0 || __CPROVER_r_ok(modulus.ptr, modulus.len));
	ASSUME(bits == 0 || (modulus.len > 0 && modulus.ptr[0] != 0 && bits <= modulus.len * 8 && bits + 8 > modulus.len * 8));
	ASSUME(modulus.len == 0 || ((bits == modulus.len * 8) == (modulus.ptr[0] >= 0x80) && (bits == 0) == (modulus.ptr[0] == 0)));
	return bits;
}

bool
rsa_public(uint8_t out[RSA_BYTES_MAX], const struct crypto_public_key *key, struct span signature)
{
	ASSERT(__CPROVER_w_ok(out, RSA_BYTES_MAX));
	ASSERT(signature.len == 0 || __CPROVER_r_ok(signature.ptr, signature.len));
	__CPROVER_havoc_slice(out, RSA_BYTES_MAX);
	return key->kind == CRYPTO_KEY_RSA && signature.len == key->modulus.len && RSA_MODULUS_OK(key->modulus) && nondet_bool();
}

bool
rsa_private_parse(struct rsa_private *key, struct span der)
{
	ASSERT(__CPROVER_w_ok(key, sizeof *key) && (der.len == 0 || __CPROVER_r_ok(der.ptr, der.len)));
	key->modulus = any_span(RSA_BYTES_MAX);
	ASSUME(RSA_MODULUS_OK(key->modulus));	/* our own key: another panics */
	return true;
}

void
rsa_sign(uint8_t *x, const struct rsa_private *key)
{
	ASSERT(__CPROVER_w_ok(x, key->modulus.len));
	__CPROVER_havoc_object(x);
}

void
drbg_bytes(struct crypto_drbg *drbg, uint8_t *out, size_t len)
{
	ASSERT(__CPROVER_w_ok(drbg, sizeof *drbg) && len <= 65536 && __CPROVER_w_ok(out, len));
	__CPROVER_havoc_object(out);
}

bool
bytes_equal(struct span a, struct span b)
{
	ASSERT(a.len == b.len && __CPROVER_r_ok(a.ptr, a.len) && __CPROVER_r_ok(b.ptr, b.len));
	return nondet_bool();
}

static void
any_scheme(void)
{
	any_hash_choose(nondet_unsigned());
	scheme.hash = &any_hash;
}

static void
judge_shape(void)
{
	struct span modulus = any_span(RSA_BYTES_MAX);
	struct shape shape;

	any_scheme();
	ASSUME(RSA_MODULUS_OK(modulus));
	shape = shape_of(modulus, any_hash.len);
	ASSERT(shape.skip <= 1 && shape.skip + shape.db_len + any_hash.len + 1 == modulus.len && shape.db_len > any_hash.len + 1);
	ASSERT(shape.top_mask != 0);
}

static void
judge_mask(void)
{
	struct span bytes = any_span(RSA_BYTES_MAX);

	any_scheme();
	add_mask((uint8_t *)(uintptr_t)bytes.ptr, bytes.len, &any_hash, any_object(any_hash.len));
}

static void
judge_verify(void)
{
	struct crypto_public_key key = { .kind = (enum crypto_key_kind)(nondet_uint8() % 4), .modulus = any_span(TLS_MESSAGE_TOP) };

	any_scheme();
	(void)verify(&scheme, &key, any_object(any_hash.len), any_span(TLS_MESSAGE_TOP));
}

static void
judge_sign(void)
{
	uint8_t room[CRYPTO_SIGNATURE_MAX];
	struct outbuf out = outbuf_of(room, sizeof room);
	struct crypto_drbg drbg;

	any_scheme();
	sign(&scheme, &out, any_span(TLS_PLAINTEXT_MAX), any_object(any_hash.len), &drbg);
	ASSERT(!out.overflow && out.len >= CRYPTO_RSA_BITS_MIN / 8);
}

void prove_shape_of(void) { judge_shape(); REACHED(); }
void prove_add_mask(void) { judge_mask(); REACHED(); }
void prove_salted(void) { any_scheme(); salted(any_object(any_hash.len), &any_hash, any_object(any_hash.len), any_object(any_hash.len)); REACHED(); }
void prove_verify(void) { judge_verify(); REACHED(); }
void prove_sign(void) { judge_sign(); REACHED(); }
