/*
 * netring.c: see netring.h.  Follows Xen's public/io/ring.h and netif.h; the rules of XSA-155, -376, -391, -396, -403.
 * Our own indices and the owner of each page are kept in `net`; shared indices are only written, or read once and checked.
 */
#include "platform/xen/netring.h"

#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "platform/platform.h"
#include "platform/x86/cpu.h"
#include "platform/x86/pagetable.h"
#include "platform/x86/user.h"
#include "platform/xen/grant.h"
#include "platform/xen/limits.h"

enum { RX_ENTRIES = 256, TX_ENTRIES = 256, FRAME_MIN = 14 };

_Static_assert(sizeof(union netif_rx_sring_entry) == 8 && sizeof(union netif_tx_sring_entry) == 12, "one page");
_Static_assert(sizeof(struct netif_rx_response) == 8 && sizeof(struct netif_tx_response) == 4, "read as one word");
_Static_assert(offsetof(struct netif_rx_sring, ring) + RX_ENTRIES * 8 <= XEN_PAGE
    && offsetof(struct netif_tx_sring, ring) + TX_ENTRIES * 12 <= XEN_PAGE, "ring.h rounds down to a power of two");
_Static_assert(XEN_SLOTS <= RX_ENTRIES && XEN_SLOTS <= TX_ENTRIES, "so a ring is never full");

enum owner { OURS, BACKENDS, HELD };	/* HELD: given back, and not let go */

struct side {
	enum owner owner[XEN_SLOTS];
	uint16_t used[XEN_SLOTS];	/* bytes of the page that may not be zero */
	uint32_t produced, pushed, consumed;
};

static uint8_t ring_pages[XEN_RING_PAGES][XEN_PAGE] __attribute__((aligned(4096)));
static uint8_t rx_pages[XEN_SLOTS][XEN_PAGE] __attribute__((aligned(4096)));
static uint8_t tx_pages[XEN_SLOTS][XEN_PAGE] __attribute__((aligned(4096)));

static struct {
	volatile struct netif_rx_sring *rx_ring;	/* NULL: closed */
	volatile struct netif_tx_sring *tx_ring;
	struct side rx, tx;
	domid_t domain;
	bool failed, skipping;		/* skipping: the rest of a frame in several pages */
	uint32_t nonsense_before;
	struct netring_counts counts;
} net;

static uint64_t
frame_number(const uint8_t *page) { return pagetable_phys(page) / XEN_PAGE; }

static void
clean(struct side *side, uint8_t *page, unsigned slot)
{
	bytes_set(page, 0, side->used[slot]);
	side->used[slot] = 0;
}

static void
nonsense(void) { net.counts.nonsense++; }

/* ---- receive ------------------------------------------------------------ */

static void
post(unsigned slot)
{
	volatile struct netif_rx_request *request = &net.rx_ring->ring[net.rx.produced % RX_ENTRIES].req;
	uint32_t ref = XEN_GRANT_RX + slot;

	clean(&net.rx, rx_pages[slot], slot);
	grant_give(ref, net.domain, frame_number(rx_pages[slot]), false);
	net.rx.owner[slot] = BACKENDS;
	net.rx.used[slot] = XEN_PAGE;
	request->id = (uint16_t)slot;
	request->pad = 0;
	request->gref = ref;
	net.rx.produced++;
}

/* The page is ours again, or counted as held: never touched until netring_open() finds it free. */
static bool
reclaim(struct side *side, unsigned slot, uint32_t ref)
{
	if (grant_end(ref)) {
		side->owner[slot] = OURS;
		return true;
	}
	side->owner[slot] = HELD;
	net.counts.held++;
	return false;
}

/* struct netif_rx_response as it was read, once, as one word. */
struct response { uint32_t id, offset, flags; int16_t status; };

static struct response
read_response(void)
{
	uint64_t word = *(const volatile uint64_t *)&net.rx_ring->ring[net.rx.consumed++ % RX_ENTRIES];

	return (struct response){ word & 0xffff, word >> 16 & 0xffff, word >> 32 & 0xffff, (int16_t)(word >> 48) };
}

