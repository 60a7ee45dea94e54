/*
 * heartbleed_test.c: a length that lies, answered with memory (CVE-2014-0160).
 *
 * Mehta and Codenomicon, 2014: OpenSSL answered a heartbeat (RFC 6520) with as many bytes as its inner length
 * announced, not as many as had come: 64 KiB of the process for a record of three bytes, before any
 * authentication.  The Bitcoin Pinata was built the year after, to show a stack where such a thing can not be said.
 *
 * Performed: the record of the published exploit, to both roles and versions, before and under keys.  There are no
 * heartbeats here: it ends the connection, and nothing leaves but one alert.
 */
#include "tests/attacks/relay.h"

static struct relay relay;

#define HEARTBEAT	24
#define EXPLOIT		"014000"	/* request, 16,384 bytes of payload, none of them present */

static void
attack(struct relay_end *victim, struct record_key *key)
{
	relay_said(victim);
	relay_hex(victim, key, HEARTBEAT, EXPLOIT);
	relay_refused(victim, ALERT_UNEXPECTED_MESSAGE);
	assert_in_range(relay_said(victim).len, 7, 7 + RECORD_OVERHEAD_MAX);
	relay_free(&relay);
}

static void
the_exploit_gets_one_alert(void **state)
{
	(void)state;
	for (unsigned version = 12; version < 14; version++) {
		relay_configure(&relay, version, false);
		relay_start(&relay);
		attack(&relay.server, NULL);		/* before a hello */
		relay_start(&relay);
		attack(&relay.client, NULL);
		relay_start(&relay);
		relay_pass(&relay.client, &relay.server);
		attack(&relay.server, NULL);		/* within the handshake, as the exploit did */
		relay_connect(&relay);
		attack(&relay.server, &relay.client.conn->write);
		relay_connect(&relay);
		attack(&relay.client, &relay.server.conn->write);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_exploit_gets_one_alert),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
