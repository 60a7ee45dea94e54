/* bech32_test.c: BIP-173's examples of version 0, 20 bytes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "wallet/bech32.h"

static const uint8_t PROGRAM[20] = { 0x75, 0x1e, 0x76, 0xe8, 0x19, 0x91, 0x96, 0xd4, 0x54, 0x94, 0x1c, 0x45,
    0xd1, 0xb3, 0xa3, 0x23, 0xf1, 0x43, 0x3b, 0xd6 };

static void
check(const char *prefix, const uint8_t program[20], const char *want)
{
	uint8_t room[90];
	struct outbuf out = outbuf_of(room, sizeof room);

	bech32_p2wpkh(&out, prefix, program);
	assert_false(out.overflow);
	assert_int_equal(out.len, strlen(want));
	assert_memory_equal(room, want, out.len);
}

static void
examples_of_bip173(void **state)
{
	(void)state;
	check("bc", PROGRAM, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4");
	check("tb", PROGRAM, "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx");
}

/* A code that detects errors: no two of these single-bit neighbours share their last six. */
static void
checksum_depends_on_every_bit(void **state)
{
	char seen[161][6];
	uint8_t program[20], room[90];

	(void)state;
	for (unsigned bit = 0; bit <= 160; bit++) {
		struct outbuf out = outbuf_of(room, sizeof room);

		memcpy(program, PROGRAM, sizeof program);
		if (bit < 160)
			program[bit / 8] ^= (uint8_t)(1u << bit % 8);
		bech32_p2wpkh(&out, "bcrt", program);
		memcpy(seen[bit], room + out.len - 6, 6);
		for (unsigned i = 0; i < bit; i++)
			assert_memory_not_equal(seen[i], seen[bit], 6);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples_of_bip173),
		cmocka_unit_test(checksum_depends_on_every_bit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
