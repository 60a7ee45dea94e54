/*
 * conn_test.c: netstack/conn.c through net.h: what a caller of the pipes relies on, against a
 * scripted peer.
 */
#include "tests/netstack/peer.h"

#include <lwip/memp.h>
#include <lwip/stats.h>

#include "netstack/blocks.h"
#include "netstack/limits.h"

static struct peer peer, other;

static struct span
text(const char *words) { return (struct span){ (const uint8_t *)words, strlen(words) }; }

static bool
peek_is(struct net_conn *conn, const char *words)
{
	struct span seen = net_peek(conn);

	return seen.len == strlen(words) && (seen.len == 0 || memcmp(seen.ptr, words, seen.len) == 0);
}

/* Elements in use, over all pools but the listeners'. */
static size_t
pool_use(void)
{
	size_t num = NET_BLOCKS - blocks_free();

	for (int i = 0; i < MEMP_MAX; i++) {
		if (i != MEMP_TCP_PCB_LISTEN)
			num += memp_pools[i]->stats->used;
	}
	return num;
}

static void
data_both_ways(void)
{
	struct net_conn *conn;

	start_stack();
	conn = peer_open(&peer, PEER_IP, 4000, 80);
	CHECK(net_peek(conn).len == 0 && net_unacked(conn) == 0);
	peer_send(&peer, ACK | PSH, "hello", 5);
	CHECK(peek_is(conn, "hello"));
	net_consume(conn, 2);
	CHECK(peek_is(conn, "llo"));
	net_consume(conn, 3);
	CHECK(net_peek(conn).len == 0);
	CHECK(net_room(conn) >= NET_MSS);
	net_send(conn, text("world"));
	CHECK(net_unacked(conn) == 5);
	peer_listen(&peer);
	CHECK(peer.received_len == 5 && memcmp(peer.received, "world", 5) == 0 && peer.acked == peer.snd_nxt);
	CHECK(net_unacked(conn) == 5);
	peer_ack(&peer);
	CHECK(net_unacked(conn) == 0);
}

/*
 * A small segment is acknowledged when the turn ends, not 250 ms later: a peer in slow start has sent
 * half a ClientHello and waits with the rest.  What answers it in the same turn takes the ACK along.
 */
static void
acknowledged_within_the_turn(void)
{
	size_t before;

	start_stack();
	(void)peer_open(&peer, PEER_IP, 4000, 80);
	peer_send(&peer, ACK | PSH, "half", 4);
	(void)net_tick(now_ns);
	before = peer.num_segments;
	peer_listen(&peer);
	CHECK(peer.acked == peer.snd_nxt && peer.num_segments == before + 1);
	(void)net_tick(now_ns);
	peer_listen(&peer);
	CHECK(peer.num_segments == before + 1);
}

/* The first bytes may come with the ACK that completes the handshake, or instead of it. */
static void
data_with_the_handshakes_ack(void)
{
	struct net_conn *conn;
	uint16_t port;

	start_stack();
	peer_half_open(&peer, FAR_IP, 4000, 10000);
	peer_send(&peer, ACK | PSH, "early", 5);
	conn = net_accept(&port);
	CHECK(conn != NULL && port == 10000 && peek_is(conn, "early"));
	peer_half_open(&other, PEER_IP, 4001, 10000);
	peer_send(&other, ACK | FIN, "all", 3);
	conn = net_accept(&port);
	CHECK(conn != NULL && peek_is(conn, "all") && net_status(conn) == NET_PEER_DONE);
}

static void
half_close(void)
{
	struct net_conn *conn;

	start_stack();
	conn = peer_open(&peer, PEER_IP, 4000, 80);
	peer_send(&peer, ACK | FIN, "last", 4);
	CHECK(net_status(conn) == NET_PEER_DONE && peek_is(conn, "last"));
	peer_send(&peer, ACK, "after", 5);		/* nobody may speak after his FIN */
	CHECK(peek_is(conn, "last"));
	net_consume(conn, 4);
	CHECK(net_room(conn) > 0);
	net_send(conn, text("answer"));
	net_close(conn);
	peer_listen(&peer);
	CHECK(peer.received_len == 6 && peer.fin && !peer.rst);
	peer_ack(&peer);
	CHECK(pool_use() == 0);
}

