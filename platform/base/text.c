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

/* CT: no.  The table is indexed by the bytes: for public ones only. */
void
text_base64(struct outbuf *out, struct span bytes)
{
	static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t num = bytes.len - i < 3 ? bytes.len - i : 3;
		uint32_t group = 0;

		for (size_t j = 0; j < 3; j++)
			group = group << 8 | (j < num ? bytes.ptr[i + j] : 0u);
		for (size_t j = 0; j < 4; j++)
			outbuf_uint(out, j <= num ? (uint8_t)LETTERS[group >> (18 - 6 * j) & 63] : (uint8_t)'=', 1);
	}
}
