/*
 * wire.c: the ring of frames out, in any state; what waits in it is at most NET_FRAME_MAX long, which each function that writes
 * keeps.  Callers give whole packets of 20 to 1480 bytes of TCP, or 8 to 1480 of ICMP: what inbound.c's and glue.c's proofs
 * show of each call.  The sums check what frame.c's contracts ask and answer what they promise; outbuf's functions check, and
 * forget what they write.
 */
#include "tests/proofs/harness/outbuf.h"

#include "netstack/wire.c"

uint8_t nondet_uint8(void);
uint16_t nondet_uint16(void);
uint32_t nondet_uint32(void);
size_t nondet_size(void);
bool nondet_bool(void);
void other_side(void) { }

static uint8_t payload[NET_FRAME_MAX - 14 - FRAME_IP_LEN], mac[FRAME_MAC_LEN];

uint32_t glue_random(void) { return nondet_uint32(); }
uint16_t frame_fold(uint32_t sum) { (void)sum; return nondet_uint16(); }

uint32_t
frame_sum(uint32_t sum, struct span bytes)
{
	uint32_t after = nondet_uint32();

	ASSERT(bytes.len <= 0x10000 && sum <= 0x10000000 && (bytes.len == 0 || __CPROVER_r_ok(bytes.ptr, bytes.len)));
	ASSUME(after <= sum + ((uint32_t)(bytes.len + 1) << 15));	/* its postcondition */
	return after;
}

uint32_t
frame_pseudo(uint32_t from_ip, uint32_t to_ip, size_t tcp_len)
{
	uint32_t sum = nondet_uint32();

	(void)from_ip, (void)to_ip;
	ASSERT(tcp_len <= 0x10000);
	ASSUME(sum <= 0x60000);		/* its postcondition */
	return sum;
}

static bool
holds(void)
{
	bool good = wire.first < NET_RING && wire.num <= NET_RING;

	for (size_t i = 0; i < NET_RING; i++)
		good = good && wire.len[i] <= NET_FRAME_MAX;
	return good;
}

static void
any_state(void)
{
	wire.first = nondet_size();
	wire.num = nondet_size();
	wire.self.ip = nondet_uint32();
	for (size_t i = 0; i < NET_RING; i++)
		wire.len[i] = nondet_size();
	ASSUME(holds());
}

/* So many wait now. */
static void
settled(size_t num)
{
	ASSERT(holds() && wire.num == num);
	REACHED();
}

void prove_wire_init(void) { struct frame_self self = { .ip = nondet_uint32() }; any_state(); wire_init(&self); settled(wire.num); }
void prove_wire_full(void) { any_state(); ASSERT(wire_full() == (wire.num == NET_RING)); settled(wire.num); }

void
prove_open_frame(void)
{
	any_state();
	ASSUME(!wire_full());
	struct outbuf out = open_frame(mac, nondet_uint16());
	ASSERT(!out.overflow && out.len == 14 && out.cap == NET_FRAME_MAX && __CPROVER_w_ok(out.ptr, out.cap));
	settled(wire.num);
}

void
prove_queue_frame(void)
{
	struct outbuf out = { .len = nondet_size() };

	any_state();
	ASSUME(!wire_full() && out.len <= NET_FRAME_MAX);
	size_t num = wire.num;
	queue_frame(&out);
	settled(num + 1);
}

void
prove_put_ipv4_header(void)
{
	static uint8_t room[FRAME_IP_LEN];
	struct outbuf out = outbuf_of(room, sizeof room);
	size_t len = nondet_size();

	any_state();
	ASSUME(len <= sizeof payload);
	put_ipv4_header(&out, nondet_uint32(), nondet_uint8(), len);
	ASSERT(!out.overflow && out.len == FRAME_IP_LEN);
	settled(wire.num);
}

void
prove_wire_ipv4(void)
{
	bool tcp = nondet_bool();
	size_t len = nondet_size();

	any_state();
	ASSUME(len >= (tcp ? FRAME_TCP_LEN : 8) && len <= sizeof payload);
	size_t num = wire.num, at = (wire.first + num) % NET_RING;
	wire_ipv4(mac, nondet_uint32(), tcp ? FRAME_PROTO_TCP : FRAME_PROTO_ICMP, (struct span){ payload + (sizeof payload - len), len });
	ASSERT(num == NET_RING || wire.len[at] == 14 + FRAME_IP_LEN + len);
	settled(num == NET_RING ? num : num + 1);
}

void
prove_wire_arp(void)
{
	uint16_t operation = nondet_bool() ? 1 : 2;

	any_state();
	size_t num = wire.num, at = (wire.first + num) % NET_RING;
	wire_arp(operation, operation == 1 ? NULL : mac, nondet_uint32());
	ASSERT(num == NET_RING || wire.len[at] == 42);
	settled(num == NET_RING ? num : num + 1);
}

void
prove_wire_take(void)
{
	static uint8_t frame[NET_FRAME_MAX];

	any_state();
	size_t num = wire.num;
	ASSERT(wire_take(frame, sizeof frame) <= NET_FRAME_MAX);
	settled(num == 0 ? 0 : num - 1);
}