/* net_finish: our words and FIN are read although the peer goes on sending. */
static void
finish_and_read_on(void)
{
	struct net_conn *conn;

	start_stack();
	conn = peer_open(&peer, PEER_IP, 4000, 80);
	net_send(conn, text("that was all"));
	net_finish(conn);
	net_finish(conn);
	CHECK(net_room(conn) == 0);
	peer_listen(&peer);
	CHECK(peer.fin && peer.received_len == 12);
	peer_send(&peer, ACK, "but I", 5);
	CHECK(peek_is(conn, "but I") && net_status(conn) == NET_OPEN);
	net_consume(conn, 5);
	peer_send(&peer, ACK | FIN, "bye", 3);
	CHECK(peek_is(conn, "bye") && net_status(conn) == NET_PEER_DONE);
	pass_time(15 * SECOND);				/* TIME_WAIT ends under the caller's hands */
	CHECK(net_status(conn) == NET_GONE && peek_is(conn, "bye"));
	net_close(conn);
	peer_listen(&peer);
	CHECK(!peer.rst && pool_use() == 0);
}

/* Bytes that nobody read must not turn our answer into a reset. */
static void
close_with_unread_bytes_delivers(void)
{
	static uint8_t request[1400];
	struct net_conn *conn;

	start_stack();
	conn = peer_open(&peer, PEER_IP, 4000, 80);
	for (int i = 0; i < 3; i++)
		peer_send(&peer, ACK, request, sizeof request);
	net_send(conn, text("page"));
	net_close(conn);
	peer_send(&peer, ACK, "more", 4);
	peer_listen(&peer);
	CHECK(!peer.rst && peer.fin && peer.received_len == 4 && peer.window > NET_WINDOW - NET_MSS);
	peer_finish(&peer);
	CHECK(!peer.rst);
	pass_time(15 * SECOND);
	CHECK(pool_use() == 0);
}

/* A peer that never finishes is given up, and nothing of it stays. */
static void
close_lingers_only_so_long(void)
{
	struct net_conn *conn;

	start_stack();
	conn = peer_open(&peer, PEER_IP, 4000, 80);
	net_close(conn);
	peer_listen(&peer);
	for (int i = 0; i < 30; i++) {			/* it acknowledges and dribbles */
		peer_send(&peer, ACK, "x", 1);
		peer_listen(&peer);
		pass_time(SECOND);
	}
	CHECK(peer.rst && pool_use() == 0);
}

static void
abort_resets(void)
{
	struct net_conn *conn;

	start_stack();
	conn = peer_open(&peer, PEER_IP, 4000, 80);
	net_send(conn, text("never mind"));
	net_abort(conn);
	peer_listen(&peer);
	CHECK(peer.rst && peer.received_len == 0 && pool_use() == 0);
}

static void
reset_by_the_peer(void)
{
	struct net_conn *conn;

	start_stack();
	conn = peer_open(&peer, PEER_IP, 4000, 80);
	peer_send(&peer, ACK, "unread", 6);
	net_send(conn, text("lost"));
	peer_send(&peer, RST, NULL, 0);
	CHECK(net_status(conn) == NET_GONE && net_room(conn) == 0 && net_unacked(conn) == 4);
	CHECK(peek_is(conn, "unread"));
	net_consume(conn, 6);
	net_abort(conn);
	CHECK(pool_use() == 0);
	/* before anyone accepted it */
	peer_half_open(&other, PEER_IP, 4001, 80);
	peer_send(&other, ACK, "x", 1);
	peer_send(&other, RST, NULL, 0);
	CHECK(net_accept(&(uint16_t){ 0 }) == NULL && pool_use() == 0);
}

