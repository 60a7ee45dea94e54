/*
 * net_fuzz.c: frames into netstack, time passing, a caller using its pipes: a program of steps, each a
 * byte of order and its arguments.  Four peers keep count of what the stack says, so that steps can be
 * near the truth (deep states) or far from it.  Whatever came, in the end everything is given back.
 */
#define CHECK(fact)	do { if (!(fact)) abort(); } while (0)

#include "tests/netstack/peer.h"

#include <lwip/memp.h>
#include <lwip/stats.h>

#include "fuzz/outcome.h"
#include "fuzz/snapshot.h"
#include "netstack/blocks.h"
#include "netstack/limits.h"

#define NUM_PEERS	4
#define NUM_HELD	6
#define STEPS_MAX	2000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct peer peers[NUM_PEERS];
static struct net_conn *held[NUM_HELD];
static uint8_t filler[NET_SEND_MAX];
const char *fuzz_outcome;

static uint32_t
take(struct cursor *in, size_t width)
{
	uint32_t value = 0;

	return cursor_uint(in, &value, width) ? value : 0;
}

/* What the stack said, to whichever peer it was meant for. */
static void
hear(void)
{
	struct wire_frame frame;
	struct segment segment;

	while (next_frame(&frame)) {
		if (!read_tcp(&segment, &frame))
			continue;
		CHECK(segment.data_len <= NET_MSS);
		for (size_t i = 0; i < NUM_PEERS; i++) {
			if (segment.to_ip != peers[i].ip || segment.to_port != peers[i].port)
				continue;
			peers[i].to_port = segment.from_port;
			if ((segment.flags & SYN) != 0 || segment.seq == peers[i].rcv_nxt)
				peers[i].rcv_nxt = segment.seq + (uint32_t)segment.data_len + ((segment.flags & (SYN | FIN)) != 0 ? 1 : 0);
			if ((segment.flags & ACK) != 0)
				peers[i].acked = segment.ack;
		}
	}
}

/* A frame of any bytes; bit 7 of the order leaves its checksums as they are. */
static void
raw_frame(struct cursor *in, bool fix)
{
	size_t len = take(in, 2) % (NET_FRAME_MAX + 2);
	struct wire_frame frame = { .len = len < cursor_left(in) ? len : cursor_left(in) };

	CHECK(cursor_copy(in, frame.bytes, frame.len));
	if (fix && frame.len >= 34)
		fix_checksums(&frame);
	send_frame(&frame);
}

/* A good frame of any kind, a few bytes of it changed. */
static void
near_frame(struct cursor *in)
{
	static const uint8_t OPTIONS[8] = { 2, 4, 5, 0xb4, 1, 3, 3, 7 };
	uint32_t kind = take(in, 1), ip = peers[kind >> 4 & 3].ip;
	struct segment syn = peer_segment(&peers[kind >> 4 & 3], SYN);
	struct wire_frame frame = make_echo(ip, kind >> 3);

	syn.options = OPTIONS;
	syn.options_len = 8;
	if (kind % 5 == 1)
		frame = make_arp(1, PEER_MAC, ip, OUR_IP);
	if (kind % 5 == 2)
		frame = make_arp(2, PEER_MAC, ip, OUR_IP);
	if (kind % 5 == 3)
		frame = make_tcp(&syn);
	if (kind % 5 == 4)
		frame = make_ipv4(ip, OUR_IP, 17, OPTIONS, sizeof OPTIONS);
	for (uint32_t num = take(in, 1) % 4; num > 0; num--)
		frame.bytes[take(in, 1) % frame.len] ^= (uint8_t)take(in, 1);
	if (frame.bytes[12] == 8 && frame.bytes[13] == 0)
		fix_checksums(&frame);
	send_frame(&frame);
}

/* Thirty-two strangers open connections, say something and are not heard of again. */
static void
crowd(struct cursor *in)
{
	uint16_t first = (uint16_t)(10000 + 32 * (take(in, 1) % 8));
	size_t len = take(in, 1) * 5;
	struct wire_frame frame;
	struct segment answer;
	struct peer one;

	for (uint16_t i = 0; i < 32; i++) {
		peer_init(&one, FAR_IP, (uint16_t)(first + i), 80);
		peer_send(&one, SYN, NULL, 0);
		while (next_frame(&frame)) {
			if (read_tcp(&answer, &frame) && answer.to_port == one.port)
				one.rcv_nxt = answer.seq + 1;
		}
		peer_send(&one, ACK, filler, len);
	}
}

