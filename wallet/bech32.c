/*
 * bech32.c: Bech32 of a version 0 witness program, BIP-173.  Not Bech32m (BIP-350): version 0
 * does not use it, and no later version is written here.
 */
#include "wallet/bech32.h"

#include "platform/base/text.h"

enum { GROUPS = 1 + 32, CHECKSUM = 6 };	/* version, then 20 bytes as 32 groups of 5 bits */

static const char DIGITS[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

static const uint32_t GENERATOR[5] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };

/* BIP-173, "Checksum": one more 5-bit value into the remainder. */
static uint32_t
feed(uint32_t sum, uint32_t value)
{
	uint32_t top = sum >> 25;

	sum = (sum & 0x1ffffff) << 5 ^ value;
	for (unsigned i = 0; i < 5; i++)
		if (top >> i & 1)
			sum ^= GENERATOR[i];
	return sum;
}

/* Regroup 20 bytes into 32 values of 5 bits: 160 bits, so nothing is padded. */
static void
regroup(uint8_t groups[32], const uint8_t program[20])
{
	uint32_t held = 0;
	unsigned num_bits = 0, at = 0;

	for (unsigned i = 0; i < 20; i++) {
		held = (held << 8 | program[i]) & 0xfff;	/* never more than 4 bits are left over */
		num_bits += 8;
		while (num_bits >= 5) {
			num_bits -= 5;
			groups[at++] = (uint8_t)(held >> num_bits & 31);
		}
	}
}

void
bech32_p2wpkh(struct outbuf *out, const char *prefix, const uint8_t program[20])
{
	uint8_t groups[GROUPS] = { 0 };		/* groups[0]: witness version 0 */
	uint32_t sum = 1;

	regroup(groups + 1, program);
	for (const char *c = prefix; *c != '\0'; c++)
		sum = feed(sum, (uint32_t)*c >> 5);
	sum = feed(sum, 0);
	for (const char *c = prefix; *c != '\0'; c++)
		sum = feed(sum, (uint32_t)*c & 31);
	text_string(out, prefix);
	text_string(out, "1");
	for (unsigned i = 0; i < GROUPS; i++) {
		sum = feed(sum, groups[i]);
		outbuf_uint(out, (uint8_t)DIGITS[groups[i]], 1);
	}
	for (unsigned i = 0; i < CHECKSUM; i++)
		sum = feed(sum, 0);
	sum ^= 1;
	for (unsigned i = 0; i < CHECKSUM; i++)
		outbuf_uint(out, (uint8_t)DIGITS[sum >> (5 * (CHECKSUM - 1 - i)) & 31], 1);
}
