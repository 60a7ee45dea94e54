/*
 * role_alert_test.c: what a server may not say to our client, and what a TLS 1.2 client may not say to
 * our server, while nothing is encrypted yet: each with exactly the alert that the RFC names.
 */
#include "tests/tlsstack/peer.h"

#define NO_ALERT 255
#define ZERO32 "0000000000000000000000000000000000000000000000000000000000000000"
#define NINE32 "0900000000000000000000000000000000000000000000000000000000000000"

static struct peer_world world;

/* One engine, its output, and how it ended. */
static struct {
	union tls_conn_store store;
	struct tls_conn *conn;
	uint8_t out[8192];
	size_t out_len;
	bool failed;
} end;

static uint8_t lent[TLS_BUFFER_SIZE];

static void
feed(struct span bytes)
{
	struct cursor in = cursor_of(bytes);

	for (;;) {
		struct outbuf out = outbuf_of(end.out + end.out_len, sizeof end.out - end.out_len);
		struct span app;
		enum tls_event event = tls_step(end.conn, &out, &app, &in);

		end.out_len += out.len;
		assert_int_not_equal(event, TLS_ESTABLISHED);
		if (event == TLS_WANT_BUFFER)
			tls_lend(end.conn, lent);
		end.failed = event == TLS_FAILED;
		if (event == TLS_FAILED || event == TLS_WANT_INPUT)
			return;
	}
}

static void
start(const struct tls_config *config)
{
	static const uint8_t SEED[TLS_SEED_LEN] = { 5 };

	wipe(&end, sizeof end);
	end.conn = tls_init(&end.store, config, SEED, PEER_NOW);
	feed((struct span){ NULL, 0 });
}

/* It has failed, and its last record is this alert, fatal and in the clear. */
static void
expect_alert(const char *name, uint8_t alert)
{
	const uint8_t *last = end.out + end.out_len - 7;

	if (alert == NO_ALERT) {
		if (end.failed)
			fail_msg("%s: %s", name, tls_error_name(tls_failure(end.conn)->code));
		return;
	}
	if (!end.failed || last[0] != RECORD_ALERT || last[5] != 2 || last[6] != alert)
		fail_msg("%s: %s, alert %u", name, tls_error_name(tls_failure(end.conn)->code), last[6]);
}

static void
record(uint8_t type, struct span body)
{
	uint8_t room[2048];
	struct outbuf out = outbuf_of(room, sizeof room);

	outbuf_uint(&out, type, 1);
	outbuf_uint(&out, 0x0303, 2);
	outbuf_uint(&out, body.len, 2);
	outbuf_bytes(&out, body);
	feed(outbuf_span(&out));
}

/* ---- A server's hello to our client ------------------------------------------------------- */

static const struct tls_protocol *const CLIENTS[] = { &tls13_client, &tls12_client };
static const struct tls_suite *const SUITES[] = { &tls_aes_128_gcm_sha256, &tls12_ecdhe_ecdsa_aes_128_gcm_sha256 };

#define RETRY_RANDOM "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"
#define VERSION_13 "002b00020304"
#define SHARE "00330024001d0020" NINE32
#define OWN_ID "*"	/* the session id that the client sent */

