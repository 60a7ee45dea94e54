/* draws.c: the scripted generator of a recording.  See draws.h. */
#include "platform/hosted/draws.h"

#include "platform/base/bytes.h"
#include "platform/base/sha256.h"

void
draws_make(uint8_t draw[PLAT_SEED_LEN], const uint8_t seed[PLAT_SEED_LEN], uint64_t number)
{
	uint8_t input[PLAT_SEED_LEN + 9], digest[SHA256_LEN];
	struct outbuf out = outbuf_of(input, sizeof input);

	outbuf_bytes(&out, (struct span){ seed, PLAT_SEED_LEN });
	outbuf_uint(&out, number, 8);
	outbuf_uint(&out, 0, 1);
	sha256(digest, outbuf_span(&out));
	bytes_copy(draw, digest, SHA256_LEN);
	input[sizeof input - 1] = 1;
	sha256(digest, outbuf_span(&out));
	bytes_copy(draw + SHA256_LEN, digest, PLAT_SEED_LEN - SHA256_LEN);
}
