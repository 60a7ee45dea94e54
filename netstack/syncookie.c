/*
 * syncookie.c: see syncookie.h.
 */
#include "netstack/syncookie.h"

#include "netstack/limits.h"
#include "platform/base/bytes.h"

#define MINUTE_NS	60000000000u
#define CLASS_BITS	2
#define CLASS_MASK	3u
#define MINUTE_BIT	4u
#define HASH_MASK	(~7u)

/* What most paths on the Internet use; a SYN's size is rounded down to one of these. */
static const uint16_t CLASSES[1 << CLASS_BITS] = { NET_MSS_MIN, 1220, 1380, NET_MSS };

static uint8_t secret[SIPHASH_KEY_LEN];

void
syncookie_init(const uint8_t key[SIPHASH_KEY_LEN]) { bytes_copy(secret, key, sizeof secret); }

/* `use` keeps the two kinds of number apart. */
static uint64_t
hash(const struct syncookie_flow *flow, uint8_t use, uint32_t peer_isn, uint64_t minute, uint32_t class)
PRE(FRESH(flow) && class <= CLASS_MASK)
ASSIGNS()
{
	uint8_t bytes[32];
	struct outbuf in = outbuf_of(bytes, sizeof bytes);

	outbuf_uint(&in, use, 1);
	outbuf_uint(&in, class, 1);
	outbuf_uint(&in, flow->local_ip, 4);
	outbuf_uint(&in, flow->peer_ip, 4);
	outbuf_uint(&in, flow->local_port, 2);
	outbuf_uint(&in, flow->peer_port, 2);
	outbuf_uint(&in, peer_isn, 4);
	outbuf_uint(&in, minute, 8);
	return siphash(secret, outbuf_span(&in));
}

static uint32_t
cookie_of(const struct syncookie_flow *flow, uint32_t peer_isn, uint64_t minute, uint32_t class)
PRE(FRESH(flow) && class <= CLASS_MASK)
ASSIGNS()
POST((RETVAL & CLASS_MASK) == class)
{
	uint32_t bits = (uint32_t)hash(flow, 'c', peer_isn, minute, class) & HASH_MASK;

	return bits | ((minute & 1) != 0 ? MINUTE_BIT : 0) | class;
}

uint32_t
syncookie_make(const struct syncookie_flow *flow, uint32_t peer_isn, uint16_t mss, uint64_t now_ns)
{
	uint32_t class = CLASS_MASK;

	if (mss == 0)
		mss = NET_MSS_MIN;	/* RFC 9293, 3.7.1: what to assume */
	while (class > 0 && CLASSES[class] > mss)
	LOOP_ASSIGNS(class)
	LOOP_INVARIANT(class <= CLASS_MASK)
	LOOP_DECREASES(class)
		class--;
	return cookie_of(flow, peer_isn, now_ns / MINUTE_NS, class);
}

uint16_t
syncookie_check(const struct syncookie_flow *flow, uint32_t peer_isn, uint32_t cookie, uint64_t now_ns)
{
	uint64_t minute = now_ns / MINUTE_NS;
	uint32_t class = cookie & CLASS_MASK;

	if (((cookie & MINUTE_BIT) != 0) != ((minute & 1) != 0)) {
		if (minute == 0)
			return 0;
		minute--;
	}
	return cookie_of(flow, peer_isn, minute, class) == cookie ? CLASSES[class] : 0;
}

uint32_t
syncookie_isn(const struct syncookie_flow *flow, uint64_t now_ns)
{
	return (uint32_t)hash(flow, 'i', 0, 0, 0) + (uint32_t)(now_ns / 4000);
}
