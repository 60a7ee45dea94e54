/* health_test.c: the cut-offs to the sample, and that a fair source passes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "platform/x86/health.h"

static void
a_stuck_source_fails_at_the_61st_sample(void **state)
{
	struct health health = { 0 };

	(void)state;
	assert_int_equal(HEALTH_REPEATS_MAX, 61);
	for (unsigned i = 1; i < HEALTH_REPEATS_MAX; i++)
		health_sample(&health, 0);
	assert_false(health.failed);
	health_sample(&health, 0);
	assert_true(health.failed);
	health_sample(&health, 1);
	assert_true(health.failed);
}

/* A window with `equal` samples like its first, and no long run of them. */
static bool
proportion_fails(unsigned equal)
{
	struct health health = { 0 };
	unsigned breaks = HEALTH_WINDOW - equal;

	for (unsigned i = 0; i < HEALTH_WINDOW; i++) {
		bool odd = i % 5 == 4 && breaks > 0;

		breaks -= odd;
		health_sample(&health, odd ? 1000 + i : 7);
	}
	return health.failed;
}

static void
a_biased_source_fails_at_422_of_512(void **state)
{
	(void)state;
	assert_int_equal(HEALTH_PROPORTION_MAX, 422);
	assert_false(proportion_fails(HEALTH_PROPORTION_MAX - 1));
	assert_true(proportion_fails(HEALTH_PROPORTION_MAX));
}

static void
a_fair_source_passes(void **state)
{
	struct health health = { 0 };
	uint64_t x = 88172645463325252;

	(void)state;
	for (unsigned i = 0; i < 1000000; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		health_sample(&health, x & 1);
	}
	assert_false(health.failed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stuck_source_fails_at_the_61st_sample), cmocka_unit_test(a_biased_source_fails_at_422_of_512),
		cmocka_unit_test(a_fair_source_passes)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
