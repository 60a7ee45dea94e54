/* neighbour.c: the table of neighbours, in any state, and any frame that frame.c let through. */
#include "tests/proofs/harness/shared.h"

#include "netstack/neighbour.c"

bool nondet_bool(void);
uint16_t nondet_uint16(void);
uint32_t nondet_uint32(void);
uint64_t nondet_uint64(void);

void other_side(void) { }

uint32_t nondet_mac(void);

bool
frame_host_address(const struct frame_self *self, uint32_t ip)
{
	(void)self; (void)ip;
	return nondet_bool();
}

void
wire_arp(uint16_t operation, const uint8_t to_mac[FRAME_MAC_LEN], uint32_t target_ip)
{
	(void)target_ip;
	ASSERT(operation == 1 || (operation == 2 && __CPROVER_r_ok(to_mac, FRAME_MAC_LEN)));
}

static void
any_table(void)
{
	__CPROVER_havoc_object(&table);
	for (unsigned i = 0; i < NET_NEIGHBOURS; i++) {
		table.row[i].known = nondet_bool();
		table.row[i].asked = nondet_bool();
	}
}

static bool
is_row(const struct row *row)
{
	bool found = false;

	for (unsigned i = 0; i < NET_NEIGHBOURS; i++)
		found = found || row == &table.row[i];
	return found;
}

void prove_on_link(void) { any_table(); (void)on_link(nondet_uint32()); REACHED(); }
void prove_neighbour_reachable(void) { any_table(); (void)neighbour_reachable(nondet_uint32()); REACHED(); }
void prove_find_row(void) { any_table(); struct row *row = find_row(nondet_uint32()); ASSERT(row == NULL || is_row(row)); REACHED(); }
void prove_take_row(void) { any_table(); uint32_t gateway = table.row[GATEWAY].ip; ASSERT(is_row(take_row(nondet_uint32())));
    ASSERT(table.row[GATEWAY].ip == gateway); REACHED(); }
void prove_ask(void) { any_table(); ask(&table.row[GATEWAY], nondet_uint64()); REACHED(); }
void prove_neighbour_find(void) { any_table(); uint32_t gateway = table.row[GATEWAY].ip; (void)neighbour_find(nondet_uint32(), nondet_uint64());
    ASSERT(table.row[GATEWAY].ip == gateway); REACHED(); }

void
prove_neighbour_arp(void)
{
	struct frame frame;
	uint32_t gateway;

	any_table();
	gateway = table.row[GATEWAY].ip;
	frame.arp.operation = nondet_bool() ? 1 : 2;
	frame.arp.target_is_our_mac = nondet_bool();
	neighbour_arp(&frame, nondet_uint64());
	ASSERT(table.row[GATEWAY].ip == gateway);
	REACHED();
}
