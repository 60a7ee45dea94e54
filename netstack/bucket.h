/*
 * bucket.h: a token bucket in one number: the time at which it would be full again.  Pure.
 */
#ifndef NET_BUCKET_H
#define NET_BUCKET_H

#include "platform/base/span.h"

/* Take one token of `burst`; one comes back each `token_ns`.  False when there is none. */
MUST_CHECK static inline bool
bucket_take(uint64_t *full_ns, uint64_t now_ns, uint64_t token_ns, uint64_t burst)
{
	uint64_t from_ns = *full_ns > now_ns ? *full_ns : now_ns;

	if (from_ns - now_ns > (burst - 1) * token_ns)
		return false;
	*full_ns = from_ns + token_ns;
	return true;
}

#endif
