/*
 * netring.c: Xen's network rings beside a backend that writes what and when it likes.  The invariant: every owner is one of
 * three, no page is said to hold more than a page, the rings are ring pages.
 */
#include "tests/proofs/harness/shared.h"

#include "platform/xen/netring.c"

void other_side(void) { __CPROVER_havoc_object(ring_pages); }

bool nondet_bool(void);
unsigned nondet_unsigned(void);
int nondet_int(void);
uint16_t nondet_uint16(void);
uint32_t nondet_uint32(void);
size_t nondet_size(void);

bool
grant_end(uint32_t ref)
{
	ASSERT(ref >= XEN_GRANT_FIRST && ref < XEN_GRANT_END);
	return nondet_bool();
}

void
grant_give(uint32_t ref, domid_t domain, uint64_t frame, bool readonly)
{
	(void)domain; (void)frame; (void)readonly;
	ASSERT(ref >= XEN_GRANT_FIRST && ref < XEN_GRANT_END);
}

uintptr_t
pagetable_phys(const volatile void *at)
{
	ASSERT(__CPROVER_r_ok((const void *)at, XEN_PAGE));
	return nondet_size();
}

void
user_write(uint8_t *to_app, const uint8_t *from, size_t len)
{
	(void)to_app;
	ASSERT(len <= PLAT_FRAME_MAX && __CPROVER_r_ok(from, len));
	ASSERT(from >= rx_pages[0] && from + len <= rx_pages[0] + sizeof rx_pages);
}

void
user_read(uint8_t *to, const uint8_t *from_app, size_t len)
{
	(void)from_app;
	ASSERT(len <= PLAT_FRAME_MAX && __CPROVER_w_ok(to, len));
}

static bool
side_holds(const struct side *side)
{
	bool good = true;

	for (unsigned i = 0; i < XEN_SLOTS; i++)
		good = good && (unsigned)side->owner[i] <= HELD && side->used[i] <= XEN_PAGE;
	return good;
}

static bool
holds(void)
{
	return side_holds(&net.rx) && side_holds(&net.tx);
}

static void
good_state(void)
{
	unsigned rx = nondet_unsigned(), tx = nondet_unsigned();

	other_side();
	__CPROVER_havoc_object(&net);
	for (unsigned i = 0; i < XEN_SLOTS; i++) {
		net.rx.owner[i] = (enum owner)nondet_int();
		net.tx.owner[i] = (enum owner)nondet_int();
	}
	net.failed = nondet_bool();
	net.skipping = nondet_bool();
	ASSUME(holds() && rx < XEN_RING_PAGES && tx < XEN_RING_PAGES);
	net.rx_ring = (volatile struct netif_rx_sring *)ring_pages[rx];
	net.tx_ring = (volatile struct netif_tx_sring *)ring_pages[tx];
	if (nondet_bool())
		net.rx_ring = NULL;
}

static void
open_state(void)
{
	good_state();
	ASSUME(net.rx_ring != NULL);
}

void prove_clean(void) { unsigned slot = nondet_unsigned(); good_state(); ASSUME(slot < XEN_SLOTS);
    clean(&net.rx, rx_pages[slot], slot); ASSERT(holds()); REACHED(); }
void prove_post(void) { unsigned slot = nondet_unsigned(); open_state(); ASSUME(slot < XEN_SLOTS);
    post(slot); ASSERT(holds()); REACHED(); }
void prove_reclaim(void) { unsigned slot = nondet_unsigned(); good_state(); ASSUME(slot < XEN_SLOTS);
    (void)reclaim(&net.rx, slot, XEN_GRANT_RX + slot); ASSERT(holds()); REACHED(); }
void prove_read_response(void) { open_state(); struct response got = read_response();
    ASSERT(got.id <= 0xffff && got.offset <= 0xffff); REACHED(); }

struct response nondet_response(void);
void
prove_judge(void)
{
	struct response response = nondet_response();
	size_t len;

	good_state();
	ASSUME(response.offset <= 0xffff);
	len = judge(&response);
	ASSERT(len <= PLAT_FRAME_MAX && (len == 0 || response.offset + len <= XEN_PAGE));
	REACHED();
}

void prove_take_response(void) { open_state(); ASSERT(take_response(NULL) <= PLAT_FRAME_MAX); ASSERT(holds()); REACHED(); }
void prove_responses(void) { open_state(); (void)responses(&net.rx, nondet_uint32()); ASSERT(holds()); REACHED(); }
void prove_netring_ready(void) { good_state(); (void)netring_ready(); ASSERT(holds()); REACHED(); }
void prove_free_slot(void) { good_state(); unsigned slot = free_slot();
    ASSERT(slot <= XEN_SLOTS && (slot == XEN_SLOTS || net.tx.owner[slot] == OURS)); REACHED(); }
void prove_push(void) { open_state(); (void)push(&net.rx, &net.rx_ring->req_prod, &net.rx_ring->req_event); ASSERT(holds()); REACHED(); }
void prove_netring_push(void) { good_state(); (void)netring_push(); ASSERT(holds()); REACHED(); }
void prove_netring_unpushed(void) { good_state(); (void)netring_unpushed(); REACHED(); }
void prove_netring_failed(void) { good_state(); (void)netring_failed(); REACHED(); }
void prove_open_ring_page(void) { unsigned from = nondet_unsigned(), got; good_state(); ASSUME(from <= XEN_RING_PAGES + 1);
    got = open_ring_page(from); ASSERT(got <= XEN_RING_PAGES && (got == XEN_RING_PAGES || got >= from)); REACHED(); }
void prove_open_side(void) { good_state(); open_side(&net.rx, XEN_GRANT_RX); ASSERT(holds()); REACHED(); }
void prove_netring_open(void) { struct netring_refs refs; good_state(); (void)netring_open(&refs, nondet_uint16()); ASSERT(holds()); REACHED(); }
void prove_netring_close(void) { good_state(); netring_close(); ASSERT(holds() && net.rx_ring == NULL); REACHED(); }
