/* der.c: a strict reader of DER.  See der.h; section numbers are X.690's. */
#include "tlsstack/der.h"

/* The length octets, 8.1.3 and 10.1: definite, minimal, at most three bytes of number. */
static bool
read_length(struct cursor *in, size_t *len)
PRE(CURSOR_FRESH(in) && FRESH(len))
ASSIGNS(in->pos, *len)
POST(in->pos >= OLD(in->pos) && in->pos <= in->end && (!RETVAL || (in->pos > OLD(in->pos) && *len <= 0xffffff)))
{
	uint32_t first, value;

	if (!cursor_uint(in, &first, 1))
		return false;
	if (first < 0x80) {
		*len = first;
		return true;
	}
	if (first < 0x81 || first > 0x83)
		return false;
	first &= 0x7f;
	if (!cursor_uint(in, &value, first))
		return false;
	if (value < 0x80 || (first > 1 && value >> (8 * (first - 1)) == 0))
		return false;
	*len = value;
	return true;
}

bool
der_any(struct cursor *in, uint8_t *tag, struct cursor *content)
{
	struct cursor probe = *in;
	uint32_t found;
	size_t len;

	if (!cursor_uint(&probe, &found, 1) || (found & 0x1f) == 0x1f ||
	    !read_length(&probe, &len) || !cursor_take(&probe, content, len))
		return false;
	*tag = (uint8_t)found;
	in->pos = probe.pos;
	return true;
}

bool
der_next_is(const struct cursor *in, uint8_t tag)
{
	struct cursor probe = *in;
	uint32_t found;

	return cursor_uint(&probe, &found, 1) && found == tag;
}

bool
der_take(struct cursor *in, uint8_t tag, struct cursor *content)
{
	uint8_t found;

	return der_next_is(in, tag) && der_any(in, &found, content);
}

bool
der_whole(struct cursor *in, uint8_t tag, struct span *whole, struct cursor *content)
{
	struct cursor from = *in, element;

	if (!der_take(in, tag, content))
		return false;
	if (!cursor_take(&from, &element, in->pos - from.pos))
		return false;
	*whole = cursor_rest(&element);
	return true;
}

bool
der_bool(struct cursor *in, bool *value)
{
	struct cursor probe = *in, content;
	uint32_t octet;

	if (!der_take(&probe, DER_BOOLEAN, &content) || !cursor_uint(&content, &octet, 1) ||
	    !cursor_done(&content) || (octet != 0 && octet != 0xff))
		return false;
	*value = octet != 0;
	in->pos = probe.pos;
	return true;
}

/* The content of an INTEGER that is not negative, 8.3.2: minimal.  One leading zero is cut. */
static bool
read_magnitude(struct cursor *in, struct span *magnitude)
PRE(CURSOR_FRESH(in) && FRESH(magnitude))
ASSIGNS(in->pos, *magnitude)
POST(in->pos >= OLD(in->pos) && in->pos <= in->end && (!RETVAL || in->pos >= OLD(in->pos) + 2))
POST(DER_WITHIN(in, magnitude))
{
	struct cursor content, rest;
	uint32_t first, second;

	if (!der_take(in, DER_INTEGER, &content))
		return false;
	rest = content;
	if (!cursor_uint(&rest, &first, 1) || first >= 0x80)
		return false;
	if (first != 0) {
		*magnitude = cursor_rest(&content);
		return true;
	}
	*magnitude = cursor_rest(&rest);
	return cursor_done(&rest) || (cursor_uint(&rest, &second, 1) && second >= 0x80);
}

bool
der_positive(struct cursor *in, struct span *magnitude)
{
	struct cursor probe = *in;

	if (!read_magnitude(&probe, magnitude) || magnitude->len == 0)
		return false;
	in->pos = probe.pos;
	return true;
}

bool
der_uint32(struct cursor *in, uint32_t *value)
{
	struct cursor probe = *in, digits;
	struct span magnitude;

	if (!read_magnitude(&probe, &magnitude) || magnitude.len > 4)
		return false;
	digits = cursor_of(magnitude);
	if (!cursor_uint(&digits, value, magnitude.len))
		return false;
	in->pos = probe.pos;
	return true;
}

/* 8.19.2: arcs in base 128, none beginning with a zero digit, the last one complete. */
bool
der_oid(struct cursor *in, struct span *oid)
{
	struct cursor probe = *in, content, left;
	uint32_t digit, before = 0;

	if (!der_take(&probe, DER_OID, &content) || cursor_done(&content))
		return false;
	left = content;
	while (left.pos < left.end)
	LOOP_ASSIGNS(left.pos, digit, before)
	LOOP_INVARIANT(left.pos <= left.end)
	LOOP_DECREASES(left.end - left.pos)
	{
		if (!cursor_uint(&left, &digit, 1) || (digit == 0x80 && before < 0x80))
			return false;
		before = digit;
	}
	if (before >= 0x80)
		return false;
	*oid = cursor_rest(&content);
	in->pos = probe.pos;
	return true;
}