/* The length of the frame in a page that is ours again, or 0. */
static size_t
judge(const struct response *response)
{
	int16_t status = response->status;
	bool whole = (response->flags & (NETRXF_more_data | NETRXF_extra_info)) == 0 && !net.skipping;

	net.skipping = (response->flags & NETRXF_more_data) != 0;
	if (status > 0 && response->offset + (uint32_t)status > XEN_PAGE) {
		nonsense();
		return 0;
	}
	if (!whole || status < FRAME_MIN || status > PLAT_FRAME_MAX) {
		net.counts.dropped++;
		return 0;
	}
	return (size_t)status;
}

static size_t
take_response(uint8_t *app_frame)
{
	struct response response = read_response();
	size_t len;

	if (response.id >= XEN_SLOTS || net.rx.owner[response.id] != BACKENDS) {
		nonsense();
		return 0;
	}
	if (!reclaim(&net.rx, response.id, XEN_GRANT_RX + response.id))
		return 0;
	len = judge(&response);
	if (len > 0)
		user_write(app_frame, rx_pages[response.id] + response.offset, len);
	post(response.id);
	return len;
}

/* The backend may have answered as much as is on its way, and not more. */
static bool
responses(const struct side *side, uint32_t produced)
{
	if (produced - side->consumed > side->pushed - side->consumed) {
		net.failed = true;
		nonsense();
		return false;
	}
	cpu_barrier();
	return produced != side->consumed;
}

size_t
netring_recv(uint8_t *app_frame)
{
	size_t len = 0;

	if (net.rx_ring == NULL)
		return 0;
	for (unsigned i = 0; i < XEN_SLOTS && len == 0 && !net.failed; i++) {
		if (!responses(&net.rx, net.rx_ring->rsp_prod))
			return 0;
		len = take_response(app_frame);
	}
	return len;
}

bool
netring_ready(void)
{
	if (net.rx_ring == NULL)
		return false;
	net.rx_ring->rsp_event = net.rx.consumed + 1;
	cpu_fence();
	return net.rx_ring->rsp_prod != net.rx.consumed;
}

/* ---- transmit ----------------------------------------------------------- */

/* The status is of no use: TCP sends again. */
static void
take_sent(void)
{
	uint32_t word = *(const volatile uint32_t *)&net.tx_ring->ring[net.tx.consumed++ % TX_ENTRIES], slot = word & 0xffff;

	if (slot >= XEN_SLOTS || net.tx.owner[slot] != BACKENDS)
		nonsense();
	else
		(void)reclaim(&net.tx, slot, XEN_GRANT_TX + slot);
}

static void
reap(void)
{
	for (unsigned i = 0; i < XEN_SLOTS && responses(&net.tx, net.tx_ring->rsp_prod); i++)
		take_sent();
}

static unsigned
free_slot(void)
{
	unsigned slot = 0;

	while (slot < XEN_SLOTS && net.tx.owner[slot] != OURS)
		slot++;
	return slot;
}

/* The frame is copied ("bounced") to a page that is zero but for it. */
void
netring_send(const uint8_t *app_frame, size_t frame_len)
{
	volatile struct netif_tx_request *request;
	unsigned slot;

	if (net.rx_ring == NULL || net.failed)
		return;
	REQUIRE(frame_len >= FRAME_MIN && frame_len <= PLAT_FRAME_MAX);
	reap();
	slot = free_slot();
	if (slot == XEN_SLOTS || net.failed) {
		net.counts.dropped++;
		return;
	}
	clean(&net.tx, tx_pages[slot], slot);
	user_read(tx_pages[slot], app_frame, frame_len);
	net.tx.used[slot] = (uint16_t)frame_len;
	grant_give(XEN_GRANT_TX + slot, net.domain, frame_number(tx_pages[slot]), true);
	net.tx.owner[slot] = BACKENDS;
	request = &net.tx_ring->ring[net.tx.produced % TX_ENTRIES].req;
	request->gref = XEN_GRANT_TX + slot;
	request->offset = 0;
	request->flags = 0;			/* the checksums are in the frame */
	request->id = (uint16_t)slot;
	request->size = (uint16_t)frame_len;
	net.tx.produced++;
}

