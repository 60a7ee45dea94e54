/*
 * xenstore.c: see xenstore.h.  Follows Xen's docs/misc/xenstore.txt and xenstore-ring.txt and public/io/xs_wire.h.
 *
 * Bytes are taken from the ring one at a time into `header` and `body`; nothing is looked at twice
 * in shared memory.  Our own indices are kept here: the shared ones are only written.
 */
#include "platform/xen/xenstore.h"

#include "platform/base/bytes.h"
#include "platform/x86/cpu.h"
#include "platform/x86/lapic.h"
#include "platform/x86/tsc.h"
#include "platform/xen/evtchn.h"
#include "platform/xen/limits.h"

enum { RING = XENSTORE_RING_SIZE, REQUEST_MAX = 2 * XEN_STORE_VALUE };

static struct {
	volatile struct xenstore_domain_interface *ring;
	uint32_t port, produced, consumed;
	bool dead;
	uint32_t nonsense, events;

	/* the message that is coming in */
	uint8_t header[sizeof(struct xsd_sockmsg)], body[XEN_STORE_VALUE];
	uint32_t got, body_len;

	/* the request that waits for its answer */
	bool waiting, refused;
	uint32_t type, id;
} store;

/* For proofs: of the message that comes in, bytes are missing. */
#define IS_INCOMPLETE \
	(store.got < sizeof store.header || \
	    (store.body_len <= XENSTORE_PAYLOAD_MAX && store.got - sizeof store.header < store.body_len))

void
xenstore_start(volatile struct xenstore_domain_interface *ring, uint32_t port)
{
	store.ring = ring;
	store.port = port;
	store.produced = ring->req_prod;
	store.consumed = ring->rsp_cons;
	store.dead = store.waiting = false;
	store.got = store.nonsense = store.events = store.id = 0;
}

bool
xenstore_dead(void) { return store.dead; }

uint32_t
xenstore_nonsense(void) { return store.nonsense; }

static struct xsd_sockmsg
incoming(void)
{
	struct xsd_sockmsg header;

	bytes_copy((uint8_t *)&header, store.header, sizeof header);
	return header;
}

/* One more byte.  True when it is the last of its message. */
static bool
take_byte(uint8_t byte)
{
	uint32_t at = store.got++;

	if (at < sizeof store.header) {
		store.header[at] = byte;
		if (store.got < sizeof store.header)
			return false;
		store.body_len = incoming().len;
		store.dead = store.body_len > XENSTORE_PAYLOAD_MAX;
		return !store.dead && store.body_len == 0;
	}
	at -= (uint32_t)sizeof store.header;
	if (at < sizeof store.body)
		store.body[at] = byte;		/* what is longer than anything we asked for is only counted */
	return at + 1 == store.body_len;
}

/* True when a whole message is there. */
static bool
take_message(void)
{
	uint32_t available = store.ring->rsp_prod - store.consumed;
	bool whole = false;

	if (store.dead || available == 0)
		return false;
	if (available > RING) {
		store.dead = true;
		return false;
	}
	cpu_barrier();
	for (; available > 0 && !whole && !store.dead; available--)
	LOOP_ASSIGNS(available, whole, store.consumed, store.dead, store.got, store.body_len, store.header, store.body)
	LOOP_INVARIANT(available <= RING && (whole || store.dead || IS_INCOMPLETE) && !(whole && store.dead))
	LOOP_DECREASES(available)
		whole = take_byte((uint8_t)store.ring->rsp[store.consumed++ % RING]);
	cpu_barrier();
	store.ring->rsp_cons = store.consumed;
	cpu_fence();
	evtchn_send(store.port);		/* the daemon may wait for room */
	return whole;
}

/* A watch event's body is "path NUL token NUL"; our tokens are one digit. */
static void
note_event(void)
{
	uint32_t len = store.body_len, token;

	if (len < 4 || len > sizeof store.body || store.body[len - 1] != 0 || store.body[len - 3] != 0
	    || store.body[len - 2] < '0' || store.body[len - 2] >= '0' + XENSTORE_TOKENS) {
		store.nonsense++;
		return;
	}
	token = store.body[len - 2] - (uint32_t)'0';
	store.events |= 1u << token;
}

