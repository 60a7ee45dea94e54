/*
 * session_test.c: connections over a netstack and an engine that the test plays by hand:
 * deliveries, refusals, deadlines, limits, and that everything taken is given back.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "appliance/identity.h"
#include "appliance/limits.h"
#include "appliance/page.h"
#include "appliance/pool.h"
#include "appliance/prize.h"
#include "appliance/sessions.h"
#include "appliance/stats.h"
#include "tests/appliance/fakes.h"
#include "tests/panics.h"
#include "wallet/wallet.h"

enum { PAGE = 80, WEB = 443, PRIZE = 10000 };
#define REQUEST	"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
#define AGAIN	"GET /robots.txt HTTP/1.1\r\nHost: a\r\n\r\n"
#define PEER	0x0a000202u

static uint64_t now;
static const struct boot BOOT = { .address = 0x0a00020f, .chain = WALLET_REGTEST };
static const uint8_t KEY[WALLET_KEY_LEN] = { [31] = 3 };
static const char SECRET[] = "cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87KcLPVfXz";

static int
once(void **state)
{
	static const uint8_t SEED[32] = { 1 };

	(void)state;
	now = SESSION_SECOND_NS;
	if (!wallet_init(WALLET_REGTEST, KEY, NULL, SEED))
		return 1;
	identity_init(&BOOT, plat_wall_s());
	page_init(&BOOT, SEED, plat_wall_s());
	return 0;
}

/* Each test starts with no connection, and time has passed for the event limiter. */
static int
fresh(void **state)
{
	(void)state;
	now += 100 * (uint64_t)SESSION_SECOND_NS;
	sessions_step(now);
	fake_num_conns = 0;
	fake_log_len = 0;
	fake_log[0] = '\0';
	return sessions_num() == 0 ? 0 : 1;
}

/* Whatever happened, nothing may stay behind. */
static int
all_returned(void **state)
{
	(void)state;
	now += 100 * (uint64_t)SESSION_SECOND_NS;
	sessions_step(now);
	for (size_t i = 0; i < fake_num_conns; i++)
		if (!fake_ended(&fake_conns[i]))
			return 1;
	return sessions_num() == 0 && pool_num_states() == 0 && pool_num_buffers() == 0 ? 0 : 1;
}

static uint64_t
outcome(uint16_t port, enum stats_outcome which) { return stats_outcomes(services_find(port), which); }

static bool
got(const struct net_conn *conn, const char *text)
{
	return memmem(conn->out, conn->out_len, text, strlen(text)) != NULL;
}

static void
run(void)
{
	for (unsigned i = 0; i < 200 && sessions_step(now) == now; i++)
		continue;
}

/* How often `text` was sent. */
static unsigned
times(const struct net_conn *conn, const char *text)
{
	unsigned num = 0;

	for (size_t at = 0; at + strlen(text) <= conn->out_len; at++)
		num += memcmp(conn->out + at, text, strlen(text)) == 0;
	return num;
}

/* Lets the peer acknowledge, so that long answers come out. */
static void
run_and_read(struct net_conn *conn)
{
	for (unsigned i = 0; i < 40 && !fake_ended(conn); i++) {
		conn->room = 5840;
		run();
	}
}

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

