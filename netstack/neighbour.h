/*
 * neighbour.h: which hardware address an IPv4 address has on our wire (ARP, RFC 826).
 *
 * Only answers that we asked for are believed, and nothing is learned from a packet's source
 * address (lwIP's ETHARP_TRUST_IP_MAC): who wants to stand in for the gateway has to win a race
 * once a minute instead of sending one frame.  Who is on the wire may still win it: TLS, not
 * ARP, is what we rely on.
 */
#ifndef NET_NEIGHBOUR_H
#define NET_NEIGHBOUR_H

#include "netstack/frame.h"

/* `gateway` 0: none. */
void neighbour_init(const struct frame_self *self, uint32_t gateway);

/* Is there a next hop for `ip` at all? */
bool neighbour_reachable(uint32_t ip);

/*
 * The hardware address to send to, for packets to `ip`; NULL when not known yet: then everyone
 * is asked, at most once a second for one address, and the caller tries again later.
 */
const uint8_t *neighbour_find(uint32_t ip, uint64_t now_ns);

/* An ARP packet came.  Answers it or learns from it. */
void neighbour_arp(const struct frame *frame, uint64_t now_ns);

#endif
