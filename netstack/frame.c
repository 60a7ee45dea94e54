/*
 * frame.c: the only reader of hostile header bytes.  See frame.h.
 *
 * Strict on purpose.  lwIP checks many of these things too, some too late (etharp_input reads 28
 * bytes whatever the length) and some not at all (its option parser walks past the options);
 * here each is checked once and before any use.
 */
#include "netstack/frame.h"

#include "platform/base/bytes.h"

#define TRY(fact)	do { if (!(fact)) return false; } while (0)

uint32_t
frame_sum(uint32_t sum, struct span bytes)
{
	size_t i;

	for (i = 0; i + 1 < bytes.len; i += 2)
	LOOP_ASSIGNS(i, sum)
	LOOP_INVARIANT(i <= bytes.len && i % 2 == 0 && sum <= AT_ENTRY(sum) + ((uint32_t)i << 15))
	LOOP_DECREASES(bytes.len - i)
		sum += (uint32_t)bytes.ptr[i] << 8 | bytes.ptr[i + 1];
	if (i < bytes.len)
		sum += (uint32_t)bytes.ptr[i] << 8;
	return sum;
}

uint16_t
frame_fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

uint32_t
frame_pseudo(uint32_t from_ip, uint32_t to_ip, size_t tcp_len)
{
	return (from_ip >> 16) + (from_ip & 0xffff) + (to_ip >> 16) + (to_ip & 0xffff) +
	    FRAME_PROTO_TCP + (uint32_t)tcp_len;
}

bool
frame_host_address(const struct frame_self *self, uint32_t ip)
{
	uint32_t host = ip & ~self->mask;

	if (ip >> 24 == 0 || ip >> 24 == 127 || ip >> 28 >= 14)
		return false;
	/* RFC 3021: a subnet of two addresses has no reserved ones. */
	if ((ip & self->mask) == (self->ip & self->mask) && ~self->mask > 1)
		return host != 0 && host != ~self->mask;
	return true;
}

/* RFC 826; the hardware fields must say what the Ethernet header says. */
static bool
parse_arp(struct frame_arp *arp, const struct frame *frame, const struct frame_self *self, struct cursor in)
PRE(FRESH(frame) && SAME_POINTER(arp, &frame->arp) && FRESH(self) && CURSOR_VALUE(in))
ASSIGNS(*arp)
{
	uint32_t hardware, protocol, lengths, operation;
	uint8_t sender[FRAME_MAC_LEN], target[FRAME_MAC_LEN];

	TRY(cursor_uint(&in, &hardware, 2) && hardware == 1);
	TRY(cursor_uint(&in, &protocol, 2) && protocol == FRAME_TYPE_IPV4);
	TRY(cursor_uint(&in, &lengths, 2) && lengths == (FRAME_MAC_LEN << 8 | 4));
	TRY(cursor_uint(&in, &operation, 2) && (operation == 1 || operation == 2));
	TRY(cursor_copy(&in, sender, FRAME_MAC_LEN));
	TRY(cursor_uint(&in, &arp->sender_ip, 4));
	TRY(cursor_copy(&in, target, FRAME_MAC_LEN));
	TRY(cursor_uint(&in, &arp->target_ip, 4));	/* what follows is padding */
	TRY(bytes_equal(SPAN_ARRAY(sender), SPAN_ARRAY(frame->from_mac)));
	arp->operation = (uint16_t)operation;
	arp->target_is_our_mac = bytes_equal(SPAN_ARRAY(target), SPAN_ARRAY(self->mac));
	return true;
}

