/* der_write.c: writing DER.  See der_write.h. */
#include "tlsstack/der_write.h"

#include "tlsstack/der.h"

size_t
der_write_begin(struct outbuf *out, uint8_t tag)
{
	outbuf_uint(out, tag, 1);
	return outbuf_vector(out, 1);
}

/* At `mark` one byte waits for the length; longer forms need one or two bytes more. */
void
der_write_end(struct outbuf *out, size_t mark)
{
	size_t len, more;

	if (out->overflow)
		return;
	len = out->len - mark - 1;
	more = len < 0x80 ? 0 : len < 0x100 ? 1 : 2;
	outbuf_uint(out, 0, more);
	if (out->overflow || len > 0xffff) {
		out->overflow = true;
		return;
	}
	for (size_t i = len; more > 0 && i > 0; i--)
	LOOP_ASSIGNS(i, UP_TO(out->ptr, out->cap))
	LOOP_INVARIANT(i <= len)
	LOOP_DECREASES(i)
		out->ptr[mark + more + i] = out->ptr[mark + i];
	out->ptr[mark] = (uint8_t)(more == 0 ? len : 0x80 + more);
	for (size_t i = 0; i < more; i++)
	LOOP_ASSIGNS(i, UP_TO(out->ptr, out->cap))
	LOOP_INVARIANT(i <= more)
	LOOP_DECREASES(more - i)
		out->ptr[mark + 1 + i] = (uint8_t)(len >> (8 * (more - 1 - i)));
}

void
der_write(struct outbuf *out, uint8_t tag, struct span content)
{
	size_t mark = der_write_begin(out, tag);

	outbuf_bytes(out, content);
	der_write_end(out, mark);
}

void
der_write_positive(struct outbuf *out, struct span magnitude)
{
	size_t mark = der_write_begin(out, DER_INTEGER), zeros = 0;

	while (zeros < magnitude.len && magnitude.ptr[zeros] == 0)
	LOOP_ASSIGNS(zeros)
	LOOP_INVARIANT(zeros <= magnitude.len)
	LOOP_DECREASES(magnitude.len - zeros)
		zeros++;
	if (zeros == magnitude.len || magnitude.ptr[zeros] >= 0x80)
		outbuf_uint(out, 0, 1);
	outbuf_bytes(out, (struct span){ magnitude.ptr + zeros, magnitude.len - zeros });
	der_write_end(out, mark);
}

static void
write_decimal(struct outbuf *out, uint64_t value, unsigned width)
{
	for (uint64_t unit = width == 4 ? 1000 : 10; unit > 0; unit /= 10)
		outbuf_uint(out, '0' + value / unit % 10, 1);
}

void
der_write_time(struct outbuf *out, uint64_t seconds)
{
	static const uint8_t month_days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	uint64_t days = seconds / 86400, year = 1970;
	unsigned month = 0;
	size_t mark;
	bool leap;

	for (;; year++) {
		leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
		if (year == 9999 || days < 365u + leap)
			break;
		days -= 365u + leap;
	}
	while (month < 11 && days >= month_days[month] + (month == 1 && leap ? 1u : 0u)) {
		days -= month_days[month] + (month == 1 && leap ? 1u : 0u);
		month++;
	}
	mark = der_write_begin(out, year < 2050 ? DER_UTC_TIME : DER_GENERALIZED_TIME);
	write_decimal(out, year < 2050 ? year % 100 : year, year < 2050 ? 2 : 4);
	write_decimal(out, month + 1, 2);
	write_decimal(out, days + 1, 2);
	write_decimal(out, seconds / 3600 % 24, 2);
	write_decimal(out, seconds / 60 % 60, 2);
	write_decimal(out, seconds % 60, 2);
	outbuf_uint(out, 'Z', 1);
	der_write_end(out, mark);
}
