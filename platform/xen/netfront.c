/*
 * netfront.c: see netfront.h.  Follows Xen's public/io/netif.h and xenbus.h.
 *
 * Every value from xenstore is a hostile string: bounded, parsed whole, or taken for absent.  One card:
 * device/vif/0.  No state of a connection outlives it but the address: a restarted driver domain
 * may have another number, another path, and may lie about both.
 */
#include "platform/xen/netfront.h"

#include "platform/base/bytes.h"
#include "platform/base/text.h"
#include "platform/x86/lapic.h"
#include "platform/x86/tsc.h"
#include "platform/xen/evtchn.h"
#include "platform/xen/limits.h"
#include "platform/xen/netring.h"
#include "platform/xen/xenstore.h"

#define CARD	"device/vif/0/"

enum { PATH_MAX = XEN_STORE_VALUE, DECIMAL_MAX = 9, MAC_TEXT_LEN = 17, PUSH_AT = XEN_SLOTS / 2 };

/*
 * CLOSED: we said Closed; ASKED: we said Initialising and wait for InitWait; OFFERED: we said Connected;
 * UP: and so did the backend.
 */
enum link { CLOSED, ASKED, OFFERED, UP };

static struct card {
	enum link link;
	char backend[PATH_MAX];		/* path, NUL-terminated; empty: no card */
	domid_t domain, port_domain;
	uint32_t port;			/* 0: none */
	unsigned token;
	uint8_t mac[PLAT_MAC_LEN];
	bool has_mac;
} card;

/* ---- strings of xenstore --------------------------------------------------- */

/* Decimal digits and nothing else. */
static bool
parse_number(uint32_t *number, struct span text)
PRE(FRESH(number) && SPAN_VALUE(text))
ASSIGNS(*number)
POST(!RETVAL || *number <= 999999999)
{
	uint32_t value = 0;

	if (text.len == 0 || text.len > DECIMAL_MAX)
		return false;
	for (size_t i = 0; i < text.len; i++)
	LOOP_ASSIGNS(i, value)
	LOOP_INVARIANT(i <= text.len && value < (i == 0 ? 1u : i == 1 ? 10u : i == 2 ? 100u : i == 3 ? 1000u : i == 4 ? 10000u : i == 5 ? 100000u : i == 6 ? 1000000u : i == 7 ? 10000000u : i == 8 ? 100000000u : 1000000000u))
	LOOP_DECREASES(text.len - i)
	{
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		value = value * 10 + (text.ptr[i] - (uint32_t)'0');
	}
	*number = value;
	return true;
}

static bool
parse_digit(uint8_t *nibble, uint8_t digit)
PRE(FRESH(nibble))
ASSIGNS(*nibble)
POST(!RETVAL || *nibble < 16)
{
	if (digit >= '0' && digit <= '9')
		*nibble = (uint8_t)(digit - '0');
	else if (digit >= 'a' && digit <= 'f')
		*nibble = (uint8_t)(digit - 'a' + 10);
	else if (digit >= 'A' && digit <= 'F')
		*nibble = (uint8_t)(digit - 'A' + 10);
	else
		return false;
	return true;
}

/* "00:16:3e:01:02:03"; a group address is none. */
static bool
parse_mac(uint8_t mac[PLAT_MAC_LEN], struct span text)
{
	uint8_t high, low;

	if (text.len != MAC_TEXT_LEN)
		return false;
	for (size_t i = 0; i < PLAT_MAC_LEN; i++) {
		if (!parse_digit(&high, text.ptr[3 * i]) || !parse_digit(&low, text.ptr[3 * i + 1])
		    || (i + 1 < PLAT_MAC_LEN && text.ptr[3 * i + 2] != ':'))
			return false;
		mac[i] = (uint8_t)(high << 4 | low);
	}
	return (mac[0] & 1) == 0;
}

/* "folder" + "name" as a path; false when it does not fit. */
static bool
join(char path[PATH_MAX], const char *folder, const char *name)
{
	struct outbuf out = outbuf_of((uint8_t *)path, PATH_MAX);

	text_string(&out, folder);
	text_string(&out, name);
	outbuf_uint(&out, 0, 1);
	return !out.overflow;
}

static uint32_t
read_number(const char *folder, const char *name, uint32_t otherwise)
{
	char path[PATH_MAX];
	struct span text;
	uint32_t number;

	if (!join(path, folder, name) || !xenstore_read(&text, path) || !parse_number(&number, text))
		return otherwise;
	return number;
}

static bool
write_number(const char *name, uint32_t number)
{
	char path[PATH_MAX];
	uint8_t digits[DECIMAL_MAX + 1];
	struct outbuf out = outbuf_of(digits, sizeof digits);

	text_decimal(&out, number);
	return join(path, CARD, name) && xenstore_write(path, outbuf_span(&out));
}

/* The backend's path, as text that can be a path of ours; false when there is none. */
static bool
read_backend(char path[PATH_MAX])
{
	struct span text;
	bool printable = true;

	if (!xenstore_read(&text, CARD "backend") || text.len == 0 || text.len > PATH_MAX / 2)
		return false;
	for (size_t i = 0; i < text.len; i++)
		printable = printable && text.ptr[i] > ' ' && text.ptr[i] <= '~';
	bytes_copy((uint8_t *)path, text.ptr, text.len);
	path[text.len] = '\0';
	return printable;
}

