/*
 * inbound.c: any frame that frame_parse may accept, beside a stack in any state.
 *
 * frame_parse answers as the contracts of parse_ipv4, parse_icmp and parse_tcp say (frame.c, proved): an IPv4 packet of at
 * least its headers, inside the frame; an echo of 8 bytes or more; TCP with a header of 20 to 60 bytes, as byte 12 says, which
 * fits; a segment size came in an option.
 * wire_ipv4, glue_feed and glue_replay_syn check what wire.c and glue.c demand: the lengths, and that a segment size finds
 * its four bytes of options.  conn.c, syncookie.c and neighbour.c answer anything that their contracts and proofs allow.
 */
#include "tests/proofs/harness/shared.h"

#include "netstack/inbound.c"

bool nondet_bool(void);
uint8_t nondet_uint8(void);
uint16_t nondet_uint16(void);
uint32_t nondet_uint32(void);
uint64_t nondet_uint64(void);
size_t nondet_size(void);
struct frame nondet_frame(void);
struct syncookie_flow nondet_flow(void);
void other_side(void) { }

#define PACKET_MAX	1500

static uint8_t wire_bytes[PACKET_MAX + 14], mac[FRAME_MAC_LEN];
static struct net_stats stats;
static struct net_conn old;
static bool is_expected, is_in_time_wait;
static size_t echo_max;

uint64_t glue_now(void) { uint64_t now = nondet_uint64(); ASSUME(now < UINT64_MAX / 2); return now; }
struct net_stats *glue_stats(void) { return &stats; }
bool wire_full(void) { return nondet_bool(); }
bool neighbour_reachable(uint32_t ip) { (void)ip; return nondet_bool(); }
const uint8_t *neighbour_find(uint32_t ip, uint64_t now_ns) { (void)ip; (void)now_ns; return nondet_bool() ? NULL : mac; }
void neighbour_arp(const struct frame *frame, uint64_t now_ns) { (void)now_ns; ASSERT(__CPROVER_r_ok(frame, sizeof *frame)); }
bool conn_listening(uint16_t port) { (void)port; return nondet_bool(); }
bool conn_in_time_wait(const struct net_conn *conn) { ASSERT(conn == &old); is_in_time_wait = nondet_bool(); return is_in_time_wait; }

struct net_conn *
conn_find(const struct syncookie_flow *flow)
{
	ASSERT(__CPROVER_r_ok(flow, sizeof *flow));
	return nondet_bool() ? NULL : &old;
}

void
conn_end_time_wait(struct net_conn *conn)
{
	ASSERT(conn == &old && is_in_time_wait);	/* or it panics */
	is_in_time_wait = false;
}

bool
conn_expect(const struct syncookie_flow *flow)
{
	ASSERT(__CPROVER_r_ok(flow, sizeof *flow));
	is_expected = nondet_bool();
	return is_expected;
}

bool
conn_accepted(void)
{
	ASSERT(is_expected);
	is_expected = false;
	return nondet_bool();
}

uint32_t
syncookie_make(const struct syncookie_flow *flow, uint32_t peer_isn, uint16_t mss, uint64_t now_ns)
{
	(void)peer_isn; (void)mss; (void)now_ns;
	ASSERT(__CPROVER_r_ok(flow, sizeof *flow));
	return nondet_uint32();
}

uint16_t
syncookie_check(const struct syncookie_flow *flow, uint32_t peer_isn, uint32_t cookie, uint64_t now_ns)
{
	uint16_t mss = nondet_uint16();

	(void)peer_isn; (void)cookie; (void)now_ns;
	ASSERT(__CPROVER_r_ok(flow, sizeof *flow));
	ASSUME(mss == 0 || (mss >= 536 && mss <= 1460));	/* its postcondition */
	return mss;
}

void
wire_ipv4(const uint8_t to_mac[FRAME_MAC_LEN], uint32_t to_ip, uint8_t proto, struct span payload)
{
	(void)to_ip;
	ASSERT(__CPROVER_r_ok(to_mac, FRAME_MAC_LEN) && (proto == FRAME_PROTO_TCP || proto == FRAME_PROTO_ICMP));
	ASSERT(payload.len >= (proto == FRAME_PROTO_TCP ? FRAME_TCP_LEN : 8) && payload.len <= PACKET_MAX - FRAME_IP_LEN);
	ASSERT(__CPROVER_r_ok(payload.ptr, payload.len));
}

