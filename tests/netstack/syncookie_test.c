/* syncookie_test.c: netstack/syncookie.c: what a cookie binds, how long it lives, RFC 6528. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "netstack/limits.h"
#include "netstack/syncookie.h"

#define MINUTE_NS	UINT64_C(60000000000)
#define NOW_NS		(100 * MINUTE_NS + 5)

static const struct syncookie_flow FLOW = { 0x0a00020f, 0x0a000203, 80, 4000 };

static int
setup(void **state)
{
	static const uint8_t KEY[16] = { 1, 2, 3 };

	(void)state;
	syncookie_init(KEY);
	return 0;
}

static void
rounds_the_segment_size_down(void **state)
{
	static const uint16_t ROWS[][2] = { { 0, 536 }, { 1, 536 }, { 536, 536 }, { 1219, 536 }, { 1220, 1220 }, { 1379, 1220 },
	    { 1380, 1380 }, { 1459, 1380 }, { 1460, 1460 }, { 9000, 1460 }, { 65535, 1460 } };

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		uint32_t cookie = syncookie_make(&FLOW, 77, ROWS[i][0], NOW_NS);

		assert_int_equal(syncookie_check(&FLOW, 77, cookie, NOW_NS), ROWS[i][1]);
	}
}

static void
binds_everything(void **state)
{
	uint32_t cookie = syncookie_make(&FLOW, 77, 1460, NOW_NS);
	struct syncookie_flow flow = FLOW;

	(void)state;
	assert_int_equal(syncookie_check(&FLOW, 78, cookie, NOW_NS), 0);
	flow.local_ip ^= 1;
	assert_int_equal(syncookie_check(&flow, 77, cookie, NOW_NS), 0);
	flow = FLOW;
	flow.peer_ip ^= 0x80000000;
	assert_int_equal(syncookie_check(&flow, 77, cookie, NOW_NS), 0);
	flow = FLOW;
	flow.local_port ^= 1;
	assert_int_equal(syncookie_check(&flow, 77, cookie, NOW_NS), 0);
	flow = FLOW;
	flow.peer_port ^= 0x8000;
	assert_int_equal(syncookie_check(&flow, 77, cookie, NOW_NS), 0);
	for (unsigned bit = 0; bit < 32; bit++)
		assert_int_equal(syncookie_check(&FLOW, 77, cookie ^ 1u << bit, NOW_NS), 0);
}

static void
lives_for_this_minute_and_the_next(void **state)
{
	(void)state;
	for (uint64_t minute = 0; minute < 5; minute++) {
		uint32_t cookie = syncookie_make(&FLOW, 77, 1460, minute * MINUTE_NS);

		for (uint64_t later = minute; later < minute + 6; later++)
			assert_int_equal(syncookie_check(&FLOW, 77, cookie, later * MINUTE_NS + 1) != 0, later <= minute + 1);
	}
	assert_int_equal(syncookie_check(&FLOW, 77, syncookie_make(&FLOW, 77, 1460, MINUTE_NS), 0), 0);
}

static void
another_key_another_cookie(void **state)
{
	static const uint8_t KEY[16] = { 3, 2, 1 };
	uint32_t cookie = syncookie_make(&FLOW, 77, 1460, NOW_NS), isn = syncookie_isn(&FLOW, NOW_NS);

	(void)state;
	syncookie_init(KEY);
	assert_int_equal(syncookie_check(&FLOW, 77, cookie, NOW_NS), 0);
	assert_int_not_equal(syncookie_isn(&FLOW, NOW_NS), isn);
}

/* RFC 6528: for one flow it grows with a clock of 4 us; for another it says nothing. */
static void
sequence_numbers_follow_the_clock(void **state)
{
	struct syncookie_flow flow = FLOW;
	uint32_t isn = syncookie_isn(&FLOW, NOW_NS), last = 0;

	(void)state;
	assert_int_equal(syncookie_isn(&FLOW, NOW_NS + 4000), isn + 1);
	assert_int_equal(syncookie_isn(&FLOW, NOW_NS + 1000000000), isn + 250000);
	for (uint16_t port = 4001; port < 4101; port++) {
		uint32_t other;

		flow.peer_port = port;
		other = syncookie_isn(&flow, NOW_NS);
		assert_true(other - isn > 1000 && isn - other > 1000);
		assert_true(other - last > 1000 && last - other > 1000);
		last = other;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(rounds_the_segment_size_down, setup), cmocka_unit_test_setup(binds_everything, setup),
		cmocka_unit_test_setup(lives_for_this_minute_and_the_next, setup),
		cmocka_unit_test_setup(another_key_another_cookie, setup),
		cmocka_unit_test_setup(sequence_numbers_follow_the_clock, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
