/*
 * net_test.c: netstack/net.c as a whole: streams over a bad wire (loss, reordering, duplication
 * decided by a seed), the same inputs giving the same frames, two stacks in two processes.
 */
#include "tests/netstack/peer.h"

#include <sys/socket.h>

#include "netstack/limits.h"

#define STREAM_LEN	20000u

static struct peer peer;

static uint32_t dice;

static uint32_t
roll(uint32_t sides)
{
	dice = dice * 1664525 + 1013904223;
	return (dice >> 8) % sides;
}

static uint8_t
stream_byte(size_t at) { return (uint8_t)(at * 31 + at / 251); }

/* ---- A bad wire ---------------------------------------------------------------------------- */

#define IN_FLIGHT	256

static struct { bool used, to_stack; uint64_t due_ns; struct wire_frame frame; } flight[IN_FLIGHT];
static uint32_t loss_percent;

static void
launch(const struct wire_frame *frame, bool to_stack)
{
	for (uint32_t copies = roll(10) == 0 ? 2 : 1; copies > 0; copies--) {
		if (roll(100) < loss_percent)
			continue;
		for (size_t i = 0; i < IN_FLIGHT; i++) {
			if (flight[i].used)
				continue;
			flight[i].used = true;
			flight[i].to_stack = to_stack;
			flight[i].due_ns = now_ns + (1 + roll(roll(4) == 0 ? 80 : 5)) * MS;
			flight[i].frame = *frame;
			break;
		}
	}
}

/* ---- A small TCP of the test's own: stop and go, go back to the last ACK after 300 ms --------- */

static uint64_t last_progress_ns;
static size_t sent_len, acked_len, echoed_len;
static bool fin_seen;

static void
client_transmit(void)
{
	struct segment segment = peer_segment(&peer, ACK);
	uint8_t data[1000];
	struct wire_frame frame;

	while (sent_len < STREAM_LEN && sent_len - acked_len + sizeof data <= peer.window) {
		size_t len = 1 + roll(sizeof data);

		if (len > STREAM_LEN - sent_len)
			len = STREAM_LEN - sent_len;
		for (size_t i = 0; i < len; i++)
			data[i] = stream_byte(sent_len + i);
		segment.seq = peer.isn + 1 + (uint32_t)sent_len;
		segment.data = data;
		segment.data_len = len;
		frame = make_tcp(&segment);
		launch(&frame, true);
		sent_len += len;
	}
	if (sent_len == STREAM_LEN) {
		segment.seq = peer.isn + 1 + STREAM_LEN;
		segment.flags = ACK | FIN;
		segment.data_len = 0;
		frame = make_tcp(&segment);
		launch(&frame, true);
	}
}

static void
client_receive(const struct wire_frame *frame)
{
	struct segment segment, ack;
	struct wire_frame reply;
	uint32_t acked;

	if (!read_tcp(&segment, frame))
		return;
	CHECK((segment.flags & RST) == 0);
	acked = segment.ack - peer.isn - 1;
	if (acked > acked_len && acked <= STREAM_LEN + 1) {
		acked_len = acked;
		last_progress_ns = now_ns;
	}
	peer.window = segment.window;
	if (segment.seq == peer.rcv_nxt) {
		for (size_t i = 0; i < segment.data_len; i++)
			CHECK(segment.data[i] == stream_byte(echoed_len++));
		peer.rcv_nxt += (uint32_t)segment.data_len;
		if ((segment.flags & FIN) != 0) {
			peer.rcv_nxt++;
			fin_seen = true;
		}
	}
	if (segment.data_len == 0 && (segment.flags & FIN) == 0)
		return;
	ack = peer_segment(&peer, ACK);
	ack.seq = peer.isn + 1 + (uint32_t)(sent_len < STREAM_LEN ? sent_len : STREAM_LEN + 1);
	reply = make_tcp(&ack);
	launch(&reply, true);
}

