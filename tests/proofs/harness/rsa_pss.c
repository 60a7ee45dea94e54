/*
 * rsa_pss.c: any key and signature; the hash is any_hash.h.  rsa.c is any_rsa.h.  (verify, shape_of have contracts;
 * what they trust of add_mask and salted is what is proved of these here: they write into their object only, within it.)
 */
#include "tests/proofs/harness/any_hash.h"

#include "tlsstack/crypto/rsa_pss.c"
#include "tlsstack/limits.h"

#include "tests/proofs/harness/any_rsa.h"

void
drbg_bytes(struct crypto_drbg *drbg, uint8_t *out, size_t len)
{
	ASSERT(__CPROVER_w_ok(drbg, sizeof *drbg) && len <= 65536 && __CPROVER_w_ok(out, len));
	__CPROVER_havoc_object(out);
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
