/* rtc_test.c: dates, and registers that hold none. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <time.h>

#include "platform/virtio/rtc.h"

enum { BCD = 2, BINARY = 6 };

static uint8_t
bcd(int n) { return (uint8_t)(n / 10 * 16 + n % 10); }

/* Every day of the century against the C library's calendar. */
static void
every_day_is_right(void **state)
{
	(void)state;
	for (time_t at = 946684800 + 86399; at < (time_t)4102444800; at += 86400) {
		struct tm tm;
		struct rtc plain, coded;

		assert_non_null(gmtime_r(&at, &tm));
		plain = (struct rtc){ (uint8_t)tm.tm_sec, (uint8_t)tm.tm_min, (uint8_t)tm.tm_hour, (uint8_t)tm.tm_mday,
		    (uint8_t)(tm.tm_mon + 1), (uint8_t)(tm.tm_year - 100), BINARY };
		coded = (struct rtc){ bcd(tm.tm_sec), bcd(tm.tm_min), bcd(tm.tm_hour), bcd(tm.tm_mday), bcd(tm.tm_mon + 1),
		    bcd(tm.tm_year - 100), BCD };
		assert_int_equal(rtc_decode(&plain), at);
		assert_int_equal(rtc_decode(&coded), at);
	}
}

static void
nonsense_is_no_date(void **state)
{
	static const struct rtc GOOD = { 0x59, 0x59, 0x23, 0x28, 0x02, 0x26, BCD };
	static const struct rtc BAD[] = {
		{ 0x60, 0x59, 0x23, 0x28, 0x02, 0x26, BCD }, { 0x5a, 0x59, 0x23, 0x28, 0x02, 0x26, BCD },
		{ 0x59, 0x60, 0x23, 0x28, 0x02, 0x26, BCD }, { 0x59, 0x59, 0x24, 0x28, 0x02, 0x26, BCD },
		{ 0x59, 0x59, 0x23, 0x29, 0x02, 0x26, BCD }, { 0x59, 0x59, 0x23, 0x00, 0x02, 0x26, BCD },
		{ 0x59, 0x59, 0x23, 0x28, 0x00, 0x26, BCD }, { 0x59, 0x59, 0x23, 0x28, 0x13, 0x26, BCD },
		{ 0x59, 0x59, 0x23, 0x28, 0x02, 0xa0, BCD }, { 0x59, 0x59, 0x23, 0x28, 0x02, 0x26, 0 },
		{ 60, 59, 23, 28, 2, 26, BINARY }, { 59, 59, 23, 31, 4, 26, BINARY }, { 59, 59, 23, 28, 2, 100, BINARY },
		{ 255, 255, 255, 255, 255, 255, 255 }, { 0, 0, 0, 0, 0, 0, 0 }
	};

	(void)state;
	assert_int_not_equal(rtc_decode(&GOOD), 0);
	for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
		assert_int_equal(rtc_decode(&BAD[i]), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_day_is_right), cmocka_unit_test(nonsense_is_no_date) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
