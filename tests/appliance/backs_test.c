/* backs_test.c: every range that may not be called, its edges, and how often others may be. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "appliance/backs.h"
#include "appliance/limits.h"

static uint64_t now;

static void
make(enum wallet_chain chain)
{
	const struct boot boot = { .address = 0x0a00020f, .netmask = 0xffffff00, .chain = chain };

	backs_init(&boot);
}

/* One question in quiet times: the answer is about the address alone. */
static bool
ask(uint32_t address)
{
	now += BACKS_PAUSE_NS;
	return backs_allow(address, now);
}

static void
never(void **state)
{
	static const uint32_t ADDRESSES[] = { 0x00000000, 0x00ffffff, 0x7f000000, 0x7f000001, 0x7fffffff, 0xe0000000,
	    0xefffffff, 0xf0000000, 0xffffffff, 0x0a00020f, 0x0a000200, 0x0a0002ff };

	(void)state;
	for (unsigned chain = WALLET_MAIN; chain <= WALLET_REGTEST; chain++) {
		make((enum wallet_chain)chain);
		for (size_t i = 0; i < sizeof ADDRESSES / sizeof ADDRESSES[0]; i++)
			assert_false(ask(ADDRESSES[i]));
		assert_true(ask(0x01000000) && ask(0x7effffff) && ask(0x80000000) && ask(0xdfffffff));
	}
}

/* First and last of each special range, and their neighbours outside. */
static void
never_on_a_public_chain(void **state)
{
	static const uint32_t RANGES[][2] = {
		{ 0x0a000000, 0x0affffff }, { 0xac100000, 0xac1fffff }, { 0xc0a80000, 0xc0a8ffff },
		{ 0x64400000, 0x647fffff }, { 0xa9fe0000, 0xa9feffff }, { 0xc0000000, 0xc00000ff },
		{ 0xc0000200, 0xc00002ff }, { 0xc6336400, 0xc63364ff }, { 0xcb007100, 0xcb0071ff },
		{ 0xc6120000, 0xc613ffff }, { 0xc0586300, 0xc05863ff },
	};

	(void)state;
	for (size_t i = 0; i < sizeof RANGES / sizeof RANGES[0]; i++) {
		for (unsigned chain = WALLET_MAIN; chain < WALLET_REGTEST; chain++) {
			make((enum wallet_chain)chain);
			assert_false(ask(RANGES[i][0]) || ask(RANGES[i][1]));
			assert_true(ask(RANGES[i][0] - 1) && ask(RANGES[i][1] + 1));
		}
		make(WALLET_REGTEST);
		assert_true(ask(RANGES[i][0]) && ask(RANGES[i][1]));
	}
}

/* One address once in the pause; all together as many as are remembered. */
static void
slowly(void **state)
{
	(void)state;
	make(WALLET_MAIN);
	assert_true(ask(0x08080808));
	assert_false(backs_allow(0x08080808, now));
	assert_false(backs_allow(0x08080808, now + BACKS_PAUSE_NS - 1));
	assert_true(backs_allow(0x08080809, now));
	assert_true(backs_allow(0x08080808, now + BACKS_PAUSE_NS));
	now += 2 * BACKS_PAUSE_NS;
	for (uint32_t i = 0; i < BACKS_KEPT; i++)
		assert_true(backs_allow(0x09000000 + i, now));
	assert_false(backs_allow(0x09000000 + BACKS_KEPT, now));
	assert_false(backs_allow(0x09000000 + BACKS_KEPT, now + BACKS_PAUSE_NS - 1));
	assert_true(backs_allow(0x09000000 + BACKS_KEPT, now + BACKS_PAUSE_NS));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(never),
		cmocka_unit_test(never_on_a_public_chain),
		cmocka_unit_test(slowly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
