/*
 * siphash.c: SipHash-2-4 as its paper gives it: two rounds a word, four at the end.
 */
#include "netstack/siphash.h"

struct state { uint64_t a, b, c, d; };

static uint64_t
rotate(uint64_t word, unsigned bits)
PRE(bits > 0 && bits < 64)
ASSIGNS()
{ return (word << bits) | (word >> (64 - bits)); }

static uint64_t
little_endian(const uint8_t *bytes, size_t len)
PRE(len <= 8 && FRESH_BYTES(bytes, len))
ASSIGNS()
{
	uint64_t word = 0;

	for (size_t i = 0; i < len; i++)
	LOOP_ASSIGNS(i, word)
	LOOP_INVARIANT(i <= len)
	LOOP_DECREASES(len - i)
		word |= (uint64_t)bytes[i] << (8 * i);
	return word;
}

static void
rounds(struct state *s, int num)
PRE(FRESH(s) && num >= 0)
ASSIGNS(*s)
{
	while (num-- > 0)
	LOOP_ASSIGNS(num, *s)
	LOOP_INVARIANT(num >= 0)
	LOOP_DECREASES(num)
	{
		s->a += s->b; s->b = rotate(s->b, 13); s->b ^= s->a; s->a = rotate(s->a, 32);
		s->c += s->d; s->d = rotate(s->d, 16); s->d ^= s->c;
		s->a += s->d; s->d = rotate(s->d, 21); s->d ^= s->a;
		s->c += s->b; s->b = rotate(s->b, 17); s->b ^= s->c; s->c = rotate(s->c, 32);
	}
}

static void
absorb(struct state *s, uint64_t word)
PRE(FRESH(s))
ASSIGNS(*s)
{
	s->d ^= word;
	rounds(s, 2);
	s->a ^= word;
}

uint64_t
siphash(const uint8_t key[SIPHASH_KEY_LEN], struct span bytes)
{
	uint64_t low = little_endian(key, 8), high = little_endian(key + 8, 8);
	struct state s = { low ^ 0x736f6d6570736575, high ^ 0x646f72616e646f6d,
	    low ^ 0x6c7967656e657261, high ^ 0x7465646279746573 };
	size_t whole = bytes.len & ~(size_t)7;

	for (size_t i = 0; i < whole; i += 8)
	LOOP_ASSIGNS(i, s)
	LOOP_INVARIANT(i <= whole && i % 8 == 0)
	LOOP_DECREASES(whole - i)
		absorb(&s, little_endian(bytes.ptr + i, 8));
	absorb(&s, (uint64_t)bytes.len << 56 | (whole == bytes.len ? 0 :
	    little_endian(bytes.ptr + whole, bytes.len - whole)));
	s.c ^= 0xff;
	rounds(&s, 4);
	return s.a ^ s.b ^ s.c ^ s.d;
}
