/*
 * xenstore.h: a client of xenstore over its ring.  One request at a time, answered or given up within XEN_STORE_NS.
 * The daemon is not trusted: indices, lengths, types and request ids are checked; an answer to nothing is
 * counted and dropped; when the stream itself makes no sense the store is dead from then on (every call
 * fails) and the machine goes on without it.
 */
#ifndef XEN_XENSTORE_H
#define XEN_XENSTORE_H

#include "platform/base/span.h"
#include "platform/xen/abi.h"

#define XENSTORE_TOKENS	8u	/* watches have tokens 0..7 */

void xenstore_start(volatile struct xenstore_domain_interface *ring, uint32_t port);

/* The value at `path`, at most XEN_STORE_VALUE bytes, borrowed until the next call.  False: none, longer, or dead. */
MUST_CHECK bool xenstore_read(struct span *value, const char *path);

MUST_CHECK bool xenstore_write(const char *path, struct span value);

/* From now on a change below `path` is an event with this token. */
MUST_CHECK bool xenstore_watch(const char *path, unsigned token);

/* Look at the ring, at most XEN_STORE_TURN messages; which of `tokens` (a bit each) fired since last asked for. */
uint32_t xenstore_events(uint32_t tokens);

bool xenstore_dead(void);
uint32_t xenstore_nonsense(void);	/* messages dropped so far */

#endif
