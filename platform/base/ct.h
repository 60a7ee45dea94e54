/*
 * ct.h: comparing secrets.
 * CT: the values of `a` and `b` do not leak, nor where they differ; `len` does.
 */
#ifndef BASE_CT_H
#define BASE_CT_H

#include "platform/base/span.h"

MUST_CHECK static inline bool
ct_equal(const uint8_t *a, const uint8_t *b, size_t len)
PRE(len <= INPUT_MAX && FRESH_BYTES(a, len) && FRESH_BYTES(b, len))
ASSIGNS()
{
	uint32_t differs = 0;

	for (size_t i = 0; i < len; i++)
	LOOP_ASSIGNS(i, differs)
	LOOP_INVARIANT(i <= len)
	LOOP_DECREASES(len - i)
		differs |= (uint32_t)(a[i] ^ b[i]);
	__asm__ volatile("" : "+r"(differs));	/* no early exit: the whole sum is needed here */
	return differs == 0;
}

#endif