/* The window shrinks by what is unread and opens by what is consumed; nothing past it is kept. */
static void
back_pressure(void)
{
	static uint8_t data[1000];
	struct net_conn *conn;
	size_t unread = 0;

	start_stack();
	conn = peer_open(&peer, PEER_IP, 4000, 80);
	for (int i = 0; i < 20; i++) {
		uint32_t before = peer.snd_nxt;

		peer_send(&peer, ACK, data, sizeof data);
		pass_time(500 * MS);
		peer_listen(&peer);
		if (peer.acked == before) {
			peer.snd_nxt = before;
			break;
		}
		peer.snd_nxt = peer.acked;
		unread = peer.snd_nxt - peer.isn - 1;
		CHECK(peer.window == NET_WINDOW - unread);
	}
	CHECK(unread == NET_WINDOW && peer.window == 0);
	while (net_peek(conn).len != 0)
		net_consume(conn, net_peek(conn).len);
	peer_listen(&peer);
	CHECK(peer.window == NET_WINDOW);
	peer_send(&peer, ACK, data, sizeof data);
	CHECK(net_peek(conn).len != 0);
}

/* net_room is a promise: net_send takes exactly so much, at any window and segment size. */
static void
room_is_a_promise(void)
{
	static const uint16_t WINDOWS[] = { 1, 2, 3, 100, 1000, 5000, 65535 };
	static uint8_t data[NET_SEND_MAX];
	uint16_t port = 4000;

	start_stack();
	for (size_t i = 0; i < sizeof WINDOWS / sizeof WINDOWS[0]; i++) {
		for (size_t step = 1; step <= NET_SEND_MAX; step = step * 3 + 1) {
			struct segment ack;
			struct net_conn *conn;
			size_t sent = 0;

			peer_half_open(&peer, PEER_IP, port++, 80);
			ack = peer_segment(&peer, ACK);
			ack.window = WINDOWS[i];
			peer_send_segment(&ack);
			conn = net_accept(&(uint16_t){ 0 });
			CHECK(conn != NULL);
			for (int turn = 0; turn < 50; turn++) {
				size_t room = net_room(conn), len = room < step ? room : step;

				net_send(conn, (struct span){ data, len });
				sent += len;
				if (turn % 3 == 0)
					peer_listen(&peer);
			}
			CHECK(sent > 0 && net_unacked(conn) == sent);
			net_abort(conn);
			drain();
			CHECK(pool_use() == 0);
		}
	}
}

static void
connect_out(void)
{
	struct net_conn *conn;
	struct wire_frame frame;
	struct segment syn;

	start_stack();
	drain();
	CHECK(net_connect(OUR_IP, 80) == NULL && net_connect(0x7f000001, 80) == NULL);
	CHECK(net_connect(0xe0000001, 80) == NULL && net_connect(PEER_IP, 0) == NULL && net_connect(0x0a0002ff, 80) == NULL);
	conn = net_connect(FAR_IP, 8333);
	CHECK(conn != NULL && net_status(conn) == NET_OPENING && net_room(conn) == 0);
	CHECK(next_frame(&frame) && read_tcp(&syn, &frame) && syn.flags == SYN && syn.to_port == 8333);
	CHECK(syn.from_port >= 49152);
	peer_init(&peer, FAR_IP, 8333, syn.from_port);
	peer.rcv_nxt = syn.seq + 1;
	peer_send(&peer, SYN | ACK, NULL, 0);
	CHECK(net_status(conn) == NET_OPEN);
	peer_listen(&peer);
	peer_send(&peer, ACK, "hi", 2);
	CHECK(peek_is(conn, "hi"));
	net_close(conn);
	peer_finish(&peer);
	CHECK(!peer.rst);
	/* nobody home; refused; never answered */
	conn = net_connect(PEER_IP, 1);
	CHECK(next_frame(&frame) && read_tcp(&syn, &frame));
	peer_init(&peer, PEER_IP, 1, syn.from_port);
	peer.rcv_nxt = syn.seq + 1;
	peer_send(&peer, RST | ACK, NULL, 0);
	CHECK(net_status(conn) == NET_GONE);
	net_abort(conn);
	conn = net_connect(PEER_IP, 1);
	pass_time(30 * SECOND);
	CHECK(net_status(conn) == NET_GONE);
	net_close(conn);
	CHECK(pool_use() == 0);
}

