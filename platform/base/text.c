/* text.c: numbers and bytes as text.  See text.h. */
#include "platform/base/text.h"

static const uint8_t DIGITS[16] = {
	'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
};

void
text_string(struct outbuf *out, const char *text)
{
	size_t len = 0;

	while (text[len] != '\0')
		len++;
	outbuf_bytes(out, (struct span){ (const uint8_t *)text, len });
}

/* The digits are made from the last to the first. */
static void
number(struct outbuf *out, uint64_t value, unsigned radix)
{
	uint8_t digits[20];		/* 2^64 has 20 decimal digits */
	size_t at = sizeof digits;

	do {
		digits[--at] = DIGITS[value % radix];
		value /= radix;
	} while (value != 0);
	outbuf_bytes(out, (struct span){ digits + at, sizeof digits - at });
}

void
text_decimal(struct outbuf *out, uint64_t value) { number(out, value, 10); }

void
text_hex_number(struct outbuf *out, uint64_t value)
{
	text_string(out, "0x");
	number(out, value, 16);
}

void
text_hex(struct outbuf *out, struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		outbuf_uint(out, DIGITS[bytes.ptr[i] >> 4], 1);
		outbuf_uint(out, DIGITS[bytes.ptr[i] & 15], 1);
	}
}

void
text_ipv4(struct outbuf *out, uint32_t address)
{
	for (unsigned shift = 32; shift > 0; shift -= 8) {
		text_decimal(out, (address >> (shift - 8)) & 255);
		if (shift > 8)
			text_string(out, ".");
	}
}
