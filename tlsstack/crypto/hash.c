/*
 * hash.c: a hash in one call.  The hashes themselves are hash_sha256.c and its siblings: one
 * file each, so that a configuration links only those that it names.
 */
#include "platform/base/bytes.h"
#include "tlsstack/crypto/crypto.h"

void
hash_of(const struct crypto_hash *hash, uint8_t *digest, struct span bytes)
{
	struct crypto_hash_ctx ctx;

	hash->init(&ctx);
	hash->update(&ctx, bytes);
	hash->out(&ctx, digest);
	wipe(&ctx, sizeof ctx);
}