/* Every connection there is; one more is refused without a word and let in when one ends. */
static void
exhaustion_and_recovery(void)
{
	static struct peer peers[NET_CONNS];
	static struct net_conn *conns[NET_CONNS];
	struct net_conn *conn;
	uint16_t port;

	start_stack();
	for (int round = 0; round < 3; round++) {
		for (uint16_t i = 0; i < NET_CONNS; i++)
			conns[i] = peer_open(&peers[i], PEER_IP, (uint16_t)(4000 + i), 80);
		peer_half_open(&peer, PEER_IP, 3999, 80);
		peer_send(&peer, ACK, "let me in", 9);
		peer_listen(&peer);
		CHECK(net_accept(&port) == NULL && !peer.rst && net_connect(PEER_IP, 99) == NULL);
		net_close(conns[0]);				/* FIN_WAIT_2 can make room, its words are delivered */
		peer_listen(&peers[0]);
		peer_ack(&peers[0]);
		peer.snd_nxt -= 9;
		peer_send(&peer, ACK, "let me in", 9);		/* as TCP does by itself */
		conn = net_accept(&port);
		CHECK(conn != NULL && peek_is(conn, "let me in"));
		net_abort(conn);
		for (uint16_t i = 1; i < NET_CONNS; i++)
			net_abort(conns[i]);
		drain();
		CHECK(pool_use() == 0);
	}
	CHECK(net_stats()->refused_full >= 3);
}

/* Greedy connections do not starve a quiet one, of blocks or of segments. */
static void
greed_leaves_something(void)
{
	static struct peer peers[NET_CONNS];
	static struct net_conn *conns[NET_CONNS];
	static uint8_t data[1400];

	start_stack();
	for (uint16_t i = 0; i < NET_CONNS - 1; i++) {
		conns[i] = peer_open(&peers[i], PEER_IP, (uint16_t)(4000 + i), 80);
		for (int j = 0; j < 4; j++) {
			size_t room;

			peer_send(&peers[i], ACK, data, sizeof data);
			room = net_room(conns[i]);
			net_send(conns[i], (struct span){ data, room < sizeof data ? room : sizeof data });
		}
	}
	drain();
	conns[NET_CONNS - 1] = peer_open(&peer, PEER_IP, 3999, 80);
	peer_send(&peer, ACK, data, sizeof data);		/* a hello of two segments */
	peer_send(&peer, ACK, data, sizeof data);
	CHECK(net_unread(conns[NET_CONNS - 1]) == 2 * sizeof data);
	CHECK(net_room(conns[NET_CONNS - 1]) >= 5);
	net_send(conns[NET_CONNS - 1], text("reply"));
	peer_listen(&peer);
	CHECK(peer.received_len == 5 && net_stats()->dropped_no_memory > 0);
}

/*
 * A FIN that follows unsent data travels in that data's last segment and has no buffer of its own: deaf peers whose
 * answers end so take as many buffers as they seem to, and net_room keeps its promise to everyone else.
 */
static void
fin_hides_no_segment(void)
{
	static struct peer peers[NET_CONNS];
	static uint8_t data[2 * NET_MSS];

	start_stack();
	for (uint16_t i = 0; i < NET_CONNS; i++) {
		struct net_conn *conn = peer_open(&peers[i], PEER_IP, (uint16_t)(4000 + i), 80);
		size_t room = net_room(conn);

		CHECK(room >= NET_MSS);
		net_send(conn, (struct span){ data, room < sizeof data ? room : sizeof data });
		net_finish(conn);
	}
}

static void
send_and_listen(struct net_conn *conn, struct peer *to, size_t len)
{
	static uint8_t data[NET_SEND_MAX];
	size_t room = net_room(conn);

	net_send(conn, (struct span){ data, room < len ? room : len });
	peer_listen(to);
}

/* However small the answers were before, and whatever is still unacknowledged: a large buffer that net_room counts is there. */
static void
crumbs_push_nobody_out(void)
{
	static struct peer peers[NET_CONNS];
	static struct net_conn *conns[NET_CONNS];

	start_stack();
	for (uint16_t i = 0; i < NET_CONNS; i++) {
		struct segment ack;

		peer_half_open(&peers[i], PEER_IP, (uint16_t)(4000 + i), 80);
		ack = peer_segment(&peers[i], ACK);
		ack.window = i < 68 ? 10 : 65535;		/* segments of 5 bytes */
		peer_send_segment(&ack);
		conns[i] = net_accept(&(uint16_t){ 0 });
		CHECK(conns[i] != NULL);
	}
	for (size_t i = 0; i < 68; i++)
		send_and_listen(conns[i], &peers[i], 5);
	for (size_t i = 50; i < 68; i++)
		send_and_listen(conns[i], &peers[i], 5);
	for (size_t i = 0; i < 50; i++)
		net_finish(conns[i]);
	drain();
	for (size_t i = 68; i < NET_CONNS; i++) {
		send_and_listen(conns[i], &peers[i], 1000);
		net_finish(conns[i]);
		drain();
	}
	for (size_t i = 0; i < 68; i++)
		peer_ack(&peers[i]);
	for (size_t i = 50; i < 68; i++)
		send_and_listen(conns[i], &peers[i], NET_SEND_MAX);
}

