/*
 * aead_descriptor.h: what aead_gcm.c and aead_chacha20_poly1305.c prove of seal and open: record.c's lengths (bytes of a record
 * up to TLS_CIPHERTEXT_MAX, additional data up to its AAD_MAX, 13), through the descriptor's pointers.
 */
#ifndef PROOFS_AEAD_DESCRIPTOR_H
#define PROOFS_AEAD_DESCRIPTOR_H

void other_side(void) { }

static inline void
prove_sealing(const struct crypto_aead_key *key)
{
	struct span data = any_span(TLS_CIPHERTEXT_MAX);

	DESCRIPTOR.seal(key, any_object(CRYPTO_NONCE_LEN), any_span(13), (uint8_t *)(uintptr_t)data.ptr, data.len, any_object(CRYPTO_TAG_LEN));
}

/* A wrong tag leaves every byte (any one stands for all). */
static inline void
prove_opening(const struct crypto_aead_key *key)
{
	struct span data = any_span(TLS_CIPHERTEXT_MAX);
	size_t at = nondet_size();
	uint8_t before = 0;
	bool good;

	ASSUME(at <= data.len);
	if (at < data.len)
		before = data.ptr[at];
	good = DESCRIPTOR.open(key, any_object(CRYPTO_NONCE_LEN), any_span(13), (uint8_t *)(uintptr_t)data.ptr, data.len, any_object(CRYPTO_TAG_LEN));
	ASSERT(good || at == data.len || data.ptr[at] == before);
}

#endif
