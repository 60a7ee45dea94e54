/* siphash_test.c: netstack/siphash.c against the paper's vectors (key 00..0f, input 00, 01, ...). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "netstack/siphash.h"

static const struct { size_t len; uint64_t hash; } VECTORS[] = {
	{ 0, 0x726fdb47dd0e0e31 }, { 1, 0x74f839c593dc67fd }, { 2, 0x0d6c8009d9a94f5a },
	{ 7, 0xab0200f58b01d137 }, { 8, 0x93f5f5799a932462 }, { 15, 0xa129ca6149be45e5 },
};

static void
matches_the_paper(void **state)
{
	uint8_t key[16];

	(void)state;
	for (uint8_t i = 0; i < 16; i++)
		key[i] = i;
	for (size_t i = 0; i < sizeof VECTORS / sizeof VECTORS[0]; i++) {
		uint8_t *exact = malloc(VECTORS[i].len + 1);

		for (uint8_t j = 0; j < VECTORS[i].len; j++)
			exact[j] = j;
		assert_int_equal(siphash(key, (struct span){ exact, VECTORS[i].len }), VECTORS[i].hash);
		free(exact);
	}
}

static void
depends_on_every_bit(void **state)
{
	uint8_t key[16] = { 0 }, input[11] = { 0 };
	uint64_t plain = siphash(key, SPAN_ARRAY(input));

	(void)state;
	for (size_t bit = 0; bit < 8 * sizeof key; bit++) {
		key[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_not_equal(siphash(key, SPAN_ARRAY(input)), plain);
		key[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t bit = 0; bit < 8 * sizeof input; bit++) {
		input[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_not_equal(siphash(key, SPAN_ARRAY(input)), plain);
		input[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_the_paper),
		cmocka_unit_test(depends_on_every_bit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
