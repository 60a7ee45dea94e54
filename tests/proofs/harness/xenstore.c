/*
 * xenstore.c: a hostile xenstored, which writes to all of its ring before each barrier, event, sleep and hypercall.  The invariant, between
 * any two calls: the store is dead, or the message that comes in lacks bytes, as many as the protocol allows.  Checked
 * besides: who is dead stays so; a request is sent from its own bytes only; a value that is lent lies in `body`.
 */
#include "tests/proofs/harness/xen.h"

#include "platform/xen/xenstore.c"

static struct xenstore_domain_interface page;

void other_side(void) { __CPROVER_havoc_object(&page); }

void evtchn_clear(void) { other_side(); }
void evtchn_send(uint32_t port) { ASSERT(port == store.port); other_side(); }

static bool
holds(void)
{
	return (store.dead || IS_INCOMPLETE) && store.ring == &page;
}

static void
havoc_store(void)
{
	__CPROVER_havoc_object(&store);
	store.ring = &page;
	store.dead = nondet_bool();
	store.waiting = nondet_bool();
	store.refused = nondet_bool();
}

static void
any_store(void)
{
	other_side();
	havoc_store();
	ASSUME(holds());
}

/* ---- what rows of their own promise ---- */

bool
given_take_byte(uint8_t byte)
{
	bool whole = nondet_bool();

	ASSERT(!store.dead && IS_INCOMPLETE);
	ASSERT(byte == (uint8_t)page.rsp[(store.consumed - 1) % RING]);	/* every byte in its turn */
	store.got = nondet_uint32();
	store.body_len = nondet_uint32();
	store.dead = nondet_bool();
	ASSUME((store.dead || whole || IS_INCOMPLETE) && !(whole && store.dead));
	return whole;
}

static void
may_die(void)
{
	bool was_dead = store.dead;

	havoc_store();
	store.dead = was_dead || store.dead;
}

bool
given_take_message(void)
{
	bool whole = nondet_bool();

	ASSERT(holds());
	may_die();
	ASSUME((whole || holds()) && !(whole && store.dead));
	return whole;
}

bool
given_handle_message(void)
{
	store.got = 0;
	store.events = nondet_uint32();
	store.nonsense = nondet_uint32();
	store.refused = nondet_bool();
	return store.waiting && nondet_bool();
}

size_t
given_put_bytes(struct span bytes)
{
	size_t num = nondet_size();

	ASSERT(is_readable(bytes) && bytes.len > 0);
	ASSUME(num <= bytes.len);
	store.produced = nondet_uint32();
	store.dead = store.dead || nondet_bool();
	return num;
}

static const uint8_t *bytes_end;	/* of the request that ask() was given: what is left of it ends there */

bool
given_advance(struct span *request_left)
{
	size_t sent = nondet_size();

	ASSERT(holds() && !store.dead && request_left->len <= REQUEST_MAX && request_left->ptr + request_left->len == bytes_end);
	ASSUME(sent <= request_left->len);
	*request_left = (struct span){ request_left->ptr + sent, request_left->len - sent };
	may_die();
	ASSUME(holds());
	return nondet_bool();
}

bool
given_ask(struct span bytes)
{
	ASSERT(holds() && !store.dead && is_readable(bytes) && bytes.len <= REQUEST_MAX);
	may_die();
	ASSUME(holds());
	return nondet_bool();
}

static bool
is_request(const char *path, struct span rest)
{
	return holds() && is_string(path, XEN_STORE_VALUE) && is_readable(rest) && rest.len <= XEN_STORE_VALUE;
}

bool
given_request(uint32_t type, const char *path, struct span rest)
{
	(void)type;
	ASSERT(is_request(path, rest));
	may_die();
	ASSUME(holds());
	return nondet_bool();
}

/* span.h, without the letters. */
void
given_outbuf_bytes(struct outbuf *out, struct span bytes)
{
	ASSERT(out->len <= out->cap && __CPROVER_w_ok(out->ptr, out->cap) && is_readable(bytes));
	if (out->overflow || bytes.len > out->cap - out->len)
		out->overflow = true;
	else
		out->len += bytes.len;
}

