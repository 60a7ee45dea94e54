/*
 * bytes.h: copying, comparing and wiping bytes.  Pure.  The only place where own code moves
 * raw memory; lengths are in bytes, regions of a copy do not overlap.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include "platform/base/span.h"

void bytes_copy(uint8_t *to, const uint8_t *from, size_t len)
PRE(len <= INPUT_MAX && FRESH_BYTES(to, len) && FRESH_BYTES(from, len))
ASSIGNS(UP_TO(to, len));
void bytes_set(uint8_t *to, uint8_t value, size_t len)
PRE(len <= INPUT_MAX && FRESH_BYTES(to, len))
ASSIGNS(UP_TO(to, len));

/* For public data: the time taken tells where the first difference is. */
MUST_CHECK bool bytes_equal(struct span a, struct span b)
PRE(SPAN_VALUE(a) && SPAN_VALUE(b))
ASSIGNS()
POST(!RETVAL || a.len == b.len);

/*
 * Zero `len` bytes in a way that no optimiser removes.  It can not reach copies that the
 * compiler made in registers or spilled to the stack: keep secrets in one named place.
 */
void wipe(void *at, size_t len);

/*
 * Zero the 8 KiB of stack below the caller's frame: what a third-party library, called just
 * before, may have left there.  Its deepest calls here use under 4 KiB (measured at -O2).
 */
void wipe_stack(void);

#endif
