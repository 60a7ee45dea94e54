/*
 * unchecked_plaintext_test.c: plaintext that was given out before its tag was checked.
 *
 * An AEAD that is used as a stream decrypts first and checks later: for a moment an attacker's bytes stand where the
 * application's are, and whether they leave depends on each path of errors (RFC 5116, 2.2 forbids it).
 *
 * Performed: a record with each of its bytes flipped, and all but its last byte, to both roles and versions.
 * The application gets nothing, and the plaintext is nowhere in the buffer either: open checks, then decrypts.
 */
#include "tests/attacks/relay.h"

static struct relay relay;

#define SECRET	"attack at dawn, by the northern gate"

static bool
in_buffer(const struct tls_conn *conn)
{
	for (size_t i = 0; conn->buffer != NULL && i + sizeof SECRET <= TLS_RECORD_MAX; i++)
		if (memcmp(conn->buffer + i, SECRET, sizeof SECRET - 1) == 0)
			return true;
	return false;
}

/* `flip`: the byte that is flipped; the record's length: none, but its last byte is missing. */
static size_t
attempt(unsigned role, size_t flip)
{
	struct relay_end *victim = role == 0 ? &relay.server : &relay.client;
	struct relay_end *other = role == 0 ? &relay.client : &relay.server;
	uint8_t room[256];
	struct outbuf out = outbuf_of(room, sizeof room);
	bool cut;

	relay_connect(&relay);
	record_seal(&other->conn->write, &out, 0x0303, RECORD_DATA, SPAN_LITERAL(SECRET));
	cut = flip == out.len;
	if (!cut)
		room[flip] ^= 0x01;
	relay_feed(victim, (struct span){ room, out.len - cut });
	assert_int_equal(victim->data_len, 0);
	assert_false(in_buffer(victim->conn));
	if (cut) {
		relay_feed(victim, (struct span){ room + out.len - 1, 1 });
		assert_int_equal(victim->data_len, sizeof SECRET - 1);
	} else if (flip >= RECORD_HEADER_LEN) {
		relay_refused(victim, ALERT_BAD_RECORD_MAC);
	}
	relay_free(&relay);
	return out.len;
}

static void
nothing_before_the_tag(void **state)
{
	(void)state;
	for (unsigned version = 12; version < 14; version++) {
		relay_configure(&relay, version, false);
		for (unsigned role = 0; role < 2; role++) {
			size_t len = attempt(role, RECORD_HEADER_LEN);

			for (size_t flip = 0; flip <= len; flip++)
				/* The second byte of the version is not looked at, but authenticated as read. */
				if (flip != 1 && flip != 2)
					(void)attempt(role, flip);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_before_the_tag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
