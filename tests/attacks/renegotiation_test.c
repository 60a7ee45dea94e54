/*
 * renegotiation_test.c: what one began, another ends (CVE-2009-3555).
 *
 * Ray, Dispensa and Rex, 2009: an attacker opens a connection, says the start of a request, then relays a victim's
 * whole handshake inside it as a renegotiation.  The server takes both for one party: the victim's certificate,
 * or cookie, is attached to the attacker's request.  Triple handshake used it again.
 *
 * Performed: the victim's hello inside an attacker's connection, to both versions; a server that asks for a
 * renegotiation; renegotiation_info of another connection.  There is no second handshake in any of them.
 */
#include "tests/attacks/relay.h"

static struct relay relay;

static void
no_second_handshake(void **state)
{
	uint8_t hello[1024];
	struct span said, inside;

	(void)state;
	for (unsigned version = 12; version < 14; version++) {
		relay_configure(&relay, version, false);
		relay_start(&relay);
		said = relay_said(&relay.client);	/* the victim's */
		bytes_copy(hello, said.ptr, said.len);
		inside = (struct span){ hello + 5, said.len - 5 };
		relay_free(&relay);
		relay_connect(&relay);			/* the attacker's */
		relay_record(&relay.server, &relay.client.conn->write, RECORD_HANDSHAKE, inside);
		assert_int_equal(relay.server.num_established, 1);
		said = relay_said(&relay.server);
		if (version == 13) {
			relay_refused(&relay.server, ALERT_UNEXPECTED_MESSAGE);
		} else {
			/* RFC 5246, 7.2.2: told no by a warning; the connection is the attacker's as before. */
			assert_false(relay.server.failed);
			assert_int_equal(relay.server.conn->hs.state, HS_CONNECTED);
			assert_int_equal(said.ptr[0], RECORD_ALERT);
			assert_int_equal(said.len, 5 + 8 + 2 + CRYPTO_TAG_LEN);
			relay_hex(&relay.server, &relay.client.conn->write, RECORD_CHANGE_CIPHER_SPEC, "01");
			relay_refused(&relay.server, ALERT_UNEXPECTED_MESSAGE);
		}
		relay_free(&relay);
	}
}

static void
a_client_is_not_talked_into_one(void **state)
{
	(void)state;
	relay_configure(&relay, 12, false);
	relay_connect(&relay);
	relay_said(&relay.client);
	relay_hex(&relay.client, &relay.server.conn->write, RECORD_HANDSHAKE, "00000000");
	assert_false(relay.client.failed);
	assert_int_equal(relay_said(&relay.client).len, 0);
	relay_hex(&relay.client, &relay.server.conn->write, RECORD_HANDSHAKE, "02000000");
	relay_refused(&relay.client, ALERT_UNEXPECTED_MESSAGE);
	relay_free(&relay);
}

/* RFC 5746, 3.6: in a first handshake it is empty. */
static void
proof_of_another_connection(void **state)
{
	static struct peer peer;
	const struct hello_spec spec = { .suites = "0002c02b", .omit = 43 + 1, .append = 23 + 1,
	    .append_2 = 0xff01 + 1, .append_2_body = "0c000102030405060708090a0b" };

	(void)state;
	relay_configure(&relay, 12, false);
	peer_init(&peer, &relay.server_config);
	peer_hello(&peer, &spec);
	peer_expect_alert(&peer, ALERT_HANDSHAKE_FAILURE);
	peer_free(&peer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_second_handshake),
		cmocka_unit_test(a_client_is_not_talked_into_one),
		cmocka_unit_test(proof_of_another_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
