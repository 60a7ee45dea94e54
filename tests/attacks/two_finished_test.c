/*
 * two_finished_test.c: the end of a handshake, twice.
 *
 * A state machine that falls back a step when it sees a message again (SMACK found them in five libraries) can be
 * led to run the end of a handshake twice: the second time with what the first has wiped.
 *
 * Performed: Finished again, under the right key, to each role of each version.  CONNECTED has no row for it.
 */
#include "tests/attacks/relay.h"

static struct relay relay;

static void
the_second_is_refused(void **state)
{
	(void)state;
	for (unsigned version = 12; version < 14; version++) {
		const char *again = version == 12 ? "1400000c000000000000000000000000" :
		    "140000200000000000000000000000000000000000000000000000000000000000000000";

		relay_configure(&relay, version, false);
		relay_connect(&relay);
		relay_hex(&relay.server, &relay.client.conn->write, RECORD_HANDSHAKE, again);
		relay_refused(&relay.server, ALERT_UNEXPECTED_MESSAGE);
		assert_int_equal(relay.server.num_established, 1);
		relay_free(&relay);
		relay_connect(&relay);
		relay_hex(&relay.client, &relay.server.conn->write, RECORD_HANDSHAKE, again);
		relay_refused(&relay.client, ALERT_UNEXPECTED_MESSAGE);
		assert_int_equal(relay.client.num_established, 1);
		relay_free(&relay);
	}
}

static void
the_same_again(void **state)
{
	static const struct hello_spec GOOD;
	static struct peer peer;
	uint8_t room[128];
	struct span finished;

	(void)state;
	relay_configure(&relay, 13, false);
	peer_init(&peer, &relay.server_config);
	peer_hello(&peer, &GOOD);
	peer_read(&peer);
	finished = peer_finished_build(&peer, room, sizeof room);
	peer_say(&peer, finished);
	assert_int_equal(peer.num_established, 1);
	peer_key(&peer, &peer.write, &peer.client_ap);
	peer_record(&peer, RECORD_HANDSHAKE, finished);
	peer_expect_alert(&peer, ALERT_UNEXPECTED_MESSAGE);
	assert_int_equal(peer.num_established, 1);
	peer_free(&peer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_second_is_refused),
		cmocka_unit_test(the_same_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
