/* tagged.c: see tagged.h. */
#include "wallet/tagged.h"

#include "platform/base/sha256.h"

void
tagged(uint8_t digest[32], struct span tag, struct span bytes)
{
	struct sha256 hash;
	uint8_t name[SHA256_LEN];

	sha256(name, tag);
	sha256_init(&hash);
	sha256_update(&hash, SPAN_ARRAY(name));
	sha256_update(&hash, SPAN_ARRAY(name));
	sha256_update(&hash, bytes);
	sha256_out(&hash, digest);
}
