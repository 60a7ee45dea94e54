/*
 * inbound_test.c: netstack/inbound.c: the first contact of strangers: SYN floods, ports reused in
 * TIME_WAIT, pings, and everything that must meet silence.
 */
#include "tests/netstack/peer.h"

#include <lwip/memp.h>
#include <lwip/stats.h>

#include "netstack/limits.h"

static struct peer peer, other;

static size_t
num_pcbs(void) { return memp_pools[MEMP_TCP_PCB]->stats->used; }

static void
spoofed_syn(uint32_t number)
{
	struct segment syn = { .from_ip = 0x0b000000u + number, .to_ip = OUR_IP, .from_port = (uint16_t)(1024 + number % 60000),
	    .to_port = 80, .seq = number * 2654435761u, .flags = SYN, .window = 1024 };

	peer_send_segment(&syn);
}

/* Stock lwIP is deaf after 255 of these, for 21 s. */
static void
ten_thousand_spoofed_syns(void)
{
	uint16_t port = 4000;

	start_stack();
	for (uint32_t i = 0; i < 10000; i++) {
		spoofed_syn(i);
		if (i % 16 == 0)
			drain();
		if (i % 1000 == 999) {			/* a client in the middle of it */
			struct net_conn *conn;

			drain();
			peer_half_open(&peer, FAR_IP, port++, 80);
			for (uint32_t j = 0; j < 50; j++)
				spoofed_syn(1000000 + i + j);
			drain();
			peer_send(&peer, ACK, "GET /", 5);
			conn = net_accept(&(uint16_t){ 0 });
			CHECK(conn != NULL && net_peek(conn).len == 5);
			net_abort(conn);
			drain();
		}
	}
	CHECK(num_pcbs() == 0 && net_stats()->syn_cookies_sent >= 10000 && net_stats()->accepted == 10);
}

/* More SYNs in one turn than the ring holds: the rest is dropped, the ring stays whole. */
static void
a_turn_is_bounded(void)
{
	start_stack();
	drain();
	for (uint32_t i = 0; i < 1000; i++)
		spoofed_syn(i);
	CHECK(drain() == NET_RING && net_stats()->syn_cookies_sent == NET_RING);
}

/* An ACK for a cookie that we never made opens nothing and is reset. */
static void
guessed_cookies(void)
{
	start_stack();
	drain();
	for (uint32_t i = 0; i < 5000; i++) {
		struct segment ack = { .from_ip = FAR_IP, .to_ip = OUR_IP, .from_port = 5000, .to_port = 80, .seq = i,
		    .ack = i * 2654435761u, .flags = ACK, .window = 1024 };

		peer_send_segment(&ack);
		drain();
	}
	CHECK(net_accept(&(uint16_t){ 0 }) == NULL && num_pcbs() == 0 && net_stats()->syn_cookies_refused == 5000);
	peer_half_open(&peer, FAR_IP, 5001, 80);
	pass_time(125 * SECOND);
	peer_ack(&peer);
	peer_listen(&peer);
	CHECK(peer.rst && net_accept(&(uint16_t){ 0 }) == NULL);	/* too late */
}

/* We close first, so TIME_WAIT is ours; stock lwIP then lets a client that reuses its port hang. */
static void
port_reuse_in_time_wait(void)
{
	start_stack();
	for (int round = 0; round < 20; round++) {
		struct net_conn *conn = peer_open(&peer, PEER_IP, 4000, 80);

		peer_send(&peer, ACK, "again", 5);
		CHECK(net_peek(conn).len == 5);
		net_close(conn);
		peer_finish(&peer);
		CHECK(num_pcbs() == 1);				/* TIME_WAIT */
		if (round % 2 == 0) {				/* even if the new numbers lie below the old */
			peer.isn = 0x0fffffff;
			peer_half_open(&other, PEER_IP, 4000, 80);
			CHECK(num_pcbs() == 1);			/* a SYN alone ends nothing */
		}
	}
}

/* TIME_WAIT that the caller still holds (net_finish): the old connection ends for him, alive. */
static void
port_reuse_in_a_held_time_wait(void)
{
	struct net_conn *old, *new;

	start_stack();
	old = peer_open(&peer, PEER_IP, 4000, 80);
	net_finish(old);
	peer_finish(&peer);
	new = peer_open(&other, PEER_IP, 4000, 80);
	CHECK(new != old && net_status(old) == NET_GONE && net_status(new) == NET_OPEN);
	net_close(old);
	peer_send(&other, ACK, "new", 3);
	CHECK(net_peek(new).len == 3);
}

/* A last ACK that was lost: the peer's FIN comes again and is acknowledged again. */
static void
fin_again_in_time_wait(void)
{
	struct net_conn *conn;
	size_t before;

	start_stack();
	conn = peer_open(&peer, PEER_IP, 4000, 80);
	net_close(conn);
	peer_finish(&peer);
	before = peer.num_segments;
	peer.snd_nxt--;
	peer_send(&peer, FIN | ACK, NULL, 0);
	peer_listen(&peer);
	CHECK(peer.num_segments == before + 1 && peer.acked == peer.snd_nxt && !peer.rst);
}

