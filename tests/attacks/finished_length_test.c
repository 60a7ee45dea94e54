/*
 * finished_length_test.c: a proof compared as far as it goes.
 *
 * A comparison that takes its length from the peer accepts the empty proof (so CVE-2017-5689, in Intel's AMT), and a
 * proof of one byte is guessed in 256 tries.
 *
 * Performed: each right prefix of a right Finished, and the right one with a byte more.  Its length is the hash's.
 */
#include "tests/tlsstack/peer.h"

static struct peer_world world;
static struct peer peer;

static void
only_all_of_it(void **state)
{
	static const struct hello_spec GOOD;

	(void)state;
	for (size_t len = 0; len <= 33; len++) {
		uint8_t room[128] = { 0 };

		peer_init(&peer, &world.config);
		peer_hello(&peer, &GOOD);
		peer_read(&peer);
		assert_int_equal(peer_finished_build(&peer, room, sizeof room).len, 4 + 32);
		room[3] = (uint8_t)len;
		peer_record(&peer, RECORD_HANDSHAKE, (struct span){ room, 4 + len });
		if (len == 32) {
			assert_true(peer.established);
		} else {
			peer_expect_alert(&peer, ALERT_DECODE_ERROR);
			assert_false(peer.established);
		}
		peer_free(&peer);
	}
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
		cmocka_unit_test(only_all_of_it),
	};

	return cmocka_run_group_tests(tests, make_world, NULL);
}
