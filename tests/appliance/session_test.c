/*
 * session_test.c: one connection over a netstack and an engine that the test plays by hand:
 * deliveries, refusals, deadlines, and how it ends.
 */
#include "tests/appliance/table.h"

static void
page_on_request(void **state)
{
	struct net_conn *conn = fake_connect(PEER, PAGE);
	uint64_t before = outcome(PAGE, STATS_PAGE);

	(void)state;
	for (const char *c = REQUEST; *c != '\0'; c++) {
		run();
		assert_int_equal(conn->out_len, 0);
		fake_type(conn, (const char[]){ *c, '\0' });
	}
	run_and_read(conn);
	assert_true(got(conn, "HTTP/1.1 200 OK\r\n") && got(conn, "\r\nConnection: close\r\n"));
	assert_memory_equal(conn->out + conn->out_len - 8, "</html>\n", 8);
	assert_true(conn->finished && !fake_ended(conn));
	assert_int_equal(outcome(PAGE, STATS_PAGE), before + 1);
	assert_int_equal(pool_num_pages(), 0);
	conn->status = NET_PEER_DONE;
	run();
	assert_true(conn->closed && !conn->aborted);
}

/* Requests on one connection, one behind the other, up to the cap; the last says so. */
static void
page_again_and_again(void **state)
{
	struct net_conn *conn = fake_connect(PEER, PAGE);

	(void)state;
	for (unsigned i = 0; i < SESSION_REQUESTS_MAX + 1; i++)
		fake_type(conn, AGAIN);
	run_and_read(conn);
	assert_int_equal(times(conn, "HTTP/1.1 200 OK\r\n"), SESSION_REQUESTS_MAX);
	assert_int_equal(times(conn, "\r\nConnection: close\r\n"), 1);
	assert_true(conn->finished);
}

/* The pause before the next request has a limit, and each request has one. */
static void
page_deadlines(void **state)
{
	struct net_conn *idle = fake_connect(PEER, PAGE), *slow = fake_connect(PEER, PAGE);
	uint64_t start = now;

	(void)state;
	fake_type(idle, AGAIN);
	fake_type(slow, "G");
	run();
	now = start + SESSION_REQUEST_NS - 1;
	fake_type(slow, "E");
	run();
	assert_false(fake_ended(idle) || fake_ended(slow));
	now++;
	run();
	assert_true(idle->aborted && slow->aborted);
	assert_int_equal(slow->out_len, 0);
}

