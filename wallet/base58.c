/*
 * base58.c: Base58Check as Bitcoin Core's base58.cpp defines it (there is no BIP): payload, first four
 * bytes of SHA-256(SHA-256(payload)), then the whole as one big number in base 58; each leading
 * zero byte is written as the digit zero.
 */
#include "wallet/base58.h"

#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "platform/base/sha256.h"

enum {
	CHECK_LEN = 4,
	RAW_MAX = BASE58_INPUT_MAX + CHECK_LEN,
	DIGITS_MAX = RAW_MAX * 138 / 100 + 1	/* log 256 / log 58 is a little under 1.366 */
};

static const char DIGITS[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/* The number as base-58 digits, least first; returns how many. */
static size_t
convert(uint8_t digits[DIGITS_MAX], const uint8_t *raw, size_t raw_len)
{
	size_t num_digits = 0;

	for (size_t i = 0; i < raw_len; i++) {
		uint32_t carry = raw[i];

		for (size_t j = 0; j < num_digits; j++) {
			carry += 256u * digits[j];
			digits[j] = (uint8_t)(carry % 58);
			carry /= 58;
		}
		while (carry != 0) {
			REQUIRE(num_digits < DIGITS_MAX);
			digits[num_digits++] = (uint8_t)(carry % 58);
			carry /= 58;
		}
	}
	return num_digits;
}

void
base58_check(struct outbuf *out, struct span bytes)
{
	uint8_t raw[RAW_MAX], digits[DIGITS_MAX] = { 0 }, once[SHA256_LEN], twice[SHA256_LEN];
	size_t raw_len = bytes.len + CHECK_LEN, num_digits;

	REQUIRE(bytes.len <= BASE58_INPUT_MAX);
	sha256(once, bytes);
	sha256(twice, SPAN_ARRAY(once));
	bytes_copy(raw, bytes.ptr, bytes.len);
	bytes_copy(raw + bytes.len, twice, CHECK_LEN);
	num_digits = convert(digits, raw, raw_len);
	for (size_t i = 0; i < raw_len && raw[i] == 0; i++)
		outbuf_uint(out, (uint8_t)DIGITS[0], 1);
	for (size_t i = num_digits; i > 0; i--)
		outbuf_uint(out, (uint8_t)DIGITS[digits[i - 1]], 1);
	wipe(raw, sizeof raw);
	wipe(digits, sizeof digits);
	wipe(once, sizeof once);
	wipe(twice, sizeof twice);
}
