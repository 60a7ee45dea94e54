/*
 * aead_gcm.c: any key that expand() made, nonce, additional data and record, each ending where its object does, on a processor
 * with or without AES-NI and PCLMULQDQ; BearSSL's functions are bearssl.h's.  Proved besides: code of instructions is run
 * only where the processor has them; when the tag is wrong, not a byte of the record has changed.
 */
#include "tests/proofs/harness/any_hash.h"
#include "tests/proofs/harness/bearssl.h"

#include "tlsstack/crypto/aead_gcm.c"
#include "tlsstack/limits.h"

#define DESCRIPTOR	aead_aes128_gcm
#include "tests/proofs/harness/aead_descriptor.h"

static struct gcm_key gcm;

/* What was asked of the processor was answered by it. */
static bool
holds(void)
{
	return (aes_kind == UNKNOWN || aes_kind == (bearssl_has_aes ? HARDWARE : PORTABLE)) &&
	    (ghash_kind == UNKNOWN || ghash_kind == (bearssl_has_pclmul ? HARDWARE : PORTABLE));
}

static struct crypto_aead_key *
any_key(void)
{
	bearssl_has_aes = nondet_bool();
	bearssl_has_pclmul = nondet_bool();
	aes_kind = nondet_uint8();
	ghash_kind = nondet_uint8();
	ASSUME(holds());
	__CPROVER_havoc_object(&gcm);
	gcm.aes.vtable = bearssl_has_aes ? &br_aes_x86ni_ctr_vtable : &br_aes_ct64_ctr_vtable;
	return (struct crypto_aead_key *)&gcm;
}

static void
judge_key(void)
{
	ASSERT(holds() && gcm.aes.vtable == (bearssl_has_aes ? &br_aes_x86ni_ctr_vtable : &br_aes_ct64_ctr_vtable));
}

void prove_aes_class(void) { (void)any_key(); const br_block_ctr_class *class = aes_class();
    ASSERT(holds() && class == (bearssl_has_aes ? &br_aes_x86ni_ctr_vtable : &br_aes_ct64_ctr_vtable)); REACHED(); }
void prove_ghash_function(void) { (void)any_key(); br_ghash ghash = ghash_function();
    ASSERT(holds() && ghash == (bearssl_has_pclmul ? br_ghash_pclmul : br_ghash_ctmul64)); REACHED(); }
void prove_expand(void) { struct crypto_aead_key *key = any_key(); size_t len = nondet_bool() ? 16 : 32;
    expand(key, any_object(len), len); judge_key(); REACHED(); }
void prove_init_128(void) { struct crypto_aead_key *key = any_key(); aead_aes128_gcm.init(key, any_object(aead_aes128_gcm.key_len)); judge_key(); REACHED(); }
void prove_init_256(void) { struct crypto_aead_key *key = any_key(); aead_aes256_gcm.init(key, any_object(aead_aes256_gcm.key_len)); judge_key(); REACHED(); }

void
prove_crypt(void)
{
	struct span data = any_span(TLS_CIPHERTEXT_MAX);

	(void)any_key();
	crypt(&gcm, any_object(CRYPTO_NONCE_LEN), nondet_uint32(), (uint8_t *)(uintptr_t)data.ptr, data.len);
	REACHED();
}

void
prove_make_tag(void)
{
	struct span data = any_span(TLS_CIPHERTEXT_MAX);

	(void)any_key();
	make_tag(&gcm, any_object(CRYPTO_NONCE_LEN), any_span(13), data.ptr, data.len, any_object(CRYPTO_TAG_LEN));
	ASSERT(holds());
	REACHED();
}

void prove_seal(void) { prove_sealing(any_key()); judge_key(); REACHED(); }
void prove_open(void) { prove_opening(any_key()); judge_key(); REACHED(); }