/* Every option must end within the options (RFC 9293, 3.1); the MSS of a SYN is noted. */
static bool
parse_options(struct frame_tcp *tcp, struct cursor in)
PRE(FRESH(tcp) && CURSOR_VALUE(in))
ASSIGNS(tcp->mss)
POST(tcp->mss == OLD(tcp->mss) || in.end - in.pos >= 4)
{
	uint32_t kind, len, mss;
	struct cursor value;

	while (!cursor_done(&in))
	LOOP_ASSIGNS(in.pos, kind, len, mss, value, tcp->mss)
	LOOP_INVARIANT(in.pos >= AT_ENTRY(in.pos) && in.pos <= in.end)
	LOOP_INVARIANT(tcp->mss == AT_ENTRY(tcp->mss) || in.pos - AT_ENTRY(in.pos) >= 4)
	LOOP_DECREASES(in.end - in.pos)
	{
		TRY(cursor_uint(&in, &kind, 1));
		if (kind == 0)
			return true;
		if (kind == 1)
			continue;
		TRY(cursor_uint(&in, &len, 1) && len >= 2 && cursor_take(&in, &value, len - 2));
		if (kind == 2 && (tcp->flags & FRAME_SYN) != 0) {
			TRY(cursor_uint(&value, &mss, 2) && cursor_done(&value) && mss != 0);
			tcp->mss = (uint16_t)mss;
		}
	}
	return true;
}

/* No sane sender makes these; scanners and confused state machines do. */
static bool
flags_make_sense(unsigned flags)
PRE(true)
ASSIGNS()
{
	unsigned kind = flags & (FRAME_SYN | FRAME_FIN | FRAME_RST);

	if (kind == 0)
		return (flags & FRAME_ACK) != 0;
	return (kind & (kind - 1)) == 0;	/* exactly one of the three */
}

static bool
parse_tcp(struct frame_tcp *tcp, const struct frame *frame, const struct frame_self *self)
PRE(FRESH(frame) && SAME_POINTER(tcp, &frame->tcp) && FRESH(self) && SPAN_VALUE(frame->payload) && frame->payload.len <= 0xffff)
ASSIGNS(*tcp)
POST(!RETVAL || (tcp->header_len >= FRAME_TCP_LEN && tcp->header_len <= 60 && tcp->header_len <= frame->payload.len))
POST(!RETVAL || tcp->header_len == (size_t)(frame->payload.ptr[12] >> 4) * 4)
POST(!RETVAL || tcp->mss == 0 || tcp->header_len >= FRAME_TCP_LEN + 4)
POST(!RETVAL || tcp->data.len == frame->payload.len - tcp->header_len)
POST(!RETVAL || (tcp->data.len <= frame->payload.len && (tcp->data.len == 0 || SAME_POINTER(tcp->data.ptr, frame->payload.ptr + (frame->payload.len - tcp->data.len)))))
{
	struct cursor in = cursor_of(frame->payload), options;
	uint32_t from_port, to_port, word, window, checksum_and_urgent;
	uint32_t sum = frame_pseudo(frame->from_ip, self->ip, frame->payload.len);

	TRY(cursor_uint(&in, &from_port, 2) && from_port != 0);
	TRY(cursor_uint(&in, &to_port, 2) && to_port != 0);
	TRY(cursor_uint(&in, &tcp->seq, 4));
	TRY(cursor_uint(&in, &tcp->ack, 4));
	TRY(cursor_uint(&in, &word, 2));
	TRY(cursor_uint(&in, &window, 2));
	TRY(cursor_uint(&in, &checksum_and_urgent, 4));
	TRY(frame_fold(frame_sum(sum, frame->payload)) == 0);
	tcp->from_port = (uint16_t)from_port;
	tcp->to_port = (uint16_t)to_port;
	tcp->flags = word & 0x3f;
	tcp->window = (uint16_t)window;
	tcp->header_len = (word >> 12) * 4;
	tcp->mss = 0;
	TRY(flags_make_sense(tcp->flags));
	TRY(tcp->header_len >= FRAME_TCP_LEN);
	TRY(cursor_take(&in, &options, tcp->header_len - FRAME_TCP_LEN));
	TRY(parse_options(tcp, options));
	tcp->data = cursor_rest(&in);
	return true;
}

