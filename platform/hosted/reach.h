/*
 * reach.h: what may leave the guest when it may call out (--reach PORT).  Pure.
 *
 * ARP; TCP segments that open nothing; and a SYN to 10.0.2.2, which libslirp makes this machine's
 * 127.0.0.1, at one of the named ports.  Everything else is dropped.  Without --reach libslirp's
 * own restricted mode stands in its place and lets nothing out.
 */
#ifndef HOSTED_REACH_H
#define HOSTED_REACH_H

#include "platform/base/span.h"

MUST_CHECK bool reach_allows(struct span frame, const uint16_t *ports, size_t num_ports);

#endif