/* Silence is noticed; data that is never acknowledged is given up. */
static void
dead_peers_are_noticed(void)
{
	struct net_conn *quiet, *deaf;

	start_stack();
	quiet = peer_open(&peer, PEER_IP, 4000, 80);
	deaf = peer_open(&other, PEER_IP, 4001, 80);
	net_send(deaf, text("do you hear me"));
	for (int i = 0; i < 20; i++) {
		pass_time(5 * SECOND);
		drain();
	}
	CHECK(net_status(quiet) == NET_GONE && net_status(deaf) == NET_GONE);
	net_abort(quiet);
	net_close(deaf);
	CHECK(pool_use() == 0 && net_tick(now_ns) == NET_NEVER);
}

/* A thousand connections, one after the other and by fours: nothing adds up. */
static void
nothing_leaks(void)
{
	static struct peer peers[4];
	struct net_conn *conns[4];

	start_stack();
	for (uint16_t round = 0; round < 250; round++) {
		for (uint16_t i = 0; i < 4; i++) {
			conns[i] = peer_open(&peers[i], PEER_IP, (uint16_t)(2000 + 4 * round + i), 80);
			peer_send(&peers[i], ACK, "question", 8);
			net_send(conns[i], text("answer"));
			peer_listen(&peers[i]);
		}
		net_close(conns[0]);
		peer_finish(&peers[0]);
		peer_send(&peers[1], FIN | ACK, NULL, 0);
		net_close(conns[1]);
		peer_listen(&peers[1]);
		peer_ack(&peers[1]);
		net_abort(conns[2]);
		peer_send(&peers[3], RST, NULL, 0);
		net_close(conns[3]);
		drain();
	}
	CHECK(net_stats()->accepted == 1000);
	pass_time(15 * SECOND);
	CHECK(pool_use() == 0);
}

#define SCENE(name) static void test_##name(void **state) { (void)state; run_alone(name); }
SCENE(data_both_ways)
SCENE(acknowledged_within_the_turn)
SCENE(data_with_the_handshakes_ack)
SCENE(half_close)
SCENE(finish_and_read_on)
SCENE(close_with_unread_bytes_delivers)
SCENE(close_lingers_only_so_long)
SCENE(abort_resets)
SCENE(reset_by_the_peer)
SCENE(back_pressure)
SCENE(room_is_a_promise)
SCENE(connect_out)
SCENE(exhaustion_and_recovery)
SCENE(greed_leaves_something)
SCENE(fin_hides_no_segment)
SCENE(crumbs_push_nobody_out)
SCENE(dead_peers_are_noticed)
SCENE(nothing_leaks)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_data_both_ways), cmocka_unit_test(test_data_with_the_handshakes_ack), cmocka_unit_test(test_acknowledged_within_the_turn),
		cmocka_unit_test(test_half_close), cmocka_unit_test(test_finish_and_read_on),
		cmocka_unit_test(test_close_with_unread_bytes_delivers), cmocka_unit_test(test_close_lingers_only_so_long),
		cmocka_unit_test(test_abort_resets), cmocka_unit_test(test_reset_by_the_peer),
		cmocka_unit_test(test_back_pressure), cmocka_unit_test(test_room_is_a_promise),
		cmocka_unit_test(test_connect_out), cmocka_unit_test(test_exhaustion_and_recovery),
		cmocka_unit_test(test_greed_leaves_something), cmocka_unit_test(test_fin_hides_no_segment),
		cmocka_unit_test(test_crumbs_push_nobody_out), cmocka_unit_test(test_dead_peers_are_noticed),
		cmocka_unit_test(test_nothing_leaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
