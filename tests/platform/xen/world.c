/* world.c: see world.h. */
#include "tests/platform/xen/world.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "platform/x86/lapic.h"
#include "platform/x86/pagetable.h"
#include "platform/x86/tsc.h"
#include "platform/x86/user.h"
#include "platform/xen/evtchn.h"
#include "platform/xen/grant.h"
#include "platform/xen/hypercall.h"

enum { ENTRIES = 256, STREAM_MAX = 1 << 20 };

#define PHYS_BASE	(UINT64_C(1) << 40)

struct world world;
static uint8_t stream[STREAM_MAX];		/* from the daemon, not yet in the ring */
static size_t stream_len, stream_sent;
static uint8_t asked[4096 + sizeof(struct xsd_sockmsg)];
static size_t asked_len;
static volatile struct netif_rx_sring *rx;
static volatile struct netif_tx_sring *tx;
static uint32_t rx_taken, tx_taken;

void
world_reset(void)
{
	memset(&world, 0, sizeof world);
	world.next_port = WORLD_FIRST_PORT;
	stream_len = stream_sent = asked_len = 0;
	rx = NULL;
	tx = NULL;
	grant_start(world.grants);
	evtchn_start(&world.info, 0x31);
}

/* ---- what platform/x86 gives ---- */

uint64_t tsc_ns(void) { return world.now_ns += 1000; }
bool tsc_plausible(uint64_t hz) { return hz != 0; }
uint64_t tsc_scale(uint64_t ticks, uint64_t q32) { return (uint64_t)(((unsigned __int128)ticks * q32) >> 32); }
void user_read(uint8_t *to, const uint8_t *from, size_t len) { memcpy(to, from, len); }

static bool
is_granted(const uint8_t *at)
{
	uint64_t frame = pagetable_phys(at) / XEN_PAGE;

	for (unsigned ref = 0; ref < 512; ref++)
		if (world.grants[ref].flags != 0 && world.grants[ref].frame == frame)
			return true;
	return false;
}

void
user_write(uint8_t *to, const uint8_t *from, size_t len)
{
	world.grant_seen_at_copy |= is_granted(from);
	memcpy(to, from, len);
}

uintptr_t
pagetable_phys(const volatile void *at)
{
	uintptr_t base = (uintptr_t)&world & ~(uintptr_t)(XEN_PAGE - 1);

	return (uintptr_t)at - base + PHYS_BASE;
}

uint8_t *
world_page(uint32_t ref)
{
	uintptr_t base = (uintptr_t)&world & ~(uintptr_t)(XEN_PAGE - 1);

	if (ref >= 512 || (world.grants[ref].flags & GTF_permit_access) == 0)
		return NULL;
	return (uint8_t *)((uintptr_t)world.grants[ref].frame * XEN_PAGE - PHYS_BASE + base);
}

void
lapic_sleep(uint64_t ns)
{
	world.sleeps++;
	world.now_ns += ns < 1000000 ? ns : 1000000;
	world_daemon();
	if (world.on_sleep != NULL)
		world.on_sleep();
}

int64_t
hypercall(enum hypercall_row row, void *arg)
{
	switch (row) {
	case HYPERCALL_PORT_ALLOC:
		if (world.no_ports)
			return -28;
		((struct evtchn_alloc_unbound *)arg)->port = world.next_port++;
		return 0;
	case HYPERCALL_PORT_SEND:
		assert(((struct evtchn_send *)arg)->port < WORLD_PORTS);
		world.sends[((struct evtchn_send *)arg)->port]++;
		return 0;
	case HYPERCALL_PORT_CLOSE:
		world.closes++;
		return 0;
	case HYPERCALL_YIELD:
		if (world.on_sleep != NULL)
			world.on_sleep();
		return 0;
	default:
		return 0;
	}
}

/* ---- the daemon ---- */

static struct world_value *
find(const char *path)
{
	for (unsigned i = 0; i < WORLD_VALUES; i++)
		if (strcmp(world.values[i].path, path) == 0)
			return &world.values[i];
	return NULL;
}

void
world_set(const char *path, const char *text)
{
	struct world_value *value = find(path);

	if (value == NULL)
		value = find("");
	assert(value != NULL && strlen(path) < XEN_STORE_VALUE && strlen(text) < XEN_STORE_VALUE);
	strcpy(value->path, path);
	strcpy(value->text, text);
}

const char *
world_get(const char *path)
{
	struct world_value *value = find(path);

	return value != NULL ? value->text : "";
}

void
world_raw(struct span bytes)
{
	if (stream_len + bytes.len > STREAM_MAX)	/* an endless flow may begin anew */
		stream_len = stream_sent = 0;
	if (bytes.len > 0)
		memcpy(stream + stream_len, bytes.ptr, bytes.len);
	stream_len += bytes.len;
}