/* True when the message answers the request that waits. */
static bool
handle_message(void)
{
	struct xsd_sockmsg header = incoming();

	store.got = 0;
	if (header.type == XS_WATCH_EVENT) {
		note_event();
		return false;
	}
	if (!store.waiting || header.req_id != store.id || (header.type != store.type && header.type != XS_ERROR)) {
		store.nonsense++;
		return false;
	}
	store.waiting = false;
	store.refused = header.type == XS_ERROR;
	return true;
}

/* Put bytes into the request ring as far as there is room; how many. */
static size_t
put_bytes(struct span bytes)
{
	uint32_t used = store.produced - store.ring->req_cons;
	size_t num = 0;

	if (used > RING) {
		store.dead = true;
		return 0;
	}
	for (; num < bytes.len && used < RING; num++, used++)
	LOOP_ASSIGNS(num, used, store.produced, UP_TO(store.ring->req, RING))
	LOOP_INVARIANT(num <= bytes.len && used <= RING)
	LOOP_DECREASES(bytes.len - num)
		store.ring->req[store.produced++ % RING] = (char)bytes.ptr[num];
	cpu_barrier();
	store.ring->req_prod = store.produced;
	cpu_fence();
	evtchn_send(store.port);
	return num;
}

/* Send what is left of the request, take what has come: one step of ask(). */
static bool
advance(struct span *request)
{
	size_t sent;

	evtchn_clear();
	if (request->len > 0) {
		sent = put_bytes(*request);
		*request = (struct span){ request->ptr + sent, request->len - sent };
	}
	return take_message() && handle_message();
}

/* True when it was answered and not refused.  An endless flow of other messages ends it in time, too. */
static bool
ask(struct span request)
{
	uint64_t now = tsc_ns(), end = now + XEN_STORE_NS;
	bool answered = false;

	store.waiting = true;
	for (; now < end && !store.dead; now = tsc_ns()) {
		answered = advance(&request);
		if (answered)
			return !store.refused;
		if (store.ring->rsp_prod == store.consumed)
			lapic_sleep(XEN_LOOK_NS);
	}
	store.dead = true;
	return false;
}

static size_t
text_len(const char *text)
{
	size_t len = 0;

	while (text[len] != '\0')
		len++;
	return len;
}

/* "path NUL rest" */
static bool
request(uint32_t type, const char *path, struct span rest)
{
	uint8_t bytes[REQUEST_MAX];
	struct outbuf out = outbuf_of(bytes, sizeof bytes);
	struct xsd_sockmsg header = { .type = type, .req_id = ++store.id };

	if (store.dead)
		return false;
	header.len = (uint32_t)(text_len(path) + 1 + rest.len);
	store.type = type;
	outbuf_bytes(&out, (struct span){ (const uint8_t *)&header, sizeof header });
	outbuf_bytes(&out, (struct span){ (const uint8_t *)path, text_len(path) + 1 });
	outbuf_bytes(&out, rest);
	return !out.overflow && ask(outbuf_span(&out));
}

bool
xenstore_read(struct span *value, const char *path)
{
	if (!request(XS_READ, path, (struct span){ NULL, 0 }) || store.body_len > sizeof store.body)
		return false;
	*value = (struct span){ store.body, store.body_len };
	return true;
}

bool
xenstore_write(const char *path, struct span value) { return request(XS_WRITE, path, value); }

bool
xenstore_watch(const char *path, unsigned token)
{
	const uint8_t text[2] = { (uint8_t)('0' + token % XENSTORE_TOKENS), 0 };

	return request(XS_WATCH, path, SPAN_ARRAY(text));
}

uint32_t
xenstore_events(uint32_t tokens)
{
	uint32_t events;

	for (unsigned i = 0; i < XEN_STORE_TURN && take_message(); i++)
		(void)handle_message();
	events = store.events & tokens;
	store.events &= ~tokens;
	return events;
}
