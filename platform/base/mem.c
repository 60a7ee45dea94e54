/*
 * mem.c: the four functions that a freestanding C compiler may call by itself.  Each room of
 * the image links its own copy; hosted builds use the C library's.
 */
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t len);
void *memmove(void *to, const void *from, size_t len);
void *memset(void *to, int value, size_t len);
int memcmp(const void *a, const void *b, size_t len);

/* Eight bytes at a time, then the rest: in QEMU's TCG half the price of bytes alone. */
void *
memcpy(void *restrict to, const void *restrict from, size_t len)
{
	void *at = to;
	size_t words = len / 8, rest = len % 8;

	__asm__ volatile("rep movsq\n\tmov %3, %%rcx\n\trep movsb"
	    : "+D"(at), "+S"(from), "+c"(words) : "r"(rest) : "memory");
	return to;
}

void *
memmove(void *to, const void *from, size_t len)
{
	uint8_t *to_byte = to;
	const uint8_t *from_byte = from;

	if ((uintptr_t)to - (uintptr_t)from >= len)
		return memcpy(to, from, len);
	while (len-- > 0)
		((volatile uint8_t *)to_byte)[len] = from_byte[len];
	return to;
}

void *
memset(void *to, int value, size_t len)
{
	void *at = to;

	__asm__ volatile("rep stosb" : "+D"(at), "+c"(len) : "a"(value) : "memory");
	return to;
}

int
memcmp(const void *a, const void *b, size_t len)
{
	const uint8_t *left = a, *right = b;

	for (size_t i = 0; i < len; i++)
		if (left[i] != right[i])
			return left[i] < right[i] ? -1 : 1;
	return 0;
}