static const struct { const char *name, *version, *random, *session_id, *suite, *compression, *extensions; uint8_t alert; }
HELLOS[] = {
	{ "good", "0303", NINE32, OWN_ID, "1301", "00", VERSION_13 SHARE, NO_ALERT },
	{ "wrong session id", "0303", NINE32, "0101", "1301", "00", VERSION_13 SHARE, ALERT_ILLEGAL_PARAMETER },
	{ "no session id", "0303", NINE32, "00", "1301", "00", VERSION_13 SHARE, ALERT_ILLEGAL_PARAMETER },
	{ "long session id", "0303", NINE32, "21" ZERO32 "00", "1301", "00", VERSION_13 SHARE, ALERT_DECODE_ERROR },
	{ "a suite that was not offered", "0303", NINE32, OWN_ID, "1302", "00", VERSION_13 SHARE, ALERT_ILLEGAL_PARAMETER },
	{ "a suite of the other version", "0303", NINE32, OWN_ID, "c02b", "00", VERSION_13 SHARE, ALERT_ILLEGAL_PARAMETER },
	{ "compression", "0303", NINE32, OWN_ID, "1301", "01", VERSION_13 SHARE, ALERT_ILLEGAL_PARAMETER },
	{ "no key_share", "0303", NINE32, OWN_ID, "1301", "00", VERSION_13, ALERT_MISSING_EXTENSION },
	{ "share of another group", "0303", NINE32, OWN_ID, "1301", "00", VERSION_13 "0033000500170001aa", ALERT_ILLEGAL_PARAMETER },
	{ "our share for another group", "0303", NINE32, OWN_ID, "1301", "00", VERSION_13 "0033002400180020" NINE32, ALERT_ILLEGAL_PARAMETER },
	{ "share of zero", "0303", NINE32, OWN_ID, "1301", "00", VERSION_13 "00330024001d0020" ZERO32, ALERT_ILLEGAL_PARAMETER },
	{ "truncated share", "0303", NINE32, OWN_ID, "1301", "00", VERSION_13 "00330004001d0020", ALERT_DECODE_ERROR },
	{ "bytes after the share", "0303", NINE32, OWN_ID, "1301", "00", VERSION_13 "00330025001d0020" NINE32 "00",
	    ALERT_DECODE_ERROR },
	{ "unknown extension", "0303", NINE32, OWN_ID, "1301", "00", VERSION_13 SHARE "fafa0000", ALERT_UNSUPPORTED_EXTENSION },
	{ "pre_shared_key", "0303", NINE32, OWN_ID, "1301", "00", VERSION_13 SHARE "002900020000", ALERT_UNSUPPORTED_EXTENSION },
	{ "an extension of 1.2", "0303", NINE32, OWN_ID, "1301", "00", VERSION_13 SHARE "00170000", ALERT_ILLEGAL_PARAMETER },
	{ "twice the same", "0303", NINE32, OWN_ID, "1301", "00", VERSION_13 SHARE SHARE, ALERT_ILLEGAL_PARAMETER },
	{ "version 1.2 in supported_versions", "0303", NINE32, OWN_ID, "1301", "00", "002b00020303" SHARE,
	    ALERT_ILLEGAL_PARAMETER },
	{ "TLS 1.1", "0302", NINE32, "00", "c02b", "00", NULL, ALERT_PROTOCOL_VERSION },
	{ "TLS 1.3 in the old field", "0304", NINE32, OWN_ID, "1301", "00", NULL, ALERT_PROTOCOL_VERSION },
	/* Retries. */
	{ "a retry for P-256", "0303", RETRY_RANDOM, OWN_ID, "1301", "00", VERSION_13 "003300020017", NO_ALERT },
	{ "a retry for the same group", "0303", RETRY_RANDOM, OWN_ID, "1301", "00", VERSION_13 "00330002001d",
	    ALERT_ILLEGAL_PARAMETER },
	{ "a retry for a group not offered", "0303", RETRY_RANDOM, OWN_ID, "1301", "00", VERSION_13 "003300020019",
	    ALERT_ILLEGAL_PARAMETER },
	{ "a retry for a group not offered, with a cookie", "0303", RETRY_RANDOM, OWN_ID, "1301", "00",
	    VERSION_13 "003300020019" "002c00030001aa", ALERT_ILLEGAL_PARAMETER },
	{ "a retry that changes nothing", "0303", RETRY_RANDOM, OWN_ID, "1301", "00", VERSION_13, ALERT_ILLEGAL_PARAMETER },
	{ "a retry with an empty cookie", "0303", RETRY_RANDOM, OWN_ID, "1301", "00", VERSION_13 "002c00020000",
	    ALERT_DECODE_ERROR },
	{ "a retry with a share", "0303", RETRY_RANDOM, OWN_ID, "1301", "00", VERSION_13 SHARE, ALERT_DECODE_ERROR },
	/* TLS 1.2. */
	{ "1.2, good", "0303", NINE32, "00", "c02b", "00", "00170000ff01000100", NO_ALERT },
	{ "1.2, downgrade mark", "0303", "000000000000000000000000000000000000000000000000" "444f574e47524401", "00", "c02b", "00",
	    "00170000ff01000100", ALERT_ILLEGAL_PARAMETER },
	{ "1.2, older mark", "0303", "000000000000000000000000000000000000000000000000" "444f574e47524400", "00", "c02b", "00",
	    "00170000ff01000100", ALERT_ILLEGAL_PARAMETER },
	{ "1.2, our session id", "0303", NINE32, OWN_ID, "c02b", "00", "00170000", ALERT_ILLEGAL_PARAMETER },
	{ "1.2, no extended master secret", "0303", NINE32, "00", "c02b", "00", "ff01000100", ALERT_HANDSHAKE_FAILURE },
	{ "1.2, no extensions", "0303", NINE32, "00", "c02b", "00", NULL, ALERT_HANDSHAKE_FAILURE },
	{ "1.2, renegotiation_info of another", "0303", NINE32, "00", "c02b", "00", "00170000ff0100020100",
	    ALERT_HANDSHAKE_FAILURE },
	{ "1.2, suite of 1.3", "0303", NINE32, "00", "1301", "00", "00170000", ALERT_ILLEGAL_PARAMETER },
	{ "1.2, extended master secret with a body", "0303", NINE32, "00", "c02b", "00", "0017000100", ALERT_DECODE_ERROR },
	{ "1.2, no uncompressed points", "0303", NINE32, "00", "c02b", "00", "00170000000b00020101", ALERT_ILLEGAL_PARAMETER },
	{ "1.2, bytes behind the point formats", "0303", NINE32, "00", "c02b", "00", "00170000000b0003010000", ALERT_DECODE_ERROR },
	{ "1.2, no point formats at all", "0303", NINE32, "00", "c02b", "00", "00170000000b000100", ALERT_DECODE_ERROR },
	{ "1.2, session ticket", "0303", NINE32, "00", "c02b", "00", "0017000000230000", ALERT_UNSUPPORTED_EXTENSION },
	{ "1.2, heartbeat", "0303", NINE32, "00", "c02b", "00", "00170000000f000101", ALERT_UNSUPPORTED_EXTENSION },
};