/* What glue_feed panics of otherwise: a whole packet, its TCP header inside, four bytes of options for a segment size. */
static void
check_packet(struct span packet, uint16_t mss)
{
	size_t header_len;

	ASSERT(packet.len >= FRAME_IP_LEN + FRAME_TCP_LEN && packet.len <= PACKET_MAX && __CPROVER_r_ok(packet.ptr, packet.len));
	header_len = (size_t)(packet.ptr[FRAME_IP_LEN + 12] >> 4) * 4;
	ASSERT(header_len >= FRAME_TCP_LEN + (mss == 0 ? 0 : 4) && FRAME_IP_LEN + header_len <= packet.len);
	ASSERT(mss == 0 || (mss >= NET_MSS_MIN && mss <= NET_MSS));
}

void glue_feed(struct span packet, uint16_t mss) { check_packet(packet, mss); }

bool
glue_replay_syn(struct span packet, uint16_t mss, uint32_t cookie)
{
	(void)cookie;
	check_packet(packet, mss);
	return nondet_bool();
}

/* What frame.c lets through of `kind`: its views end where the frame does. */
static void
any_frame(struct frame *frame, enum frame_kind kind)
{
	size_t len = nondet_size(), header_len = nondet_size();

	*frame = nondet_frame();
	if (kind != FRAME_TCP && kind != FRAME_ECHO)
		return;
	ASSUME(len >= FRAME_IP_LEN + (kind == FRAME_TCP ? FRAME_TCP_LEN : 8) && len <= (kind == FRAME_TCP ? PACKET_MAX : echo_max));
	frame->packet = (struct span){ wire_bytes + (sizeof wire_bytes - len), len };
	frame->payload = (struct span){ frame->packet.ptr + FRAME_IP_LEN, len - FRAME_IP_LEN };
	if (kind == FRAME_ECHO)
		return;
	ASSUME(header_len >= FRAME_TCP_LEN && header_len <= 60 && header_len <= frame->payload.len);
	ASSUME(header_len == (size_t)(frame->payload.ptr[12] >> 4) * 4);
	frame->tcp.header_len = header_len;
	frame->tcp.data = (struct span){ frame->payload.ptr + header_len, frame->payload.len - header_len };
	ASSUME(frame->tcp.mss == 0 || header_len >= FRAME_TCP_LEN + 4);	/* it came in an option of 4 bytes */
}

enum frame_kind
frame_parse(struct frame *frame, const struct frame_self *self, struct span bytes)
{
	unsigned kind = nondet_uint8();

	ASSERT(__CPROVER_w_ok(frame, sizeof *frame) && __CPROVER_r_ok(self, sizeof *self));
	ASSERT(bytes.len <= sizeof wire_bytes && __CPROVER_r_ok(bytes.ptr, bytes.len));
	ASSUME(kind <= FRAME_TCP);
	any_frame(frame, (enum frame_kind)kind);
	return (enum frame_kind)kind;
}

static void
any_state(void)
{
	__CPROVER_havoc_object(wire_bytes);
	inbound.echo_full_ns = nondet_uint64();
	inbound.self.ip = nondet_uint32();
	is_expected = false;
	is_in_time_wait = false;
	echo_max = PACKET_MAX;
}

static void
settled(void)
{
	ASSERT(!is_expected);		/* nobody waits for a handshake that nobody plays */
	REACHED();
}

void prove_inbound_init(void) { struct frame_self self; inbound_init(&self); REACHED(); }
void prove_answer_syn(void) { struct frame frame; struct syncookie_flow flow = nondet_flow(); any_state(); any_frame(&frame, FRAME_TCP);
    answer_syn(&frame, &flow); settled(); }
void prove_answer_echo(void) { struct frame frame; any_state(); any_frame(&frame, FRAME_ECHO); answer_echo(&frame); settled(); }
void prove_tcp_segment(void) { struct frame frame; any_state(); any_frame(&frame, FRAME_TCP); tcp_segment(&frame); settled(); }

void
prove_replay_handshake(void)
{
	struct frame frame;
	struct syncookie_flow flow = nondet_flow();
	uint16_t mss = nondet_uint16();

	any_state();
	any_frame(&frame, FRAME_TCP);
	ASSUME(mss >= NET_MSS_MIN && mss <= NET_MSS);
	replay_handshake(&frame, &flow, mss);
	settled();
}

void
prove_open_connection(void)
{
	struct frame frame;
	struct syncookie_flow flow = nondet_flow();
	bool drop, opened;

	any_state();
	any_frame(&frame, FRAME_TCP);
	is_in_time_wait = true;
	opened = open_connection(&frame, &flow, nondet_bool() ? NULL : &old, &drop);
	ASSERT(!opened || drop);
	settled();
}

void
prove_inbound_frame(void)
{
	size_t len = nondet_size();

	any_state();
	echo_max = 60;		/* answer_echo's own proof has them all */
	ASSUME(len <= sizeof wire_bytes);
	inbound_frame((struct span){ wire_bytes + (sizeof wire_bytes - len), len });
	settled();
}
