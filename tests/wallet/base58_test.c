/* base58_test.c: Base58Check against addresses and keys that everyone knows. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/panics.h"
#include "wallet/base58.h"

static void
check(const uint8_t *bytes, size_t len, const char *want)
{
	uint8_t room[64];
	struct outbuf out = outbuf_of(room, sizeof room);

	base58_check(&out, (struct span){ bytes, len });
	assert_false(out.overflow);
	assert_int_equal(out.len, strlen(want));
	assert_memory_equal(room, want, out.len);
}

/* Leading zero bytes are written one by one; the hash of nobody's key is the extreme case. */
static void
leading_zeros(void **state)
{
	static const uint8_t BURN[21] = { 0 };

	(void)state;
	check(BURN, sizeof BURN, "1111111111111111111114oLvT2");
	check(BURN, 0, "3QJmnh");
}

/* The P2PKH address of the key 3 on regtest; its HASH160 is the witness program of wallet_test. */
static void
an_address(void **state)
{
	static const uint8_t RAW[21] = { 0x6f, 0x7d, 0xd6, 0x55, 0x92, 0xd0, 0xab, 0x2f, 0xe0, 0xd0, 0x25,
	    0x7d, 0x57, 0x1a, 0xbf, 0x03, 0x2c, 0xd9, 0xdb, 0x93, 0xdc };

	(void)state;
	check(RAW, sizeof RAW, "mrzKXEpXfEDHk7vFS3LBXVXoa4YXFcCkje");
}

/* The largest input: every digit of the working array is needed. */
static void
the_limit(void **state)
{
	uint8_t raw[BASE58_INPUT_MAX + 1], room[64];
	struct outbuf out = outbuf_of(room, sizeof room), small = outbuf_of(room, 4);

	(void)state;
	memset(raw, 0xff, sizeof raw);
	base58_check(&out, (struct span){ raw, BASE58_INPUT_MAX });
	assert_int_equal(out.len, 52);
	base58_check(&small, (struct span){ raw, BASE58_INPUT_MAX });
	assert_true(small.overflow);
	assert_panics(base58_check(&out, SPAN_ARRAY(raw)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leading_zeros),
		cmocka_unit_test(an_address),
		cmocka_unit_test(the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
