/*
 * netfront.c: the card's connection, with any words in xenstore, any answer of the rings and of Xen.  What xenstore lends is gone with
 * its next call.  The invariant: rings are open exactly while we offered them or are up, a port is there then; the
 * backend's path ends in its first half, where join() finds its end; its domain is none of the reserved; no ring without an address.
 * Checked besides: no domain is offered a port or rings but one that find_backend took for good.
 */
#include "tests/proofs/harness/xen.h"

#include "platform/xen/netfront.c"

static bool is_open;		/* the rings */
static size_t ends;		/* where the backend's path ends: any index, and the same for all */
static uint8_t *lent;

void other_side(void) { }

/* ---- xenstore.h, evtchn.h, netring.h, text.h, bytes.h ---- */

static void
next_call(void)
{
	if (lent != NULL)
		free(lent);
	lent = NULL;
}

bool
xenstore_read(struct span *value, const char *path)
{
	size_t len = nondet_size();

	next_call();
	ASSERT(__CPROVER_w_ok(value, sizeof *value) && is_string(path, PATH_MAX));
	if (nondet_bool())
		return false;
	ASSUME(len <= XEN_STORE_VALUE);
	lent = any_bytes(len);
	*value = (struct span){ lent, len };
	return true;
}

bool
xenstore_write(const char *path, struct span value)
{
	next_call();
	ASSERT(is_string(path, PATH_MAX) && value.len <= XEN_STORE_VALUE && is_readable(value));
	return nondet_bool();
}

bool
xenstore_watch(const char *path, unsigned token)
{
	next_call();
	ASSERT(is_string(path, PATH_MAX));
	(void)token;
	return nondet_bool();
}

uint32_t
xenstore_events(uint32_t tokens)
{
	next_call();
	return nondet_uint32() & tokens;
}

bool xenstore_dead(void) { return nondet_bool(); }

void evtchn_clear(void) { }
void evtchn_send(uint32_t port) { ASSERT(port == card.port && port != 0); }
void evtchn_close(uint32_t port) { ASSERT(port == card.port && port != 0); }

uint32_t
evtchn_listen(domid_t domain)
{
	ASSERT(domain < DOMID_FIRST_RESERVED);
	return nondet_uint32();
}

bool
netring_open(struct netring_refs *refs, domid_t domain)
{
	ASSERT(__CPROVER_w_ok(refs, sizeof *refs) && domain < DOMID_FIRST_RESERVED && card.backend[0] != '\0');
	*refs = (struct netring_refs){ nondet_uint32(), nondet_uint32() };
	is_open = nondet_bool();
	return is_open;
}

void netring_close(void) { is_open = false; }
bool netring_failed(void) { return is_open && nondet_bool(); }
bool netring_ready(void) { return is_open && nondet_bool(); }
bool netring_push(void) { return is_open && nondet_bool(); }
uint32_t netring_unpushed(void) { return nondet_uint32(); }
void netring_send(const uint8_t *app_frame, size_t frame_len) { (void)app_frame; (void)frame_len; }

size_t
netring_recv(uint8_t *app_frame)
{
	size_t len = nondet_size();

	(void)app_frame;
	ASSUME(len <= PLAT_FRAME_MAX && (is_open || len == 0));
	return len;
}

static void
append(struct outbuf *out, size_t len)
{
	ASSERT(__CPROVER_w_ok(out, sizeof *out) && out->len <= out->cap && __CPROVER_w_ok(out->ptr, out->cap));
	if (out->overflow || len > out->cap - out->len) {
		out->overflow = true;
		return;
	}
	out->len += len;
}

/* The letters are of no account to us; their number is. */
void
text_string(struct outbuf *out, const char *text)
{
	size_t len = 0;

	while (len < PATH_MAX && text[len] != '\0')
		len++;
	ASSERT(len < PATH_MAX);
	append(out, len);
}

