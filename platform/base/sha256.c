/* sha256.c: SHA-256 over BearSSL's implementation.  See sha256.h. */
#include "platform/base/sha256.h"

#include <bearssl_hash.h>

#include "platform/base/bytes.h"

_Static_assert(sizeof(struct sha256) >= sizeof(br_sha256_context), "the opaque context is large enough");
_Static_assert(_Alignof(struct sha256) >= _Alignof(br_sha256_context), "and aligned enough");

void
sha256_init(struct sha256 *hash) { br_sha256_init((br_sha256_context *)hash); }

void
sha256_update(struct sha256 *hash, struct span bytes)
{
	br_sha256_update((br_sha256_context *)hash, bytes.ptr, bytes.len);
}

void
sha256_out(const struct sha256 *hash, uint8_t digest[SHA256_LEN])
{
	br_sha256_out((const br_sha256_context *)hash, digest);
}

void
sha256(uint8_t digest[SHA256_LEN], struct span bytes)
{
	struct sha256 hash;

	sha256_init(&hash);
	sha256_update(&hash, bytes);
	sha256_out(&hash, digest);
	wipe(&hash, sizeof hash);
}
