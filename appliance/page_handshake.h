/* page_handshake.h: /handshake: the visitor's own handshake, drawn, and as a table.  Numbers and our own names only. */
#ifndef APPLIANCE_PAGE_HANDSHAKE_H
#define APPLIANCE_PAGE_HANDSHAKE_H

#include "tlsstack/trace.h"

/*
 * A visit over TLS.  Times are microseconds since the accept, and those of the loop's turns, not of computations:
 * how long a signature took is not for visitors to know.  `flight_us` has one for each flight that `trace` counts;
 * `now_us` is the request's.
 */
struct page_visit {
	const struct tls_info *info;
	const struct tls_trace *trace;
	const uint32_t *flight_us;
	uint64_t now_us;
};

/* `visit` NULL: the page came without TLS; it says where there is a handshake to see. */
void page_handshake(struct outbuf *out, const struct page_visit *visit);

#endif
