/*
 * skipped_state_test.c: SMACK and SKIP-TLS, messages that are just not sent.
 *
 * Beurdouche and others, 2015: composed state machines let peers leave out messages.  Java and CyaSSL clients took
 * a server's Finished right after its certificate: no key, no signature, no encryption, and anybody was any
 * server (SKIP-TLS, CVE-2014-6593).  Servers took clients whose CertificateVerify was missing (CVE-2015-0205).
 *
 * Performed in TLS 1.2, both roles: every message of either flight left out, one at a time; and a server's
 * Finished in the clear at each moment.  One state has the rows of one step; the table is all there is.
 */
#include "tests/attacks/relay.h"

static struct relay relay;

static const uint8_t SERVERS_FLIGHT[] = { MSG_SERVER_HELLO, MSG_CERTIFICATE, MSG_SERVER_KEY_EXCHANGE, MSG_SERVER_HELLO_DONE };

static void
every_message_of_a_server_is_needed(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * sizeof SERVERS_FLIGHT; i++) {
		relay_configure(&relay, 12, i % 2 == 1);	/* and with a CertificateRequest among them */
		relay_start(&relay);
		relay_pass(&relay.client, &relay.server);
		assert_non_null(relay_message(&relay.server, SERVERS_FLIGHT[i / 2]));
		relay_pass_without(&relay.server, &relay.client, SERVERS_FLIGHT[i / 2], 0);
		if (SERVERS_FLIGHT[i / 2] == MSG_SERVER_HELLO_DONE)
			relay_hex(&relay.client, NULL, RECORD_CHANGE_CIPHER_SPEC, "01");
		relay_refused(&relay.client, ALERT_UNEXPECTED_MESSAGE);
		assert_int_equal(relay.client.num_established, 0);
		relay_free(&relay);
	}
}

/* SKIP-TLS: after `len` messages of the flight the attacker has had enough, and says Finished. */
static void
no_finished_in_the_clear(void **state)
{
	(void)state;
	relay_configure(&relay, 12, false);
	for (size_t len = 0; len <= sizeof SERVERS_FLIGHT; len++) {
		relay_start(&relay);
		relay_pass(&relay.client, &relay.server);
		for (size_t i = 0; i < len; i++) {
			const uint8_t *message = relay_message(&relay.server, SERVERS_FLIGHT[i]);

			assert_non_null(message);
			relay_record(&relay.client, NULL, RECORD_HANDSHAKE,
			    (struct span){ message, 4 + (size_t)(256 * message[2] + message[3]) });
			assert_false(relay.client.failed);
		}
		relay_hex(&relay.client, NULL, RECORD_HANDSHAKE, "1400000c000000000000000000000000");
		relay_refused(&relay.client, ALERT_UNEXPECTED_MESSAGE);
		assert_int_equal(relay.client.num_established, 0);
		relay_free(&relay);
	}
}

static void
every_message_of_a_client_is_needed(void **state)
{
	static const uint8_t LEFT_OUT[] = { MSG_CERTIFICATE, MSG_CLIENT_KEY_EXCHANGE, MSG_CERTIFICATE_VERIFY };

	(void)state;
	relay_configure(&relay, 12, true);
	for (size_t i = 0; i < 1 + sizeof LEFT_OUT; i++) {
		relay_start(&relay);
		relay_pass(&relay.client, &relay.server);
		relay_pass(&relay.server, &relay.client);
		if (i < sizeof LEFT_OUT) {
			assert_non_null(relay_message(&relay.client, LEFT_OUT[i]));
			relay_pass_without(&relay.client, &relay.server, LEFT_OUT[i], 0);
		} else {
			relay_pass_without(&relay.client, &relay.server, 0, RECORD_CHANGE_CIPHER_SPEC);
		}
		assert_true(relay.server.failed);
		assert_int_equal(tls_failure(relay.server.conn)->alert, ALERT_UNEXPECTED_MESSAGE);
		assert_int_equal(relay.server.num_established, 0);
		assert_null(tls_peer(relay.server.conn));
		relay_free(&relay);
	}
	/* And with nothing left out, cut into the same pieces, it is a handshake. */
	relay_start(&relay);
	relay_pass(&relay.client, &relay.server);
	relay_pass_without(&relay.server, &relay.client, 0, 0);
	relay_pass_without(&relay.client, &relay.server, 0, 0);
	assert_int_equal(relay.server.num_established, 1);
	relay_free(&relay);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_message_of_a_server_is_needed),
		cmocka_unit_test(no_finished_in_the_clear),
		cmocka_unit_test(every_message_of_a_client_is_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
