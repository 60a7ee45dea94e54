/*
 * table.h: what tests of sessions share: a wallet, an identity and pages over fakes.h, and the
 * check that whatever was taken has been given back.  Include it in one file of a test program.
 */
#ifndef TESTS_TABLE_H
#define TESTS_TABLE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "appliance/backs.h"
#include "appliance/events.h"
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

enum { PAGE = 80, WEB = 443, PRIZE = 10000, BACK = 10001, THERE = 10002 };
#define REQUEST	"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
#define AGAIN	"GET /robots.txt HTTP/1.1\r\nHost: a\r\n\r\n"
#define PEER	0x0a000202u

static uint64_t now;
static const struct boot BOOT = { .address = 0x0a00020f, .netmask = 0xffffff00, .chain = WALLET_REGTEST };
static const uint8_t KEY[WALLET_KEY_LEN] = { [31] = 3 };
static const char SECRET[] = "cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87KcLPVfXz";

static inline int
once(void **state)
{
	static const uint8_t SEED[32] = { 1 };

	(void)state;
	now = SESSION_SECOND_NS;
	if (!wallet_init(WALLET_REGTEST, KEY, NULL, SEED))
		return 1;
	identity_init(&BOOT, plat_wall_s());
	backs_init(&BOOT);
	events_init(true);
	page_init(&BOOT, SEED, plat_wall_s());
	return 0;
}

/* Each test starts with no connection, and time has passed for the event limiter. */
static inline int
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
static inline int
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

static inline uint64_t
outcome(uint16_t port, enum stats_outcome which) { return stats_outcomes(services_find(port), which); }

static inline bool
got(const struct net_conn *conn, const char *text)
{
	return memmem(conn->out, conn->out_len, text, strlen(text)) != NULL;
}

static inline void
run(void)
{
	for (unsigned i = 0; i < 200 && sessions_step(now) == now; i++)
		continue;
}

/* How often `text` was sent. */
static inline unsigned
times(const struct net_conn *conn, const char *text)
{
	unsigned num = 0;

	for (size_t at = 0; at + strlen(text) <= conn->out_len; at++)
		num += memcmp(conn->out + at, text, strlen(text)) == 0;
	return num;
}

/* Lets the peer acknowledge, so that long answers come out. */
static inline void
run_and_read(struct net_conn *conn)
{
	for (unsigned i = 0; i < 40 && !fake_ended(conn); i++) {
		conn->room = 5840;
		run();
	}
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, fresh, all_returned)

#endif