void
text_decimal(struct outbuf *out, uint64_t value)
{
	size_t len = value < 10 ? 1 : value < 1000000000 ? 9 : value < 10000000000 ? 10 : 20;

	append(out, len);
	ASSERT(!out->overflow);		/* write_number has room for each of our numbers */
}

bool
bytes_equal(struct span a, struct span b)
{
	ASSERT(is_readable(a) && is_readable(b));
	return a.len == b.len && (a.len == 0 || a.ptr[0] == b.ptr[0]) && nondet_bool();
}

/* Of all bytes that are copied, two are looked at. */
void
given_bytes_copy(uint8_t *to, const uint8_t *from, size_t len)
{
	ASSERT(__CPROVER_w_ok(to, len) && __CPROVER_r_ok(from, len) && len > 0);
	__CPROVER_havoc_slice(to, len);
	ASSUME(to[0] == from[0] && (ends >= len || to[ends] == from[ends]));
}

/* ---- the state ---- */

static bool
holds(void)
{
	return (unsigned)card.link <= UP && (card.link == OFFERED || card.link == UP) == is_open && (!is_open || (card.port != 0 && card.has_mac))
	    && card.domain < DOMID_FIRST_RESERVED && ends <= PATH_MAX / 2 && card.backend[ends] == '\0';
}

static void
any_card(void)
{
	__CPROVER_havoc_object(&card);
	is_open = nondet_bool();
	card.has_mac = nondet_bool();
	card.link = (enum link)nondet_int();
	ends = nondet_size();
	ASSUME(holds());
}

/* ---- what rows of their own promise ---- */

bool
given_join(char *path, const char *folder, const char *name)
{
	size_t end = nondet_size();

	ASSERT(__CPROVER_w_ok(path, PATH_MAX) && is_string(folder, PATH_MAX) && is_string(name, PATH_MAX));
	ASSUME(end < PATH_MAX);
	__CPROVER_havoc_slice(path, PATH_MAX);
	path[end] = '\0';
	return nondet_bool();
}

bool
given_parse_number(uint32_t *number, struct span text)
{
	ASSERT(__CPROVER_w_ok(number, sizeof *number) && is_readable(text));
	*number = nondet_uint32();
	return *number <= 999999999 && nondet_bool();
}

uint32_t
given_read_number(const char *folder, const char *name, uint32_t otherwise)
{
	uint32_t number = nondet_uint32();

	next_call();
	ASSERT(is_string(folder, PATH_MAX) && is_string(name, PATH_MAX));
	return nondet_bool() ? otherwise : number;
}

bool
given_write_number(const char *name, uint32_t number)
{
	next_call();
	(void)number;
	ASSERT(is_string(name, PATH_MAX));
	return nondet_bool();
}

bool
given_read_backend(char *path)
{
	next_call();
	ASSERT(__CPROVER_w_ok(path, PATH_MAX));
	__CPROVER_havoc_slice(path, PATH_MAX);
	if (nondet_bool())
		return false;
	ASSUME(ends > 0 && ends <= PATH_MAX / 2 && path[ends] == '\0' && path[0] != '\0');
	return true;
}

bool
given_parse_mac(uint8_t *mac, struct span text)
{
	ASSERT(__CPROVER_w_ok(mac, PLAT_MAC_LEN) && is_readable(text));
	__CPROVER_havoc_slice(mac, PLAT_MAC_LEN);
	return nondet_bool();
}

static void
any_next(void)
{
	next_call();
	any_card();
}

bool
given_find_backend(void)
{
	any_next();
	return card.backend[0] != '\0' && card.has_mac && nondet_bool();
}

void given_netfront_service(void) { ASSERT(holds()); any_next(); }
void given_offer(void) { ASSERT(holds() && !is_open && card.has_mac); any_next(); }
void given_say(enum xenbus_state state) { next_call(); (void)state; }

