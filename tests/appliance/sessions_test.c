/* sessions_test.c: many connections: limits at and beyond, who makes room, whose turn it is. */
#include "tests/appliance/table.h"

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

enum { HALVES = POOL_BUFFERS - POOL_BUFFERS_KEPT };	/* buffers that half a record may have */

/* `num` connections that have said half a record. */
static void
hold(struct net_conn **conns, size_t num)
{
	for (size_t i = 0; i < num; i++) {
		conns[i] = fake_connect(PEER, PRIZE);
		fake_type(conns[i], "H");
		run();
	}
}

/* Buffers: one more than there are waits, and has the first that comes back. */
static void
buffers_are_waited_for(void **state)
{
	struct net_conn *conns[HALVES + 1], *last;
	unsigned num_steps;

	(void)state;
	hold(conns, HALVES + 1);
	last = conns[HALVES];
	assert_int_equal(pool_num_buffers(), HALVES);
	for (size_t i = 0; i <= HALVES; i++)
		assert_false(fake_ended(conns[i]));
	num_steps = fake_num_steps;
	assert_in_range(sessions_step(now), now + 1, now + SESSION_BUFFER_RETRY_NS);
	assert_int_equal(fake_num_steps, num_steps);	/* waiting costs no call of the engine */
	assert_int_equal(last->in_at, 0);
	fake_type(conns[1], "h");
	run();
	assert_int_equal(last->in_at, 1);
	assert_int_equal(pool_num_buffers(), HALVES);
	fake_type(last, "hP");
	run();
	assert_true(got(last, SECRET));
}

/* Who holds a buffer beyond the grace makes room for who waits: the oldest first, and one only. */
static void
buffers_are_shared(void **state)
{
	struct net_conn *conns[HALVES + 1], *older = fake_connect(PEER, PRIZE);

	(void)state;
	fake_type(older, ".");
	run();
	hold(conns, HALVES + 1);
	now += SESSION_BUFFER_GRACE_NS - 1;
	run();
	assert_false(fake_ended(conns[0]));
	now += 1;
	run();
	assert_true(conns[0]->aborted);
	assert_false(fake_ended(older));		/* held none: ending it would not have helped */
	for (size_t i = 1; i <= HALVES; i++)
		assert_false(fake_ended(conns[i]));
	fake_type(conns[1], "h");
	run();
	assert_int_equal(pool_num_buffers(), HALVES - 1);
	fake_type(conns[1], "P");
	run();
	assert_true(got(conns[1], SECRET));
}

/* The oldest holder goes first, whoever said something last. */
static void
the_oldest_holder_goes(void **state)
{
	struct net_conn *conns[HALVES];

	(void)state;
	hold(conns, HALVES);
	now += 1;
	fake_type(conns[0], ".");
	run();
	now += SESSION_BUFFER_GRACE_NS;
	fake_type(fake_connect(PEER, PRIZE), "H");
	run();
	assert_true(conns[0]->aborted);
	for (size_t i = 1; i < HALVES; i++)
		assert_false(fake_ended(conns[i]));
}

/* All who drip hold a buffer, and more of them wait: a record that came whole has the one that is kept, at once. */
static void
a_whole_record_waits_for_nobody(void **state)
{
	struct net_conn *drip[HALVES + 4], *good;

	(void)state;
	hold(drip, HALVES + 4);
	for (unsigned again = 0; again < 3; again++) {
		good = fake_connect(PEER + 1, PRIZE);
		fake_type(good, "HhP");
		run();
		assert_true(got(good, SECRET));
		assert_int_equal(pool_num_buffers(), HALVES);
	}
	fake_type(drip[HALVES + 3], "hP");		/* and who waited until his record was whole */
	run();
	assert_true(got(drip[HALVES + 3], SECRET));
	for (size_t i = 0; i < HALVES + 3; i++)
		assert_false(fake_ended(drip[i]));
}

