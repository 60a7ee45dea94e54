/*
 * twice_said_hello_test.c: a hello that says two things.
 *
 * One reader takes the first of two extensions of a kind, the next one the last: what a firewall has judged is not
 * what the server does, and code that allocates at each sight leaks or frees twice.  RFC 8446, 4.2 allows one.
 *
 * Performed: each extension that our server reads, twice, and unknown ones too, near and far apart.
 */
#include "tests/tlsstack/peer.h"

static struct peer_world world;
static struct peer peer;

static const struct { uint16_t code; const char *body; } EXTENSIONS[] = {
	{ 10, "0004001d0017" }, { 13, "00020403" }, { 43, "020304" },
	{ 51, "0024001d00200900000000000000000000000000000000000000000000000000000000000000" },
};
static const struct { uint16_t code; const char *body; } OTHERS[] = {
	{ 0, "0008000005" "6162632e64" }, { 23, "" }, { 28, "4000" }, { 16, "0003026832" }, { 0xff01, "00" }, { 0x4a4a, "" }, { 0x1234, "aa" },
};

static void
no_extension_twice(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof EXTENSIONS / sizeof EXTENSIONS[0]; i++) {
		const struct hello_spec spec = { .append = EXTENSIONS[i].code + 1, .append_body = EXTENSIONS[i].body };

		peer_init(&peer, &world.config);
		peer_hello(&peer, &spec);
		peer_expect_alert(&peer, ALERT_ILLEGAL_PARAMETER);
		assert_int_equal(tls_failure(peer.server)->code, TLS_ERR_DUPLICATE_EXTENSION);
		peer_free(&peer);
	}
	for (size_t i = 0; i < 2 * (sizeof OTHERS / sizeof OTHERS[0]); i++) {
		struct hello_spec spec = { .append = (uint16_t)(OTHERS[i / 2].code + 1), .append_body = OTHERS[i / 2].body };

		if (i % 2 == 1) {
			spec.append_2 = spec.append;
			spec.append_2_body = spec.append_body;
		}
		peer_init(&peer, &world.config);
		peer_hello(&peer, &spec);
		if (i % 2 == 1) {
			peer_expect_alert(&peer, ALERT_ILLEGAL_PARAMETER);
			assert_int_equal(tls_failure(peer.server)->code, TLS_ERR_DUPLICATE_EXTENSION);
		} else {
			assert_false(peer.failed);
		}
		peer_free(&peer);
	}
}

static int
make_world(void **state)
{
	(void)state;
	peer_world(&world, &tls13_server);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_extension_twice),
	};

	return cmocka_run_group_tests(tests, make_world, NULL);
}