static struct span
hello_build(uint8_t *room, size_t room_len, size_t i)
{
	struct outbuf out = outbuf_of(room, room_len);
	size_t mark;

	outbuf_uint(&out, MSG_SERVER_HELLO, 1);
	mark = outbuf_vector(&out, 3);
	peer_hex(&out, HELLOS[i].version);
	peer_hex(&out, HELLOS[i].random);
	if (strcmp(HELLOS[i].session_id, OWN_ID) == 0)
		outbuf_bytes(&out, (struct span){ end.out + 5 + 4 + 2 + 32, 33 });
	else
		peer_hex(&out, HELLOS[i].session_id);
	peer_hex(&out, HELLOS[i].suite);
	peer_hex(&out, HELLOS[i].compression);
	if (HELLOS[i].extensions != NULL) {
		size_t list = outbuf_vector(&out, 2);

		peer_hex(&out, HELLOS[i].extensions);
		outbuf_vector_end(&out, list, 2);
	}
	outbuf_vector_end(&out, mark, 3);
	return outbuf_span(&out);
}

static size_t
hello_named(const char *name)
{
	size_t i = 0;

	while (strcmp(HELLOS[i].name, name) != 0)
		assert_true(++i < sizeof HELLOS / sizeof HELLOS[0]);
	return i;
}

static struct tls_config
client_config(void)
{
	struct tls_config config = world.config;

	config.protocols = CLIENTS;
	config.num_protocols = 2;
	config.suites = SUITES;
	config.num_suites = 2;
	return config;
}

static void
server_hellos(void **state)
{
	struct tls_config config = client_config();
	uint8_t room[1024];

	(void)state;
	for (size_t i = 0; i < sizeof HELLOS / sizeof HELLOS[0]; i++) {
		start(&config);
		record(RECORD_HANDSHAKE, hello_build(room, sizeof room, i));
		expect_alert(HELLOS[i].name, HELLOS[i].alert);
	}
}

