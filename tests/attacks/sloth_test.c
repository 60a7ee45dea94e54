/*
 * sloth_test.c: signatures over MD5 and SHA-1 (CVE-2015-7575).
 *
 * Bhargavan and Leurent, 2016: TLS 1.2 let peers sign handshakes with MD5, and many libraries took such signatures
 * even when they had not offered them.  Collisions of the transcript then let an attacker pass a client's
 * signature to another server.  SHA-1 followed in 2020 ("SHA-1 is a shambles").
 *
 * Performed: the scheme of each kind of signature of a handshake is changed to MD5 and SHA-1 ones, in both
 * roles; and a client that knows nothing better.  A scheme has a descriptor or does not exist; these have none.
 */
#include "tests/attacks/relay.h"

static struct relay relay;

static const uint16_t WEAK[] = { 0x0101 /* MD5, RSA */, 0x0103, 0x0201 /* SHA-1, RSA */, 0x0202, 0x0203, 0x0303 /* SHA-224 */ };
#define NUM_WEAK	(sizeof WEAK / sizeof WEAK[0])

static void
put_scheme(uint8_t *at, uint16_t scheme)
{
	assert_memory_equal(at, "\x04\x03", 2);
	at[0] = (uint8_t)(scheme >> 8);
	at[1] = (uint8_t)scheme;
}

static void
tls12_signatures(void **state)
{
	(void)state;
	relay_configure(&relay, 12, true);
	for (size_t i = 0; i < NUM_WEAK; i++) {
		uint8_t *message;

		relay_start(&relay);
		relay_pass(&relay.client, &relay.server);
		message = relay_message(&relay.server, MSG_SERVER_KEY_EXCHANGE);
		assert_non_null(message);
		put_scheme(message + 4 + 4 + message[7], WEAK[i]);
		relay_pass(&relay.server, &relay.client);
		relay_refused(&relay.client, ALERT_ILLEGAL_PARAMETER);
		relay_free(&relay);

		relay_start(&relay);
		relay_pass(&relay.client, &relay.server);
		relay_pass(&relay.server, &relay.client);
		message = relay_message(&relay.client, MSG_CERTIFICATE_VERIFY);
		assert_non_null(message);
		put_scheme(message + 4, WEAK[i]);
		relay_pass(&relay.client, &relay.server);
		relay_refused(&relay.server, ALERT_ILLEGAL_PARAMETER);
		relay_free(&relay);
	}
}

static void
tls13_signatures(void **state)
{
	static const struct hello_spec GOOD;
	static struct peer peer;

	(void)state;
	relay_configure(&relay, 13, true);
	for (size_t i = 0; i < NUM_WEAK; i++) {
		uint8_t room[2048], verify[] = { MSG_CERTIFICATE_VERIFY, 0, 0, 5, (uint8_t)(WEAK[i] >> 8), (uint8_t)WEAK[i], 0, 1, 0 };

		peer_init(&peer, &relay.server_config);
		peer_hello(&peer, &GOOD);
		peer_read(&peer);
		peer_say(&peer, peer_certificate_build(room, sizeof room, &relay.world.client.credential));
		peer_say(&peer, SPAN_ARRAY(verify));
		peer_expect_alert(&peer, ALERT_ILLEGAL_PARAMETER);
		peer_free(&peer);
	}
}

static void
a_client_that_knows_nothing_better(void **state)
{
	static struct peer peer;

	(void)state;
	for (unsigned version = 12; version < 14; version++) {
		struct hello_spec spec = { .replace = 13 + 1, .body = "0006010102010203" };

		if (version == 12)
			spec = (struct hello_spec){ .replace = 13 + 1, .body = "0006010102010203", .omit = 43 + 1,
			    .suites = "0002c02b", .append = 23 + 1 };
		relay_configure(&relay, version, false);
		peer_init(&peer, &relay.server_config);
		peer_hello(&peer, &spec);
		peer_expect_alert(&peer, ALERT_HANDSHAKE_FAILURE);
		peer_free(&peer);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tls12_signatures),
		cmocka_unit_test(tls13_signatures),
		cmocka_unit_test(a_client_that_knows_nothing_better),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