static void
server_step(struct net_conn **conn)
{
	size_t unread;
	struct span piece;

	if (*conn == NULL)
		return;
	if (net_status(*conn) == NET_GONE) {
		CHECK(net_unacked(*conn) == 0 && net_peek(*conn).len == 0);	/* both sides are through */
		net_close(*conn);
		*conn = NULL;
		return;
	}
	CHECK(net_unread(*conn) <= NET_WINDOW);
	while (unread = net_unread(*conn), (piece = net_peek(*conn)).len != 0) {
		size_t len = net_room(*conn);

		CHECK(unread >= piece.len);

		if (len == 0)
			return;
		if (len > piece.len)
			len = piece.len;
		net_send(*conn, (struct span){ piece.ptr, len });
		net_consume(*conn, len);
		CHECK(net_unread(*conn) == unread - len);
	}
	CHECK(unread == 0);
	if (net_status(*conn) == NET_PEER_DONE)
		net_finish(*conn);		/* net_close would give up after NET_LINGER_NS */

}

/* Everything the client says comes back to it, then FIN, whatever the wire does. */
static void
echo_over_a_bad_wire(uint32_t seed, uint32_t loss)
{
	struct net_conn *conn;
	struct wire_frame frame;

	start_stack();
		dice = seed;
	conn = peer_open(&peer, PEER_IP, 4000, 80);
	loss_percent = loss;
	last_progress_ns = now_ns;
	for (uint64_t end_ns = now_ns + 300 * SECOND; !fin_seen; now_ns += MS) {
		CHECK(now_ns < end_ns);
		for (size_t i = 0; i < IN_FLIGHT; i++) {
			if (!flight[i].used || flight[i].due_ns > now_ns)
				continue;
			flight[i].used = false;
			frame = flight[i].frame;
			if (flight[i].to_stack)
				send_frame(&frame);
			else
				client_receive(&frame);
		}
		if (now_ns - last_progress_ns > 300 * MS) {
			sent_len = acked_len > STREAM_LEN ? STREAM_LEN : acked_len;
			last_progress_ns = now_ns;
		}
		if (sent_len < STREAM_LEN || last_progress_ns == now_ns)
			client_transmit();
		server_step(&conn);
		(void)net_tick(now_ns);
		while (next_frame(&frame))
			launch(&frame, false);
	}
	CHECK(echoed_len == STREAM_LEN);
}

static uint32_t scene_seed, scene_loss;
static void echo_scene(void) { echo_over_a_bad_wire(scene_seed, scene_loss); }

static void
streams_survive_a_bad_wire(void **state)
{
	static const uint32_t LOSS[] = { 0, 2, 8, 15 };

	(void)state;
	for (scene_seed = 1; scene_seed <= 6; scene_seed++) {
		for (size_t i = 0; i < sizeof LOSS / sizeof LOSS[0]; i++) {
			scene_loss = LOSS[i];
			run_alone(echo_scene);
		}
	}
}

/* ---- The same again --------------------------------------------------------------------------- */

static int result[2];

static void
fingerprint(void)
{
	struct wire_frame frame;
	uint64_t hash = 1469598103934665603u;

	start_stack();
	dice = 5;
	for (int turn = 0; turn < 300; turn++) {
		struct segment segment = { .from_ip = 0x0a000200 + roll(8) + 3, .to_ip = OUR_IP, .from_port = (uint16_t)(roll(4) + 1),
		    .to_port = roll(2) == 0 ? 80 : 443, .seq = roll(100), .ack = roll(100),
		    .flags = roll(2) == 0 ? SYN : ACK, .window = 1000 };

		peer_send_segment(&segment);
		pass_time(roll(500) * MS);
		while ((frame.len = net_output(frame.bytes)) != 0) {
			for (size_t i = 0; i < frame.len; i++)
				hash = (hash ^ frame.bytes[i]) * 1099511628211u;
		}
	}
	CHECK(write(result[1], &hash, sizeof hash) == sizeof hash);
}

static void
same_inputs_same_frames(void **state)
{
	uint64_t first, second;

	(void)state;
	assert_int_equal(pipe(result), 0);
	run_alone(fingerprint);
	run_alone(fingerprint);
	assert_int_equal(read(result[0], &first, sizeof first), sizeof first);
	assert_int_equal(read(result[0], &second, sizeof second), sizeof second);
	assert_int_equal(first, second);
}

/* ---- Two of us: one process each, frames over a socket pair, time in steps ---------------------- */

static int wire_end[2];
#define TURNS	4000