/* ---- steps ------------------------------------------------------------------ */

static void
say(enum xenbus_state state) { (void)!write_number("state", (uint32_t)state); }

/* The rings away, and say so; the backend then lets go of its pages. */
static void
disconnect(void)
{
	netring_close();
	card.link = CLOSED;
}

/* The port lasts over reconnections; another domain needs another. */
static bool
have_port(void)
{
	if (card.port != 0 && card.port_domain == card.domain)
		return true;
	if (card.port != 0)
		evtchn_close(card.port);
	card.port = evtchn_listen(card.domain);
	card.port_domain = card.domain;
	return card.port != 0;
}

/* Absent means on for checksum offload to us, and off for everything else that we do not name. */
static void
offer(void)
{
	struct netring_refs refs;

	if (!have_port() || !netring_open(&refs, card.domain))
		return;
	if (write_number("rx-ring-ref", refs.rx) && write_number("tx-ring-ref", refs.tx)
	    && write_number("event-channel", card.port) && write_number("request-rx-copy", 1)
	    && write_number("feature-rx-notify", 1) && write_number("feature-no-csum-offload", 1)
	    && write_number("feature-ipv6-csum-offload", 0) && write_number("state", XenbusStateConnected)) {
		card.link = OFFERED;
		return;
	}
	disconnect();
}

/* Is it the same backend as before?  Learns of a new one; false when there is none. */
static bool
find_backend(void)
{
	char path[PATH_MAX] = "", state_path[PATH_MAX];
	uint32_t domain;
	struct span text;

	if (!read_backend(path)) {
		if (xenstore_dead())
			return false;		/* nobody says that the card is gone: it goes on */
		if (card.link != CLOSED)
			disconnect();
		card.backend[0] = '\0';
		return false;
	}
	domain = read_number(CARD, "backend-id", DOMID_FIRST_RESERVED);
	if (domain >= DOMID_FIRST_RESERVED)
		return false;
	if (!card.has_mac && xenstore_read(&text, CARD "mac"))
		card.has_mac = parse_mac(card.mac, text);
	if (!card.has_mac)
		return false;
	if (bytes_equal((struct span){ (const uint8_t *)path, PATH_MAX }, (struct span){ (const uint8_t *)card.backend, PATH_MAX })
	    && domain == card.domain)
		return true;
	disconnect();
	bytes_copy((uint8_t *)card.backend, (const uint8_t *)path, PATH_MAX);
	card.domain = (domid_t)domain;
	return join(state_path, card.backend, "/state") && xenstore_watch(state_path, card.token);
}

/* What to do when the backend's state is `state`; at most one step a call. */
static void
step(uint32_t state)
{
	switch (state) {
	case XenbusStateConnected:
		if (card.link == OFFERED)
			card.link = UP;
		return;
	case XenbusStateInitWait:
		if (card.link == UP) {		/* it fell and came back while we did not look */
			disconnect();
			say(XenbusStateClosed);
		} else if (card.link != OFFERED) {
			offer();
		}
		return;
	case XenbusStateClosing:
	case XenbusStateClosed:
	case XenbusStateUnknown:		/* gone without a word */
		if (card.link != CLOSED) {
			disconnect();
			say(XenbusStateClosed);
		} else if (state == XenbusStateClosed && read_number(card.backend, "/online", 0) == 1) {
			say(XenbusStateInitialising);
			card.link = ASKED;
		}
		return;
	default:
		return;
	}
}

void
netfront_service(void)
{
	if (netring_failed() && (card.link == OFFERED || card.link == UP)) {
		disconnect();
		say(XenbusStateClosing);
		say(XenbusStateClosed);
	}
	if (find_backend())
		step(read_number(card.backend, "/state", XenbusStateUnknown));
}

bool
netfront_start(unsigned token)
{
	uint64_t end = tsc_ns() + XEN_BACKEND_NS;

	card = (struct card){ .token = token };
	if (!xenstore_watch("device/vif", token))
		return false;
	netfront_service();
	while (card.link != UP && card.has_mac && !xenstore_dead() && tsc_ns() < end) {
		evtchn_clear();
		if (xenstore_events(1u << token) == 0)
			lapic_sleep(XEN_LOOK_NS);
		netfront_service();
	}
	return card.link == UP;
}

bool
netfront_connected(void) { return card.link == UP; }

static void
push(void)
{
	if (netring_push())
		evtchn_send(card.port);
}

bool
netfront_turn(void)
{
	push();
	return netring_ready();
}

size_t
netfront_recv(uint8_t *app_frame)
{
	size_t len = netring_recv(app_frame);

	if (netring_unpushed() >= PUSH_AT)
		push();
	return len;
}

void
netfront_send(const uint8_t *app_frame, size_t frame_len)
{
	netring_send(app_frame, frame_len);
	if (netring_unpushed() >= PUSH_AT)
		push();
}

void
netfront_mac(uint8_t mac[PLAT_MAC_LEN]) { bytes_copy(mac, card.mac, PLAT_MAC_LEN); }
