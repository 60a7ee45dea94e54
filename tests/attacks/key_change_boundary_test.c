/*
 * key_change_boundary_test.c: bytes that stand on both sides of a change of keys.
 *
 * RFC 8446, 5.1, learnt from proofs that failed (Fournet and others, 2012 to 2018): if a record ends later than the message
 * that changes the keys, its rest was protected by the old key, or by none, and is read as if by the new one.
 * An attacker can so put a word of his own into the encrypted part of somebody else's handshake.
 *
 * Performed: bytes after each message that changes keys, in its record, and the start of a message before
 * ChangeCipherSpec.
 */
#include "tests/attacks/relay.h"

static struct relay relay;

static void
after_the_servers_hello(void **state)
{
	uint8_t *hello;
	size_t len;

	(void)state;
	relay_configure(&relay, 13, false);
	relay_start(&relay);
	relay_pass(&relay.client, &relay.server);
	hello = relay_message(&relay.server, MSG_SERVER_HELLO);
	assert_non_null(hello);
	len = 4 + (size_t)(256 * hello[2] + hello[3]);
	bytes_copy(hello + len, (const uint8_t *)"\x08\x00\x00\x02\x00\x00", 6);	/* EncryptedExtensions of the attacker */
	relay_record(&relay.client, NULL, RECORD_HANDSHAKE, (struct span){ hello, len + 6 });
	relay_refused(&relay.client, ALERT_UNEXPECTED_MESSAGE);
	relay_free(&relay);
}

static void
after_hello_finished_and_key_update(void **state)
{
	static const struct hello_spec GOOD;
	static const uint8_t TWO[] = { MSG_KEY_UPDATE, 0, 0, 1, 0, MSG_KEY_UPDATE, 0, 0, 1, 0 };
	static struct peer peer;
	uint8_t room[2048];
	struct span message;

	(void)state;
	relay_configure(&relay, 13, false);
	for (unsigned step = 0; step < 3; step++) {
		peer_init(&peer, &relay.server_config);
		if (step == 0) {
			message = peer_hello_build(&peer, room, sizeof room - 5, &GOOD);
		} else if (step == 1) {
			peer_hello(&peer, &GOOD);
			peer_read(&peer);
			message = peer_finished_build(&peer, room, sizeof room - 5);
		} else {
			peer_connect(&peer, NULL);
			bytes_copy(room, TWO, 5);
			message = (struct span){ room, 5 };
		}
		bytes_copy(room + message.len, TWO, 5);
		peer_record(&peer, RECORD_HANDSHAKE, (struct span){ room, message.len + 5 });
		peer_expect_alert(&peer, ALERT_UNEXPECTED_MESSAGE);
		peer_free(&peer);
	}
}

static void
before_change_cipher_spec(void **state)
{
	(void)state;
	relay_configure(&relay, 12, false);
	relay_start(&relay);
	relay_pass(&relay.client, &relay.server);
	relay_pass(&relay.server, &relay.client);
	relay_feed(&relay.server, (struct span){ relay.client.out + relay.client.sent,
	    5 + 4 + (size_t)relay_message(&relay.client, MSG_CLIENT_KEY_EXCHANGE)[3] });
	assert_int_equal(relay.server.conn->hs.state, HS_EXPECT_CHANGE_CIPHER_SPEC);
	relay_hex(&relay.server, NULL, RECORD_HANDSHAKE, "14");		/* a Finished begins in the clear */
	relay_hex(&relay.server, NULL, RECORD_CHANGE_CIPHER_SPEC, "01");
	relay_refused(&relay.server, ALERT_UNEXPECTED_MESSAGE);
	relay_free(&relay);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(after_the_servers_hello),
		cmocka_unit_test(after_hello_finished_and_key_update),
		cmocka_unit_test(before_change_cipher_spec),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
