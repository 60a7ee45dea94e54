/*
 * bech32.c: the address of a witness program: Bech32 of version 0 (BIP-173), Bech32m of the
 * later ones (BIP-350).  Encoding only.
 */
#include "wallet/bech32.h"

#include "platform/base/panic.h"
#include "platform/base/text.h"

enum {
	PROGRAM_MAX = 40,				/* bytes, BIP-141 */
	GROUPS_MAX = 1 + (PROGRAM_MAX * 8 + 4) / 5,	/* version, then groups of 5 bits */
	CHECKSUM = 6
};

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

/* Regroup bytes into values of 5 bits, the last padded with zeros; returns how many. */
static unsigned
regroup(uint8_t *groups, struct span program)
{
	uint32_t held = 0;
	unsigned num_bits = 0, at = 0;

	for (size_t i = 0; i < program.len; i++) {
		held = (held << 8 | program.ptr[i]) & 0xfff;	/* never more than 4 bits are left over */
		num_bits += 8;
		while (num_bits >= 5) {
			num_bits -= 5;
			groups[at++] = (uint8_t)(held >> num_bits & 31);
		}
	}
	if (num_bits > 0)
		groups[at++] = (uint8_t)(held << (5 - num_bits) & 31);
	return at;
}

void
bech32_address(struct outbuf *out, const char *prefix, unsigned version, struct span program)
{
	uint8_t groups[GROUPS_MAX];
	uint32_t sum = 1;
	unsigned num;

	REQUIRE(version <= 16 && program.len >= 2 && program.len <= PROGRAM_MAX);
	groups[0] = (uint8_t)version;
	num = 1 + regroup(groups + 1, program);
	for (const char *c = prefix; *c != '\0'; c++)
		sum = feed(sum, (uint32_t)*c >> 5);
	sum = feed(sum, 0);
	for (const char *c = prefix; *c != '\0'; c++)
		sum = feed(sum, (uint32_t)*c & 31);
	text_string(out, prefix);
	text_string(out, "1");
	for (unsigned i = 0; i < num; i++) {
		sum = feed(sum, groups[i]);
		outbuf_uint(out, (uint8_t)DIGITS[groups[i]], 1);
	}
	for (unsigned i = 0; i < CHECKSUM; i++)
		sum = feed(sum, 0);
	sum ^= version == 0 ? 1 : 0x2bc830a3;
	for (unsigned i = 0; i < CHECKSUM; i++)
		outbuf_uint(out, (uint8_t)DIGITS[sum >> (5 * (CHECKSUM - 1 - i)) & 31], 1);
}
