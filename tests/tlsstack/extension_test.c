/*
 * extension_test.c: the bodies of a ClientHello's extensions, one wrong byte at a time.  alert_test.c has the hellos as such.
 */
#include "tests/tlsstack/peer.h"

#define E(code)		((uint16_t)((code) + 1))
#define NO_ALERT	255
#define ZERO32		"0000000000000000000000000000000000000000000000000000000000000000"
#define IDENTITY	"0004" "01020304" "00000000"
#define BINDER		"0021" "20" ZERO32

enum { SERVER_NAME = 0, SCHEMES = 13, ALPN = 16, PSK = 41, COOKIE = 44, PSK_MODES = 45 };

static struct peer_world world;
static struct peer peer;

static const struct { const char *name; uint16_t code; const char *body; uint8_t alert; } BODIES[] = {
	/* RFC 6066, 3 */
	{ "a host name", SERVER_NAME, "00050000026162", NO_ALERT },
	{ "a name of another kind, whatever it holds", SERVER_NAME, "00050100026100", NO_ALERT },
	{ "an empty host name", SERVER_NAME, "0003000000", ALERT_DECODE_ERROR },
	{ "a cut host name", SERVER_NAME, "000400000261", ALERT_DECODE_ERROR },
	{ "bytes after the names", SERVER_NAME, "0005000002616200", ALERT_DECODE_ERROR },
	{ "a host name with a blank", SERVER_NAME, "00050000026120", ALERT_ILLEGAL_PARAMETER },
	{ "a host name with DEL", SERVER_NAME, "0005000002617f", ALERT_ILLEGAL_PARAMETER },
	{ "a host name in Latin-1", SERVER_NAME, "000500000261e4", ALERT_ILLEGAL_PARAMETER },
	/* RFC 7301, 3.1 */
	{ "two protocols", ALPN, "0006026832026833", NO_ALERT },
	{ "a cut protocol", ALPN, "00020268", ALERT_DECODE_ERROR },
	{ "an empty one behind a good one", ALPN, "000402683200", ALERT_DECODE_ERROR },
	{ "bytes after the protocols", ALPN, "000302683200", ALERT_DECODE_ERROR },
	/* RFC 8446, 4.2.2, 4.2.3, 4.2.9 */
	{ "bytes after a cookie", COOKIE, "0001aa00", ALERT_DECODE_ERROR },
	{ "bytes after the schemes", SCHEMES, "0002040300", ALERT_DECODE_ERROR },
	{ "bytes after the modes", PSK_MODES, "010100", ALERT_DECODE_ERROR },
	/* 4.2.11: behind its modes */
	{ "an identity and its binder", PSK, "000a" IDENTITY BINDER, NO_ALERT },
	{ "bytes after the binders", PSK, "000a" IDENTITY BINDER "00", ALERT_DECODE_ERROR },
	{ "no identities", PSK, "0000" BINDER, ALERT_DECODE_ERROR },
	{ "no binders", PSK, "000a" IDENTITY "0000", ALERT_DECODE_ERROR },
	{ "neither", PSK, "00000000", ALERT_DECODE_ERROR },
	{ "an empty identity", PSK, "0006" "000000000000" BINDER, ALERT_DECODE_ERROR },
	{ "a cut identity", PSK, "0004" "00040102" BINDER, ALERT_DECODE_ERROR },
	{ "a cut age", PSK, "0009" "000401020304000000" BINDER, ALERT_DECODE_ERROR },
	{ "a cut binder", PSK, "000a" IDENTITY "0020" "20" "00000000000000000000000000000000000000000000000000000000000000",
	    ALERT_DECODE_ERROR },
	{ "a binder of 31 bytes", PSK, "000a" IDENTITY "0020" "1f" "00000000000000000000000000000000000000000000000000000000000000",
	    ALERT_DECODE_ERROR },
};

static void
bodies(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof BODIES / sizeof BODIES[0]; i++) {
		struct hello_spec spec = { 0 };

		if (BODIES[i].code == SCHEMES) {
			spec.replace = E(SCHEMES);
			spec.body = BODIES[i].body;
		} else if (BODIES[i].code == PSK) {
			spec = (struct hello_spec){ .append = E(PSK_MODES), .append_body = "0101", .append_2 = E(PSK), .append_2_body = BODIES[i].body };
		} else {
			spec.append = E(BODIES[i].code);
			spec.append_body = BODIES[i].body;
		}
		print_message("%s\n", BODIES[i].name);
		peer_init(&peer, &world.config);
		peer_hello(&peer, &spec);
		if (BODIES[i].alert != NO_ALERT)
			peer_expect_alert(&peer, BODIES[i].alert);
		else
			assert_false(peer.failed);
		peer_free(&peer);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(bodies) };

	peer_world(&world, &tls13_server);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
