/* generator.c: see generator.h. */
#include "platform/x86/generator.h"

#include "platform/base/bytes.h"
#include "platform/base/panic.h"

static uint8_t key[SHA256_LEN];
static bool started;

static void
block(uint8_t out[SHA256_LEN], uint8_t number)
{
	uint8_t input[SHA256_LEN + 1];

	bytes_copy(input, key, sizeof key);
	input[SHA256_LEN] = number;
	sha256(out, SPAN_ARRAY(input));
	wipe(input, sizeof input);
}

void
generator_start(const uint8_t first_key[SHA256_LEN])
{
	bytes_copy(key, first_key, sizeof key);
	started = true;
}

void
generator_fill(uint8_t seed[PLAT_SEED_LEN])
{
	uint8_t next_key[SHA256_LEN], tail[SHA256_LEN];

	REQUIRE(started);
	block(next_key, 0);
	block(seed, 1);
	block(tail, 2);
	bytes_copy(seed + SHA256_LEN, tail, PLAT_SEED_LEN - SHA256_LEN);
	bytes_copy(key, next_key, sizeof key);
	wipe(next_key, sizeof next_key);
	wipe(tail, sizeof tail);
}

void
generator_wipe(void)
{
	wipe(key, sizeof key);
	started = false;
}
