/*
 * empty_ccs_test.c: 14 03 03 00 00, the five bytes that stopped the first Pinata.
 *
 * 2015: a ChangeCipherSpec with nothing in it met code of the first Pinata's TLS library that read its first byte: five
 * bytes of any stranger raised an exception where an alert should have been.
 *
 * Performed: the five bytes to both roles and versions, first of all, within the handshake, and when connected.
 */
#include "tests/attacks/relay.h"

static struct relay relay;

#define FIVE	SPAN_LITERAL("\x14\x03\x03\x00\x00")

static void
five_bytes_get_an_alert(void **state)
{
	(void)state;
	for (unsigned version = 12; version < 14; version++) {
		relay_configure(&relay, version, false);
		for (unsigned step = 0; step < 2; step++) {
			relay_start(&relay);
			if (step == 1)
				relay_pass(&relay.client, &relay.server);
			relay_feed(&relay.server, FIVE);
			relay_refused(&relay.server, ALERT_UNEXPECTED_MESSAGE);
			assert_true(relay_said(&relay.server).len >= 7);
			relay_feed(&relay.client, FIVE);
			relay_refused(&relay.client, ALERT_UNEXPECTED_MESSAGE);
			relay_free(&relay);
		}
		/* Where the record is not sealed, TLS 1.2 sees no more than a record that does not authenticate. */
		relay_connect(&relay);
		relay_feed(&relay.server, FIVE);
		relay_refused(&relay.server, version == 12 ? ALERT_BAD_RECORD_MAC : ALERT_UNEXPECTED_MESSAGE);
		relay_feed(&relay.client, FIVE);
		relay_refused(&relay.client, version == 12 ? ALERT_BAD_RECORD_MAC : ALERT_UNEXPECTED_MESSAGE);
		relay_free(&relay);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(five_bytes_get_an_alert),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
