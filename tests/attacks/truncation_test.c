/*
 * truncation_test.c: an end that the attacker chose.
 *
 * Smyth and Pironti, 2013: who cuts the TCP connection at a moment of his choice hides the rest of what was said;
 * services took a FIN for the end of the message, and left users logged in who had logged out.
 *
 * Performed: all but the last record of a conversation; a close_notify in the clear, which anybody can write; one
 * flipped on its way; then the real one.  Only the last is an end.  (A FIN is not an input of the engine: what
 * never says TLS_PEER_CLOSED was cut.)
 */
#include "tests/attacks/relay.h"

static struct relay relay;

static void
only_close_notify_is_an_end(void **state)
{
	(void)state;
	for (unsigned version = 12; version < 14; version++) {
		relay_configure(&relay, version, false);
		for (unsigned role = 0; role < 2; role++) {
			struct relay_end *victim = role == 0 ? &relay.server : &relay.client;
			struct relay_end *other = role == 0 ? &relay.client : &relay.server;
			struct outbuf out;

			for (unsigned flip = 0; flip < 3; flip++) {
				relay_connect(&relay);
				relay_record(victim, &other->conn->write, RECORD_DATA, SPAN_LITERAL("pay 1"));
				assert_false(victim->closed || victim->failed);		/* cut here */
				if (flip == 2) {
					relay_hex(victim, NULL, RECORD_ALERT, "0100");
				} else {
					out = outbuf_of(other->out + other->out_len, sizeof other->out - other->out_len);
					tls_close(other->conn, &out);
					out.ptr[out.len - 1] ^= (uint8_t)flip;
					relay_feed(victim, outbuf_span(&out));
				}
				assert_int_equal(victim->closed, flip == 0);
				assert_int_equal(victim->failed, flip != 0);
				assert_int_equal(victim->data_len, 5);
				relay_free(&relay);
			}
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_close_notify_is_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
