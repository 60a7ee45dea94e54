/*
 * neighbour.c: the table of neighbours.  Row 0 is the gateway's for ever: once resolved it is
 * asked again while in use, but never forgotten, so a flood of other addresses or a silent
 * minute does not cut us off.
 */
#include "netstack/neighbour.h"

#include "netstack/limits.h"
#include "netstack/wire.h"
#include "platform/base/bytes.h"

#define GATEWAY	0

struct row {
	uint32_t ip;			/* 0: free */
	uint8_t mac[FRAME_MAC_LEN];
	bool known, asked;		/* mac is valid; an answer is expected */
	uint64_t asked_ns, known_ns;
};

static struct {
	struct frame_self self;
	struct row row[NET_NEIGHBOURS];
} table;

void
neighbour_init(const struct frame_self *self, uint32_t gateway)
{
	table.self = *self;
	table.row[GATEWAY].ip = gateway;
}

static bool
on_link(uint32_t ip)
{
	return ((ip ^ table.self.ip) & table.self.mask) == 0;
}

bool
neighbour_reachable(uint32_t ip)
{
	return frame_host_address(&table.self, ip) && ip != table.self.ip &&
	    (on_link(ip) || table.row[GATEWAY].ip != 0);
}

static struct row *
find_row(uint32_t ip)
{
	for (size_t i = 0; i < NET_NEIGHBOURS; i++) {
		if (table.row[i].ip == ip)
			return &table.row[i];
	}
	return NULL;
}

/* A free row, or that of the one asked about longest ago. */
static struct row *
take_row(uint32_t ip)
{
	struct row *oldest = &table.row[GATEWAY + 1];

	for (size_t i = GATEWAY + 1; i < NET_NEIGHBOURS; i++) {
		if (table.row[i].ip == 0) {
			oldest = &table.row[i];
			break;
		}
		if (table.row[i].asked_ns < oldest->asked_ns)
			oldest = &table.row[i];
	}
	*oldest = (struct row){ .ip = ip };
	return oldest;
}

static void
ask(struct row *row, uint64_t now_ns)
{
	if (row->asked && now_ns - row->asked_ns < NET_ARP_AGAIN_NS)
		return;
	row->asked = true;
	row->asked_ns = now_ns;
	wire_arp(1, NULL, row->ip);
}

const uint8_t *
neighbour_find(uint32_t ip, uint64_t now_ns)
{
	uint32_t hop = on_link(ip) ? ip : table.row[GATEWAY].ip;
	struct row *row;

	if (hop == 0)
		return NULL;
	row = find_row(hop);
	if (row == NULL)
		row = take_row(hop);
	if (row->known && now_ns - row->known_ns >= NET_ARP_STALE_NS && row != &table.row[GATEWAY])
		row->known = false;
	if (!row->known || now_ns - row->known_ns >= NET_ARP_FRESH_NS)
		ask(row, now_ns);
	return row->known ? row->mac : NULL;
}

void
neighbour_arp(const struct frame *frame, uint64_t now_ns)
{
	const struct frame_arp *arp = &frame->arp;
	struct row *row;

	if (arp->target_ip != table.self.ip || arp->sender_ip == table.self.ip)
		return;
	if (arp->operation == 1) {
		wire_arp(2, frame->from_mac, arp->sender_ip);
		return;
	}
	row = find_row(arp->sender_ip);
	if (row == NULL || arp->sender_ip == 0 || !row->asked || !arp->target_is_our_mac)
		return;
	bytes_copy(row->mac, frame->from_mac, FRAME_MAC_LEN);
	row->known = true;
	row->asked = false;
	row->known_ns = now_ns;
}
