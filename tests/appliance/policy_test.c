/*
 * policy_test.c: the services table and the decisions over it, enumerated.  Whatever else
 * happens on this machine: no row gives the prize to a peer that need not prove itself.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "appliance/policy.h"
#include "tests/appliance/fakes.h"
#include "tests/panics.h"

/* The only protocols whose handshake can not complete before the peer has proved itself. */
static const struct tls_protocol *const PROVING[] = { &tls13_server_client_cert_required, &tls13_client };

static bool
is_proving(const struct tls_protocol *protocol)
{
	for (size_t i = 0; i < sizeof PROVING / sizeof PROVING[0]; i++)
		if (PROVING[i] == protocol)
			return true;
	return false;
}

static void
prize_only_for_the_proved(void **state)
{
	unsigned num_prizes = 0;

	(void)state;
	for (size_t i = 0; i < SERVICE_NUM; i++) {
		if (SERVICES[i].gives != SERVICE_PRIZE)
			continue;
		num_prizes++;
		assert_true(SERVICES[i].num_protocols > 0);
		for (size_t j = 0; j < SERVICES[i].num_protocols; j++)
			assert_true(is_proving(SERVICES[i].protocols[j]));
		assert_true(SERVICES[i].peer_proves != SERVICE_NOBODY);
		assert_true(SERVICES[i].peer_proves != SERVICES[i].we_prove);
	}
	assert_int_equal(num_prizes, 3);
}

static void
rows_make_sense(void **state)
{
	(void)state;
	for (size_t i = 0; i < SERVICE_NUM; i++) {
		const struct service *row = &SERVICES[i];

		assert_true(row->port != 0);
		assert_ptr_equal(services_find(row->port), row);	/* no port twice */
		assert_int_equal(row->num_protocols > 0, row->protocols != NULL);
		if (row->num_protocols == 0) {
			assert_int_equal(row->we_prove, SERVICE_NOBODY);
			assert_int_equal(row->peer_proves, SERVICE_NOBODY);
		}
	}
	assert_panics((void)services_find(81));
}

/* Every (service, event, peer): what is not expected here must be the refusal. */
static void
everything_else_is_refused(void **state)
{
	static const struct {
		uint16_t port;
		enum policy_event event;
		bool must_be_proved;
		enum policy_action action;
	} EXPECTED[] = {
		{ 80,    POLICY_OPENED,      false, POLICY_WAIT },
		{ 80,    POLICY_FIRST_BYTE,  false, POLICY_READ_REQUESTS },
		{ 443,   POLICY_OPENED,      false, POLICY_WAIT },
		{ 443,   POLICY_FIRST_BYTE,  false, POLICY_START_TLS },
		{ 443,   POLICY_ESTABLISHED, false, POLICY_READ_REQUESTS },
		{ 443,   POLICY_DATA,        false, POLICY_READ_REQUESTS },
		{ 10000, POLICY_OPENED,      false, POLICY_WAIT },
		{ 10000, POLICY_FIRST_BYTE,  false, POLICY_START_TLS },
		{ 10000, POLICY_ESTABLISHED, true,  POLICY_GIVE_PRIZE },
		{ 10001, POLICY_OPENED,      false, POLICY_CALL_BACK },
		{ 10001, POLICY_CALLED,      false, POLICY_START_TLS },
		{ 10001, POLICY_ESTABLISHED, true,  POLICY_GIVE_PRIZE },
		{ 10002, POLICY_OPENED,      false, POLICY_START_TLS },
		{ 10002, POLICY_ESTABLISHED, true,  POLICY_GIVE_PRIZE },
	};
	unsigned num_moves = 0, num_refusals = 0;

	(void)state;
	for (size_t i = 0; i < SERVICE_NUM; i++)
		for (unsigned event = 0; event < POLICY_NUM_EVENTS; event++)
			for (unsigned peer = 0; peer < POLICY_NUM_PEERS; peer++) {
				enum policy_action want = POLICY_END;

				for (size_t j = 0; j < sizeof EXPECTED / sizeof EXPECTED[0]; j++)
					if (EXPECTED[j].port == SERVICES[i].port && EXPECTED[j].event == event
					    && (!EXPECTED[j].must_be_proved || peer == POLICY_PROVED))
						want = EXPECTED[j].action;
				assert_int_equal(policy_decide(&SERVICES[i], (enum policy_event)event,
				    (enum policy_peer)peer), want);
				num_moves += want != POLICY_END;
				num_refusals += want == POLICY_END;
			}
	assert_int_equal(num_moves, 25);
	assert_int_equal(num_refusals, SERVICE_NUM * POLICY_NUM_EVENTS * POLICY_NUM_PEERS - 25);
}

/* A row that the table must never have: the policy refuses it by itself. */
static void
plain_prize_is_never_given(void **state)
{
	static const struct service PLAIN = { 1, SERVICE_WAITS, SERVICE_PRIZE, NULL, 0, SERVICE_NOBODY, SERVICE_NOBODY };

	(void)state;
	for (unsigned event = 0; event < POLICY_NUM_EVENTS; event++)
		for (unsigned peer = 0; peer < POLICY_NUM_PEERS; peer++)
			assert_int_equal(policy_decide(&PLAIN, (enum policy_event)event, (enum policy_peer)peer),
			    event == POLICY_OPENED ? POLICY_WAIT : POLICY_END);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prize_only_for_the_proved),
		cmocka_unit_test(rows_make_sense),
		cmocka_unit_test(everything_else_is_refused),
		cmocka_unit_test(plain_prize_is_never_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
