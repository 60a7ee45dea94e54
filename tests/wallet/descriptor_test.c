/* descriptor_test.c: BIP-380's example and those of bitcoind. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/panics.h"
#include "wallet/descriptor.h"

static void
check(const char *text, const char *want)
{
	uint8_t room[9];
	struct outbuf out = outbuf_of(room, sizeof room);

	descriptor_checksum(&out, (struct span){ (const uint8_t *)text, strlen(text) });
	assert_false(out.overflow);
	assert_int_equal(out.len, sizeof room);
	assert_memory_equal(room, want, sizeof room);
}

static void
known_answers(void **state)
{
	(void)state;
	check("raw(deadbeef)", "#89f8spxm");
	check("wpkh(cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87KcLPVfXz)", "#anykrf2p");
	check("tr(cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87KcLPVfXz)", "#8f5zhujj");
}

static void
characters_outside_the_set_are_a_bug(void **state)
{
	(void)state;
	assert_panics(check("raw(\n)", "#12345678"));
	assert_panics(check("raw(\x80)", "#12345678"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answers),
		cmocka_unit_test(characters_outside_the_set_are_a_bug),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