/* Every truncation of a good one, with its length made right: never accepted. */
static void
server_hello_truncations(void **state)
{
	struct tls_config config = client_config();
	uint8_t room[1024];
	size_t len;

	(void)state;
	start(&config);
	len = hello_build(room, sizeof room, 0).len;
	for (size_t cut = 4; cut < len; cut++) {
		start(&config);
		(void)hello_build(room, sizeof room, 0);
		room[2] = (uint8_t)((cut - 4) >> 8);
		room[3] = (uint8_t)(cut - 4);
		record(RECORD_HANDSHAKE, (struct span){ room, cut });
		assert_true(end.failed);
	}
}

static const struct { const char *name; uint8_t type; const char *bytes; uint8_t alert; } FIRST_WORDS[] = {
	{ "Certificate first", 22, "0b000003000000", ALERT_UNEXPECTED_MESSAGE },
	{ "EncryptedExtensions in the clear", 22, "080000020000", ALERT_UNEXPECTED_MESSAGE },
	{ "Finished first", 22, "14000000", ALERT_UNEXPECTED_MESSAGE },
	{ "ClientHello to a client", 22, "01000000", ALERT_UNEXPECTED_MESSAGE },
	{ "HelloRequest", 22, "00000000", ALERT_UNEXPECTED_MESSAGE },
	{ "data", 23, "aa", ALERT_UNEXPECTED_MESSAGE },
	{ "CCS", 20, "01", ALERT_UNEXPECTED_MESSAGE },
	{ "empty CCS", 20, "", ALERT_UNEXPECTED_MESSAGE },
	{ "empty handshake", 22, "", ALERT_UNEXPECTED_MESSAGE },
	{ "short alert", 21, "02", ALERT_DECODE_ERROR },
	{ "a warning", 21, "0170", NO_ALERT },
};

static void
first_words(void **state)
{
	struct tls_config config = client_config();
	uint8_t bytes[64];

	(void)state;
	for (size_t i = 0; i < sizeof FIRST_WORDS / sizeof FIRST_WORDS[0]; i++) {
		start(&config);
		record(FIRST_WORDS[i].type, (struct span){ bytes, hex_read(bytes, FIRST_WORDS[i].bytes) });
		expect_alert(FIRST_WORDS[i].name, FIRST_WORDS[i].alert);
	}
}

/* One retry is enough; and nothing may follow a hello in its record. */
static void
two_retries(void **state)
{
	struct tls_config config = client_config();
	uint8_t room[1024];
	struct span hello;

	(void)state;
	start(&config);
	record(RECORD_HANDSHAKE, hello_build(room, sizeof room, hello_named("a retry for P-256")));
	expect_alert("first retry", NO_ALERT);
	record(RECORD_HANDSHAKE, hello_build(room, sizeof room, hello_named("a retry for P-256")));
	expect_alert("second retry", ALERT_UNEXPECTED_MESSAGE);
	start(&config);
	hello = hello_build(room, sizeof room, 0);
	room[hello.len] = MSG_ENCRYPTED_EXTENSIONS;
	record(RECORD_HANDSHAKE, (struct span){ room, hello.len + 1 });
	expect_alert("bytes after ServerHello", ALERT_UNEXPECTED_MESSAGE);
}

/* ---- TLS 1.2: what a client may not say to our server --------------------------------------- */

static const struct tls_protocol *const SERVERS[] = { &tls13_server, &tls12_server };

#define HEAD "0303" NINE32 "00"
#define GOOD_12 "000a00040002001d" "000d000400020403" "00170000"

