/* events.c: one line per event on the console, rate-limited by a token bucket, and a ring of the last.  See events.h. */
#include "appliance/events.h"

#include "appliance/limits.h"
#include "platform/base/panic.h"
#include "platform/base/text.h"
#include "platform/platform.h"
#include "tlsstack/tls.h"

enum { LINE_MAX = 192 };

static const char NAMES[EVENTS_NUM][12] = {
	[EVENTS_PRIZE_SENT] = "prize-sent",
	[EVENTS_CALLED_BACK] = "called-back",
	[EVENTS_TLS_FAILED] = "tls-failed",
	[EVENTS_TIMED_OUT]  = "timed-out",
	[EVENTS_EVICTED]    = "evicted",
	[EVENTS_REFUSED]    = "refused",
};

static const uint64_t TOKEN_NS = 1000000000 / EVENTS_PER_S;

static struct {
	bool full_addresses;
	uint64_t spent_until_ns;	/* the bucket as a time: full when this is long past */
	uint64_t num_left_out;
	uint64_t num_all;
	struct events_entry ring[EVENTS_KEPT];
} events;

void
events_init(bool full_addresses) { events.full_addresses = full_addresses; }

/* One token, if there is one. */
static bool
may_write(uint64_t now_ns)
{
	if (events.spent_until_ns < now_ns)
		events.spent_until_ns = now_ns;
	if (events.spent_until_ns - now_ns > (EVENTS_BURST - 1) * TOKEN_NS)
		return false;
	events.spent_until_ns += TOKEN_NS;
	return true;
}

static void
write_line(enum events_kind kind, uint16_t port, struct events_peer peer, uint8_t code)
{
	uint8_t line[LINE_MAX];
	struct outbuf out = outbuf_of(line, sizeof line);

	text_string(&out, "pinata: ");
	text_string(&out, NAMES[kind]);
	text_string(&out, " port=");
	text_decimal(&out, port);
	text_string(&out, " peer=");
	text_ipv4(&out, events.full_addresses ? peer.address : peer.address & EVENTS_PREFIX_MASK);
	text_string(&out, events.full_addresses ? ":" : "/");
	text_decimal(&out, events.full_addresses ? peer.port : EVENTS_PREFIX_LEN);
	if (kind == EVENTS_TLS_FAILED) {
		text_string(&out, " error=\"");
		text_string(&out, tls_error_name(code));
		text_string(&out, "\"");
	}
	if (events.num_left_out > 0) {
		text_string(&out, " left-out=");
		text_decimal(&out, events.num_left_out);
		events.num_left_out = 0;
	}
	text_string(&out, "\n");
	plat_log((const char *)line, out.len);
}

void
events_log(uint64_t now_ns, enum events_kind kind, uint16_t port, struct events_peer peer, uint8_t code)
{
	events.ring[events.num_all++ % EVENTS_KEPT] = (struct events_entry){
		.at_ns = now_ns, .address = peer.address & EVENTS_PREFIX_MASK, .port = port, .kind = (uint8_t)kind, .code = code
	};
	if (may_write(now_ns) || kind == EVENTS_PRIZE_SENT)
		write_line(kind, port, peer, code);
	else
		events.num_left_out++;
}

const char *
events_name(enum events_kind kind) { return NAMES[kind]; }

size_t
events_num(void) { return events.num_all < EVENTS_KEPT ? (size_t)events.num_all : EVENTS_KEPT; }

const struct events_entry *
events_last(size_t i)
{
	REQUIRE(i < events_num());
	return &events.ring[(events.num_all - 1 - i) % EVENTS_KEPT];
}