/* ---- the proofs ---- */

void prove_xenstore_start(void) { any_store(); xenstore_start(&page, nondet_uint32()); ASSERT(holds()); REACHED(); }
void prove_incoming(void) { any_store(); (void)incoming(); REACHED(); }
void prove_note_event(void) { any_store(); note_event(); ASSERT(holds()); REACHED(); }
void prove_handle_message(void) { havoc_store(); bool waited = store.waiting, answered = handle_message();
    ASSERT(holds() && store.got == 0 && (!answered || waited)); REACHED(); }

void
prove_take_byte(void)
{
	bool whole;

	any_store();
	ASSUME(!store.dead);
	whole = take_byte(nondet_uint8());
	ASSERT(store.dead || whole || IS_INCOMPLETE);
	ASSERT(!(whole && store.dead));
	ASSERT(store.dead || store.got < sizeof store.header || whole == (store.got - sizeof store.header == store.body_len));
	REACHED();
}

void
prove_take_message(void)
{
	bool was_dead, whole;

	any_store();
	was_dead = store.dead;
	whole = take_message();
	ASSERT((whole || holds()) && !(whole && store.dead) && (!was_dead || store.dead));
	REACHED();
}

void
prove_put_bytes(void)
{
	struct span bytes = { NULL, nondet_size() };

	any_store();
	ASSUME(bytes.len <= REQUEST_MAX);
	bytes.ptr = any_bytes(bytes.len);
	ASSERT(put_bytes(bytes) <= bytes.len);
	ASSERT(holds());
	REACHED();
}

void
prove_advance(void)
{
	struct span bytes = { NULL, nondet_size() };
	size_t before = bytes.len;

	any_store();
	ASSUME(!store.dead && bytes.len <= REQUEST_MAX);
	bytes.ptr = any_bytes(bytes.len);
	bytes_end = bytes.ptr + bytes.len;
	(void)advance(&bytes);
	ASSERT(holds() && bytes.len <= before && bytes.ptr + bytes.len == bytes_end);
	REACHED();
}

void
prove_ask(void)
{
	struct span bytes = { NULL, nondet_size() };

	any_store();
	ASSUME(!store.dead && bytes.len <= REQUEST_MAX);
	bytes.ptr = any_bytes(bytes.len);
	bytes_end = bytes.ptr + bytes.len;
	(void)ask(bytes);
	ASSERT(holds());
	REACHED();
}

void
prove_request(void)
{
	char path[XEN_STORE_VALUE];
	struct span rest = { NULL, nondet_size() };
	size_t end = nondet_size();
	bool was_dead;

	any_store();
	ASSUME(rest.len <= XEN_STORE_VALUE && end < sizeof path);
	path[end] = '\0';
	rest.ptr = any_bytes(rest.len);
	was_dead = store.dead;
	if (request(nondet_uint32(), path, rest))
		ASSERT(!was_dead);
	ASSERT(holds() && (!was_dead || store.dead));
	REACHED();
}

void
prove_xenstore_read(void)
{
	struct span value;

	any_store();
	if (xenstore_read(&value, "device/vif"))
		ASSERT(value.len <= XEN_STORE_VALUE && value.ptr == store.body && is_readable(value));
	ASSERT(holds());
	REACHED();
}

void prove_xenstore_write(void) { any_store(); (void)xenstore_write("device/vif", SPAN_LITERAL("1")); ASSERT(holds()); REACHED(); }
void prove_xenstore_watch(void) { any_store(); (void)xenstore_watch("device/vif", nondet_unsigned()); ASSERT(holds()); REACHED(); }

void
prove_xenstore_events(void)
{
	uint32_t tokens = nondet_uint32(), events;

	any_store();
	events = xenstore_events(tokens);
	ASSERT(holds() && (events & ~tokens) == 0 && (store.events & tokens) == 0);
	REACHED();
}