/* Responses: one more reader than there is room for; the oldest who does not read makes place. */
static void
slow_readers_make_place(void **state)
{
	struct net_conn *conns[POOL_PAGES + 1];

	(void)state;
	for (size_t i = 0; i <= POOL_PAGES; i++) {
		conns[i] = fake_connect(PEER + (uint32_t)i, PAGE);
		conns[i]->room = 10;
		fake_type(conns[i], REQUEST);
		run();
		assert_int_equal(pool_num_pages(), i < POOL_PAGES ? i + 1 : POOL_PAGES);
	}
	assert_true(conns[0]->aborted);
	run_and_read(conns[POOL_PAGES]);
	assert_true(got(conns[POOL_PAGES], "</html>"));
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

/* Buffers: one more than there are; the oldest holder makes room, and comes back to the pool. */
static void
buffers_are_shared(void **state)
{
	struct net_conn *conns[POOL_BUFFERS + 1], *older = fake_connect(PEER, PRIZE);

	(void)state;
	fake_type(older, ".");
	run();
	for (size_t i = 0; i <= POOL_BUFFERS; i++) {
		conns[i] = fake_connect(PEER, PRIZE);
		fake_type(conns[i], "H");
		run();
		assert_int_equal(pool_num_buffers(), i < POOL_BUFFERS ? i + 1 : POOL_BUFFERS);
	}
	assert_true(conns[0]->aborted);
	assert_false(fake_ended(older));		/* held none: ending it would not have helped */
	for (size_t i = 1; i <= POOL_BUFFERS; i++)
		assert_false(fake_ended(conns[i]));
	fake_type(conns[1], "h");
	run();
	assert_int_equal(pool_num_buffers(), POOL_BUFFERS - 1);
	fake_type(conns[1], "P");
	run();
	assert_true(got(conns[1], SECRET));
}

/* TLS states: the same, from many addresses. */
static void
states_are_shared(void **state)
{
	struct net_conn *conns[POOL_STATES + 1];

	(void)state;
	for (size_t i = 0; i <= POOL_STATES; i++) {
		conns[i] = fake_connect(PEER + (uint32_t)i, PRIZE);
		fake_type(conns[i], ".");
		run();
	}
	assert_int_equal(pool_num_states(), POOL_STATES);
	assert_true(conns[0]->aborted);
	for (size_t i = 1; i <= POOL_STATES; i++)
		assert_false(fake_ended(conns[i]));
}

/* One address beyond its share loses its own: first who was answered, then who is silent, oldest first. */
static void
one_address_pays_for_itself(void **state)
{
	struct net_conn *other = fake_connect(PEER + 1, PRIZE), *working = fake_connect(PEER, PRIZE), *silent, *last;

	(void)state;
	fake_type(working, ".");
	silent = fake_connect(PEER, PRIZE);
	for (size_t i = 2; i < SESSION_PER_ADDRESS_MAX; i++)
		last = fake_connect(PEER, PRIZE);
	run();
	run();
	assert_int_equal(sessions_num(), SESSION_PER_ADDRESS_MAX + 1);
	last = fake_connect(PEER, PRIZE);
	run();
	assert_int_equal(sessions_num(), SESSION_PER_ADDRESS_MAX + 1);
	assert_true(silent->aborted);
	assert_false(fake_ended(working) || fake_ended(other) || fake_ended(last));
	assert_non_null(strstr(fake_log, "evicted port=10000"));
}

static void
all_places_taken(void **state)
{
	struct net_conn *first = fake_connect(PEER, PAGE), *last;

	(void)state;
	for (size_t i = 1; i < SESSION_MAX; i++)
		fake_connect(PEER + (uint32_t)i, PAGE);
	for (unsigned i = 0; i < 4; i++)
		run();
	assert_int_equal(sessions_num(), SESSION_MAX);
	assert_false(fake_ended(first));
	last = fake_connect(PEER + SESSION_MAX, PAGE);
	fake_type(last, REQUEST);
	run();
	run_and_read(last);
	assert_int_equal(sessions_num(), SESSION_MAX);
	assert_true(first->aborted);
	assert_true(got(last, "</html>"));		/* the page still answers */
}

/* Who proved itself is never ended for another: with such peers everywhere the newcomer is refused. */
static void
proved_peers_stay(void **state)
{
	struct net_conn *conns[SESSION_PER_ADDRESS_MAX], *late;
	uint64_t refused = outcome(PRIZE, STATS_REFUSED);

	(void)state;
	for (size_t i = 0; i < SESSION_PER_ADDRESS_MAX; i++) {
		conns[i] = fake_connect(PEER, PRIZE);
		fake_type(conns[i], ".P");
		run();
	}
	late = fake_connect(PEER, PRIZE);
	run();
	assert_true(late->aborted);
	assert_int_equal(outcome(PRIZE, STATS_REFUSED), refused + 1);
	for (size_t i = 0; i < SESSION_PER_ADDRESS_MAX; i++) {
		assert_true(got(conns[i], SECRET));
		assert_false(fake_ended(conns[i]));
	}
}

/* A turn calls the engine only so often, and who got no call is asked first in the next turn. */
static void
turns_are_bounded_and_fair(void **state)
{
	struct net_conn *conns[3 * SESSION_HANDSHAKE_CALLS];

	(void)state;
	for (size_t i = 0; i < 3 * SESSION_HANDSHAKE_CALLS; i++) {
		conns[i] = fake_connect(PEER + (uint32_t)i, PRIZE);
		fake_type(conns[i], ".");
	}
	fake_num_steps = 0;
	for (unsigned turn = 1; turn <= 3; turn++) {
		uint64_t wake = sessions_step(now);

		assert_int_equal(fake_num_steps, turn * SESSION_HANDSHAKE_CALLS);
		assert_int_equal(wake == now, turn < 3);
	}
	for (size_t i = 0; i < 3 * SESSION_HANDSHAKE_CALLS; i++)
		assert_int_equal(conns[i]->out_len, 1);
	for (size_t i = 0; i < 3 * SESSION_HANDSHAKE_CALLS; i++)
		for (unsigned j = 0; j < 20 * SESSION_HANDSHAKE_CALLS; j++)
			fake_type(conns[i], ".");
	for (unsigned turn = 0; turn < 3 * SESSION_HANDSHAKE_CALLS; turn++)
		sessions_step(now);
	for (size_t i = 0; i < 3 * SESSION_HANDSHAKE_CALLS; i++)
		assert_int_equal(conns[i]->out_len, 1 + SESSION_HANDSHAKE_CALLS);
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

/* The console's limiter: a burst, then silence that is counted; the prize is always said. */
static void
console_is_not_flooded(void **state)
{
	size_t lines = 0;
	struct net_conn *winner;

	(void)state;
	for (size_t i = 0; i < EVENTS_BURST + 20; i++) {
		fake_type(fake_connect(PEER, PRIZE), "F");
		run();
	}
	for (size_t i = 0; i < fake_log_len; i++)
		lines += fake_log[i] == '\n';
	assert_int_equal(lines, EVENTS_BURST);
	winner = fake_connect(PEER, PRIZE);
	fake_type(winner, ".P");
	run();
	assert_non_null(strstr(fake_log, "prize-sent port=10000 peer=10.0.2.2:40052 left-out=20\n"));
	now += SESSION_SECOND_NS / EVENTS_PER_S;
	fake_type(fake_connect(PEER, PRIZE), "F");
	run();
	assert_non_null(strstr(fake_log, "40053 error=\"seven\"\n"));
	fake_type(fake_connect(PEER, PRIZE), "F");
	run();
	assert_null(strstr(fake_log, "40054"));
	now += SESSION_SECOND_NS / EVENTS_PER_S;
	fake_type(fake_connect(PEER, PRIZE), "F");
	run();
	assert_non_null(strstr(fake_log, "40055 error=\"seven\" left-out=1\n"));
}

static void
pools_know_their_own(void **state)
{
	static uint8_t foreign[TLS_BUFFER_SIZE];
	union tls_conn_store *taken = pool_take_state();
	uint8_t *buffer = pool_take_buffer();

	(void)state;
	assert_panics(pool_return_buffer(foreign));
	pool_return_state(taken);
	pool_return_buffer(buffer);
	assert_panics(pool_return_state(taken));
	assert_panics(pool_return_buffer(buffer));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, fresh, all_returned)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(page_on_request), CASE(page_again_and_again), CASE(page_deadlines), CASE(bad_requests_end),
		CASE(page_to_a_slow_reader), CASE(slow_readers_make_place), CASE(pages_over_tls), CASE(pages_have_no_prize), CASE(prize_for_the_proved),
		CASE(prize_for_the_half_closed), CASE(prize_waits_for_room), CASE(nothing_for_the_others),
		CASE(alert_then_linger), CASE(linger_is_bounded_in_bytes), CASE(deadlines), CASE(peers_that_vanish),
		CASE(buffers_are_shared), CASE(states_are_shared), CASE(one_address_pays_for_itself),
		CASE(all_places_taken), CASE(proved_peers_stay), CASE(turns_are_bounded_and_fair),
		CASE(life_ends_everything), CASE(prize_asks_once_more), CASE(engine_is_called_again),
		CASE(console_is_not_flooded), CASE(pools_know_their_own),
	};

	return cmocka_run_group_tests(tests, once, NULL);
}
