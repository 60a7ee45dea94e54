/*
 * ackguard_test.c: netstack/ackguard.c: a stranger who knows the addresses and ports of a
 * connection and guesses numbers.  Every row of these was believed, or answered without end, by
 * stock lwIP 2.2.1.
 */
#include "tests/netstack/peer.h"

#include "netstack/limits.h"

static struct peer peer;
static struct net_conn *conn;

static void
open_one(void)
{
	start_stack();
	conn = peer_open(&peer, PEER_IP, 4000, 80);
	peer_send(&peer, ACK, "x", 1);
	net_send(conn, (struct span){ (const uint8_t *)"0123456789", 10 });
	peer_listen(&peer);
	peer_ack(&peer);
	CHECK(net_unacked(conn) == 0 && net_peek(conn).len == 1);
	net_consume(conn, 1);
	pass_time(2 * SECOND);
	drain();
}

/* How many segments the stack answers. */
static size_t
inject(unsigned flags, uint32_t seq_offset, uint32_t ack_offset, const char *data)
{
	struct segment segment = peer_segment(&peer, flags);
	size_t before = peer.num_segments;

	segment.seq += seq_offset;
	segment.ack += ack_offset;
	segment.data = (const uint8_t *)data;
	segment.data_len = strlen(data);
	peer_send_segment(&segment);
	peer_listen(&peer);
	return peer.num_segments - before;
}

static void
ack_must_be_plausible(void)
{
	static const uint32_t OFFSETS[] = { 0x40000000, 0x80000000, 1, 2, 0u - 0x30000000u, 0u - 8193u, 0x7fffffff };

	open_one();
	for (size_t i = 0; i < sizeof OFFSETS / sizeof OFFSETS[0]; i++) {
		pass_time(2 * SECOND);
		CHECK(inject(ACK, 0, OFFSETS[i], "evil") == 1);		/* a challenge, RFC 5961, 5.2 */
		CHECK(net_peek(conn).len == 0 && net_unacked(conn) == 0);
	}
	CHECK(net_stats()->dropped_bad_ack == sizeof OFFSETS / sizeof OFFSETS[0]);
	CHECK(inject(ACK, 0, 0u - 8192u, "fine") <= 1 && net_peek(conn).len == 4);	/* an old but possible one */
}

static void
ack_flag_must_be_set(void)
{
	open_one();
	CHECK(inject(FIN, 0, 0, "evil") == 0);
	CHECK(inject(PSH, 0, 0, "evil") == 0);
	CHECK(net_peek(conn).len == 0 && net_status(conn) == NET_OPEN);
}

/* An ACK in a segment outside the window must not move anything (RFC 9293: sequence first). */
static void
ack_outside_the_window(void)
{
	open_one();
	net_send(conn, (struct span){ (const uint8_t *)"unseen", 6 });
	drain();
	CHECK(net_unacked(conn) == 6);
	CHECK(inject(ACK, 0x20000000, 6, "") == 1 && net_unacked(conn) == 6);
	CHECK(inject(ACK, NET_WINDOW, 6, "") == 1 && net_unacked(conn) == 6);
	CHECK(inject(ACK, 0u - 5u, 6, "") == 1 && net_unacked(conn) == 6);
	CHECK(inject(ACK, 0, 6, "") == 0 && net_unacked(conn) == 0);
}

/* Only the exact sequence number resets; within the window it is questioned, a few times. */
static void
blind_resets(void)
{
	size_t answers = 0;

	open_one();
	CHECK(inject(RST, 0x20000000, 0, "") == 0 && inject(RST, 0u - 1u, 0, "") == 0);
	for (uint32_t i = 1; i <= 1000; i++)
		answers += inject(RST, i, 0, "");
	CHECK(net_status(conn) == NET_OPEN && answers == NET_CHALLENGE_BURST);
	CHECK(net_stats()->challenge_acks_withheld == 1000 - NET_CHALLENGE_BURST);
	pass_time(NET_CHALLENGE_NS);
	CHECK(inject(RST, 7, 0, "") == 1);
	CHECK(inject(RST, 0, 0, "") == 0 && net_status(conn) == NET_GONE);
}

static void
blind_syns(void)
{
	size_t answers = 0;

	open_one();
	for (uint32_t i = 0; i < 1000; i++)
		answers += inject(SYN, i * 4000003u, 0, "");
	for (uint32_t i = 0; i < 1000; i++)
		answers += inject(SYN | ACK, i * 4000003u, 0, "");
	CHECK(net_status(conn) == NET_OPEN && answers == NET_CHALLENGE_BURST);
}

