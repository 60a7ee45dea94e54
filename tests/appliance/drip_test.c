/*
 * drip_test.c: a thousand connections that announce a record of 16 KiB and then drip, against the appliance's
 * sessions and pools and the real TLS engine.  No record buffer is free: the oldest that holds one is closed, and
 * a good client among them gets the prize.  The clock is the test's.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#define FAKE_CONNS	1100
#define FAKE_IN_MAX	8192
#define FAKE_OUT_MAX	16384

#include "appliance/backs.h"
#include "appliance/events.h"
#include "appliance/identity.h"
#include "appliance/limits.h"
#include "appliance/pool.h"
#include "appliance/prize.h"
#include "appliance/sessions.h"
#include "tests/appliance/fake_net.h"
#include "wallet/wallet.h"

#define DRIPS		1000u
#define VISIT_EVERY	50u		/* drippers between two good clients */
#define TURN_NS		1000000u	/* a dripper comes each millisecond, and each of those who are there drips */
#define PATIENCE	100u		/* turns that a good client may have to wait: a tenth of a second */
#define PRIZE_PORT	10000
#define ITSELF_PORT	10002		/* the machine as a client has what wins at 10000 */
#define PEER		0x0b000001u
#define GOOD		0x0a000202u

static const uint8_t KEY[WALLET_KEY_LEN] = { [31] = 3 };
static const char SECRET[] = "cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87KcLPVfXz";
static uint64_t now = 1000000000;
static struct net_conn *drips[DRIPS];
static size_t num_drips;

static void
drip_begin(bool neighbours)
{
	/* A handshake record of 16,384 bytes, and in it a ClientHello that fills it. */
	static const uint8_t ANNOUNCED[] = { 22, 3, 1, 0x40, 0, 1, 0, 0x3f, 0xfc };

	drips[num_drips] = fake_connect(neighbours ? PEER : PEER + ((uint32_t)num_drips << 8), PRIZE_PORT);
	fake_say(drips[num_drips++], SPAN_ARRAY(ANNOUNCED));
}

static void
turn(void)
{
	static const uint8_t DROP[] = { 3 };

	for (size_t i = 0; i < num_drips; i++)
		if (!fake_ended(drips[i]) && !drips[i]->finished)
			fake_say(drips[i], SPAN_ARRAY(DROP));
	for (unsigned i = 0; i < 200 && sessions_step(now) == now; i++)
		assert_in_range(pool_num_buffers(), 0, POOL_BUFFERS);
	now += TURN_NS;
}

/* ---- A good client ---------------------------------------------------------------------- */

static struct visitor {
	struct net_conn *conn;
	union tls_conn_store store;
	struct tls_conn *tls;
	uint8_t buffer[TLS_BUFFER_SIZE];
	size_t read;
	unsigned waited;
	bool won;
} visitor;

static void
visitor_begin(void)
{
	uint8_t seed[TLS_SEED_LEN];

	visitor = (struct visitor){ .conn = fake_connect(GOOD, PRIZE_PORT) };
	plat_seed(seed);
	visitor.tls = tls_init(&visitor.store, identity_config(services_find(ITSELF_PORT)), seed, plat_wall_s());
}

/* Read what came, answer, look for the prize. */
static void
visitor_turn(void)
{
	struct cursor in = cursor_of((struct span){ visitor.conn->out + visitor.read, visitor.conn->out_len - visitor.read });
	uint8_t room[TLS_OUT_MIN];
	enum tls_event event;

	do {
		struct outbuf out = outbuf_of(room, sizeof room);
		struct span app;

		event = tls_step(visitor.tls, &out, &app, &in);
		if (event == TLS_WANT_BUFFER)
			tls_lend(visitor.tls, visitor.buffer);
		if (event == TLS_DATA && memmem(app.ptr, app.len, SECRET, strlen(SECRET)) != NULL)
			visitor.won = true;
		if (event == TLS_FAILED)
			fail_msg("the good client: %s", tls_error_name(tls_failure(visitor.tls)->code));
		if (!fake_ended(visitor.conn) && !visitor.conn->finished)
			fake_say(visitor.conn, outbuf_span(&out));
	} while (event != TLS_WANT_INPUT);
	visitor.read = visitor.conn->out_len;
	visitor.conn->room = 5840;
	visitor.waited++;
}

/* The prize, before patience ends, while they come and drip. */
static void
must_win(bool neighbours)
{
	visitor_begin();
	while (!visitor.won && visitor.waited < PATIENCE) {
		visitor_turn();
		if (num_drips < DRIPS)
			drip_begin(neighbours);
		turn();
	}
	assert_true(visitor.won);
	(void)tls_wipe(visitor.tls);
}

/* ---- The tests --------------------------------------------------------------------------- */

static int
world(void **state)
{
	static const struct boot BOOT = { .address = 0x0a00020f, .netmask = 0xffffff00, .chain = WALLET_REGTEST };
	static const uint8_t SEED[32] = { 1 };

	(void)state;
	if (!wallet_init(WALLET_REGTEST, KEY, NULL, SEED))
		return 1;
	identity_init(&BOOT, plat_wall_s());
	backs_init(&BOOT);
	events_init(true);
	return 0;
}

static void
nobody_left(void)
{
	now += 100 * (uint64_t)SESSION_SECOND_NS;
	(void)sessions_step(now);
	assert_int_equal(sessions_num(), 0);
	assert_int_equal(pool_num_buffers() + pool_num_states(), 0);
	fake_num_conns = num_drips = 0;
	fake_log_len = 0;
}

/* As many as hold buffers, and one who waits: the oldest goes when his time is over, and nobody else. */
static void
the_oldest_holder_goes(void **state)
{
	size_t holders;

	(void)state;
	do {
		holders = pool_num_buffers();
		drip_begin(false);
		turn();
	} while (pool_num_buffers() > holders);
	assert_int_equal(num_drips, holders + 1);
	assert_true(holders > 0 && holders <= POOL_BUFFERS && pool_num_states() < POOL_STATES);
	for (unsigned i = 0; i <= SESSION_BUFFER_GRACE_NS / TURN_NS && !fake_ended(drips[0]); i++)
		turn();
	assert_true(drips[0]->aborted);
	for (size_t i = 1; i < num_drips; i++)
		assert_false(fake_ended(drips[i]));
	assert_int_equal(pool_num_buffers(), holders);	/* who waited has it */
	nobody_left();
}

static void
thousand(bool neighbours)
{
	unsigned visits = 0, slowest = 0;

	while (num_drips < DRIPS) {
		drip_begin(neighbours);
		turn();
		if (num_drips % VISIT_EVERY != 0)
			continue;
		must_win(neighbours);
		slowest = visitor.waited > slowest ? visitor.waited : slowest;
		visits++;
	}
	print_message("%u good clients, the slowest in %u turns\n", visits, slowest);
	assert_true(visits >= 5);
	nobody_left();
}

static void
a_thousand_drip(void **state)
{
	(void)state;
	thousand(false);
}

static void
a_thousand_drip_from_one_address(void **state)
{
	(void)state;
	thousand(true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_oldest_holder_goes),
		cmocka_unit_test(a_thousand_drip),
		cmocka_unit_test(a_thousand_drip_from_one_address),
	};

	return cmocka_run_group_tests(tests, world, NULL);
}
