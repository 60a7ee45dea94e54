/*
 * early_ccs_test.c: keys before there are keys (CVE-2014-0224).
 *
 * Kikuchi, 2014: OpenSSL took a ChangeCipherSpec at any moment.  An attacker between two of them sent one to
 * each right after the hellos: both derived keys from an empty master secret, which he knew, and he read and
 * wrote all that followed.
 *
 * Performed to both roles of TLS 1.2, at each step where it is early.  A change of keys is a row of the table, and
 * only the state after the key exchange has it.  TLS 1.3 has no such message: one is dropped, changing nothing.
 */
#include "tests/attacks/relay.h"

static struct relay relay;

static void
no_early_change_of_keys(void **state)
{
	(void)state;
	relay_configure(&relay, 12, false);
	for (unsigned step = 0; step < 2; step++) {
		relay_start(&relay);
		if (step == 1)
			relay_pass(&relay.client, &relay.server);	/* CVE-2014-0224: hellos done, no key exchange */
		relay_hex(&relay.server, NULL, RECORD_CHANGE_CIPHER_SPEC, "01");
		relay_refused(&relay.server, ALERT_UNEXPECTED_MESSAGE);
		assert_null(relay.server.conn->read.suite);
		relay_free(&relay);
	}
	for (size_t step = 0; step < 4; step++) {
		/* After the server's hello, certificate, key exchange and, the client's turn to change, done. */
		static const uint8_t AFTER[] = { MSG_SERVER_HELLO, MSG_CERTIFICATE, MSG_SERVER_KEY_EXCHANGE };

		relay_start(&relay);
		relay_pass(&relay.client, &relay.server);
		for (size_t i = 0; i < step; i++) {
			const uint8_t *message = relay_message(&relay.server, AFTER[i]);

			assert_non_null(message);
			relay_record(&relay.client, NULL, RECORD_HANDSHAKE,
			    (struct span){ message, 4 + (size_t)(256 * message[2] + message[3]) });
			assert_false(relay.client.failed);
		}
		relay_hex(&relay.client, NULL, RECORD_CHANGE_CIPHER_SPEC, "01");
		relay_refused(&relay.client, ALERT_UNEXPECTED_MESSAGE);
		assert_null(relay.client.conn->read.suite);
		relay_free(&relay);
	}
}

static void
in_tls13_it_changes_nothing(void **state)
{
	uint64_t seq;

	(void)state;
	relay_configure(&relay, 13, false);
	relay_start(&relay);
	relay_pass(&relay.client, &relay.server);
	seq = relay.server.conn->read.seq;
	relay_hex(&relay.server, NULL, RECORD_CHANGE_CIPHER_SPEC, "01");
	assert_false(relay.server.failed);
	assert_int_equal(relay.server.conn->read.seq, seq);
	relay_hex(&relay.server, NULL, RECORD_CHANGE_CIPHER_SPEC, "01");
	relay_refused(&relay.server, ALERT_UNEXPECTED_MESSAGE);
	relay_free(&relay);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_early_change_of_keys),
		cmocka_unit_test(in_tls13_it_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
