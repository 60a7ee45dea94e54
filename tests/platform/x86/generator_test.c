/* generator_test.c: the outputs are the hashes that generator.h says; the key moves on. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "platform/x86/generator.h"
#include "tests/panics.h"

static void
output_is_as_specified(void **state)
{
	uint8_t input[SHA256_LEN + 1] = { 0 }, expected[2 * SHA256_LEN], next[SHA256_LEN], seed[PLAT_SEED_LEN];

	(void)state;
	memset(input, 0x42, SHA256_LEN);
	generator_start(input);
	for (unsigned round = 0; round < 3; round++) {
		for (uint8_t number = 0; number < 3; number++) {
			input[SHA256_LEN] = number;
			sha256(number == 0 ? next : expected + (number - 1) * SHA256_LEN, SPAN_ARRAY(input));
		}
		generator_fill(seed);
		assert_memory_equal(seed, expected, PLAT_SEED_LEN);
		memcpy(input, next, SHA256_LEN);
	}
}

static void
without_a_key_it_panics(void **state)
{
	uint8_t seed[PLAT_SEED_LEN];

	(void)state;
	generator_wipe();
	assert_panics(generator_fill(seed));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(output_is_as_specified), cmocka_unit_test(without_a_key_it_panics) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
