/*
 * shared.h: what stands around platform code in a proof: memory functions that check and forget, a panic that must not be
 * reached, and a processor whose barriers are the moments at which the other side of shared memory writes what it likes
 * (other_side(); not between two looks without a barrier: that each word is read once is for the reader to see).
 */
#ifndef PROOFS_SHARED_H
#define PROOFS_SHARED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef CBMC	/* for readers that are not CBMC (lint) */
#define INPUT_MAX	0x1000000u
void __CPROVER_assert(bool fact, const char *what);
void __CPROVER_assume(bool fact);
bool __CPROVER_r_ok(const void *at, size_t len);
bool __CPROVER_w_ok(const void *at, size_t len);
bool __CPROVER_same_object(const void *a, const void *b);
void __CPROVER_havoc_slice(void *at, size_t len);
void __CPROVER_havoc_object(void *at);
void __CPROVER_array_copy(void *to, const void *from);
#endif

#define X86_CPU_H	/* in place of platform/x86/cpu.h */
void other_side(void);
static inline void cpu_barrier(void) { other_side(); }
static inline void cpu_fence(void) { other_side(); }

#include "platform/base/bytes.h"
#include "platform/base/panic.h"

#define ASSUME(fact)	__CPROVER_assume(fact)
#define ASSERT(fact)	__CPROVER_assert(fact, #fact)
#define REACHED()	__CPROVER_assert(0, "the end is reached")

void
base_panic(const char *file, unsigned line)
{
	(void)file;
	(void)line;
	__CPROVER_assert(0, "no panic");
	__CPROVER_assume(0);
	for (;;)
		continue;
}

#ifdef EXACT_BYTES	/* of harnesses that judge contents: few bytes, loops unwound */

void
bytes_set(uint8_t *to, uint8_t value, size_t len)
{
	for (size_t i = 0; i < len; i++)
		to[i] = value;
}

void
bytes_copy(uint8_t *to, const uint8_t *from, size_t len)
{
	for (size_t i = 0; i < len; i++)
		to[i] = from[i];
}

#elif !defined PROOFS_OWN_BYTES	/* a harness that follows bytes has its own */

void
bytes_set(uint8_t *to, uint8_t value, size_t len)
{
	(void)value;
	__CPROVER_assert(len == 0 || __CPROVER_w_ok(to, len), "bytes_set stays in its object");
	if (len > 0)
		__CPROVER_havoc_slice(to, len);
}

void
bytes_copy(uint8_t *to, const uint8_t *from, size_t len)
{
	__CPROVER_assert(len == 0 || (__CPROVER_w_ok(to, len) && __CPROVER_r_ok(from, len)), "bytes_copy stays in its objects");
	if (len > 0)
		__CPROVER_havoc_slice(to, len);
}

#endif

#ifndef PROOFS_OWN_BYTES

void
wipe(void *at, size_t len)
{
	bytes_set(at, 0, len);
}

#endif

#endif