/* A whole record with half a message got the buffer that is kept and does not give it back: he has no grace. */
static void
a_whole_record_of_half_a_message_yields(void **state)
{
	struct net_conn *drip[HALVES], *sly, *good;

	(void)state;
	now += SESSION_BUFFER_GRACE_NS;		/* since boot */
	hold(drip, HALVES);
	sly = fake_connect(PEER + 1, PRIZE);
	fake_type(sly, "M");
	run();
	assert_int_equal(pool_num_buffers(), POOL_BUFFERS);
	good = fake_connect(PEER + 2, PRIZE);
	fake_type(good, "HhP");
	run();
	assert_true(got(good, SECRET));
	assert_true(sly->aborted);
	for (size_t i = 0; i < HALVES; i++)
		assert_false(fake_ended(drip[i]));
}

/* Named after a bug: while he has the one that is kept, who waits with half a record could end nobody, however late all are. */
static void
the_kept_buffer_keeps_nobody_waiting(void **state)
{
	struct net_conn *drip[HALVES], *sly, *good;

	(void)state;
	hold(drip, HALVES);
	sly = fake_connect(PEER + 1, PRIZE);
	fake_type(sly, "M");
	run();
	assert_int_equal(pool_num_buffers(), POOL_BUFFERS);
	now += SESSION_BUFFER_GRACE_NS;
	good = fake_connect(PEER + 2, PRIZE);
	fake_type(good, "H");
	for (unsigned i = 0; i < 4; i++)
		run();
	assert_int_equal(good->in_at, 1);
	assert_int_equal(pool_num_buffers(), HALVES);
	assert_true(drip[0]->aborted && drip[1]->aborted);
	for (size_t i = 2; i < HALVES; i++)
		assert_false(fake_ended(drip[i]));
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
	now += SESSION_SILENCE_NS;
	last = fake_connect(PEER, PRIZE);
	run();
	assert_int_equal(sessions_num(), SESSION_PER_ADDRESS_MAX + 1);
	assert_true(silent->aborted);
	assert_false(fake_ended(working) || fake_ended(other) || fake_ended(last));
	assert_non_null(strstr(fake_log, "evicted port=10000"));
}

/* Many addresses of one /24 together have a share, too, and lose their own. */
static void
one_prefix_pays_for_itself(void **state)
{
	struct net_conn *other = fake_connect(0x0a010101, PRIZE), *first = fake_connect(0x0a000200, PRIZE), *last;

	(void)state;
	for (size_t i = 1; i < SESSION_PER_PREFIX_MAX; i++)
		fake_connect(0x0a000200 + (uint32_t)i, PRIZE);
	for (unsigned i = 0; i < 4; i++)
		run();
	assert_int_equal(sessions_num(), SESSION_PER_PREFIX_MAX + 1);
	last = fake_connect(0x0a0002ff, PRIZE);
	run();
	assert_int_equal(sessions_num(), SESSION_PER_PREFIX_MAX + 1);
	assert_true(first->aborted);
	assert_false(fake_ended(other) || fake_ended(last));
}

/* Calls back: so many at once and per address; then the oldest call makes room, and no one else. */
static void
calls_back_are_few(void **state)
{
	struct net_conn *oldest = NULL, *same;

	(void)state;
	for (size_t i = 0; i < BACKS_PER_ADDRESS_MAX; i++) {
		fake_called = NULL;
		fake_connect(PEER, BACK);
		run();
		assert_non_null(fake_called);
		oldest = i == 0 ? fake_called : oldest;
		now += BACKS_PAUSE_NS;
	}
	same = fake_called;
	fake_connect(PEER, BACK);
	run();
	assert_ptr_equal(fake_called, same);		/* a third is refused */
	for (size_t i = BACKS_PER_ADDRESS_MAX; i < BACKS_MAX; i++) {
		fake_connect(PEER + (uint32_t)i, BACK);
		run();
	}
	assert_false(fake_ended(oldest));
	fake_connect(PEER + BACKS_MAX, BACK);
	run();
	assert_true(oldest->aborted);
	assert_int_equal(fake_called->peer, PEER + BACKS_MAX);
	assert_false(fake_ended(same) || fake_ended(fake_called));
}

