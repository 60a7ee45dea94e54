/* sessions.h: all connections: accepting, taking turns, and who makes room for whom. */
#ifndef APPLIANCE_SESSIONS_H
#define APPLIANCE_SESSIONS_H

#include "platform/base/span.h"

/*
 * Accept what came, move every connection that can be moved, end what is due.  Bounded work.
 * Returns when it must be called again: `now_ns` if work was left over.
 */
uint64_t sessions_step(uint64_t now_ns);

size_t sessions_num(void);

#endif
