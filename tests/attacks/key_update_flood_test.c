/*
 * key_update_flood_test.c: derive, and derive, and derive.
 *
 * A KeyUpdate is five bytes, costs its reader a derivation and an AEAD
 * key, and may ask for one in return.  A peer that sends nothing else keeps a processor busy and, if each is
 * answered and not read, fills its memory with answers.
 *
 * Performed: KeyUpdates that ask for an answer, without end.  They get one answer, until we say something
 * ourselves; the 33rd in a row ends the connection.
 */
#include "tests/tlsstack/peer.h"

static struct peer_world world;
static struct peer peer;

static const uint8_t REQUEST[] = { MSG_KEY_UPDATE, 0, 0, 1, 1 };

static void
flood(void **state)
{
	size_t before;
	unsigned taken = 0;

	(void)state;
	peer_init(&peer, &world.config);
	peer_connect(&peer, NULL);
	before = peer.messages_len;
	while (taken < 1000) {
		peer_record(&peer, RECORD_HANDSHAKE, SPAN_ARRAY(REQUEST));
		if (peer.failed)
			break;
		tls13_next_traffic(peer.suite->hash, &peer.client_ap);
		peer_key(&peer, &peer.write, &peer.client_ap);
		taken++;
	}
	assert_int_equal(taken, 32);
	peer_expect_alert(&peer, ALERT_UNEXPECTED_MESSAGE);
	assert_int_equal(peer.messages_len - before, sizeof REQUEST);
	peer_free(&peer);
}

static int
make_world(void **state)
{
	(void)state;
	peer_world(&world, &tls13_server);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flood),
	};

	return cmocka_run_group_tests(tests, make_world, NULL);
}