/* One connection's bucket is not another's: what is withheld here tells nothing about there. */
static void
buckets_are_separate(void)
{
	struct peer second;
	struct net_conn *other;

	open_one();
	for (uint32_t i = 1; i <= 100; i++)
		(void)inject(RST, i, 0, "");
	other = peer_open(&second, FAR_IP, 4001, 80);
	CHECK(net_status(other) == NET_OPEN);
	peer = second;
	CHECK(inject(RST, 5, 0, "") == 1);
}

static void
data_far_outside_the_window(void)
{
	size_t answers = 0;

	open_one();
	for (uint32_t i = 0; i < 1000; i++)
		answers += inject(ACK, 0x10000000 + i * 1000003u, 0, "evil");
	CHECK(net_peek(conn).len == 0 && answers == NET_CHALLENGE_BURST);
}

/* A retransmission whose ACK was lost, a keep-alive probe: old segments that must be answered. */
static void
old_segments_are_answered(void)
{
	open_one();
	CHECK(inject(ACK, 0u - 1u, 0, "x") == 1 && peer.acked == peer.snd_nxt);
	CHECK(inject(ACK, 0u - 1u, 0, "") == 1 && peer.acked == peer.snd_nxt);
	CHECK(inject(ACK, 0u - 1u, 0, "xyz") <= 1 && net_peek(conn).len == 2);	/* half old, half new */
}

/* Options after the handshake: an MSS of 1 here trips an assertion of stock lwIP at the next write. */
static void
segment_size_is_fixed_at_the_handshake(void)
{
	static const uint8_t MSS_1[4] = { 2, 4, 0, 1 };
	static uint8_t data[1000];
	struct segment segment;
	struct wire_frame frame;
	struct segment out;

	open_one();
	segment = peer_segment(&peer, ACK);
	segment.options = MSS_1;
	segment.options_len = 4;
	segment.window = 300;
	net_send(conn, SPAN_ARRAY(data));
	peer_send_segment(&segment);
	drain();
	net_send(conn, SPAN_ARRAY(data));
	CHECK(net_unacked(conn) == 2000);
	peer_ack(&peer);
	CHECK(next_frame(&frame) && read_tcp(&out, &frame) && out.data_len >= NET_MSS_MIN);
}

/* A forged answer to our SYN must not wear out its retransmissions. */
static void
connect_survives_forged_acks(void)
{
	struct wire_frame frame;
	struct segment syn;

	start_stack();
	drain();
	conn = net_connect(PEER_IP, 8333);
	CHECK(next_frame(&frame) && read_tcp(&syn, &frame));
	peer_init(&peer, PEER_IP, 8333, syn.from_port);
	peer.rcv_nxt = syn.seq + 1;
	for (uint32_t i = 1; i < 200; i++) {
		(void)inject(SYN | ACK, i, i * 7777777u, "");
		(void)inject(ACK, i, i * 7777777u, "");
		(void)inject(RST, i, i * 7777777u, "");
		(void)inject(RST | ACK, i, i * 7777777u, "");
	}
	CHECK(!peer.rst && net_status(conn) == NET_OPENING);
	pass_time(100 * MS);
	peer_send(&peer, SYN | ACK, NULL, 0);
	CHECK(net_status(conn) == NET_OPEN);
}

#define SCENE(name) static void test_##name(void **state) { (void)state; run_alone(name); }
SCENE(ack_must_be_plausible)
SCENE(ack_flag_must_be_set)
SCENE(ack_outside_the_window)
SCENE(blind_resets)
SCENE(blind_syns)
SCENE(buckets_are_separate)
SCENE(data_far_outside_the_window)
SCENE(old_segments_are_answered)
SCENE(segment_size_is_fixed_at_the_handshake)
SCENE(connect_survives_forged_acks)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ack_must_be_plausible), cmocka_unit_test(test_ack_flag_must_be_set),
		cmocka_unit_test(test_ack_outside_the_window), cmocka_unit_test(test_blind_resets),
		cmocka_unit_test(test_blind_syns), cmocka_unit_test(test_buckets_are_separate),
		cmocka_unit_test(test_data_far_outside_the_window), cmocka_unit_test(test_old_segments_are_answered),
		cmocka_unit_test(test_segment_size_is_fixed_at_the_handshake),
		cmocka_unit_test(test_connect_survives_forged_acks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
