/*
 * triple_handshake_test.c: two sessions with one master secret.
 *
 * Bhargavan and others, 2014: in TLS 1.2 the master secret did not depend on the certificates.  A server that a
 * victim chose to talk to made a second session, with another server, of the same secret and randoms, and what the
 * client then proved was proved to both.  RFC 7627's extended master secret hashes the whole handshake.
 *
 * Performed: both roles are offered a handshake without it, and refuse; and one in which an attacker renamed the
 * extension on its way.  There is no code that could make the old secret.
 */
#include "tests/attacks/relay.h"

static struct relay relay;

static void
no_handshake_without_extended_master_secret(void **state)
{
	uint8_t *hello;
	unsigned renamed = 0;

	(void)state;
	relay_configure(&relay, 12, false);
	relay_start(&relay);
	hello = relay_message(&relay.client, MSG_CLIENT_HELLO);
	assert_non_null(hello);
	for (uint8_t *at = hello + 39; at + 4 <= relay.client.out + relay.client.out_len; at++)
		if (memcmp(at, "\x00\x17\x00\x00", 4) == 0) {
			at[0] = at[1] = 0xfa;
			renamed++;
		}
	assert_int_equal(renamed, 1);
	relay_pass(&relay.client, &relay.server);
	relay_refused(&relay.server, ALERT_HANDSHAKE_FAILURE);
	relay_hex(&relay.client, NULL, RECORD_HANDSHAKE, "0200002d0303"
	    "0900000000000000000000000000000000000000000000000000000000000000" "00c02b00" "0005ff01000100");
	relay_refused(&relay.client, ALERT_HANDSHAKE_FAILURE);
	assert_int_equal(tls_failure(relay.client.conn)->code, TLS_ERR_NO_EXTENDED_MASTER_SECRET);
	relay_free(&relay);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_handshake_without_extended_master_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
