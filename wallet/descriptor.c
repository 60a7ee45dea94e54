/* descriptor.c: the checksum of an output descriptor, BIP-380, "Checksum".  See descriptor.h. */
#include "wallet/descriptor.h"

#include "platform/base/panic.h"
#include "platform/base/text.h"

/* A character's place: its low 5 bits are fed at once, the rest in threes. */
static const char INPUT[] = "0123456789()[],'/*abcdefgh@:$%{}"
    "IJKLMNOPQRSTUVWXYZ&+-.;<=>?!^_|~"
    "ijklmnopqrstuvwxyzABCDEFGH`#\"\\ ";
static const char DIGITS[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

static const uint64_t GENERATOR[5] = { 0xf5dee51989, 0xa9fdca3312, 0x1bab10e32d, 0x3706b1677a, 0x644d626ffd };

static uint64_t
feed(uint64_t sum, uint64_t value)
{
	uint64_t top = sum >> 35;

	sum = (sum & 0x7ffffffff) << 5 ^ value;
	for (unsigned i = 0; i < 5; i++)
		if (top >> i & 1)
			sum ^= GENERATOR[i];
	return sum;
}

static unsigned
place(uint8_t character)
{
	unsigned at = 0;

	while (INPUT[at] != '\0' && (uint8_t)INPUT[at] != character)
		at++;
	REQUIRE(INPUT[at] != '\0');
	return at;
}

void
descriptor_checksum(struct outbuf *out, struct span text)
{
	uint64_t sum = 1;
	unsigned group = 0, num_group = 0;

	for (size_t i = 0; i < text.len; i++) {
		unsigned at = place(text.ptr[i]);

		sum = feed(sum, at & 31);
		group = group * 3 + (at >> 5);
		if (++num_group == 3) {
			sum = feed(sum, group);
			group = num_group = 0;
		}
	}
	if (num_group > 0)
		sum = feed(sum, group);
	for (unsigned i = 0; i < DESCRIPTOR_CHECKSUM_LEN; i++)
		sum = feed(sum, 0);
	sum ^= 1;
	text_string(out, "#");
	for (unsigned i = 0; i < DESCRIPTOR_CHECKSUM_LEN; i++)
		outbuf_uint(out, (uint8_t)DIGITS[sum >> (5 * (DESCRIPTOR_CHECKSUM_LEN - 1 - i)) & 31], 1);
}
