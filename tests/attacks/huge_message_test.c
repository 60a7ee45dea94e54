/*
 * huge_message_test.c: 16 MiB for four bytes.
 *
 * A handshake message has a length of 24 bits.  The first Pinata's library collected whatever was announced, 16 MiB a
 * connection, before anything was authenticated: a few connections fill a unikernel's memory.
 *
 * Performed: the longest announcement, to both roles and versions.  It is refused by its header alone: no byte of
 * the body is waited for, and no more than the one lent buffer exists.
 */
#include "tests/attacks/relay.h"

static struct relay relay;

static void
refused_by_its_header(void **state)
{
	(void)state;
	for (unsigned version = 12; version < 14; version++) {
		relay_configure(&relay, version, false);
		relay_start(&relay);
		relay_hex(&relay.server, NULL, RECORD_HANDSHAKE, "01ffffff");
		relay_refused(&relay.server, ALERT_ILLEGAL_PARAMETER);
		relay_hex(&relay.client, NULL, RECORD_HANDSHAKE, "02ffffff");
		relay_refused(&relay.client, ALERT_ILLEGAL_PARAMETER);
		relay_free(&relay);
	}
	/* Under keys, where a certificate is waited for; and once connected. */
	relay_configure(&relay, 13, true);
	relay_start(&relay);
	relay_pass(&relay.client, &relay.server);
	relay_pass(&relay.server, &relay.client);
	relay_said(&relay.client);
	{
		struct record_key key = relay.server.conn->read;

		relay_hex(&relay.server, &key, RECORD_HANDSHAKE, "0bffffff");
		relay_refused(&relay.server, ALERT_ILLEGAL_PARAMETER);
	}
	relay_free(&relay);
	relay_connect(&relay);
	relay_hex(&relay.client, &relay.server.conn->write, RECORD_HANDSHAKE, "04ffffff");
	relay_refused(&relay.client, ALERT_ILLEGAL_PARAMETER);
	relay_free(&relay);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refused_by_its_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
