/* hash_sha256.c: SHA-256 (FIPS 180-4) over BearSSL's, as a descriptor.  See crypto.h. */
#include "tlsstack/crypto/crypto.h"

#include <bearssl_hash.h>

_Static_assert(sizeof(struct crypto_hash_ctx) >= sizeof(br_sha256_context), "the opaque context is large enough");

static void
init(struct crypto_hash_ctx *ctx) { br_sha256_init((void *)ctx); }

static void
update(struct crypto_hash_ctx *ctx, struct span bytes)
{
	br_sha256_update((void *)ctx, bytes.ptr, bytes.len);
}

static void
out(const struct crypto_hash_ctx *ctx, uint8_t *digest)
{
	br_sha256_out((const void *)ctx, digest);
}

const struct crypto_hash hash_sha256 = {
	.len = br_sha256_SIZE, .block_len = 64, .init = init, .update = update, .out = out
};
