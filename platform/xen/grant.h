/*
 * grant.h: which pages another domain may touch (grant table version 1).  Each page that is ever
 * shared has one reference for ever (limits.h).  No hypercall: the table is memory shared with Xen.
 */
#ifndef XEN_GRANT_H
#define XEN_GRANT_H

#include "platform/base/span.h"
#include "platform/xen/abi.h"

/* The table's first page. */
void grant_start(volatile grant_entry_v1_t *table);

/* Let `domain` write, or only read, the page with this frame number.  The reference is not given now. */
void grant_give(uint32_t ref, domid_t domain, uint64_t frame, bool readonly);

/* Take it back.  False: the other side holds it still, and the page must not be used for anything.  True also when it was not given. */
MUST_CHECK bool grant_end(uint32_t ref);

/* References that are given now; the tests count them. */
unsigned grant_given(void);

#endif