static const struct { const char *name, *suites, *compressions, *extensions; bool is_13_too; uint8_t alert; } CLIENT_HELLOS[] = {
	{ "good", "0002c02b", "0100", GOOD_12 "000b00020100", false, ALERT_HANDSHAKE_FAILURE /* P-256 is not named */ },
	{ "good, its curve named", "0002c02b", "0100", "000a00060004001d0017" "000d000400020403" "00170000", false, NO_ALERT },
	{ "no groups named", "0002c02b", "0100", "000d000400020403" "00170000", false, NO_ALERT },
	{ "SCSV", "0004c02b00ff", "0100", "000d000400020403" "00170000", false, NO_ALERT },
	{ "fallback, and we speak 1.3", "0004c02b5600", "0100", "000d000400020403" "00170000", true,
	    ALERT_INAPPROPRIATE_FALLBACK },
	{ "fallback, and we do not", "0004c02b5600", "0100", "000d000400020403" "00170000", false, NO_ALERT },
	{ "no extended master secret", "0002c02b", "0100", "000d000400020403", false, ALERT_HANDSHAKE_FAILURE },
	{ "no null compression", "0002c02b", "0101", "000d000400020403" "00170000", false, ALERT_ILLEGAL_PARAMETER },
	{ "null among others", "0002c02b", "020100", "000d000400020403" "00170000", false, NO_ALERT },
	{ "renegotiation_info of another", "0002c02b", "0100", "000d000400020403" "00170000" "ff0100020100", false,
	    ALERT_HANDSHAKE_FAILURE },
	{ "no uncompressed points", "0002c02b", "0100", "000d000400020403" "00170000" "000b00020101", false,
	    ALERT_ILLEGAL_PARAMETER },
	{ "bytes behind the point formats", "0002c02b", "0100", "000d000400020403" "00170000" "000b0003010000", false, ALERT_DECODE_ERROR },
	{ "no point formats at all", "0002c02b", "0100", "000d000400020403" "00170000" "000b000100", false, ALERT_DECODE_ERROR },
	{ "extended master secret with a body", "0002c02b", "0100", "000d000400020403" "0017000100", false, ALERT_DECODE_ERROR },
	{ "no signature_algorithms", "0002c02b", "0100", "00170000", false, ALERT_HANDSHAKE_FAILURE },
	{ "unknown suites", "0004002fc013", "0100", "000d000400020403" "00170000", false, ALERT_HANDSHAKE_FAILURE },
	{ "unknown groups", "0002c02b", "0100", "000a000400020019" "000d000400020403" "00170000", false,
	    ALERT_HANDSHAKE_FAILURE },
	{ "an authority without a name", "0002c02b", "0100", "000d000400020403" "00170000" "002f000400020000", false, ALERT_DECODE_ERROR },
	{ "no extensions", "0002c02b", "0100", NULL, false, ALERT_HANDSHAKE_FAILURE },
};

static void
say_hello(size_t i)
{
	static struct tls_config config;	/* the engine keeps it */
	uint8_t room[512];
	struct outbuf out = outbuf_of(room, sizeof room);
	size_t mark;

	config = world.config;
	config.protocols = CLIENT_HELLOS[i].is_13_too ? SERVERS : SERVERS + 1;
	config.num_protocols = CLIENT_HELLOS[i].is_13_too ? 2 : 1;
	config.suites = SUITES;
	config.num_suites = 2;
	start(&config);
	outbuf_uint(&out, MSG_CLIENT_HELLO, 1);
	mark = outbuf_vector(&out, 3);
	peer_hex(&out, HEAD);
	peer_hex(&out, CLIENT_HELLOS[i].suites);
	peer_hex(&out, CLIENT_HELLOS[i].compressions);
	if (CLIENT_HELLOS[i].extensions != NULL) {
		size_t list = outbuf_vector(&out, 2);

		peer_hex(&out, CLIENT_HELLOS[i].extensions);
		outbuf_vector_end(&out, list, 2);
	}
	outbuf_vector_end(&out, mark, 3);
	record(RECORD_HANDSHAKE, outbuf_span(&out));
}

static void
client_hellos_12(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof CLIENT_HELLOS / sizeof CLIENT_HELLOS[0]; i++) {
		say_hello(i);
		expect_alert(CLIENT_HELLOS[i].name, CLIENT_HELLOS[i].alert);
	}
}