/* Who came just now is not silent yet: among those at work he is the last to go. */
static void
newcomers_have_a_while(void **state)
{
	struct net_conn *first = fake_connect(PEER, PRIZE), *fresh_one, *last;

	(void)state;
	fake_type(first, ".");
	run();
	for (size_t i = 1; i < SESSION_PER_ADDRESS_MAX - 1; i++) {
		fake_type(fake_connect(PEER, PRIZE), ".");
		run();
	}
	fresh_one = fake_connect(PEER, PRIZE);
	run();
	now += SESSION_SILENCE_NS - 1;
	last = fake_connect(PEER, PRIZE);
	run();
	assert_true(first->aborted);
	assert_false(fake_ended(fresh_one) || fake_ended(last));
	now += 1;
	fake_connect(PEER, PRIZE);
	run();
	assert_true(fresh_one->aborted);
}

/* Among those at work he goes for whom we did nothing for longest: a handshake that goes on outlives older ones that do not. */
static void
handshakes_that_go_on_stay(void **state)
{
	struct net_conn *going_on = fake_connect(PEER, PRIZE), *waiting = fake_connect(PEER, PRIZE);

	(void)state;
	fake_type(going_on, ".");
	fake_type(waiting, ".");
	for (size_t i = 2; i < SESSION_PER_ADDRESS_MAX; i++) {
		fake_type(fake_connect(PEER, PRIZE), ".");
		run();
	}
	now += 1;
	fake_type(going_on, ".");
	run();
	fake_type(fake_connect(PEER, PRIZE), ".");
	run();
	assert_true(waiting->aborted);
	assert_false(fake_ended(going_on));
}

/*
 * Named after a bug: a page was counted as sent, and its connection aborted for a newcomer, while its last bytes were on
 * their way.  They have a while to arrive; then, or once they are acknowledged, the connection is the first to go.
 */
static void
last_words_arrive(void **state)
{
	struct net_conn *older = fake_connect(PEER, PRIZE), *reader = fake_connect(PEER, PAGE), *arrived = fake_connect(PEER, PAGE);

	(void)state;
	fake_type(older, ".");
	run();
	now += 1;
	fake_type(reader, "BAD\r\n\r\n");
	fake_type(arrived, "BAD\r\n\r\n");
	run();
	assert_true(reader->finished && arrived->finished);
	reader->unacked = 100;
	for (size_t i = 3; i < SESSION_PER_ADDRESS_MAX; i++)
		fake_type(fake_connect(PEER, PRIZE), ".");
	for (unsigned i = 0; i < 4; i++)
		run();
	fake_connect(PEER, PRIZE);
	run();
	assert_true(arrived->aborted);
	fake_connect(PEER, PRIZE);
	run();
	assert_true(older->aborted);
	assert_false(fake_ended(reader));
	now += SESSION_SILENCE_NS;
	fake_connect(PEER, PRIZE);
	run();
	assert_true(reader->aborted);
}

/* A hello is anybody's: whose handshake is under way has his calls first, wherever he stands. */
static void
answered_come_first(void **state)
{
	struct net_conn *conns[2 * SESSION_HANDSHAKE_CALLS], *under_way;

	(void)state;
	for (size_t i = 0; i < 2 * SESSION_HANDSHAKE_CALLS; i++)
		conns[i] = fake_connect(PEER, PRIZE);
	under_way = fake_connect(PEER, PRIZE);
	fake_type(under_way, ".");
	run();
	assert_int_equal(under_way->out_len, 1);
	for (size_t i = 0; i < 2 * SESSION_HANDSHAKE_CALLS; i++)
		fake_type(conns[i], ".");
	fake_type(under_way, ".");
	sessions_step(now);
	assert_int_equal(under_way->out_len, 2);
	for (size_t i = SESSION_HANDSHAKE_CALLS - 1; i < 2 * SESSION_HANDSHAKE_CALLS; i++)
		assert_int_equal(conns[i]->out_len, 0);
	run();
	for (size_t i = 0; i < 2 * SESSION_HANDSHAKE_CALLS; i++)
		assert_int_equal(conns[i]->out_len, 1);
}

