/* reach.c: what may leave the guest when it may call out.  See reach.h; RFC 791, RFC 9293. */
#include "platform/hosted/reach.h"

enum {
	ETHER_LEN = 14, TYPE_IPV4 = 0x0800, TYPE_ARP = 0x0806,
	PROTOCOL_TCP = 6, FRAGMENT = 0x3fff,	/* more fragments, or not the first */
	HOST = 0x0a000202,					/* 10.0.2.2, as in usernet.c */
	SYN = 0x02, ACK = 0x10
};

/* The fields that decide. */
struct opening { uint32_t to_ip, to_port, flags; };

/* An IPv4 packet that is one whole TCP segment without IP options (a guest of ours sends none). */
static bool
opening_parse(struct opening *opening, struct cursor *packet)
{
	uint32_t version_service, fragment, ttl_protocol, offset_flags, skip;

	if (!cursor_uint(packet, &version_service, 2) || !cursor_uint(packet, &skip, 4) ||
	    !cursor_uint(packet, &fragment, 2) || !cursor_uint(packet, &ttl_protocol, 2) ||
	    !cursor_uint(packet, &skip, 2) || !cursor_uint(packet, &skip, 4) || !cursor_uint(packet, &opening->to_ip, 4))
		return false;
	if (version_service >> 8 != 0x45 || (fragment & FRAGMENT) != 0 || (ttl_protocol & 0xff) != PROTOCOL_TCP)
		return false;
	if (!cursor_uint(packet, &skip, 2) || !cursor_uint(packet, &opening->to_port, 2) || !cursor_uint(packet, &skip, 4) ||
	    !cursor_uint(packet, &skip, 4) || !cursor_uint(packet, &offset_flags, 2))
		return false;
	opening->flags = offset_flags & 0xff;
	return true;
}

bool
reach_allows(struct span frame, const uint16_t *ports, size_t num_ports)
{
	struct cursor packet = cursor_of(frame), addresses;
	struct opening opening;
	uint32_t type;

	if (!cursor_take(&packet, &addresses, ETHER_LEN - 2) || !cursor_uint(&packet, &type, 2))
		return false;
	if (type == TYPE_ARP)
		return true;
	if (type != TYPE_IPV4 || !opening_parse(&opening, &packet))
		return false;
	if ((opening.flags & (SYN | ACK)) != SYN)
		return true;
	for (size_t i = 0; i < num_ports; i++)
		if (opening.to_ip == HOST && opening.to_port == ports[i])
			return true;
	return false;
}
