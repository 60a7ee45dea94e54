/* backs.h: whom this machine may call back, and how often.  It must not be a weapon. */
#ifndef APPLIANCE_BACKS_H
#define APPLIANCE_BACKS_H

#include "appliance/boot.h"

/* Take note of our own address and network, and whether the chain is public. */
void backs_init(const struct boot *boot);

/*
 * True if `address`, which has completed TCP's handshake with us, may be called now; the call
 * counts from then on.  Never our own network's edges, this machine, loopback, multicast or
 * reserved addresses; on a public chain no private or special ones either (RFC 6890).  The
 * same address once in BACKS_PAUSE_NS, all together BACKS_KEPT times in it.
 */
MUST_CHECK bool backs_allow(uint32_t address, uint64_t now_ns);

#endif
