/*
 * wire.c: build frames and hold them until net_output.  See wire.h.
 */
#include "netstack/wire.h"

#include "netstack/glue.h"
#include "netstack/limits.h"
#include "netstack/net.h"
#include "platform/base/bytes.h"
#include "platform/base/panic.h"

#define TTL		64
#define TCP_CHECKSUM_AT	16
#define ICMP_CHECKSUM_AT	2

static struct {
	struct frame_self self;
	size_t first, num;
	size_t len[NET_RING];
	uint8_t frame[NET_RING][NET_FRAME_MAX];
} wire;

void
wire_init(const struct frame_self *self) { wire.self = *self; }

bool
wire_full(void) { return wire.num == NET_RING; }

/* The next free frame, its Ethernet header written. */
static struct outbuf
open_frame(const uint8_t to_mac[FRAME_MAC_LEN], uint16_t type)
{
	struct outbuf out = outbuf_of(wire.frame[(wire.first + wire.num) % NET_RING], NET_FRAME_MAX);

	outbuf_bytes(&out, (struct span){ to_mac, FRAME_MAC_LEN });
	outbuf_bytes(&out, SPAN_ARRAY(wire.self.mac));
	outbuf_uint(&out, type, 2);
	return out;
}

static void
queue_frame(const struct outbuf *out)
{
	REQUIRE(!out->overflow);
	wire.len[(wire.first + wire.num) % NET_RING] = out->len;
	wire.num++;
}

static void
put_ipv4_header(struct outbuf *out, uint32_t to_ip, uint8_t proto, size_t payload_len)
{
	uint8_t header[FRAME_IP_LEN];
	struct outbuf ip = outbuf_of(header, sizeof header);
	uint16_t checksum = 0;

	for (int pass = 0; pass < 2; pass++) {		/* the second time with the sum of the first */
		uint32_t id = pass == 0 ? glue_random() & 0xffff : (uint32_t)header[4] << 8 | header[5];

		ip.len = 0;
		outbuf_uint(&ip, 0x4500, 2);
		outbuf_uint(&ip, FRAME_IP_LEN + payload_len, 2);
		outbuf_uint(&ip, id, 2);
		outbuf_uint(&ip, 0, 2);		/* a router may fragment: nobody would tell us to send less */
		outbuf_uint(&ip, TTL, 1);
		outbuf_uint(&ip, proto, 1);
		outbuf_uint(&ip, checksum, 2);
		outbuf_uint(&ip, wire.self.ip, 4);
		outbuf_uint(&ip, to_ip, 4);
		checksum = frame_fold(frame_sum(0, outbuf_span(&ip)));
	}
	outbuf_bytes(out, outbuf_span(&ip));
}

void
wire_ipv4(const uint8_t to_mac[FRAME_MAC_LEN], uint32_t to_ip, uint8_t proto, struct span payload)
{
	size_t at = proto == FRAME_PROTO_TCP ? TCP_CHECKSUM_AT : ICMP_CHECKSUM_AT;
	struct span before = { payload.ptr, at }, after = { payload.ptr + at + 2, payload.len - at - 2 };
	uint32_t sum = proto == FRAME_PROTO_TCP ? frame_pseudo(wire.self.ip, to_ip, payload.len) : 0;
	struct outbuf out;

	if (wire_full())
		return;
	REQUIRE(payload.len >= at + 2);
	out = open_frame(to_mac, FRAME_TYPE_IPV4);
	put_ipv4_header(&out, to_ip, proto, payload.len);
	outbuf_bytes(&out, before);
	outbuf_uint(&out, frame_fold(frame_sum(frame_sum(sum, before), after)), 2);
	outbuf_bytes(&out, after);
	queue_frame(&out);
}

void
wire_arp(uint16_t operation, const uint8_t to_mac[FRAME_MAC_LEN], uint32_t target_ip)
{
	static const uint8_t EVERYONE[FRAME_MAC_LEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	static const uint8_t NOBODY[FRAME_MAC_LEN];
	struct outbuf out;

	if (wire_full())
		return;
	out = open_frame(operation == 1 ? EVERYONE : to_mac, FRAME_TYPE_ARP);
	outbuf_uint(&out, 1, 2);			/* Ethernet */
	outbuf_uint(&out, FRAME_TYPE_IPV4, 2);
	outbuf_uint(&out, FRAME_MAC_LEN << 8 | 4, 2);
	outbuf_uint(&out, operation, 2);
	outbuf_bytes(&out, SPAN_ARRAY(wire.self.mac));
	outbuf_uint(&out, wire.self.ip, 4);
	outbuf_bytes(&out, (struct span){ operation == 1 ? NOBODY : to_mac, FRAME_MAC_LEN });
	outbuf_uint(&out, target_ip, 4);
	queue_frame(&out);
}

size_t
wire_take(uint8_t *frame, size_t frame_cap)
{
	size_t len;

	if (wire.num == 0)
		return 0;
	len = wire.len[wire.first];
	REQUIRE(len <= frame_cap);
	bytes_copy(frame, wire.frame[wire.first], len);
	wire.first = (wire.first + 1) % NET_RING;
	wire.num--;
	return len;
}
