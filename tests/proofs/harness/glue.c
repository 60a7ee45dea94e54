/*
 * glue.c: lwIP's surroundings, in any state between two packets; lwIP (lwip.h) may send, and ask for a sequence number, while
 * it looks at one.  A caller's packet is whole, its TCP header inside, with four bytes of options where a segment size is to
 * go: what inbound.c's proof shows of each call.  wire.c and neighbour.c check what their own proofs ask.
 *
 * Of a copied packet only the byte is kept that is read again, that of the header's length.
 */
#include "tests/proofs/harness/shared.h"

static void copy(uint8_t *to, const uint8_t *from, size_t len);
static void set(uint8_t *to, uint8_t value, size_t len);
#define bytes_copy copy
#define bytes_set set
#include "netstack/limits.h"

#undef NET_CONNS
#define NET_CONNS	1	/* none is looked at */

#include "tests/proofs/harness/lwip.h"

#include "netstack/glue.c"

#define DATA_OFFSET	(FRAME_IP_LEN + 12)

struct net_stats nondet_stats(void);

static uint8_t bytes[MTU], mac[FRAME_MAC_LEN];

static void
copy(uint8_t *to, const uint8_t *from, size_t len)
{
	ASSERT(__CPROVER_w_ok(to, len) && __CPROVER_r_ok(from, len));
	if (len > DATA_OFFSET)
		to[DATA_OFFSET] = from[DATA_OFFSET];
}

static void set(uint8_t *to, uint8_t value, size_t len) { (void)value; ASSERT(len == 0 || __CPROVER_w_ok(to, len)); }

uint64_t
siphash(const uint8_t key[SIPHASH_KEY_LEN], struct span text)
{
	ASSERT(__CPROVER_r_ok(key, SIPHASH_KEY_LEN) && __CPROVER_r_ok(text.ptr, text.len));
	return nondet_uint64();
}

void syncookie_init(const uint8_t key[SIPHASH_KEY_LEN]) { ASSERT(__CPROVER_r_ok(key, SIPHASH_KEY_LEN)); }
bool wire_full(void) { return nondet_bool(); }
const uint8_t *neighbour_find(uint32_t ip, uint64_t now_ns) { (void)ip; (void)now_ns; return nondet_bool() ? NULL : mac; }

uint32_t
syncookie_isn(const struct syncookie_flow *flow, uint64_t now_ns)
{
	(void)now_ns;
	ASSERT(__CPROVER_r_ok(flow, sizeof *flow));
	return nondet_uint32();
}

void
wire_ipv4(const uint8_t to_mac[FRAME_MAC_LEN], uint32_t to_ip, uint8_t proto, struct span payload)
{
	(void)to_ip;
	ASSERT(__CPROVER_r_ok(to_mac, FRAME_MAC_LEN) && proto == FRAME_PROTO_TCP);
	ASSERT(payload.len >= FRAME_TCP_LEN && payload.len <= MTU - FRAME_IP_LEN && __CPROVER_r_ok(payload.ptr, payload.len));
}

static void
any_state(void)
{
	glue.now_ns = nondet_uint64();
	glue.num_random = nondet_uint64();
	glue.stats = nondet_stats();
	glue.lent = false;
	glue.wants_output = nondet_bool();
	glue.replaying = false;
	glue.replayed = nondet_bool();
	glue.cookie = nondet_uint32();
	glue.loan.custom_free_function = give_back;
	glue.netif.output = send_packet;
	__CPROVER_havoc_object(bytes);
}

static void
settled(void)
{
	ASSERT(!glue.lent && !glue.replaying && glue.loan.custom_free_function == give_back && glue.netif.output == send_packet);
	REACHED();
}

static bool
is_packet(struct span packet, uint16_t mss)
{
	size_t header_len = (size_t)(packet.ptr[DATA_OFFSET] >> 4) * 4;

	return header_len >= FRAME_TCP_LEN + (mss == 0 ? 0 : 4) && FRAME_IP_LEN + header_len <= packet.len;
}

static void
check_packet(struct span packet, uint16_t mss)
{
	ASSERT(packet.len >= FRAME_IP_LEN + FRAME_TCP_LEN && packet.len <= MTU && __CPROVER_r_ok(packet.ptr, packet.len));
	ASSERT(is_packet(packet, mss));
}

static struct span
any_packet(uint16_t *mss)
{
	size_t len = nondet_size();
	struct span packet;

	ASSUME(len >= FRAME_IP_LEN + FRAME_TCP_LEN && len <= sizeof bytes);
	packet = (struct span){ bytes + (sizeof bytes - len), len };
	*mss = nondet_uint16();
	ASSUME(is_packet(packet, *mss));
	return packet;
}

void prove_glue_now(void) { any_state(); (void)glue_now(); settled(); }
void prove_glue_set_now(void) { any_state(); uint64_t before = glue_now(); glue_set_now(nondet_uint64()); ASSERT(glue_now() >= before); settled(); }
void prove_glue_stats(void) { any_state(); ASSERT(__CPROVER_w_ok(glue_stats(), sizeof(struct net_stats))); settled(); }
void prove_glue_random(void) { any_state(); (void)glue_random(); settled(); }
void prove_glue_timer_needed(void) { any_state(); glue_timer_needed(); settled(); }
void prove_glue_wants_output(void) { any_state(); (void)glue_wants_output(); ASSERT(!glue.wants_output); settled(); }
void prove_glue_request_output(void) { any_state(); glue_request_output(); ASSERT(glue.wants_output); settled(); }
void prove_glue_isn(void) { ip_addr_t local = { nondet_uint32() }, peer = { nondet_uint32() }; any_state();
    (void)glue_isn(&local, nondet_uint16(), &peer, nondet_uint16()); settled(); }
void prove_init_netif(void) { any_state(); ASSERT(init_netif(&glue.netif) == ERR_OK); settled(); }
void prove_give_back(void) { any_state(); glue.lent = true; give_back(&glue.loan.pbuf); settled(); }
void prove_send_packet(void) { any_state(); glue.replaying = nondet_bool(); lwip_sends(&glue.netif); glue.replaying = false; settled(); }

/* As well while it replays, which it leaves as it is. */
void
prove_glue_feed(void)
{
	uint16_t mss;
	bool replaying = nondet_bool();

	any_state();
	glue.replaying = replaying;
	struct span packet = any_packet(&mss);
	glue_feed(packet, mss);
	ASSERT(glue.replaying == replaying);
	glue.replaying = false;
	settled();
}

static bool answered;

/* What lwIP may have asked of us on the way (send_packet): to send, which while replaying is only noted. */
void
given_glue_feed(struct span packet, uint16_t mss)
{
	check_packet(packet, mss);
	ASSERT(!glue.lent && glue.loan.custom_free_function == give_back && glue.netif.output == send_packet);
	ASSERT(glue.replaying);
	answered = nondet_bool();
	glue.replayed = glue.replayed || answered;
	glue.num_random = nondet_uint64();
}

void
prove_glue_replay_syn(void)
{
	uint16_t mss;

	any_state();
	struct span packet = any_packet(&mss);
	bool replayed = glue_replay_syn(packet, mss, nondet_uint32());
	ASSERT(replayed == answered);
	settled();
}

void
prove_overwrite_options(void)
{
	uint16_t mss;

	any_state();
	struct span packet = any_packet(&mss);
	overwrite_options(bytes + (sizeof bytes - packet.len), packet.len, mss);
	settled();
}

void
prove_glue_init(void)
{
	static struct net_config config;

	config.ip = nondet_uint32();
	glue_init(&config, nondet_uint64());
	settled();
}
