/*
 * limits_test.c: the numbers of limits.h that no other test meets, each at it and beyond it.  Which test meets
 * which number is in limits.txt, beside this.
 */
#include "tests/appliance/table.h"

/* A turn accepts so many, and says that it left some over. */
static void
accepts_of_a_turn(void **state)
{
	(void)state;
	for (size_t i = 0; i < SESSION_ACCEPTS_MAX; i++)
		fake_connect(PEER, PRIZE);
	(void)sessions_step(now);
	assert_int_equal(sessions_num(), SESSION_ACCEPTS_MAX);
	for (size_t i = 0; i <= SESSION_ACCEPTS_MAX; i++)
		fake_connect(PEER + 1, PRIZE);
	assert_int_equal(sessions_step(now), now);
	assert_int_equal(sessions_num(), 2 * SESSION_ACCEPTS_MAX);
	assert_true(sessions_step(now) > now);
	assert_int_equal(sessions_num(), 2 * SESSION_ACCEPTS_MAX + 1);
}

/* One connection with much to read has so many moves of a turn; another has its own in the same turn. */
static void
calls_of_a_turn(void **state)
{
	struct net_conn *busy = fake_connect(PEER, WEB), *other;
	unsigned before;

	(void)state;
	fake_type(busy, "E");
	run();
	other = fake_connect(PEER, PAGE);
	run();
	for (unsigned i = 0; i < 3 * SESSION_CALLS; i++)
		fake_type(busy, ".");
	fake_type(other, AGAIN);
	before = fake_num_steps;
	assert_int_equal(sessions_step(now), now);
	assert_int_equal(fake_num_steps, before + SESSION_CALLS);
	assert_true(got(other, "User-agent"));
	assert_int_equal(sessions_step(now), now);
	assert_int_equal(fake_num_steps, before + 2 * SESSION_CALLS);
	run();
	assert_int_equal(fake_num_steps, before + 3 * SESSION_CALLS);
}

/* The first byte, an instant before its deadline, begins the time of the handshake, and no later byte does. */
static void
handshake_from_the_first_byte(void **state)
{
	struct net_conn *conn = fake_connect(PEER, PRIZE);
	uint64_t start = now;

	(void)state;
	run();
	now = start + SESSION_FIRST_BYTE_NS - 1;
	fake_type(conn, ".");
	run();
	for (uint64_t s = 1; s < SESSION_HANDSHAKE_NS / SESSION_SECOND_NS; s++) {
		now = start + SESSION_FIRST_BYTE_NS - 1 + s * SESSION_SECOND_NS;
		fake_type(conn, ".");
		run();
	}
	now = start + SESSION_FIRST_BYTE_NS - 1 + SESSION_HANDSHAKE_NS - 1;
	run();
	assert_false(fake_ended(conn));
	now++;
	run();
	assert_true(conn->aborted);
}

/* No first byte: at its deadline, not before; over TLS as over plain TCP, and where it is we who called. */
static void
no_first_byte(void **state)
{
	struct net_conn *conns[3] = { fake_connect(PEER, PAGE), fake_connect(PEER, WEB), fake_connect(PEER, PRIZE) };
	struct net_conn *called;
	uint64_t start = now;

	(void)state;
	fake_connect(PEER, BACK);
	run();
	called = fake_called;
	now = start + SESSION_FIRST_BYTE_NS - 1;
	run();
	for (size_t i = 0; i < 3; i++)
		assert_false(fake_ended(conns[i]));
	assert_false(fake_ended(called));
	now++;
	run();
	for (size_t i = 0; i < 3; i++)
		assert_true(conns[i]->aborted);
	assert_true(called->aborted);
}

/* A slow writer of many requests: each in its own time, all of them within the life of the connection. */
static void
a_life_of_requests(void **state)
{
	struct net_conn *conn = fake_connect(PEER, PAGE);
	uint64_t start = now, step = SESSION_REQUEST_NS - 1;
	unsigned num_answers = 0;

	(void)state;
	for (uint64_t at = 0; at < SESSION_LIFE_NS; at += step) {
		now = start + at;
		fake_type(conn, AGAIN);
		run_and_read(conn);
		assert_int_equal(times(conn, "HTTP/1.1 200 OK\r\n"), ++num_answers);
	}
	now = start + SESSION_LIFE_NS - 1;
	run();
	assert_false(fake_ended(conn));
	now++;
	run();
	assert_true(conn->aborted);
	assert_true(num_answers < SESSION_REQUESTS_MAX);
}

/* Half-closed in the middle of anything: no more can come, so it ends in order, and at once. */
static void
half_closed(void **state)
{
	static const struct { uint16_t port; const char *typed; } CASES[] = {
		{ PAGE, "" }, { PAGE, "GET / HT" }, { PAGE, "GET / HTTP/1.1\r\nHost: a\r\n" }, { PAGE, AGAIN },
		{ WEB, "" }, { WEB, "." }, { WEB, "H" }, { WEB, "E" }, { PRIZE, "" }, { PRIZE, "." }, { PRIZE, "H" }, { THERE, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
		struct net_conn *conn = fake_connect(PEER, CASES[i].port);

		fake_type(conn, CASES[i].typed);
		run();
		assert_false(fake_ended(conn) || conn->finished);
		conn->status = NET_PEER_DONE;
		run();
		assert_true(conn->finished && conn->closed);
	}
}

/* A call of the engine never gets less room than it may need, nor more than the stage. */
static void
room_for_the_engine(void **state)
{
	struct net_conn *conn = fake_connect(PEER, PRIZE);

	(void)state;
	fake_type(conn, ".");
	conn->room = TLS_OUT_MIN - 1;
	run();
	assert_int_equal(conn->in_at, 0);
	conn->room = TLS_OUT_MIN;
	run();
	assert_int_equal(conn->in_at, 1);
	assert_true(SESSION_STAGE_LEN >= TLS_OUT_MIN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(accepts_of_a_turn), CASE(calls_of_a_turn), CASE(handshake_from_the_first_byte), CASE(no_first_byte),
		CASE(a_life_of_requests), CASE(half_closed), CASE(room_for_the_engine),
	};

	return cmocka_run_group_tests(tests, once, NULL);
}
