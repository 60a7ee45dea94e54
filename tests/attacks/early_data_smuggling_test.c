/*
 * early_data_smuggling_test.c: 0-RTT, data before anybody has proved to be there.
 *
 * RFC 8446, 8 warns that early data can be replayed.  A server that takes it by accident has a request without a
 * handshake; one that skips it carelessly can be made to skip what counts, or to read without end.
 *
 * Performed: early data in the clear and under the handshake's key, with and without its announcement, and
 * EndOfEarlyData.  No byte reaches the application; what is skipped is bounded, and ends with the first real record.
 */
#include "tests/tlsstack/peer.h"

static struct peer_world world;
static struct peer peer;

static const struct hello_spec ANNOUNCED = { .append = 42 + 1 }, GOOD;
static uint8_t request[4000] = "GET /key HTTP/1.0";

static void
start(const struct hello_spec *spec)
{
	peer_init(&peer, &world.config);
	peer_hello(&peer, spec);
	peer_read(&peer);
}

/* As a record that looks protected: its key is one of an older session, so that we can not read it. */
static void
early(void)
{
	struct record_key keep = peer.write;

	peer.write.suite = NULL;
	peer_record(&peer, RECORD_DATA, SPAN_ARRAY(request));
	peer.write = keep;
}

static void
skipped_and_forgotten(void **state)
{
	(void)state;
	start(&ANNOUNCED);
	for (unsigned i = 0; i < TLS_EARLY_DATA_MAX / sizeof request; i++)
		early();
	peer_finish(&peer);
	assert_true(peer.established);
	assert_int_equal(peer.data_len, 0);
	early();			/* nothing is skipped any more */
	peer_expect_alert(&peer, ALERT_BAD_RECORD_MAC);
	peer_free(&peer);
	start(&ANNOUNCED);
	for (unsigned i = 0; i <= TLS_EARLY_DATA_MAX / sizeof request; i++)
		early();
	peer_expect_alert(&peer, ALERT_UNEXPECTED_MESSAGE);
	peer_free(&peer);
	start(&GOOD);			/* not announced: not skipped */
	early();
	peer_expect_alert(&peer, ALERT_BAD_RECORD_MAC);
	peer_free(&peer);
}

static void
not_under_the_handshakes_key(void **state)
{
	static const uint8_t END[] = { 5, 0, 0, 0 };

	(void)state;
	for (unsigned announced = 0; announced < 2; announced++) {
		start(announced ? &ANNOUNCED : &GOOD);
		peer_record(&peer, RECORD_DATA, SPAN_LITERAL("GET /key"));
		peer_expect_alert(&peer, ALERT_UNEXPECTED_MESSAGE);
		assert_int_equal(peer.data_len, 0);
		peer_free(&peer);
		start(announced ? &ANNOUNCED : &GOOD);
		peer_record(&peer, RECORD_HANDSHAKE, SPAN_ARRAY(END));
		peer_expect_alert(&peer, ALERT_UNEXPECTED_MESSAGE);
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
		cmocka_unit_test(skipped_and_forgotten),
		cmocka_unit_test(not_under_the_handshakes_key),
	};

	return cmocka_run_group_tests(tests, make_world, NULL);
}