/* One turn of one side: read the other's frames up to its end mark, act, write ours. */
static void
exchange(int fd, bool last)
{
	struct wire_frame frame;

	while ((frame.len = net_output(frame.bytes)) != 0)
		CHECK(write(fd, frame.bytes, frame.len) == (ssize_t)frame.len);
	if (last)
		return;		/* the other side may be gone already */
	CHECK(write(fd, "", 1) == 1);			/* one byte: our turn ends */
	for (;;) {
		ssize_t len = read(fd, frame.bytes, sizeof frame.bytes);

		CHECK(len > 0);
		if (len == 1)
			return;
		net_input(frame.bytes, (size_t)len);
	}
}

static void
start_side(uint32_t ip, uint8_t mac_end)
{
	struct net_config config = { .mac = { 2, 0, 0, 0, 0, mac_end }, .ip = ip, .mask = 0xffffff00, .seed = { mac_end } };

	net_init(&config, now_ns);
}

static void
serve_side(void)
{
	struct net_conn *conn = NULL;

	start_side(OUR_IP, 1);
	net_listen(80);
	for (int turn = 0; turn < TURNS; turn++, now_ns += 5 * MS) {
		if (conn == NULL)
			conn = net_accept(&(uint16_t){ 0 });
		server_step(&conn);
		(void)net_tick(now_ns);
		exchange(wire_end[1], turn + 1 == TURNS);
	}
	CHECK(net_stats()->accepted == 1 && net_tick(now_ns) == NET_NEVER);
}

static void
ask_side(void)
{
	struct net_conn *conn;
	size_t sent = 0, back = 0;
	bool done = false;

	start_side(PEER_IP, 2);
	conn = net_connect(OUR_IP, 80);
	CHECK(conn != NULL);
	for (int turn = 0; turn < TURNS; turn++, now_ns += 5 * MS) {
		uint8_t data[3000];
		size_t room = done ? 0 : net_room(conn), len = room < sizeof data ? room : sizeof data;
		struct span piece;

		if (len > STREAM_LEN - sent)
			len = STREAM_LEN - sent;
		for (size_t i = 0; i < len; i++)
			data[i] = stream_byte(sent + i);
		if (len != 0)
			net_send(conn, (struct span){ data, len });
		sent += len;
		if (sent == STREAM_LEN && !done && len != 0)
			net_finish(conn);
		while (!done && (piece = net_peek(conn)).len != 0) {
			for (size_t i = 0; i < piece.len; i++)
				CHECK(piece.ptr[i] == stream_byte(back++));
			net_consume(conn, piece.len);
		}
		if (!done && sent == STREAM_LEN && (net_status(conn) == NET_PEER_DONE || net_status(conn) == NET_GONE)) {
			net_close(conn);
			done = true;
		}
		(void)net_tick(now_ns);
		exchange(wire_end[0], turn + 1 == TURNS);
	}
	CHECK(done && back == STREAM_LEN && net_tick(now_ns) == NET_NEVER);
}

static void
two_stacks(void **state)
{
	pid_t server;
	int status;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, wire_end), 0);
	fflush(stdout);
	server = fork();
	if (server == 0) {
		close(wire_end[0]);
		alarm(50);
		serve_side();
		_exit(0);
	}
	run_alone(ask_side);
	close(wire_end[0]);
	close(wire_end[1]);
	assert_int_equal(waitpid(server, &status, 0), server);
	assert_int_equal(status, 0);
}

/* Time may stand, jump or seem to go back. */
static void
odd_clocks(void)
{
	struct net_conn *conn;

	start_stack();
	CHECK(net_tick(now_ns) == NET_NEVER);
	conn = peer_open(&peer, PEER_IP, 4000, 80);
	CHECK(net_tick(now_ns) == now_ns + NET_TICK_NS);
	CHECK(net_tick(now_ns - SECOND) == now_ns + NET_TICK_NS);
	CHECK(net_tick(now_ns + 3600 * SECOND) == now_ns + 3600 * SECOND + NET_TICK_NS);
	CHECK(net_status(conn) == NET_OPEN);
	CHECK(net_tick(UINT64_MAX / 2) > 0);
	net_abort(conn);
}

static void test_odd_clocks(void **state) { (void)state; run_alone(odd_clocks); }

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams_survive_a_bad_wire), cmocka_unit_test(same_inputs_same_frames),
		cmocka_unit_test(two_stacks), cmocka_unit_test(test_odd_clocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
