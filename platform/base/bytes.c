/* bytes.c: copying, comparing and wiping bytes.  See bytes.h. */
#include "platform/base/bytes.h"

void
bytes_copy(uint8_t *to, const uint8_t *from, size_t len)
{
	for (size_t i = 0; i < len; i++)
	LOOP_ASSIGNS(i, UP_TO(to, len))
	LOOP_INVARIANT(i <= len)
	LOOP_DECREASES(len - i)
		to[i] = from[i];
}

void
bytes_set(uint8_t *to, uint8_t value, size_t len)
{
	for (size_t i = 0; i < len; i++)
	LOOP_ASSIGNS(i, UP_TO(to, len))
	LOOP_INVARIANT(i <= len)
	LOOP_DECREASES(len - i)
		to[i] = value;
}

bool
bytes_equal(struct span a, struct span b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
	LOOP_ASSIGNS(i)
	LOOP_INVARIANT(i <= a.len)
	LOOP_DECREASES(a.len - i)
		if (a.ptr[i] != b.ptr[i])
			return false;
	return true;
}

void
wipe(void *at, size_t len)
{
	uint8_t *bytes = at;

	bytes_set(bytes, 0, len);
	__asm__ volatile("" : : "r"(bytes) : "memory");	/* the stores are observed: they stay */
}

__attribute__((noinline)) void
wipe_stack(void)
{
	uint8_t stack[8192];

	wipe(stack, sizeof stack);
}
