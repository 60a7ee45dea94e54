/*
 * ripemd160.c: RIPEMD-160 of one block (Dobbertin, Bosselaers, Preneel: "RIPEMD-160, a
 * strengthened version of RIPEMD", 1996).  Not a general hash: a Bitcoin address needs it once,
 * over the 32 bytes of a SHA-256, so longer inputs do not exist here.
 */
#include "wallet/ripemd160.h"

#include "platform/base/bytes.h"
#include "platform/base/panic.h"

enum { ROUNDS = 5, STEPS = 16, BLOCK = 64, LENGTH_AT = 56 };

/* Which message word each step takes, left line and right line. */
static const uint8_t WORD[2][ROUNDS][STEPS] = {
	{
		{ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 },
		{ 7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8 },
		{ 3, 10, 14, 4, 9, 15, 8, 1, 2, 7, 0, 6, 13, 11, 5, 12 },
		{ 1, 9, 11, 10, 0, 8, 12, 4, 13, 3, 7, 15, 14, 5, 6, 2 },
		{ 4, 0, 5, 9, 7, 12, 2, 10, 14, 1, 3, 8, 11, 6, 15, 13 },
	}, {
		{ 5, 14, 7, 0, 9, 2, 11, 4, 13, 6, 15, 8, 1, 10, 3, 12 },
		{ 6, 11, 3, 7, 0, 13, 5, 10, 14, 15, 8, 12, 4, 9, 1, 2 },
		{ 15, 5, 1, 3, 7, 14, 6, 9, 11, 8, 12, 2, 10, 0, 4, 13 },
		{ 8, 6, 4, 1, 3, 11, 15, 0, 5, 12, 2, 13, 9, 7, 10, 14 },
		{ 12, 15, 10, 4, 1, 5, 8, 7, 6, 2, 13, 14, 0, 3, 9, 11 },
	},
};

/* How far each step rotates. */
static const uint8_t ROTATE[2][ROUNDS][STEPS] = {
	{
		{ 11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8 },
		{ 7, 6, 8, 13, 11, 9, 7, 15, 7, 12, 15, 9, 11, 7, 13, 12 },
		{ 11, 13, 6, 7, 14, 9, 13, 15, 14, 8, 13, 6, 5, 12, 7, 5 },
		{ 11, 12, 14, 15, 14, 15, 9, 8, 9, 14, 5, 6, 8, 6, 5, 12 },
		{ 9, 15, 5, 11, 6, 8, 13, 12, 5, 12, 13, 14, 11, 8, 5, 6 },
	}, {
		{ 8, 9, 9, 11, 13, 15, 15, 5, 7, 7, 8, 11, 14, 14, 12, 6 },
		{ 9, 13, 15, 7, 12, 8, 9, 11, 7, 7, 12, 7, 6, 15, 13, 11 },
		{ 9, 7, 15, 11, 8, 6, 6, 14, 12, 13, 5, 14, 13, 13, 7, 5 },
		{ 15, 5, 8, 11, 14, 14, 6, 14, 6, 9, 12, 9, 12, 5, 15, 8 },
		{ 8, 5, 12, 9, 12, 5, 14, 6, 8, 13, 6, 5, 15, 13, 11, 11 },
	},
};

static const uint32_t ADD[2][ROUNDS] = {
	{ 0x00000000, 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xa953fd4e },
	{ 0x50a28be6, 0x5c4dd124, 0x6d703ef3, 0x7a6d76e9, 0x00000000 },
};

static const uint32_t START[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };

static uint32_t
rotate(uint32_t x, unsigned by) { return x << by | x >> (32 - by); }

/* The five boolean functions; the right line takes them in reverse order. */
static uint32_t
mix(unsigned which, uint32_t x, uint32_t y, uint32_t z)
{
	switch (which) {
	case 0: return x ^ y ^ z;
	case 1: return (x & y) | (~x & z);
	case 2: return (x | ~y) ^ z;
	case 3: return (x & z) | (y & ~z);
	default: return x ^ (y | ~z);
	}
}

static void
line(uint32_t v[5], const uint32_t words[16], unsigned side)
{
	for (unsigned round = 0; round < ROUNDS; round++) {
		unsigned which = side == 0 ? round : ROUNDS - 1 - round;

		for (unsigned step = 0; step < STEPS; step++) {
			uint32_t sum = v[0] + mix(which, v[1], v[2], v[3])
			    + words[WORD[side][round][step]] + ADD[side][round];
			uint32_t next = rotate(sum, ROTATE[side][round][step]) + v[4];

			v[0] = v[4];
			v[4] = v[3];
			v[3] = rotate(v[2], 10);
			v[2] = v[1];
			v[1] = next;
		}
	}
}

void
ripemd160(uint8_t digest[RIPEMD160_LEN], struct span bytes)
{
	uint8_t block[BLOCK] = { 0 };
	uint32_t words[16], left[5], right[5];

	REQUIRE(bytes.len <= RIPEMD160_INPUT_MAX);
	bytes_copy(block, bytes.ptr, bytes.len);
	block[bytes.len] = 0x80;
	block[LENGTH_AT] = (uint8_t)(8 * bytes.len);		/* bits, little-endian; 440 at most */
	block[LENGTH_AT + 1] = (uint8_t)(8 * bytes.len >> 8);
	for (unsigned i = 0; i < 16; i++)
		words[i] = (uint32_t)block[4 * i] | (uint32_t)block[4 * i + 1] << 8
		    | (uint32_t)block[4 * i + 2] << 16 | (uint32_t)block[4 * i + 3] << 24;
	for (unsigned i = 0; i < 5; i++)
		left[i] = right[i] = START[i];
	line(left, words, 0);
	line(right, words, 1);
	for (unsigned i = 0; i < 5; i++) {
		uint32_t sum = START[(i + 1) % 5] + left[(i + 2) % 5] + right[(i + 3) % 5];

		for (unsigned j = 0; j < 4; j++)
			digest[4 * i + j] = (uint8_t)(sum >> (8 * j));
	}
}