/* Named after a bug: handshakes under way that drip a byte each turn, no more than there are calls, let no hello in. */
static void
hellos_are_not_starved(void **state)
{
	struct net_conn *drip[2 * SESSION_HANDSHAKE_CALLS], *good;
	const size_t num = sizeof drip / sizeof drip[0];
	size_t sum = 0;

	(void)state;
	for (size_t i = 0; i < num; i++) {
		drip[i] = fake_connect(PEER, PRIZE);
		fake_type(drip[i], ".");
		run();
	}
	good = fake_connect(PEER + 1, PRIZE);
	fake_type(good, ".");
	for (unsigned turn = 0; turn < 8; turn++) {
		for (size_t i = 0; i < num; i++)
			fake_type(drip[i], ".");
		sessions_step(now);
	}
	assert_int_equal(good->out_len, 1);
	for (size_t i = 0; i < num; i++)
		sum += drip[i]->out_len;
	assert_int_equal(sum, num + 8 * SESSION_HANDSHAKE_CALLS - 1);	/* that one call is all it cost them */
}

static void
all_places_taken(void **state)
{
	struct net_conn *first = fake_connect(PEER, PAGE), *last;

	(void)state;
	for (size_t i = 1; i < SESSION_MAX; i++)
		fake_connect(PEER + ((uint32_t)i << 8), PAGE);
	for (unsigned i = 0; i < 4; i++)
		run();
	assert_int_equal(sessions_num(), SESSION_MAX);
	assert_false(fake_ended(first));
	last = fake_connect(PEER + (SESSION_MAX << 8), PAGE);
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

/* Without the owner's wish for more the console tells a neighbourhood, and no port of the peer. */
static void
console_tells_a_prefix(void **state)
{
	(void)state;
	events_init(false);
	fake_type(fake_connect(0x01020304, PRIZE), "F");
	run();
	events_init(true);
	assert_non_null(strstr(fake_log, "pinata: tls-failed port=10000 peer=1.2.3.0/24 error=\"seven\"\n"));
	assert_null(strstr(fake_log, "1.2.3.4"));
	assert_int_equal(events_last(0)->address, 0x01020300);
	fake_type(fake_connect(0x01020304, PRIZE), "F");
	run();
	assert_non_null(strstr(fake_log, " peer=1.2.3.4:40001 "));
	assert_int_equal(events_last(0)->address, 0x01020300);		/* the page's is never more */
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(slow_readers_make_place), CASE(buffers_are_waited_for), CASE(buffers_are_shared), CASE(states_are_shared),
		CASE(the_oldest_holder_goes), CASE(a_whole_record_waits_for_nobody), CASE(a_whole_record_of_half_a_message_yields),
		CASE(the_kept_buffer_keeps_nobody_waiting),
		CASE(one_address_pays_for_itself), CASE(one_prefix_pays_for_itself), CASE(calls_back_are_few),
		CASE(newcomers_have_a_while), CASE(handshakes_that_go_on_stay), CASE(last_words_arrive), CASE(answered_come_first),
		CASE(all_places_taken), CASE(proved_peers_stay),
		CASE(turns_are_bounded_and_fair), CASE(console_is_not_flooded), CASE(console_tells_a_prefix), CASE(hellos_are_not_starved),
		CASE(pools_know_their_own),
	};

	return cmocka_run_group_tests(tests, once, NULL);
}