static void
bad_requests_end(void **state)
{
	struct net_conn *tls = fake_connect(PEER, PAGE), *post = fake_connect(PEER, PAGE), *lost = fake_connect(PEER, PAGE);

	(void)state;
	fake_type(tls, "\x16\x03\x01\x02\n");
	fake_type(post, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
	fake_type(lost, "GET /no HTTP/1.1\r\nHost: a\r\n\r\n");
	run();
	assert_true(got(tls, "HTTP/1.1 400 ") && tls->finished);
	assert_true(got(post, "HTTP/1.1 405 ") && got(post, "\r\nAllow: GET, HEAD\r\n") && post->finished);
	assert_true(got(lost, "HTTP/1.1 404 ") && !lost->finished);
	lost->status = NET_PEER_DONE;
	run();
	assert_true(lost->closed);
}

/* A reader who takes ten bytes at a time gets every byte once, or ends at the deadline. */
static void
page_to_a_slow_reader(void **state)
{
	struct net_conn *fast = fake_connect(PEER, PAGE), *conn = fake_connect(PEER, PAGE);
	uint64_t start = now;

	(void)state;
	fake_type(fast, REQUEST);
	run_and_read(fast);
	fake_type(conn, REQUEST);
	conn->room = 0;
	while (!conn->finished) {
		conn->room = 10;
		run();
	}
	assert_int_equal(times(conn, "</html>"), 1);
	assert_in_range(conn->out_len, fast->out_len - 8, fast->out_len + 8);	/* counters may have grown a digit */

	conn = fake_connect(PEER, PAGE);
	fake_type(conn, REQUEST);
	conn->room = 10;
	run();
	now = start + SESSION_LIFE_NS - 1;
	run();
	assert_false(fake_ended(conn));
	now++;
	run();
	assert_true(conn->aborted);
}

static void
pages_over_tls(void **state)
{
	struct net_conn *conn = fake_connect(PEER, WEB);

	(void)state;
	fake_type(conn, ".EG");
	run();
	assert_true(got(conn, "HTTP/1.1 200 OK\r\n") && !conn->finished);
	fake_type(conn, "G");
	run();
	assert_int_equal(times(conn, "User-agent: *"), 2);
	fake_type(conn, "gi");			/* in two records; more behind it: answered, then closed */
	run();
	assert_int_equal(times(conn, "User-agent: *"), 3);
	assert_int_equal(times(conn, "Connection: close"), 1);
	assert_true(got(conn, "close_notify") && conn->finished);
	assert_false(got(conn, SECRET));
}

/* Each flight has the time of the turn in which it came or left; another connection's page has its own. */
static void
handshake_is_timed(void **state)
{
	struct net_conn *conn = fake_connect(PEER, WEB), *later, *plain = fake_connect(PEER, PAGE);

	(void)state;
	fake_info = (struct tls_info){ .version = 0x0304, .suite = 0x1301 };
	fake_trace = (struct tls_trace){ .num_messages = 3, .num_flights = 2,
	    .message = { { 1, 0, false, 300 }, { 2, 1, true, 90 }, { 20, 2, false, 36 } } };
	run();
	now += 1500000;
	fake_type(conn, ".");
	run();
	later = fake_connect(PEER, WEB);
	run();
	now += 40000000;
	fake_trace.num_flights = 3;
	fake_type(conn, "E");
	run();
	now += 700000;
	fake_type(later, "ES");
	run_and_read(later);
	now += 500000;
	fake_type(conn, "S");
	run_and_read(conn);
	assert_true(got(conn, "<td>1.5</td><td>you</td><td>ClientHello</td>"));
	assert_true(got(conn, "<td>1.5</td><td>Pi&ntilde;ata</td><td>ServerHello</td>"));
	assert_true(got(conn, "<td>41.5</td><td>you</td><td>Finished</td>"));
	assert_true(got(conn, "<td>42.7</td><td>you</td><td>your request</td>"));
	assert_true(got(later, "<td>40.7</td><td>you</td><td>ClientHello</td>") && got(later, "<td>40.7</td><td>you</td><td>your request</td>"));
	fake_trace = (struct tls_trace){ 0 };
	fake_type(plain, "GET /handshake HTTP/1.1\r\nHost: a\r\n\r\n");
	run_and_read(plain);
	assert_true(got(plain, "200 OK") && got(plain, "came to you in clear") && !got(plain, "<figure"));
}

/* A connection that has said nothing has no TLS state, whatever its port; the first byte takes one, trace included. */
static void
silence_costs_no_tls(void **state)
{
	struct net_conn *web = fake_connect(PEER, WEB);

	(void)state;
	fake_connect(PEER, PRIZE);
	fake_connect(PEER, PAGE);
	run();
	assert_int_equal(sessions_num(), 3);
	assert_int_equal(pool_num_states(), 0);
	assert_int_equal(pool_num_buffers(), 0);
	fake_type(web, ".");
	run();
	assert_int_equal(pool_num_states(), 1);
}

/* No proof on the pages' port opens the prize, and its first byte needs TLS. */
static void
pages_have_no_prize(void **state)
{
	struct net_conn *proved = fake_connect(PEER, WEB), *plain = fake_connect(PEER, WEB);

	(void)state;
	fake_type(proved, ".PGD");
	fake_type(plain, REQUEST);
	run();
	run();
	assert_false(got(proved, SECRET) || got(plain, SECRET) || got(plain, "200 OK"));
}

static void
prize_for_the_proved(void **state)
{
	struct net_conn *conn = fake_connect(PEER, PRIZE);
	uint64_t before = outcome(PRIZE, STATS_PRIZE);
	struct span place = wallet_reveal();	/* where the text is made */

	(void)state;
	wallet_conceal();
	fake_type(conn, "..");
	run();
	assert_false(got(conn, SECRET));
	fake_type(conn, "P");
	run();
	assert_true(got(conn, SECRET));
	assert_true(got(conn, "close_notify"));
	assert_true(conn->finished && !fake_ended(conn));
	assert_int_equal(outcome(PRIZE, STATS_PRIZE), before + 1);
	assert_non_null(strstr(fake_log, "prize-sent port=10000 peer=10.0.2.2:40000"));
	assert_null(strstr(fake_log, SECRET));
	assert_int_equal(pool_num_states(), 0);
	for (size_t i = 0; i < place.len; i++)
		assert_int_equal(place.ptr[i], 0);
	fake_type(conn, "PPPP");		/* is dropped, not answered */
	run();
	assert_int_equal(conn->in_at, conn->in_len);
	assert_int_equal(outcome(PRIZE, STATS_PRIZE), before + 1);
	conn->status = NET_PEER_DONE;
	run();
	assert_true(conn->closed);
}

/* A peer that sent FIN behind its last message still gets what is due. */
static void
prize_for_the_half_closed(void **state)
{
	struct net_conn *conn = fake_connect(PEER, PRIZE);

	(void)state;
	fake_type(conn, ".P");
	conn->status = NET_PEER_DONE;
	conn->unacked = 1;
	run();
	assert_true(got(conn, SECRET));
	assert_true(conn->finished && !fake_ended(conn));
	conn->unacked = 0;
	run();
	assert_true(conn->closed);
}

/* We speak first, on a connection that the peer opened; who proves itself as a server gets the prize. */
static void
prize_for_a_server(void **state)
{
	struct net_conn *conn = fake_connect(PEER, THERE), *other = fake_connect(PEER, THERE);

	(void)state;
	run();
	assert_true(got(conn, "more"));		/* the hello of the fake client */
	assert_false(got(conn, SECRET));
	fake_type(conn, ".P");
	fake_type(other, ".E");
	run();
	assert_true(got(conn, SECRET) && conn->finished);
	assert_false(got(other, SECRET));
	assert_true(other->finished);
}

/* The asking connection ends; ours opens to the fixed port, waits for the peer, and goes on as above. */
static void
prize_for_a_server_called_back(void **state)
{
	struct net_conn *conn = fake_connect(PEER, BACK), *called;
	uint64_t before = outcome(BACK, STATS_CALLED);

	(void)state;
	fake_type(conn, "PPP");
	fake_called = NULL;
	run();
	called = fake_called;
	assert_non_null(called);
	assert_int_equal(called->peer, PEER);
	assert_int_equal(called->port, SERVICE_BACK_PORT);
	assert_int_equal(outcome(BACK, STATS_CALLED), before + 1);
	assert_true(conn->finished);
	assert_int_equal(conn->out_len, 0);
	assert_int_equal(called->out_len, 0);
	called->status = NET_OPEN;
	run();
	assert_true(got(called, "more"));
	fake_type(called, ".P");
	run();
	assert_true(got(called, SECRET) && called->finished);
	assert_non_null(strstr(fake_log, "called-back port=10001 peer=10.0.2.2:40001\n"));
	assert_int_equal(conn->out_len, 0);
}

/* Nobody there, a refusal, silence: each ends, in time. */
static void
calls_that_fail(void **state)
{
	struct net_conn *refused, *silent;
	uint64_t start;

	(void)state;
	fake_connect(PEER, BACK);
	run();
	refused = fake_called;
	refused->status = NET_GONE;
	run();
	assert_true(refused->aborted);
	now += BACKS_PAUSE_NS;
	fake_connect(PEER, BACK);
	run();
	silent = fake_called;
	assert_ptr_not_equal(silent, refused);
	start = now;
	now = start + SESSION_FIRST_BYTE_NS - 1;
	run();
	assert_false(fake_ended(silent));
	now++;
	run();
	assert_true(silent->aborted);
	now += BACKS_PAUSE_NS;
	fake_refuses_connect = true;
	fake_called = NULL;
	fake_connect(PEER, BACK);
	run();
	fake_refuses_connect = false;
	assert_null(fake_called);
}

/* The record waits until there is room for all of it. */
static void
prize_waits_for_room(void **state)
{
	struct net_conn *conn = fake_connect(PEER, PRIZE);

	(void)state;
	fake_type(conn, ".P");
	conn->room = TLS_OUT_MIN;		/* taken by the first answer */
	run();
	assert_false(got(conn, SECRET));
	conn->room = TLS_OUT_MIN - 1;
	run();
	assert_false(got(conn, SECRET));
	conn->room = TLS_OUT_MIN;
	run();
	conn->room = TLS_OUT_MIN;
	run();
	assert_true(got(conn, SECRET));
}

/* Asked directly, prize.c asks the connection once more. */
static void
prize_asks_once_more(void **state)
{
	union tls_conn_store store;
	static const uint8_t SEED[TLS_SEED_LEN] = { 1 };
	uint8_t room[TLS_OUT_MIN];
	struct outbuf out = outbuf_of(room, sizeof room);
	struct tls_conn *tls = tls_init(&store, NULL, SEED, 1);

	(void)state;
	tls->established = true;
	assert_panics(prize_deliver(tls, &out));
	tls->proved = true;
	out.cap = TLS_OUT_MIN - 1;
	assert_panics(prize_deliver(tls, &out));
	out.cap = TLS_OUT_MIN;
	prize_deliver(tls, &out);
	assert_non_null(memmem(room, out.len, SECRET, strlen(SECRET)));
}

/* What the engine could not write at once comes without another byte from the peer. */
static void
engine_is_called_again(void **state)
{
	struct net_conn *conn = fake_connect(PEER, PRIZE);

	(void)state;
	fake_type(conn, "W");
	run();
	assert_true(got(conn, "more"));
	fake_num_steps = 0;
	run();
	assert_int_equal(fake_num_steps, 0);
}

/* Everything but P: each command alone and after a handshake without proof. */
static void
nothing_for_the_others(void **state)
{
	static const char *const TYPED[] = { "E", ".E", "D", ".D", "C", ".C", "F", ".F", "EP", "FP", "CP", "DP", "x",
	    "GET / HTTP/1.1\r\n\r\n" };

	(void)state;
	for (size_t i = 0; i < sizeof TYPED / sizeof TYPED[0]; i++) {
		struct net_conn *conn = fake_connect(PEER, PRIZE);

		fake_type(conn, TYPED[i]);
		run();
		assert_false(got(conn, SECRET));
		assert_false(got(conn, "private"));
		assert_true(conn->finished);
		assert_int_equal(conn->in_at, conn->in_len);
	}
}

/* The alert arrives: FIN behind it, what the peer sends is drained, an end after a bounded time. */
static void
alert_then_linger(void **state)
{
	struct net_conn *conn = fake_connect(PEER, PRIZE);
	uint64_t failures = stats_failures(7);

	(void)state;
	fake_type(conn, ".Fabcdef");
	run();
	assert_true(got(conn, "alert"));
	assert_true(conn->finished && !fake_ended(conn));
	assert_int_equal(conn->in_at, conn->in_len);
	assert_int_equal(stats_failures(7), failures + 1);
	assert_non_null(strstr(fake_log, "tls-failed port=10000 peer=10.0.2.2:40000 error=\"seven\"\n"));
	now += SESSION_LINGER_NS - 1;
	run();
	assert_false(fake_ended(conn));
	now++;
	run();
	assert_true(conn->aborted);
}

static void
linger_is_bounded_in_bytes(void **state)
{
	struct net_conn *conn = fake_connect(PEER, PRIZE);

	(void)state;
	fake_type(conn, "F");
	run();
	conn->in_len = conn->in_at + SESSION_LINGER_MAX;
	run();
	assert_false(fake_ended(conn));
	fake_type(conn, "x");
	run();
	assert_true(conn->aborted);
}

/* First byte, handshake: each ends at its time, and no byte buys more of it. */
static void
deadlines(void **state)
{
	struct net_conn *silent = fake_connect(PEER, PAGE), *slow = fake_connect(PEER, PRIZE);
	uint64_t start = now, timed_out = outcome(PRIZE, STATS_TIMED_OUT);

	(void)state;
	fake_type(slow, ".");
	assert_int_equal(sessions_step(now), start + SESSION_FIRST_BYTE_NS);
	for (unsigned s = 1; s < 10; s++) {
		now = start + s * (uint64_t)SESSION_SECOND_NS;
		fake_type(slow, ".");
		run();
	}
	now = start + SESSION_FIRST_BYTE_NS - 1;
	run();
	assert_false(fake_ended(silent) || fake_ended(slow));
	now = start + SESSION_FIRST_BYTE_NS;
	run();
	assert_true(silent->aborted);
	assert_true(slow->aborted);		/* its handshake began at once */
	assert_int_equal(outcome(PRIZE, STATS_TIMED_OUT), timed_out + 1);
	assert_non_null(strstr(fake_log, "timed-out port=80"));
}

static void
peers_that_vanish(void **state)
{
	struct net_conn *silent = fake_connect(PEER, PRIZE), *busy = fake_connect(PEER, PRIZE),
	    *proved = fake_connect(PEER, PRIZE), *done = fake_connect(PEER, PRIZE);

	(void)state;
	fake_type(busy, ".H");
	fake_type(proved, ".");
	run();
	fake_type(proved, "P");
	proved->room = 0;
	silent->status = busy->status = proved->status = NET_GONE;
	done->status = NET_PEER_DONE;
	run();
	assert_true(silent->aborted && busy->aborted && proved->aborted);
	assert_true(done->finished);
}

/* The whole life is a limit on its parts: no lingering beyond it. */
static void
life_ends_everything(void **state)
{
	struct net_conn *conn = fake_connect(PEER, PAGE);
	uint64_t start = now;

	(void)state;
	fake_type(conn, AGAIN REQUEST);
	conn->room = 0;
	run();
	now = start + SESSION_LIFE_NS - 1;
	run_and_read(conn);
	assert_true(conn->finished && !fake_ended(conn));
	now = start + SESSION_LIFE_NS;
	run();
	assert_true(conn->aborted);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(page_on_request), CASE(page_again_and_again), CASE(page_deadlines), CASE(bad_requests_end),
		CASE(page_to_a_slow_reader), CASE(pages_over_tls), CASE(handshake_is_timed), CASE(silence_costs_no_tls), CASE(pages_have_no_prize),
		CASE(prize_for_the_proved), CASE(prize_for_the_half_closed), CASE(prize_waits_for_room), CASE(prize_for_a_server), CASE(prize_for_a_server_called_back),
		CASE(calls_that_fail),
		CASE(prize_asks_once_more), CASE(engine_is_called_again), CASE(nothing_for_the_others),
		CASE(alert_then_linger), CASE(linger_is_bounded_in_bytes), CASE(deadlines),
		CASE(peers_that_vanish), CASE(life_ends_everything),
	};

	return cmocka_run_group_tests(tests, once, NULL);
}