/* ---- both --------------------------------------------------------------- */

/* RING_PUSH_REQUESTS_AND_CHECK_NOTIFY of ring.h. */
static bool
push(struct side *side, volatile RING_IDX *shared_produced, const volatile RING_IDX *shared_event)
{
	uint32_t old = side->pushed;

	if (side->produced == old)
		return false;
	cpu_barrier();
	*shared_produced = side->produced;
	side->pushed = side->produced;
	cpu_fence();
	return side->produced - *shared_event < side->produced - old;
}

bool
netring_push(void)
{
	bool rx, tx;

	if (net.rx_ring == NULL)
		return false;
	rx = push(&net.rx, &net.rx_ring->req_prod, &net.rx_ring->req_event);
	tx = push(&net.tx, &net.tx_ring->req_prod, &net.tx_ring->req_event);
	return rx || tx;
}

uint32_t
netring_unpushed(void) { return net.rx.produced - net.rx.pushed + net.tx.produced - net.tx.pushed; }

bool
netring_failed(void)
{
	return net.rx_ring != NULL && (net.failed || net.counts.nonsense - net.nonsense_before > XEN_NONSENSE);
}

struct netring_counts
netring_counts(void) { return net.counts; }

/* A ring page that nobody holds, zeroed and granted; XEN_RING_PAGES when there is none. */
static unsigned
open_ring_page(unsigned from)
{
	for (unsigned i = from; i < XEN_RING_PAGES; i++) {
		if (!grant_end(XEN_GRANT_RINGS + i))
			continue;
		bytes_set(ring_pages[i], 0, XEN_PAGE);
		return i;
	}
	return XEN_RING_PAGES;
}

/* Slots whose page is still held stay out of use. */
static void
open_side(struct side *side, uint32_t first_ref)
{
	side->produced = side->pushed = side->consumed = 0;
	for (unsigned slot = 0; slot < XEN_SLOTS; slot++)
		side->owner[slot] = grant_end(first_ref + slot) ? OURS : HELD;
}

bool
netring_open(struct netring_refs *refs, domid_t domain)
{
	unsigned rx, tx;

	netring_close();
	rx = open_ring_page(0);
	tx = open_ring_page(rx + 1);
	if (rx >= XEN_RING_PAGES || tx >= XEN_RING_PAGES)
		return false;
	net.domain = domain;
	net.rx_ring = (volatile struct netif_rx_sring *)ring_pages[rx];
	net.tx_ring = (volatile struct netif_tx_sring *)ring_pages[tx];
	net.rx_ring->req_event = net.rx_ring->rsp_event = 1;
	net.tx_ring->req_event = net.tx_ring->rsp_event = 1;
	*refs = (struct netring_refs){ XEN_GRANT_RINGS + rx, XEN_GRANT_RINGS + tx };
	grant_give(refs->rx, domain, frame_number(ring_pages[rx]), false);
	grant_give(refs->tx, domain, frame_number(ring_pages[tx]), false);
	net.failed = net.skipping = false;
	net.nonsense_before = net.counts.nonsense;
	open_side(&net.rx, XEN_GRANT_RX);
	open_side(&net.tx, XEN_GRANT_TX);
	for (unsigned slot = 0; slot < XEN_SLOTS; slot++)
		if (net.rx.owner[slot] == OURS)
			post(slot);
	return true;
}

/* What is still held is tried again by the next netring_open(). */
void
netring_close(void)
{
	bool ended;

	net.rx_ring = NULL;
	net.tx_ring = NULL;
	for (uint32_t ref = XEN_GRANT_FIRST; ref < XEN_GRANT_END; ref++) {
		ended = grant_end(ref);
		(void)ended;
	}
}

void
netring_scrub(void)
{
	wipe(rx_pages, sizeof rx_pages);
	wipe(tx_pages, sizeof tx_pages);
}