void
world_message(uint32_t type, uint32_t id, struct span body)
{
	struct xsd_sockmsg header = { .type = type, .req_id = id, .len = (uint32_t)body.len };

	world_raw((struct span){ (const uint8_t *)&header, sizeof header });
	if (body.len > 0)
		world_raw(body);
}

void
world_event(const char *path, const char *token)
{
	uint8_t body[2 * XEN_STORE_VALUE];
	size_t path_len = strlen(path) + 1, token_len = strlen(token) + 1;

	memcpy(body, path, path_len);
	memcpy(body + path_len, token, token_len);
	world_message(XS_WATCH_EVENT, 0, (struct span){ body, path_len + token_len });
}

static void
reply(const struct xsd_sockmsg *request, const uint8_t *body)
{
	static uint8_t text[XENSTORE_PAYLOAD_MAX + 8];
	struct xsd_sockmsg header = { .type = request->type, .req_id = request->req_id };
	const char *path = (const char *)body;
	size_t path_len = strnlen(path, request->len) + 1;
	struct world_value *value = path_len <= request->len ? find(path) : NULL;

	memset(text, 0, sizeof text);
	strncpy(world.last_path, path, sizeof world.last_path - 1);
	if (request->type == XS_READ && value != NULL) {
		header.len = (uint32_t)strlen(value->text);
		memcpy(text, value->text, header.len);
	} else if (request->type == XS_READ) {
		header.type = XS_ERROR;
		header.len = 7;
		memcpy(text, "ENOENT", 7);
	} else {
		header.len = 3;
		memcpy(text, "OK", 3);
	}
	if (request->type == XS_WRITE) {
		char written[XEN_STORE_VALUE] = "";

		memcpy(written, body + path_len, request->len - path_len);
		world_set(path, written);
	}
	if (world.before_reply != NULL)
		world.before_reply(request);
	if (world.on_reply != NULL)
		world.on_reply(&header, text);
	world_raw((struct span){ (const uint8_t *)&header, sizeof header });
	world_raw((struct span){ text, header.len < sizeof text ? header.len : sizeof text });
}

static void
take_requests(void)
{
	while (world.store.req_cons != world.store.req_prod && asked_len < sizeof asked) {
		asked[asked_len++] = (uint8_t)world.store.req[world.store.req_cons++ % XENSTORE_RING_SIZE];
		if (asked_len < sizeof world.last)
			continue;
		memcpy(&world.last, asked, sizeof world.last);
		if (asked_len < sizeof world.last + world.last.len)
			continue;
		asked_len = 0;
		world.requests++;
		reply(&world.last, asked + sizeof world.last);
	}
}

void
world_daemon(void)
{
	if (!world.silent)
		take_requests();
	while (stream_sent < stream_len && world.store.rsp_prod - world.store.rsp_cons < XENSTORE_RING_SIZE)
		world.store.rsp[world.store.rsp_prod++ % XENSTORE_RING_SIZE] = (char)stream[stream_sent++];
	if (stream_sent == stream_len)
		stream_sent = stream_len = 0;
}

/* ---- the backend ---- */

void
world_backend(uint32_t rx_ref, uint32_t tx_ref)
{
	rx = (volatile struct netif_rx_sring *)world_page(rx_ref);
	tx = (volatile struct netif_tx_sring *)world_page(tx_ref);
	assert(rx != NULL && tx != NULL);
	rx_taken = tx_taken = 0;
}

volatile struct netif_rx_sring *world_rx(void) { return rx; }
volatile struct netif_tx_sring *world_tx(void) { return tx; }

bool
world_next_rx(struct netif_rx_request *request)
{
	if (rx_taken == rx->req_prod)
		return false;
	*request = *(struct netif_rx_request *)&((struct netif_rx_sring *)rx)->ring[rx_taken++ % ENTRIES].req;
	return true;
}

bool
world_next_tx(struct netif_tx_request *request)
{
	if (tx_taken == tx->req_prod)
		return false;
	*request = *(struct netif_tx_request *)&((struct netif_tx_sring *)tx)->ring[tx_taken++ % ENTRIES].req;
	return true;
}

void
world_answer_rx(uint16_t id, uint16_t offset, uint16_t flags, int16_t status)
{
	volatile struct netif_rx_response *response = &rx->ring[rx->rsp_prod % ENTRIES].rsp;

	response->id = id;
	response->offset = offset;
	response->flags = flags;
	response->status = status;
	rx->rsp_prod++;
}

void
world_answer_tx(uint16_t id, int16_t status)
{
	volatile struct netif_tx_response *response = &tx->ring[tx->rsp_prod % ENTRIES].rsp;

	response->id = id;
	response->status = status;
	tx->rsp_prod++;
}

bool
world_frame(uint8_t value, size_t len)
{
	struct netif_rx_request request;
	uint8_t *page;

	if (!world_next_rx(&request))
		return false;
	page = world_page(request.gref);
	if (page == NULL)		/* an answer without sense lies over the request */
		return false;
	memset(page, value, len);
	world_answer_rx(request.id, 0, 0, (int16_t)len);
	return true;
}
