/* ripemd160_test.c: the published examples of RIPEMD-160 that fit one block. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "platform/base/text.h"
#include "tests/panics.h"
#include "wallet/ripemd160.h"

static void
known_answers(void **state)
{
	static const struct { const char *in, *hex; } CASES[] = {
		{ "", "9c1185a5c5e9fc54612808977ee8f548b2258d31" },
		{ "a", "0bdc9d2d256b3ee9daae347be6f4dc835a467ffe" },
		{ "abc", "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc" },
		{ "message digest", "5d0689ef49d2fae572b881b123a85ffa21595f36" },
		{ "abcdefghijklmnopqrstuvwxyz", "f71c27109c692c1b56bbdceb5b9d2865b3708dbc" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
		uint8_t digest[RIPEMD160_LEN], hex[2 * RIPEMD160_LEN];
		struct outbuf out = outbuf_of(hex, sizeof hex);

		ripemd160(digest, (struct span){ (const uint8_t *)CASES[i].in, strlen(CASES[i].in) });
		text_hex(&out, SPAN_ARRAY(digest));
		assert_memory_equal(hex, CASES[i].hex, sizeof hex);
	}
}

/* The longest input still fits its block; one byte more is our own mistake. */
static void
one_block_and_no_more(void **state)
{
	static const uint8_t LONG[RIPEMD160_INPUT_MAX + 1] = { 0 };
	/* from Python's hashlib: 55 zero bytes */
	static const uint8_t WANT[RIPEMD160_LEN] = { 0xe3, 0x23, 0xd7, 0x8d, 0xb6, 0x0a, 0xfc, 0x74, 0x04, 0xde, 
	    0xf7, 0x9a, 0xbb, 0x82, 0xb8, 0xfb, 0x73, 0x59, 0x10, 0x37 };
	uint8_t digest[RIPEMD160_LEN];

	(void)state;
	ripemd160(digest, (struct span){ LONG, RIPEMD160_INPUT_MAX });
	assert_memory_equal(digest, WANT, sizeof WANT);
	assert_panics(ripemd160(digest, SPAN_ARRAY(LONG)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answers),
		cmocka_unit_test(one_block_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
