/*
 * aead_chacha20_poly1305.c: ChaCha20-Poly1305 (RFC 8439) over BearSSL's SSE2 ChaCha20 and
 * 64-bit Poly1305.  See crypto.h.  SSE2 is part of x86-64: no CPUID is asked.
 */
#include "platform/base/bytes.h"
#include "platform/base/ct.h"
#include "tlsstack/crypto/crypto.h"

#include <bearssl_block.h>

#define KEY_LEN	32

static void
init(struct crypto_aead_key *key, const uint8_t *secret) { bytes_copy((void *)key, secret, KEY_LEN); }

static void
seal(const struct crypto_aead_key *key, const uint8_t nonce[CRYPTO_NONCE_LEN],
    struct span aad, uint8_t *data, size_t len, uint8_t tag[CRYPTO_TAG_LEN])
{
	br_poly1305_ctmulq_run(key, nonce, data, len, aad.ptr, aad.len, tag, br_chacha20_sse2_run, 1);
}

/*
 * The stream for the Poly1305 key (block 0) and none for the data (from block 1): so BearSSL's
 * combined function computes the tag and leaves the ciphertext alone.
 */
static uint32_t
first_block_only(const void *key, const void *nonce, uint32_t block, void *data, size_t len)
{
	return block == 0 ? br_chacha20_sse2_run(key, nonce, block, data, len) : block;
}

static bool
open(const struct crypto_aead_key *key, const uint8_t nonce[CRYPTO_NONCE_LEN],
    struct span aad, uint8_t *data, size_t len, const uint8_t tag[CRYPTO_TAG_LEN])
{
	uint8_t right[CRYPTO_TAG_LEN];
	bool ok;

	br_poly1305_ctmulq_run(key, nonce, data, len, aad.ptr, aad.len, right, first_block_only, 0);
	ok = ct_equal(right, tag, sizeof right);
	wipe(right, sizeof right);
	if (ok)
		br_chacha20_sse2_run(key, nonce, 1, data, len);
	return ok;
}

/* RFC 8446, 5.5: the record sequence number would wrap first. */
const struct crypto_aead aead_chacha20_poly1305 = {
	.key_len = KEY_LEN, .seal_limit = UINT64_MAX, .init = init, .seal = seal, .open = open
};
