/* hmac.c: HMAC (RFC 2104, FIPS 198-1) over any hash descriptor.  See crypto.h. */
#include "platform/base/bytes.h"
#include "tlsstack/crypto/crypto.h"

static void
start(struct crypto_hash_ctx *ctx, const struct crypto_hash *hash, const uint8_t *key, uint8_t pad)
{
	uint8_t block[CRYPTO_BLOCK_MAX];

	for (size_t i = 0; i < hash->block_len; i++)
		block[i] = key[i] ^ pad;
	hash->init(ctx);
	hash->update(ctx, (struct span){ block, hash->block_len });
	wipe(block, sizeof block);
}

void
hmac_init(struct crypto_hmac *hmac, const struct crypto_hash *hash, struct span key)
{
	uint8_t padded[CRYPTO_BLOCK_MAX] = { 0 };

	if (key.len > hash->block_len)
		hash_of(hash, padded, key);
	else
		bytes_copy(padded, key.ptr, key.len);
	hmac->hash = hash;
	start(&hmac->inner, hash, padded, 0x36);
	start(&hmac->outer, hash, padded, 0x5c);
	wipe(padded, sizeof padded);
}

void
hmac_update(struct crypto_hmac *hmac, struct span bytes) { hmac->hash->update(&hmac->inner, bytes); }

void
hmac_out(const struct crypto_hmac *hmac, uint8_t *mac)
{
	struct crypto_hash_ctx outer = hmac->outer;
	uint8_t digest[CRYPTO_HASH_MAX];

	hmac->hash->out(&hmac->inner, digest);
	hmac->hash->update(&outer, (struct span){ digest, hmac->hash->len });
	hmac->hash->out(&outer, mac);
	wipe(digest, sizeof digest);
	wipe(&outer, sizeof outer);
}
