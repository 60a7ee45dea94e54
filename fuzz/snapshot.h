/*
 * snapshot.h: put the variables of netstack and lwIP back to what they were, so that each input meets
 * the same stack.  The Makefile links those objects into one, state.o, and snapshot.ld puts its variables in one place.
 */
#ifndef FUZZ_SNAPSHOT_H
#define FUZZ_SNAPSHOT_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

extern uint64_t fuzz_state_begin[], fuzz_state_end[];

/* Not memcpy: the sanitizer would see its own red zones between the variables. */
__attribute__((no_sanitize("address"), noinline)) static void
snapshot_copy(uint64_t *to, const uint64_t *from, size_t num)
{
	for (size_t i = 0; i < num; i++)
		to[i] = from[i];
}

/* A copy of the variables as they are now; kept for ever. */
static inline uint64_t *
snapshot_take(void)
{
	size_t num = (size_t)(fuzz_state_end - fuzz_state_begin);
	uint64_t *snapshot = malloc(8 * num + 8);

	snapshot_copy(snapshot, fuzz_state_begin, num);
	return snapshot;
}

static inline void
snapshot_restore(const uint64_t *snapshot)
{
	snapshot_copy(fuzz_state_begin, snapshot, (size_t)(fuzz_state_end - fuzz_state_begin));
}

#endif
