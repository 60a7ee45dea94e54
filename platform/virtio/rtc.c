/* rtc.c: see rtc.h. */
#include "platform/virtio/rtc.h"

enum { BINARY = 4, HOURS_24 = 2, DAYS_TO_2000 = 10957 };

static bool
number(unsigned *out, uint8_t raw, bool binary, unsigned min, unsigned max)
PRE(FRESH(out))
ASSIGNS(*out)
POST(!RETVAL || (*out >= min && *out <= max))
{
	if (!binary && (raw % 16 > 9 || raw / 16 > 9))
		return false;
	*out = binary ? raw : raw / 16u * 10 + raw % 16u;
	return *out >= min && *out <= max;
}

static unsigned
days_in_month(unsigned month, unsigned year)
PRE(month >= 1 && month <= 12)
ASSIGNS()
POST(RETVAL >= 28 && RETVAL <= 31)
{
	static const uint8_t DAYS[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return DAYS[month - 1] + (month == 2 && year % 4 == 0 ? 1u : 0u);	/* 2000 to 2099: every fourth */
}

uint64_t
rtc_decode(const struct rtc *rtc)
{
	bool binary = (rtc->mode & BINARY) != 0;
	unsigned second, minute, hour, day, month, year;
	uint64_t days;

	if ((rtc->mode & HOURS_24) == 0 || !number(&second, rtc->second, binary, 0, 59)
	    || !number(&minute, rtc->minute, binary, 0, 59) || !number(&hour, rtc->hour, binary, 0, 23)
	    || !number(&day, rtc->day, binary, 1, 31) || !number(&month, rtc->month, binary, 1, 12)
	    || !number(&year, rtc->year, binary, 0, 99) || day > days_in_month(month, year))
		return 0;
	days = DAYS_TO_2000 + year * 365u + (year + 3) / 4;
	for (unsigned i = 1; i < month; i++)
	LOOP_ASSIGNS(i, days)
	LOOP_INVARIANT(i >= 1 && i <= month && days >= AT_ENTRY(days) && days <= AT_ENTRY(days) + 31 * (i - 1))
	LOOP_DECREASES(month - i)
		days += days_in_month(i, year);
	return ((days + day - 1) * 24 + hour) * 3600 + minute * 60u + second;
}
