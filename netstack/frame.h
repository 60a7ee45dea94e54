/*
 * frame.h: what a frame from the wire says, checked once, before anything believes it.  Pure:
 * bytes in, a struct out; no state.
 *
 * Ethernet II; ARP for IPv4 (RFC 826); IPv4 without options and fragments (RFC 791); TCP
 * (RFC 9293, 3.1); ICMP echo requests (RFC 792).  All else is FRAME_OTHER and meets silence.
 */
#ifndef NET_FRAME_H
#define NET_FRAME_H

#include "platform/base/span.h"

#define FRAME_MAC_LEN	6
#define FRAME_IP_LEN	20	/* bytes of an IPv4 header without options */
#define FRAME_TCP_LEN	20	/* bytes of a TCP header without options */

#define FRAME_TYPE_IPV4	0x0800
#define FRAME_TYPE_ARP	0x0806
#define FRAME_PROTO_ICMP	1
#define FRAME_PROTO_TCP		6

enum {				/* TCP's flags */
	FRAME_FIN = 0x01, FRAME_SYN = 0x02, FRAME_RST = 0x04, FRAME_PSH = 0x08, FRAME_ACK = 0x10
};

enum frame_kind {
	FRAME_BAD,		/* shorter or stranger than its own headers say */
	FRAME_OTHER,		/* not for us, or of a kind that is not spoken here */
	FRAME_ARP,
	FRAME_ECHO,		/* an ICMP echo request */
	FRAME_TCP
};

/* Who we are. */
struct frame_self {
	uint8_t mac[FRAME_MAC_LEN];
	uint32_t ip, mask;	/* host order */
};

struct frame_arp {
	uint16_t operation;	/* 1 request, 2 reply */
	uint32_t sender_ip;	/* the sender's hardware address is the frame's: checked */
	uint32_t target_ip;
	bool target_is_our_mac;
};

struct frame_tcp {
	uint16_t from_port, to_port;
	uint32_t seq, ack;
	uint16_t flags, window;
	uint16_t mss;		/* of a SYN's option; 0: none */
	size_t header_len;
	struct span data;
};

struct frame {
	uint8_t from_mac[FRAME_MAC_LEN];	/* never a group address, never ours */
	uint32_t from_ip;			/* IPv4 kinds: a host's address, never ours */
	struct span packet;			/* IPv4 kinds: header and payload, exactly */
	struct span payload;			/* what follows the IPv4 header; its checksum holds */
	struct frame_arp arp;			/* FRAME_ARP only */
	struct frame_tcp tcp;			/* FRAME_TCP only */
};

/*
 * Read one frame.  For FRAME_BAD and FRAME_OTHER `frame` holds nothing to use.  Spans in it
 * are views of `bytes`.  Work is linear in the length.
 */
MUST_CHECK enum frame_kind frame_parse(struct frame *frame, const struct frame_self *self, struct span bytes)
PRE(FRESH(frame) && FRESH(self) && SPAN_VALUE(bytes))
ASSIGNS(*frame)
POST(RETVAL != FRAME_ECHO || (frame->payload.len >= 8 && frame->payload.len <= bytes.len));

/*
 * The Internet checksum (RFC 1071) in two steps: add what is covered to `sum`, starting from 0
 * or from frame_pseudo; then fold.  Each span but the last has an even length.
 */
uint32_t frame_sum(uint32_t sum, struct span bytes)
PRE(SPAN_VALUE(bytes) && bytes.len <= 0x10000 && sum <= 0x10000000)
ASSIGNS()
POST(RETVAL <= sum + ((uint32_t)(bytes.len + 1) << 15));
uint16_t frame_fold(uint32_t sum)
PRE(true)
ASSIGNS();

/* The sum of TCP's pseudo header. */
uint32_t frame_pseudo(uint32_t from_ip, uint32_t to_ip, size_t tcp_len)
PRE(tcp_len <= 0x10000)
ASSIGNS()
POST(RETVAL <= 0x60000);

/* Could a host have this address?  Refuses this-network, loopback, multicast and above, and the
 * two reserved addresses of our own subnet. */
bool frame_host_address(const struct frame_self *self, uint32_t ip)
PRE(FRESH(self))
ASSIGNS();

#endif
