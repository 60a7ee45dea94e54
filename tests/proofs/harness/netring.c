/*
 * netring.c: Xen's network rings beside a backend that writes what and when it likes: to both rings, at each barrier and while any other function
 * runs.  The invariant: every owner is one of three; no page is said to hold more than a page; the rings are ring pages;
 * and, with a note of which grants last (granted[], written by the stubs of grant.h), a page that is ours is granted to nobody.
 * So it is checked that no reference is given twice (grant_give would panic) and that no page is read, written or cleared while
 * the backend may touch it; that what is sent is granted to be read only; and, of any one byte of any page (witness), that it is zero when its page is
 * given away, but for the frame that is sent: nothing that lay there before leaks.  Where a row says given:A, the words behind A come from a row of A's own.
 */
#define PROOFS_OWN_BYTES
#include "tests/proofs/harness/shared.h"

#include "platform/xen/netring.c"

void other_side(void) { __CPROVER_havoc_object(ring_pages); }

bool nondet_bool(void);
unsigned nondet_unsigned(void);
int nondet_int(void);
uint16_t nondet_uint16(void);
uint32_t nondet_uint32(void);
size_t nondet_size(void);

static bool granted[XEN_GRANT_END];
static struct { bool tx, zero; unsigned slot, at; } witness;

static bool
covers_witness(const uint8_t *from, size_t len)
{
	const uint8_t *pages = witness.tx ? tx_pages[0] : rx_pages[0];
	size_t at = (size_t)witness.slot * XEN_PAGE + witness.at, begin;

	if (len == 0 || !__CPROVER_same_object(from, pages))
		return false;
	begin = (size_t)(from - pages);
	return begin <= at && at < begin + len;
}

static bool is_witness(const struct side *side, unsigned slot) { return side == (witness.tx ? &net.tx : &net.rx) && slot == witness.slot; }

void
bytes_set(uint8_t *to, uint8_t value, size_t len)
{
	ASSERT(len == 0 || __CPROVER_w_ok(to, len));
	if (__CPROVER_same_object(to, ring_pages))
		other_side();
	if (covers_witness(to, len))
		witness.zero = value == 0;
}

void wipe(void *at, size_t len) { bytes_set(at, 0, len); }

/* grant.c's rows: true says that it has ended, or was not given; who is not given is not held. */
bool
grant_end(uint32_t ref)
{
	bool held = nondet_bool();

	ASSERT(ref >= XEN_GRANT_FIRST && ref < XEN_GRANT_END);
	granted[ref] = granted[ref] && held;
	return !granted[ref];
}

void
grant_give(uint32_t ref, domid_t domain, uint64_t frame, bool readonly)
{
	unsigned slot = ref - (readonly ? XEN_GRANT_TX : XEN_GRANT_RX);

	ASSERT(ref >= XEN_GRANT_FIRST && ref < XEN_GRANT_END && domain == net.domain && frame <= UINT32_MAX);
	ASSERT(!granted[ref] && readonly == (ref >= XEN_GRANT_TX && ref < XEN_GRANT_TX + XEN_SLOTS));
	if (is_witness(readonly ? &net.tx : &net.rx, slot)) {
		ASSERT(witness.zero || (readonly && witness.at < net.tx.used[slot]));
		witness.zero = witness.zero && readonly;	/* the backend writes what it likes */
	}
	granted[ref] = true;
}

uintptr_t
pagetable_phys(const volatile void *at)
{
	uintptr_t phys = nondet_size();

	ASSERT(__CPROVER_r_ok((const void *)at, XEN_PAGE));
	ASSUME(phys < (UINT64_C(1) << 44));	/* our own image lies where a grant can name it: below 16 TiB */
	return phys;
}

void
user_write(uint8_t *to_app, const uint8_t *from, size_t len)
{
	(void)to_app;
	ASSERT(len <= PLAT_FRAME_MAX && __CPROVER_r_ok(from, len));
	ASSERT(from >= rx_pages[0] && from + len <= rx_pages[0] + sizeof rx_pages);
	ASSERT(!granted[XEN_GRANT_RX + (size_t)(from - rx_pages[0]) / XEN_PAGE]);
}

