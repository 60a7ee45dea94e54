/*
 * wire.h: the frames on their way out: a bounded ring, and the only writer of headers below TCP.
 * Fills in the IPv4 header and both checksums.
 *
 * The IPv4 identification is a fresh unpredictable number for each packet: a global counter
 * (lwIP's) tells a stranger how much we send to others, and with it the "idle scan".
 */
#ifndef NET_WIRE_H
#define NET_WIRE_H

#include "netstack/frame.h"

void wire_init(const struct frame_self *self);

bool wire_full(void);

/* Queue one packet: TCP or ICMP as `proto` says, its checksum field of any value.  Dropped when
 * the ring is full.  At most 1480 bytes. */
void wire_ipv4(const uint8_t to_mac[FRAME_MAC_LEN], uint32_t to_ip, uint8_t proto, struct span payload);

/* Queue an ARP packet: operation 1 asks everyone who has `target_ip`, 2 answers `to_mac`. */
void wire_arp(uint16_t operation, const uint8_t to_mac[FRAME_MAC_LEN], uint32_t target_ip);

/* Take the oldest frame; its length, or 0. */
size_t wire_take(uint8_t *frame, size_t frame_cap);

#endif
