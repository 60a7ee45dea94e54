/*
 * aead_chacha20_poly1305.c: any key, nonce, additional data and record, each ending where its object does; BearSSL's functions
 * are bearssl.h's, which write a record only through the ChaCha20 that they are given.  Proved besides: when the tag is
 * wrong, not a byte of the record has changed, so no plaintext existed.
 */
#include "tests/proofs/harness/any_hash.h"
#include "tests/proofs/harness/bearssl.h"

#include "tlsstack/crypto/aead_chacha20_poly1305.c"
#include "tlsstack/limits.h"

#define DESCRIPTOR	aead_chacha20_poly1305
#include "tests/proofs/harness/aead_descriptor.h"

void prove_init(void) { struct crypto_aead_key key; DESCRIPTOR.init(&key, any_object(DESCRIPTOR.key_len)); REACHED(); }
void prove_seal(void) { struct crypto_aead_key key; prove_sealing(&key); REACHED(); }
void prove_open(void) { struct crypto_aead_key key; prove_opening(&key); REACHED(); }

void
prove_first_block_only(void)
{
	uint8_t key[KEY_LEN], nonce[CRYPTO_NONCE_LEN];
	struct span data = any_span(TLS_CIPHERTEXT_MAX);
	uint32_t block = nondet_uint32();
	size_t at = nondet_size();
	uint8_t before;

	ASSUME(at < data.len);
	before = data.ptr[at];
	(void)first_block_only(key, nonce, block, (uint8_t *)(uintptr_t)data.ptr, data.len);
	ASSERT(block == 0 || data.ptr[at] == before);
	REACHED();
}