void
user_read(uint8_t *to, const uint8_t *from_app, size_t len)
{
	(void)from_app;
	ASSERT(len <= PLAT_FRAME_MAX && __CPROVER_w_ok(to, len));
	ASSERT(to >= tx_pages[0] && to + len <= tx_pages[0] + sizeof tx_pages);
	ASSERT(!granted[XEN_GRANT_TX + (size_t)(to - tx_pages[0]) / XEN_PAGE]);
	if (covers_witness(to, len))
		witness.zero = false;
}

static bool
side_holds(const struct side *side, uint32_t first_ref)
{
	bool good = true;

	for (unsigned i = 0; i < XEN_SLOTS; i++)
		good = good && (unsigned)side->owner[i] <= HELD && side->used[i] <= XEN_PAGE && (side->owner[i] != OURS || !granted[first_ref + i]);
	return good;
}

static bool witness_holds(void) { return witness.slot < XEN_SLOTS && witness.at < XEN_PAGE &&
    (witness.zero || witness.at < (witness.tx ? net.tx : net.rx).used[witness.slot]); }

static bool
holds(void)
{
	return witness_holds() && side_holds(&net.rx, XEN_GRANT_RX) && side_holds(&net.tx, XEN_GRANT_TX);
}

static void
any_side(struct side *side)
{
	for (unsigned i = 0; i < XEN_SLOTS; i++) {
		side->owner[i] = (enum owner)nondet_int();
		side->used[i] = nondet_uint16();
	}
	side->consumed = nondet_uint32();
	side->produced = nondet_uint32();
}

static void
good_state(void)
{
	other_side();
	__CPROVER_havoc_object(&net);
	any_side(&net.rx);
	any_side(&net.tx);
	for (unsigned i = 0; i < XEN_GRANT_END; i++)
		granted[i] = nondet_bool();
	net.failed = nondet_bool();
	net.skipping = nondet_bool();
	witness.tx = nondet_bool();
	witness.zero = nondet_bool();
	witness.slot = nondet_unsigned();
	witness.at = nondet_unsigned();
	ASSUME(holds());
	net.rx_ring = (volatile struct netif_rx_sring *)ring_pages[0];	/* or any other: only netring_open knows them apart */
	net.tx_ring = (volatile struct netif_tx_sring *)ring_pages[XEN_RING_PAGES - 1];
	if (nondet_bool())
		net.rx_ring = NULL;
}

static void
open_state(void)
{
	good_state();
	ASSUME(net.rx_ring != NULL);
}

/* ---- what rows of their own promise ---- */

void
given_clean(struct side *side, uint8_t *page, unsigned slot)
{
	ASSERT(slot < XEN_SLOTS && (side == &net.rx ? page == rx_pages[slot] : side == &net.tx && page == tx_pages[slot]));
	ASSERT(!granted[(side == &net.rx ? XEN_GRANT_RX : XEN_GRANT_TX) + slot]);
	side->used[slot] = 0;
	witness.zero = witness.zero || is_witness(side, slot);
}

struct response nondet_response(void);

struct response
given_read_response(void)
{
	struct response response = nondet_response();

	ASSERT(net.rx_ring != NULL);
	net.rx.consumed++;
	ASSUME(response.id <= 0xffff && response.offset <= 0xffff && response.flags <= 0xffff);
	return response;
}

void
given_post(unsigned slot)
{
	ASSERT(net.rx_ring != NULL && slot < XEN_SLOTS && net.rx.owner[slot] == OURS && !granted[XEN_GRANT_RX + slot]);
	granted[XEN_GRANT_RX + slot] = true;
	net.rx.owner[slot] = BACKENDS;
	net.rx.used[slot] = XEN_PAGE;
	witness.zero = witness.zero && !is_witness(&net.rx, slot);
	net.rx.produced++;
}

/* Any other state that the invariant allows. */
static void
move_on(struct side *side, uint32_t first_ref)
{
	any_side(side);
	for (unsigned i = 0; i < XEN_SLOTS; i++)
		granted[first_ref + i] = nondet_bool();
	witness.zero = nondet_bool();
	ASSUME(side_holds(side, first_ref) && witness_holds());
}

