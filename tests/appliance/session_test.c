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

enum { PAGE = 80, PRIZE = 10000 };
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
	page_init(&BOOT);
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

static void
page_after_the_first_byte(void **state)
{
	struct net_conn *conn = fake_connect(PEER, PAGE);
	uint64_t before = outcome(PAGE, STATS_PAGE);

	(void)state;
	run();
	assert_int_equal(conn->out_len, 0);
	fake_type(conn, "x");
	run();
	assert_int_equal(conn->out_len, page_answer().len);
	assert_memory_equal(conn->out, page_answer().ptr, conn->out_len);
	assert_true(conn->finished && !fake_ended(conn));
	assert_int_equal(outcome(PAGE, STATS_PAGE), before + 1);
	conn->status = NET_PEER_DONE;
	run();
	assert_true(conn->closed && !conn->aborted);
}

/* A reader who takes ten bytes at a time gets every byte once, or ends at the deadline. */
static void
page_to_a_slow_reader(void **state)
{
	struct net_conn *conn = fake_connect(PEER, PAGE);
	uint64_t start = now;

	(void)state;
	fake_type(conn, "GET / HTTP/1.1\r\n\r\n");
	conn->room = 0;
	while (!conn->finished) {
		conn->room = 10;
		run();
	}
	assert_int_equal(conn->out_len, page_answer().len);
	assert_memory_equal(conn->out, page_answer().ptr, conn->out_len);

	conn = fake_connect(PEER, PAGE);
	fake_type(conn, "GET / HTTP/1.1\r\n\r\n");
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
	fake_type(last, "x");
	run();
	assert_int_equal(sessions_num(), SESSION_MAX);
	assert_true(first->aborted);
	assert_int_equal(last->out_len, page_answer().len);	/* the page still answers */
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
	fake_type(conn, "x");
	conn->room = 0;
	run();
	now = start + SESSION_LIFE_NS - 1;
	conn->room = 5840;
	run();
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
		CASE(page_after_the_first_byte), CASE(page_to_a_slow_reader), CASE(prize_for_the_proved),
		CASE(prize_for_the_half_closed), CASE(prize_waits_for_room), CASE(nothing_for_the_others),
		CASE(alert_then_linger), CASE(linger_is_bounded_in_bytes), CASE(deadlines), CASE(peers_that_vanish),
		CASE(buffers_are_shared), CASE(states_are_shared), CASE(one_address_pays_for_itself),
		CASE(all_places_taken), CASE(proved_peers_stay), CASE(turns_are_bounded_and_fair),
		CASE(life_ends_everything), CASE(prize_asks_once_more), CASE(engine_is_called_again),
		CASE(console_is_not_flooded), CASE(pools_know_their_own),
	};

	return cmocka_run_group_tests(tests, once, NULL);
}