/* A segment from a peer, near where it stands. */
static void
near_segment(struct cursor *in)
{
	struct peer *peer = &peers[take(in, 1) % NUM_PEERS];
	struct segment segment = peer_segment(peer, take(in, 1) & 0x3f);
	uint32_t shape = take(in, 1), options_len = shape >> 6 & 3;
	static uint8_t options[12];

	segment.data = filler;
	segment.data_len = (shape & 1) != 0 ? take(in, 2) % (NET_MSS - 11) : shape >> 1 & 3;
	if ((shape & 8) != 0)
		segment.seq += (uint32_t)(int16_t)take(in, 2);
	if ((shape & 16) != 0)
		segment.ack += (uint32_t)(int16_t)take(in, 2);
	if ((shape & 32) != 0)
		segment.window = (uint16_t)take(in, 2);
	for (size_t i = 0; i < 4 * options_len; i++)
		options[i] = (uint8_t)take(in, 1);
	segment.options = options;
	segment.options_len = 4 * options_len;
	peer_send_segment(&segment);
	if ((shape & 8) == 0)
		peer->snd_nxt += (uint32_t)segment.data_len + ((segment.flags & (SYN | FIN)) != 0 ? 1 : 0);
}

static void
use_pipe(struct cursor *in)
{
	uint32_t order = take(in, 1);
	struct net_conn **slot = &held[order % NUM_HELD];
	size_t room, len;

	if (*slot == NULL) {
		*slot = (order & 0x80) != 0 ? net_connect(peers[order >> 5 & 3].ip, peers[order >> 5 & 3].port) :
		    net_accept(&(uint16_t){ 0 });
		return;
	}
	room = net_room(*slot);
	switch (order / NUM_HELD % 8) {
	case 0:
		net_close(*slot);
		*slot = NULL;
		return;
	case 1:
		net_abort(*slot);
		*slot = NULL;
		return;
	case 2:
		if (net_status(*slot) != NET_OPENING)
			net_finish(*slot);
		return;
	case 3: case 4:
		len = take(in, 2);
		CHECK(room <= sizeof filler);
		net_send(*slot, (struct span){ filler, len < room ? len : room });
		return;
	default:
		len = net_peek(*slot).len;
		net_consume(*slot, (order & 0x80) != 0 ? len / 2 : len);
		return;
	}
}

static void
step(struct cursor *in)
{
	uint32_t order = take(in, 1), who;

	switch (order % 8) {
	case 0:
		raw_frame(in, (order & 0x80) == 0);
		return;
	case 1:
		now_ns += (uint64_t)take(in, 1) * ((order & 0x80) != 0 ? SECOND : 20 * MS);
		(void)net_tick(now_ns);
		return;
	case 2: case 3:
		use_pipe(in);
		return;
	case 4:
		who = take(in, 1) % NUM_PEERS;			/* a new connection, in full */
		peer_init(&peers[who], peers[who].ip, peers[who].port, (order & 0x80) != 0 ? 80 : 10000);
		peer_send(&peers[who], SYN, NULL, 0);
		hear();
		peer_send(&peers[who], ACK, NULL, 0);
		return;
	case 5:
		if ((order & 0x60) == 0x60)
			crowd(in);
		else if ((order & 0x60) == 0x40)
			peer_answers_arp = (order & 0x80) == 0;
		else
			near_frame(in);
		return;
	default:
		near_segment(in);
		return;
	}
}

/* However the story went: release, wait, and count. */
static void
everything_is_given_back(void)
{
	size_t num = 0;

	peer_answers_arp = true;
	for (size_t i = 0; i < NUM_HELD; i++) {
		if (held[i] != NULL)
			net_abort(held[i]);
		held[i] = NULL;
	}
	for (struct net_conn *conn; (conn = net_accept(&(uint16_t){ 0 })) != NULL;)
		net_abort(conn);
	for (int i = 0; i < 40; i++) {
		now_ns += 2 * SECOND;
		(void)net_tick(now_ns);
		hear();
	}
	for (int i = 0; i < MEMP_MAX; i++)
		num += i == MEMP_TCP_PCB_LISTEN ? 0 : memp_pools[i]->stats->used;
	CHECK(num == 0 && blocks_free() == NET_BLOCKS && net_tick(now_ns) == NET_NEVER);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const uint32_t IPS[NUM_PEERS] = { PEER_IP, PEER_IP, FAR_IP, GATEWAY_IP };
	static uint64_t *fresh;
	struct cursor in = cursor_of((struct span){ data, len });

	if (fresh == NULL) {
		start_stack();
		fresh = snapshot_take();
	}
	snapshot_restore(fresh);
	now_ns = 1000 * SECOND;
	peer_answers_arp = true;
	memset(peers, 0, sizeof peers);
	for (size_t i = 0; i < NUM_PEERS; i++)
		peer_init(&peers[i], IPS[i], (uint16_t)(4000 + i), 80);
	for (int i = 0; i < STEPS_MAX && !cursor_done(&in); i++) {
		step(&in);
		hear();
	}
	fuzz_outcome = net_stats()->accepted != 0 ? "connected" : net_stats()->dropped_malformed != 0 ? "malformed" : "quiet";
	everything_is_given_back();
	return 0;
}