bool
der_bits(struct cursor *in, struct span *bytes)
{
	struct cursor probe = *in, content;
	uint32_t unused;

	if (!der_take(&probe, DER_BIT_STRING, &content) || !cursor_uint(&content, &unused, 1) || unused != 0)
		return false;
	*bytes = cursor_rest(&content);
	in->pos = probe.pos;
	return true;
}

bool
der_named_bits(struct cursor *in, uint16_t *bits)
{
	struct cursor probe = *in, content;
	uint32_t unused, octets, last;
	size_t len;

	if (!der_take(&probe, DER_BIT_STRING, &content) || !cursor_uint(&content, &unused, 1))
		return false;
	len = cursor_left(&content);
	if (len > 2 || unused > 7 || (len == 0 && unused != 0) || !cursor_uint(&content, &octets, len))
		return false;
	last = octets & 0xff;
	if (len > 0 && ((last >> unused) & 1) == 0)	/* the last named bit is set, or there is none */
		return false;
	if ((last & ((1u << unused) - 1)) != 0)		/* 11.2.1: unused bits are zero */
		return false;
	octets <<= 8 * (2 - len);
	*bits = 0;
	for (unsigned n = 0; n < 16; n++)
	LOOP_ASSIGNS(n, *bits)
	LOOP_INVARIANT(n <= 16)
	LOOP_DECREASES(16 - n)
		if ((octets & (0x8000u >> n)) != 0)
			*bits = (uint16_t)(*bits | 1u << n);
	in->pos = probe.pos;
	return true;
}

/* `width` decimal digits. */
static bool
read_decimal(struct cursor *in, uint32_t *value, size_t width)
PRE(CURSOR_FRESH(in) && FRESH(value) && width >= 1 && width <= 4)
ASSIGNS(in->pos, *value)
POST(in->pos >= OLD(in->pos) && in->pos <= in->end)
POST(!RETVAL || *value <= (width == 1 ? 9u : width == 2 ? 99u : width == 3 ? 999u : 9999u))
{
	uint32_t digit;

	*value = 0;
	for (size_t i = 0; i < width; i++)
	LOOP_ASSIGNS(i, digit, *value, in->pos)
	LOOP_INVARIANT(i <= width && in->pos <= in->end && in->pos >= AT_ENTRY(in->pos))
	LOOP_INVARIANT(*value < (i == 0 ? 1u : i == 1 ? 10u : i == 2 ? 100u : i == 3 ? 1000u : 10000u))
	LOOP_DECREASES(width - i)
	{
		if (!cursor_uint(in, &digit, 1) || digit < '0' || digit > '9')
			return false;
		*value = *value * 10 + (digit - '0');
	}
	return true;
}

/* Days from 1970-01-01 to year-month-day, year >= 1970, Gregorian. */
static uint64_t
days_since_1970(uint32_t year, uint32_t month, uint32_t day)
PRE(year >= 1970 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= 31)
ASSIGNS()
POST(RETVAL < 3000000)
{
	static const uint16_t before_month[12] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
	uint32_t leap_years = (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 - 477;
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return (uint64_t)(year - 1970) * 365 + leap_years + before_month[month - 1] +
	    (leap && month > 2 ? 1 : 0) + (day - 1);
}

static uint32_t
days_in_month(uint32_t year, uint32_t month)
PRE(month >= 1 && month <= 12)
ASSIGNS()
POST(RETVAL >= 28 && RETVAL <= 31)
{
	static const uint8_t days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap ? 1u : 0u);
}

/* MMDDHHMMSSZ after a year that is known, and nothing behind it. */
static bool
read_in_year(struct cursor *in, uint32_t year, uint64_t *seconds)
PRE(CURSOR_FRESH(in) && FRESH(seconds) && year <= 9999)
ASSIGNS(in->pos, *seconds)
POST(in->pos >= OLD(in->pos) && in->pos <= in->end)
{
	uint32_t month, day, hour, minute, second, zulu;

	if (!read_decimal(in, &month, 2) || !read_decimal(in, &day, 2) || !read_decimal(in, &hour, 2) ||
	    !read_decimal(in, &minute, 2) || !read_decimal(in, &second, 2) ||
	    !cursor_uint(in, &zulu, 1) || zulu != 'Z' || !cursor_done(in))
		return false;
	if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month) ||
	    hour > 23 || minute > 59 || second > 59)
		return false;
	*seconds = 0;
	if (year >= 1970)
		*seconds = days_since_1970(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
	return true;
}

bool
der_time(struct cursor *in, uint64_t *seconds)
{
	struct cursor probe = *in, content;
	uint32_t year;
	uint8_t tag;

	if (!der_any(&probe, &tag, &content))
		return false;
	if (tag == DER_UTC_TIME) {
		if (!read_decimal(&content, &year, 2))
			return false;
		year += year < 50 ? 2000 : 1900;
	} else if (tag == DER_GENERALIZED_TIME) {
		if (!read_decimal(&content, &year, 4))
			return false;
	} else {
		return false;
	}
	if (!read_in_year(&content, year, seconds))
		return false;
	in->pos = probe.pos;
	return true;
}
