/*
 * downgrade_test.c: two that could speak TLS 1.3, made to speak less.
 *
 * Version fallback made POODLE possible (Moeller, Duong and Kotowicz, 2014): browsers that got no answer tried
 * again with an older version, so an attacker only had to drop hellos.  RFC 7507's SCSV says "I can do better"
 * in such a second try; RFC 8446, 4.1.3 puts a mark into the server's random, which is signed.
 *
 * Performed: an attacker renames supported_versions in a hello of TLS 1.3, so that both ends believe that the other
 * speaks 1.2 at most; then wipes the mark too; then a client's fallback with the SCSV.
 */
#include "tests/attacks/relay.h"

static struct relay relay;

static uint8_t *
extension(uint8_t *message, uint8_t code)
{
	for (uint8_t *at = message + 39; at < message + 500; at++)
		if (at[0] == 0 && at[1] == code && at[2] == 0 && at[3] < 20 && at[4] == at[3] - 1)
			return at;
	return NULL;
}

/* The server's answer in 1.2 to a hello of 1.3 without its supported_versions; the eight last bytes of its random. */
static uint8_t *
downgraded(void)
{
	uint8_t *versions, *hello;

	relay_start(&relay);
	versions = extension(relay_message(&relay.client, MSG_CLIENT_HELLO), 43);
	assert_non_null(versions);
	versions[0] = versions[1] = 0xfa;
	relay_pass(&relay.client, &relay.server);
	assert_int_equal(tls_info(relay.server.conn)->version, 0x0303);
	hello = relay_message(&relay.server, MSG_SERVER_HELLO);
	assert_non_null(hello);
	return hello + 4 + 2 + 24;
}

static void
the_mark_is_written_and_checked(void **state)
{
	uint8_t *mark;

	(void)state;
	relay_configure(&relay, 0, false);
	mark = downgraded();
	assert_memory_equal(mark, "DOWNGRD\x01", 8);
	relay_pass(&relay.server, &relay.client);
	relay_refused(&relay.client, ALERT_ILLEGAL_PARAMETER);
	relay_free(&relay);
	mark = downgraded();
	mark[7] = 0;			/* that of a server which is made to speak TLS 1.1 */
	relay_pass(&relay.server, &relay.client);
	relay_refused(&relay.client, ALERT_ILLEGAL_PARAMETER);
	relay_free(&relay);
	mark = downgraded();
	mark[0] ^= 1;			/* no mark any more: but the random is signed */
	relay_pass(&relay.server, &relay.client);
	relay_refused(&relay.client, ALERT_DECRYPT_ERROR);
	relay_free(&relay);
}

static void
a_fallback_is_told_so(void **state)
{
	static struct peer peer;
	const struct hello_spec spec = { .suites = "0004c02b5600", .omit = 43 + 1, .append = 23 + 1 };

	(void)state;
	relay_configure(&relay, 0, false);
	peer_init(&peer, &relay.server_config);
	peer_hello(&peer, &spec);
	peer_expect_alert(&peer, ALERT_INAPPROPRIATE_FALLBACK);
	peer_free(&peer);
	relay.server_config.protocols++;	/* who speaks no better has nothing to say against it */
	relay.server_config.num_protocols = 1;
	peer_init(&peer, &relay.server_config);
	peer_hello(&peer, &spec);
	assert_false(peer.failed);
	peer_free(&peer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_mark_is_written_and_checked),
		cmocka_unit_test(a_fallback_is_told_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
