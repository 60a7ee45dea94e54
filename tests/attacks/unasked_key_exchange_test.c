/*
 * unasked_key_exchange_test.c: FREAK, the exchange that nobody asked for (CVE-2015-0204).
 *
 * Bhargavan and others, 2015: clients that had offered no export suite still took the server's ServerKeyExchange
 * with a 512-bit RSA key, and clients of plain RSA were led there by an attacker who changed the suite in the
 * hellos.  He factored the key and owned the session.  (The key itself: export_key_test.c.)
 *
 * Performed to a TLS 1.2 client: hellos that choose RSA, export RSA, anonymous, static and unoffered suites; then
 * a key exchange that is RSA parameters, and explicit curve parameters, where ECDHE was agreed.
 */
#include "tests/attacks/relay.h"

static struct relay relay;

static void
a_suite_that_was_not_offered(void **state)
{
	static const uint16_t SUITES[] = { 0x0003 /* RSA_EXPORT_WITH_RC4_40 */, 0x0008, 0x002f /* RSA */, 0x009c, 0x0014 /* DHE export */,
	    0x0018 /* anonymous */, 0x0000, 0xc004 /* static ECDH */, 0xc02f /* ECDHE_RSA */, 0xc02c, 0x1301 };

	(void)state;
	relay_configure(&relay, 12, false);
	for (size_t i = 0; i < sizeof SUITES / sizeof SUITES[0]; i++) {
		uint8_t *hello;

		relay_start(&relay);
		relay_pass(&relay.client, &relay.server);
		hello = relay_message(&relay.server, MSG_SERVER_HELLO);
		assert_non_null(hello);
		hello += 4 + 2 + 32;
		hello[1 + hello[0]] = (uint8_t)(SUITES[i] >> 8);
		hello[2 + hello[0]] = (uint8_t)SUITES[i];
		relay_pass(&relay.server, &relay.client);
		relay_refused(&relay.client, ALERT_ILLEGAL_PARAMETER);
		relay_free(&relay);
	}
}

/* Modulus of 64 bytes, exponent 65537; and prime-field parameters of the client's worst enemy. */
static void
parameters_that_were_not_agreed(void **state)
{
	static const char *const EXCHANGES[] = {
		"0c0000080002b785000301" "0001", "0c000005010001aa00", "0c00000102", "0c000004030013" "00", "0c00000403001700",
	};

	(void)state;
	relay_configure(&relay, 12, false);
	for (size_t i = 0; i < sizeof EXCHANGES / sizeof EXCHANGES[0]; i++) {
		relay_start(&relay);
		relay_pass(&relay.client, &relay.server);
		for (unsigned n = 0; n < 2; n++) {
			const uint8_t *message = relay_message(&relay.server, n == 0 ? MSG_SERVER_HELLO : MSG_CERTIFICATE);

			relay_record(&relay.client, NULL, RECORD_HANDSHAKE,
			    (struct span){ message, 4 + (size_t)(256 * message[2] + message[3]) });
		}
		assert_int_equal(relay.client.conn->hs.state, HS_EXPECT_SERVER_KEY_EXCHANGE);
		relay_hex(&relay.client, NULL, RECORD_HANDSHAKE, EXCHANGES[i]);
		assert_true(relay.client.failed && !tls_failure(relay.client.conn)->alert_received);
		relay_free(&relay);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_suite_that_was_not_offered),
		cmocka_unit_test(parameters_that_were_not_agreed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