/* The header, up to and with the source address.  `*to_us`: the rest is worth reading. */
static bool
parse_ipv4(struct frame *frame, bool *to_us, uint8_t *proto, const struct frame_self *self, struct cursor in)
PRE(FRESH(frame) && FRESH(to_us) && FRESH(proto) && FRESH(self) && CURSOR_VALUE(in))
ASSIGNS(*frame, *to_us, *proto)
POST(!RETVAL || !*to_us || (frame->packet.len >= FRAME_IP_LEN && frame->packet.len <= 0xffff && frame->packet.len <= in.end - in.pos))
POST(!RETVAL || !*to_us || (SAME_POINTER(frame->packet.ptr, in.base + in.pos) && SAME_POINTER(frame->payload.ptr, in.base + in.pos + FRAME_IP_LEN)))
POST(!RETVAL || !*to_us || frame->payload.len == frame->packet.len - FRAME_IP_LEN)
{
	struct span all = cursor_rest(&in);
	uint32_t version, total, id, fragment, ttl_proto, checksum, to_ip;

	TRY(cursor_uint(&in, &version, 2) && version >> 12 == 4 && (version >> 8 & 15) >= 5);
	TRY(cursor_uint(&in, &total, 2) && total >= FRAME_IP_LEN && total <= all.len);
	TRY(cursor_uint(&in, &id, 2));
	TRY(cursor_uint(&in, &fragment, 2));
	TRY(cursor_uint(&in, &ttl_proto, 2));
	TRY(cursor_uint(&in, &checksum, 2));
	TRY(cursor_uint(&in, &frame->from_ip, 4));
	TRY(cursor_uint(&in, &to_ip, 4));
	*proto = (uint8_t)ttl_proto;
	*to_us = false;
	if ((version >> 8 & 15) > 5 || (fragment & 0x3fff) != 0 || to_ip != self->ip)
		return true;
	TRY(frame_fold(frame_sum(0, (struct span){ all.ptr, FRAME_IP_LEN })) == 0);
	TRY(frame_host_address(self, frame->from_ip) && frame->from_ip != self->ip);
	frame->packet = (struct span){ all.ptr, total };
	frame->payload = (struct span){ all.ptr + FRAME_IP_LEN, total - FRAME_IP_LEN };
	*to_us = true;
	return true;
}

/* RFC 792: type 8, code 0, checksum, identifier, sequence number. */
static enum frame_kind
parse_icmp(struct span icmp)
PRE(SPAN_VALUE(icmp) && icmp.len <= 0xffff)
ASSIGNS()
POST(RETVAL != FRAME_ECHO || icmp.len >= 8)
{
	if (icmp.len < 8 || frame_fold(frame_sum(0, icmp)) != 0)
		return FRAME_BAD;
	return icmp.ptr[0] == 8 && icmp.ptr[1] == 0 ? FRAME_ECHO : FRAME_OTHER;
}

enum frame_kind
frame_parse(struct frame *frame, const struct frame_self *self, struct span bytes)
{
	static const uint8_t EVERYONE[FRAME_MAC_LEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	struct cursor in = cursor_of(bytes);
	uint8_t to_mac[FRAME_MAC_LEN], proto;
	uint32_t type;
	bool to_us, broadcast;

	if (!cursor_copy(&in, to_mac, sizeof to_mac) || !cursor_copy(&in, frame->from_mac, sizeof frame->from_mac) ||
	    !cursor_uint(&in, &type, 2))
		return FRAME_BAD;
	if ((frame->from_mac[0] & 1) != 0 || bytes_equal(SPAN_ARRAY(frame->from_mac), SPAN_ARRAY(self->mac)))
		return FRAME_BAD;
	broadcast = bytes_equal(SPAN_ARRAY(to_mac), SPAN_ARRAY(EVERYONE));
	if (!broadcast && !bytes_equal(SPAN_ARRAY(to_mac), SPAN_ARRAY(self->mac)))
		return FRAME_OTHER;
	if (type == FRAME_TYPE_ARP)
		return parse_arp(&frame->arp, frame, self, in) ? FRAME_ARP : FRAME_BAD;
	if (type != FRAME_TYPE_IPV4 || broadcast)
		return FRAME_OTHER;
	if (!parse_ipv4(frame, &to_us, &proto, self, in))
		return FRAME_BAD;
	if (!to_us)
		return FRAME_OTHER;
	if (proto == FRAME_PROTO_TCP)
		return parse_tcp(&frame->tcp, frame, self) ? FRAME_TCP : FRAME_BAD;
	return proto == FRAME_PROTO_ICMP ? parse_icmp(frame->payload) : FRAME_OTHER;
}