static const struct { const char *name; uint8_t type; const char *bytes; uint8_t alert; } SECOND_WORDS[] = {
	{ "empty ClientKeyExchange", 22, "10000000", ALERT_DECODE_ERROR },
	{ "truncated", 22, "100000022000", ALERT_DECODE_ERROR },
	{ "padded", 22, "1000002220" NINE32 "00", ALERT_DECODE_ERROR },
	{ "no point", 22, "1000000100", ALERT_DECODE_ERROR },
	{ "short point", 22, "100000020109", ALERT_ILLEGAL_PARAMETER },
	{ "zero point", 22, "1000002120" ZERO32, ALERT_ILLEGAL_PARAMETER },
	{ "good", 22, "1000002120" NINE32, NO_ALERT },
	{ "early CCS", 20, "01", ALERT_UNEXPECTED_MESSAGE },
	{ "empty CCS", 20, "", ALERT_UNEXPECTED_MESSAGE },
	{ "CCS 02", 20, "02", ALERT_UNEXPECTED_MESSAGE },
	{ "Finished", 22, "1400000c000000000000000000000000", ALERT_UNEXPECTED_MESSAGE },
	{ "Certificate that was not asked for", 22, "0b000003000000", ALERT_UNEXPECTED_MESSAGE },
	{ "ClientHello again", 22, "01000000", ALERT_UNEXPECTED_MESSAGE },
	{ "HelloRequest", 22, "00000000", ALERT_UNEXPECTED_MESSAGE },
	{ "data", 23, "aa", ALERT_UNEXPECTED_MESSAGE },
	{ "heartbeat", 24, "010003", ALERT_UNEXPECTED_MESSAGE },
};

/* X25519 is chosen (hello 1); the rest of a handshake in the clear is judged. */
static void
client_answers_12(void **state)
{
	static const char *const BAD_CCS[] = { "02", "0101", "00" };
	uint8_t bytes[64];

	(void)state;
	for (size_t i = 0; i < sizeof SECOND_WORDS / sizeof SECOND_WORDS[0]; i++) {
		say_hello(1);
		record(SECOND_WORDS[i].type, (struct span){ bytes, hex_read(bytes, SECOND_WORDS[i].bytes) });
		expect_alert(SECOND_WORDS[i].name, SECOND_WORDS[i].alert);
	}
	/* After ClientKeyExchange: change_cipher_spec, and only under its key Finished. */
	say_hello(1);
	record(22, (struct span){ bytes, hex_read(bytes, "1000002120" NINE32) });
	record(22, (struct span){ bytes, hex_read(bytes, "1400000c000000000000000000000000") });
	expect_alert("Finished without change_cipher_spec", ALERT_UNEXPECTED_MESSAGE);
	for (size_t i = 0; i < sizeof BAD_CCS / sizeof BAD_CCS[0]; i++) {
		say_hello(1);
		record(22, (struct span){ bytes, hex_read(bytes, "1000002120" NINE32) });
		record(20, (struct span){ bytes, hex_read(bytes, BAD_CCS[i]) });
		expect_alert("change_cipher_spec that is not one 01", ALERT_UNEXPECTED_MESSAGE);
	}
	say_hello(1);
	record(22, (struct span){ bytes, hex_read(bytes, "1000002120" NINE32) });
	record(20, (struct span){ bytes, hex_read(bytes, "01") });
	expect_alert("change_cipher_spec", NO_ALERT);
	record(22, (struct span){ bytes, hex_read(bytes, "1400000c000000000000000000000000") });
	expect_alert("Finished in the clear", ALERT_BAD_RECORD_MAC);
	say_hello(1);
	record(22, (struct span){ bytes, hex_read(bytes, "1000") });
	record(20, (struct span){ bytes, hex_read(bytes, "01") });
	expect_alert("change_cipher_spec inside a message", ALERT_UNEXPECTED_MESSAGE);
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
		cmocka_unit_test(server_hellos),
		cmocka_unit_test(server_hello_truncations),
		cmocka_unit_test(first_words),
		cmocka_unit_test(two_retries),
		cmocka_unit_test(client_hellos_12),
		cmocka_unit_test(client_answers_12),
	};

	return cmocka_run_group_tests(tests, make_world, NULL);
}