/* The loops of netring_recv and reap look at no slot themselves, so here all stay as they are: a change would be theirs. */
size_t
given_take_response(uint8_t *app_frame)
{
	size_t len = nondet_size();

	(void)app_frame;
	ASSERT(net.rx_ring != NULL && !net.failed);
	net.rx.consumed++;
	net.skipping = nondet_bool();
	ASSUME(len <= PLAT_FRAME_MAX);
	return len;
}

void
given_take_sent(void)
{
	ASSERT(net.rx_ring != NULL && !net.failed);
	net.tx.consumed++;
}

bool
given_responses(const struct side *side, uint32_t produced)
{
	ASSERT(side == &net.rx || side == &net.tx);
	if (nondet_bool()) {
		net.failed = true;
		return false;
	}
	return produced != side->consumed && nondet_bool();
}

void
given_reap(void)
{
	ASSERT(net.rx_ring != NULL && holds());
	move_on(&net.tx, XEN_GRANT_TX);
	net.failed = nondet_bool();
}

/* ---- the proofs ---- */

void prove_clean(void) { unsigned slot = nondet_unsigned(); good_state(); ASSUME(slot < XEN_SLOTS);
    clean(&net.rx, rx_pages[slot], slot); ASSERT(holds() && net.rx.used[slot] == 0); REACHED(); }
void prove_post(void) { unsigned slot = nondet_unsigned(); open_state(); ASSUME(slot < XEN_SLOTS && net.rx.owner[slot] == OURS);
    post(slot); ASSERT(holds() && net.rx.owner[slot] == BACKENDS && net.rx.used[slot] == XEN_PAGE); REACHED(); }
void prove_reclaim(void) { unsigned slot = nondet_unsigned(); bool ours; good_state(); ASSUME(slot < XEN_SLOTS);
    ours = reclaim(&net.rx, slot, XEN_GRANT_RX + slot); ASSERT(holds() && ours == (net.rx.owner[slot] == OURS)); REACHED(); }
void prove_read_response(void) { open_state(); struct response got = read_response();
    ASSERT(got.id <= 0xffff && got.offset <= 0xffff && got.flags <= 0xffff); REACHED(); }

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
void prove_netring_recv(void) { good_state(); size_t len = netring_recv(NULL); ASSERT(holds() && len <= PLAT_FRAME_MAX); REACHED(); }
void prove_netring_ready(void) { good_state(); (void)netring_ready(); ASSERT(holds()); REACHED(); }
void prove_take_sent(void) { open_state(); take_sent(); ASSERT(holds()); REACHED(); }
void prove_reap(void) { open_state(); ASSUME(!net.failed); reap(); ASSERT(holds()); REACHED(); }
void prove_free_slot(void) { good_state(); unsigned slot = free_slot();
    ASSERT(slot <= XEN_SLOTS && (slot == XEN_SLOTS || net.tx.owner[slot] == OURS)); REACHED(); }

void
prove_netring_send(void)
{
	size_t len = nondet_size();

	good_state();
	ASSUME(len >= FRAME_MIN && len <= PLAT_FRAME_MAX);
	netring_send(NULL, len);
	ASSERT(holds());
	REACHED();
}

void prove_push(void) { open_state(); (void)push(&net.rx, &net.rx_ring->req_prod, &net.rx_ring->req_event); ASSERT(holds()); REACHED(); }
void prove_netring_push(void) { good_state(); (void)netring_push(); ASSERT(holds()); REACHED(); }
void prove_netring_unpushed(void) { good_state(); (void)netring_unpushed(); REACHED(); }
void prove_netring_failed(void) { good_state(); (void)netring_failed(); REACHED(); }
void prove_open_ring_page(void) { unsigned from = nondet_unsigned(), got; good_state(); ASSUME(from <= XEN_RING_PAGES + 1);
    got = open_ring_page(from); ASSERT(got <= XEN_RING_PAGES && (got == XEN_RING_PAGES || (got >= from && !granted[XEN_GRANT_RINGS + got]))); REACHED(); }
void prove_open_side(void) { good_state(); open_side(&net.rx, XEN_GRANT_RX); ASSERT(holds()); REACHED(); }
void prove_netring_open(void) { struct netring_refs refs; good_state(); (void)netring_open(&refs, nondet_uint16()); ASSERT(holds()); REACHED(); }
void prove_netring_close(void) { good_state(); netring_close(); ASSERT(holds() && net.rx_ring == NULL); REACHED(); }