/* More TIME_WAITs than connections: the oldest makes room, at once. */
static void
time_wait_never_keeps_anyone_out(void)
{
	start_stack();
	for (uint16_t i = 0; i < 3 * NET_CONNS; i++) {
		struct net_conn *conn = peer_open(&peer, PEER_IP, (uint16_t)(4000 + i), 80);

		net_close(conn);
		peer_finish(&peer);
	}
	CHECK(num_pcbs() == NET_CONNS && net_stats()->refused_full == 0);
}

static void
syn_for_an_open_connection(void)
{
	struct net_conn *conn;
	struct segment syn;
	size_t before;

	start_stack();
	conn = peer_open(&peer, PEER_IP, 4000, 80);
	before = peer.num_segments;
	syn = peer_segment(&peer, SYN);
	syn.seq += 1000;
	peer_send_segment(&syn);
	peer_listen(&peer);
	CHECK(peer.num_segments == before + 1 && peer.acked == peer.snd_nxt && !peer.rst);	/* RFC 5961, 4 */
	CHECK(net_status(conn) == NET_OPEN);
}

static void
echo_within_a_budget(void)
{
	struct wire_frame request = make_echo(PEER_IP, 100), reply;
	size_t num = 0;

	start_stack();
	drain();
	send_frame(&request);
	CHECK(next_frame(&reply) && reply.len == request.len && reply.bytes[34] == 0);
	CHECK(memcmp(reply.bytes + 38, request.bytes + 38, request.len - 38) == 0);
	CHECK(memcmp(reply.bytes, PEER_MAC, 6) == 0);
	pass_time(SECOND);
	for (int i = 0; i < 1000; i++) {
		send_frame(&request);
		num += drain();
	}
	CHECK(num == NET_ECHO_BURST && net_stats()->echoes_withheld == 1000 - NET_ECHO_BURST);
	pass_time(SECOND);
	send_frame(&request);
	CHECK(drain() == 1);
	request = make_echo(PEER_IP, 1472);
	send_frame(&request);
	CHECK(next_frame(&reply) && reply.len == NET_FRAME_MAX);
}

static void
silence(void)
{
	static const uint8_t UDP[] = { 0, 53, 0, 53, 0, 12, 0, 0, 'p', 'i', 'n', 'g' };
	struct segment land = { .from_ip = OUR_IP, .to_ip = OUR_IP, .from_port = 80, .to_port = 80, .flags = SYN };
	struct wire_frame frame;

	start_stack();
	drain();
	for (unsigned proto = 0; proto < 256; proto++) {
		if (proto == 1 || proto == 6)
			continue;
		frame = make_ipv4(PEER_IP, OUR_IP, (uint8_t)proto, UDP, sizeof UDP);
		send_frame(&frame);
	}
	peer_send_segment(&land);
	land.from_ip = 0x0a0002ff;
	peer_send_segment(&land);
	frame = make_echo(PEER_IP, 8);
	frame.bytes[34] = 13;					/* timestamp request */
	fix_checksums(&frame);
	send_frame(&frame);
	frame = make_echo(PEER_IP, 8);
	memset(frame.bytes, 0xff, 6);				/* ping to all */
	send_frame(&frame);
	frame = make_arp(1, PEER_MAC, PEER_IP, GATEWAY_IP);	/* about somebody else */
	send_frame(&frame);
	CHECK(drain() == 0);
}

/* Without a gateway nobody beyond the wire is spoken to. */
static void
no_gateway_no_strangers(void)
{
	start_stack_at(0);
	spoofed_syn(1);
	CHECK(drain() == 0 && net_connect(FAR_IP, 80) == NULL);
	(void)peer_open(&peer, PEER_IP, 4000, 80);
}

#define SCENE(name) static void test_##name(void **state) { (void)state; run_alone(name); }
SCENE(ten_thousand_spoofed_syns)
SCENE(a_turn_is_bounded)
SCENE(guessed_cookies)
SCENE(port_reuse_in_time_wait)
SCENE(port_reuse_in_a_held_time_wait)
SCENE(fin_again_in_time_wait)
SCENE(time_wait_never_keeps_anyone_out)
SCENE(syn_for_an_open_connection)
SCENE(echo_within_a_budget)
SCENE(silence)
SCENE(no_gateway_no_strangers)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ten_thousand_spoofed_syns), cmocka_unit_test(test_a_turn_is_bounded),
		cmocka_unit_test(test_guessed_cookies), cmocka_unit_test(test_port_reuse_in_time_wait),
		cmocka_unit_test(test_port_reuse_in_a_held_time_wait), cmocka_unit_test(test_fin_again_in_time_wait),
		cmocka_unit_test(test_time_wait_never_keeps_anyone_out), cmocka_unit_test(test_syn_for_an_open_connection),
		cmocka_unit_test(test_echo_within_a_budget), cmocka_unit_test(test_silence),
		cmocka_unit_test(test_no_gateway_no_strangers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
