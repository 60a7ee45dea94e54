/*
 * syncookie.h: sequence numbers that carry what a SYN said, so that nothing needs to be
 * remembered until its sender proves that it hears us (RFC 4987, 3.6), and plain unpredictable
 * ones (RFC 6528).  Pure but for the key, which is set once.
 *
 * A cookie is 29 bits of a keyed hash over addresses, ports, the peer's first sequence number,
 * the minute and the class of segment size; one bit of the minute; two bits of the class.  It
 * is good for this minute and the next.  A blind guess succeeds once in 2^29.
 */
#ifndef NET_SYNCOOKIE_H
#define NET_SYNCOOKIE_H

#include "netstack/siphash.h"

struct syncookie_flow {
	uint32_t local_ip, peer_ip;
	uint16_t local_port, peer_port;
};

void syncookie_init(const uint8_t key[SIPHASH_KEY_LEN]);

/* The sequence number of our SYN-ACK; `mss` as the SYN says it, 0 if it says none. */
uint32_t syncookie_make(const struct syncookie_flow *flow, uint32_t peer_isn, uint16_t mss, uint64_t now_ns)
PRE(FRESH(flow))
ASSIGNS();

/* Did we make `cookie` for this flow lately?  The segment size (at most the peer's) or 0. */
MUST_CHECK uint16_t syncookie_check(const struct syncookie_flow *flow, uint32_t peer_isn, uint32_t cookie, uint64_t now_ns)
PRE(FRESH(flow))
ASSIGNS()
POST(RETVAL == 0 || (RETVAL >= 536 && RETVAL <= 1460));

/* RFC 6528: a keyed hash of the flow plus a clock of 4 us. */
uint32_t syncookie_isn(const struct syncookie_flow *flow, uint64_t now_ns)
PRE(FRESH(flow))
ASSIGNS();

#endif