void
given_step(uint32_t state)
{
	ASSERT(holds() && card.backend[0] != '\0' && card.has_mac);
	(void)state;
	any_next();
}

/* ---- the proofs ---- */

void
prove_parse_mac(void)
{
	struct span text = { NULL, nondet_size() };
	uint8_t mac[PLAT_MAC_LEN];

	ASSUME(text.len <= XEN_STORE_VALUE);
	text.ptr = any_bytes(text.len);
	if (parse_mac(mac, text))
		ASSERT((mac[0] & 1) == 0 && text.len == 17);
	REACHED();
}

/* From the backend's path, or our own folder. */
void
prove_join(void)
{
	char path[PATH_MAX];

	any_card();
	if (nondet_bool()) {
		ASSERT(join(path, card.backend, "/state"));	/* it always fits: half of PATH_MAX and our word */
		ASSERT(is_string(path, PATH_MAX));
	} else {
		ASSERT(join(path, CARD, "feature-no-csum-offload"));	/* the longest word of ours */
		ASSERT(is_string(path, PATH_MAX));
	}
	REACHED();
}

void
prove_read_number(void)
{
	uint32_t otherwise = nondet_uint32(), number;

	any_card();
	number = read_number(nondet_bool() ? card.backend : CARD, "backend-id", otherwise);
	ASSERT(number == otherwise || number <= 999999999);
	REACHED();
}

void prove_write_number(void) { any_card(); (void)write_number("event-channel", nondet_uint32()); REACHED(); }

void
prove_read_backend(void)
{
	char path[PATH_MAX];

	ends = 0;		/* the byte that bytes_copy tells of */
	if (read_backend(path)) {
		ASSERT(path[0] != '\0');
		ASSERT(is_string(path, PATH_MAX / 2 + 1));
	}
	REACHED();
}

void prove_find_backend(void) { any_card(); if (find_backend()) ASSERT(card.backend[0] != '\0' && card.has_mac); ASSERT(holds()); REACHED(); }
void prove_step(void) { any_card(); ASSUME(card.backend[0] != '\0' && card.has_mac); step(nondet_uint32()); ASSERT(holds()); REACHED(); }
void prove_offer(void) { any_card(); ASSUME(card.backend[0] != '\0' && card.has_mac && !is_open); offer(); ASSERT(holds()); REACHED(); }
void prove_have_port(void) { any_card(); bool got = have_port(); ASSERT(!got || (card.port != 0 && card.port_domain == card.domain)); REACHED(); }
void prove_disconnect(void) { any_card(); disconnect(); ASSERT(holds() && !is_open); REACHED(); }
void prove_say(void) { any_card(); say((enum xenbus_state)nondet_int()); ASSERT(holds()); REACHED(); }
void prove_netfront_service(void) { any_card(); netfront_service(); ASSERT(holds()); REACHED(); }
void prove_netfront_start(void) { any_card(); ASSUME(!is_open); unsigned token = nondet_unsigned(); ASSUME(token < XENSTORE_TOKENS); ends = 0;
    bool up = netfront_start(token); ASSERT(holds() && (!up || is_open)); REACHED(); }
void prove_netfront_connected(void) { any_card(); bool up = netfront_connected(); ASSERT(!up || is_open); REACHED(); }
void prove_push(void) { any_card(); push(); ASSERT(holds()); REACHED(); }
void prove_netfront_turn(void) { any_card(); (void)netfront_turn(); ASSERT(holds()); REACHED(); }
void prove_netfront_recv(void) { any_card(); size_t len = netfront_recv(NULL); ASSERT(holds() && len <= PLAT_FRAME_MAX && (is_open || len == 0)); REACHED(); }
void prove_netfront_send(void) { any_card(); netfront_send(NULL, nondet_size()); ASSERT(holds()); REACHED(); }
void prove_netfront_mac(void) { uint8_t mac[PLAT_MAC_LEN]; any_card(); netfront_mac(mac); REACHED(); }
