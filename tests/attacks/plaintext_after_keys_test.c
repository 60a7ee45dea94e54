/*
 * plaintext_after_keys_test.c: words in the clear, taken for words under keys.
 *
 * A reader that opens a record "if it is protected", by the record's own word, takes alerts or data in the clear
 * after keys are there: an attacker who has no key then ends, or writes into, a protected connection.
 *
 * Performed: alerts, data, handshake messages and a ChangeCipherSpec in the clear to each role of each version when
 * connected.  None is believed; not even the close_notify is an end.
 */
#include "tests/attacks/relay.h"

static struct relay relay;

static const struct { uint8_t type; const char *bytes; } WORDS[] = {
	{ RECORD_ALERT, "0100" }, { RECORD_ALERT, "0228" }, { RECORD_DATA, "474554202f20485454502f312e300d0a0d0a474554202f20" },
	{ RECORD_DATA, "" }, { RECORD_HANDSHAKE, "00000000" }, { RECORD_HANDSHAKE, "1800000100" }, { RECORD_CHANGE_CIPHER_SPEC, "01" },
};

static void
nothing_is_believed(void **state)
{
	(void)state;
	for (unsigned version = 12; version < 14; version++) {
		relay_configure(&relay, version, false);
		for (size_t i = 0; i < 2 * (sizeof WORDS / sizeof WORDS[0]); i++) {
			struct relay_end *victim = i % 2 == 0 ? &relay.server : &relay.client;
			uint8_t type = WORDS[i / 2].type;

			relay_connect(&relay);
			relay_hex(victim, NULL, type, WORDS[i / 2].bytes);
			/* TLS 1.3 hides the types: any but data is wrong at once.  TLS 1.2 opens it, and it does not. */
			relay_refused(victim, version == 13 && type != RECORD_DATA ? ALERT_UNEXPECTED_MESSAGE : ALERT_BAD_RECORD_MAC);
			assert_false(victim->closed);
			assert_int_equal(victim->data_len, 0);
			relay_free(&relay);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_believed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
