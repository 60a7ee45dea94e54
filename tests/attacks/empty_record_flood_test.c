/*
 * empty_record_flood_test.c: records with nothing in them.
 *
 * An empty record is legal, costs its sender 22 bytes and its reader a decryption, and yields nothing to the
 * application: code that loops "until there is data" never comes back to its other connections, and no deadline of
 * silence runs out.
 *
 * Performed: empty records without end, to both roles and versions.  Each step reads one record, so that others
 * get their turn; the 33rd in a row ends the connection.  Empty handshake records end it at once.
 */
#include "tests/attacks/relay.h"

static struct relay relay;

static void
flood(void **state)
{
	(void)state;
	for (unsigned version = 12; version < 14; version++) {
		relay_configure(&relay, version, false);
		for (unsigned role = 0; role < 2; role++) {
			struct relay_end *victim = role == 0 ? &relay.server : &relay.client;
			struct relay_end *other = role == 0 ? &relay.client : &relay.server;
			unsigned taken = 0;

			relay_connect(&relay);
			while (taken < 1000) {
				relay_hex(victim, &other->conn->write, RECORD_DATA, "");
				if (victim->failed)
					break;
				taken++;
			}
			assert_int_equal(taken, 32);
			relay_refused(victim, ALERT_UNEXPECTED_MESSAGE);
			relay_free(&relay);
			relay_connect(&relay);
			relay_hex(victim, &other->conn->write, RECORD_HANDSHAKE, "");
			relay_refused(victim, ALERT_UNEXPECTED_MESSAGE);
			relay_free(&relay);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
