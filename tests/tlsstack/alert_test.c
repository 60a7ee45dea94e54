/*
 * alert_test.c: each thing that a peer can do wrong, and exactly the alert that the RFC names for it.
 * Three tables: raw bytes to a fresh server, hellos that differ from a good one, and encrypted records
 * in each later state.
 */
#include "tests/tlsstack/peer.h"

static struct peer_world world_none, world_required;
static struct peer peer;

#define E(code)	((uint16_t)((code) + 1))

/* ---- Raw bytes to a fresh server ------------------------------------------------------- */

static const struct { const char *name, *bytes; uint8_t alert; } RAW[] = {
	{ "plain HTTP", "474554202f2048", ALERT_UNEXPECTED_MESSAGE },
	{ "heartbeat", "18030300030100ff", ALERT_UNEXPECTED_MESSAGE },
	{ "record type 0", "0003030001ff", ALERT_UNEXPECTED_MESSAGE },
	{ "record version 2", "160200000101", ALERT_PROTOCOL_VERSION },
	{ "record over 2^14", "1603014001", ALERT_RECORD_OVERFLOW },
	{ "empty handshake record", "1603010000", ALERT_UNEXPECTED_MESSAGE },
	{ "empty alert", "1503010000", ALERT_UNEXPECTED_MESSAGE },
	{ "alert of one byte", "150301000102", ALERT_DECODE_ERROR },
	{ "alert of three bytes", "1503010003020a00", ALERT_DECODE_ERROR },
	{ "alert of level 3", "1503010002030a", ALERT_ILLEGAL_PARAMETER },
	{ "application data first", "170301000100", ALERT_UNEXPECTED_MESSAGE },
	{ "CCS first", "140303000101", ALERT_UNEXPECTED_MESSAGE },
	{ "empty CCS first", "1403030000", ALERT_UNEXPECTED_MESSAGE },
	{ "ServerHello to a server", "160301000402000000", ALERT_UNEXPECTED_MESSAGE },
	{ "Finished first", "160301000414000000", ALERT_UNEXPECTED_MESSAGE },
	{ "HelloRequest", "160301000400000000", ALERT_UNEXPECTED_MESSAGE },
	{ "ClientHello of 16 MiB", "160301000401ffffff", ALERT_ILLEGAL_PARAMETER },
	{ "ClientHello one beyond the limit", "1603010004010047fd", ALERT_ILLEGAL_PARAMETER },
	{ "empty ClientHello", "160301000401000000", ALERT_DECODE_ERROR },
	{ "data inside a split ClientHello", "16030100020100170301000100", ALERT_UNEXPECTED_MESSAGE },
	{ "alert inside a split ClientHello", "160301000201001503010002012a", ALERT_UNEXPECTED_MESSAGE },
	{ "CCS inside a split ClientHello", "16030100020100140303000101", ALERT_UNEXPECTED_MESSAGE },
};

static void
raw_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof RAW / sizeof RAW[0]; i++) {
		uint8_t bytes[64];

		print_message("%s\n", RAW[i].name);
		peer_init(&peer, &world_none.config);
		peer_feed(&peer, (struct span){ bytes, hex_read(bytes, RAW[i].bytes) });
		peer_expect_alert(&peer, RAW[i].alert);
		peer_free(&peer);
	}
}

/* ---- Hellos ---------------------------------------------------------------------------- */

#define X25519_ONE "0100000000000000000000000000000000000000000000000000000000000000"
#define X25519_ZERO "0000000000000000000000000000000000000000000000000000000000000000"
#define P256_OFF_CURVE	"04" "0000000000000000000000000000000000000000000000000000000000000001"	\
	"0000000000000000000000000000000000000000000000000000000000000001"

#define P256_G "04" "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296" "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
#define NO_ALERT 255

static const struct { const char *name; struct hello_spec spec; uint8_t alert; } HELLOS[] = {
	{ "good", { 0 }, NO_ALERT },
	{ "no extensions at all (a TLS 1.2 hello)", { .no_extensions = true }, ALERT_PROTOCOL_VERSION },
	{ "trailing byte", { .trailing = "00" }, ALERT_DECODE_ERROR },
	{ "trailing byte without extensions", { .no_extensions = true, .trailing = "00" }, ALERT_DECODE_ERROR },
	/* Versions. */
	{ "no supported_versions", { .omit = E(43) }, ALERT_PROTOCOL_VERSION },
	{ "TLS 1.2 only", { .replace = E(43), .body = "020303" }, ALERT_PROTOCOL_VERSION },
	{ "TLS 1.8 only", { .replace = E(43), .body = "020309" }, ALERT_PROTOCOL_VERSION },
	{ "TLS 1.8 and 1.3", { .replace = E(43), .body = "0403090304" }, NO_ALERT },
	{ "GREASE and 1.3", { .replace = E(43), .body = "040a0a0304" }, NO_ALERT },
	{ "empty supported_versions", { .replace = E(43), .body = "00" }, ALERT_DECODE_ERROR },
	{ "odd supported_versions", { .replace = E(43), .body = "03030403" }, ALERT_DECODE_ERROR },
	{ "truncated supported_versions", { .replace = E(43), .body = "0403" }, ALERT_DECODE_ERROR },
	{ "bytes after supported_versions", { .replace = E(43), .body = "02030400" }, ALERT_DECODE_ERROR },
	{ "no body of supported_versions", { .replace = E(43), .body = "" }, ALERT_DECODE_ERROR },
	{ "legacy version SSL 3", { .legacy_version = "0300" }, ALERT_PROTOCOL_VERSION },
	{ "legacy version TLS 1.0", { .legacy_version = "0301" }, NO_ALERT },
	{ "legacy version TLS 1.1", { .legacy_version = "0302" }, NO_ALERT },
	{ "legacy version 0", { .legacy_version = "0000" }, ALERT_PROTOCOL_VERSION },
	{ "legacy version TLS 1.3", { .legacy_version = "0304" }, NO_ALERT },
	/* The head. */
	{ "session id of 32", { .session_id = "20" X25519_ONE }, NO_ALERT },
	{ "no session id", { .session_id = "00" }, NO_ALERT },
	{ "session id of 33", { .session_id = "21" X25519_ONE "00" }, ALERT_DECODE_ERROR },
	{ "no suites", { .suites = "0000" }, ALERT_DECODE_ERROR },
	{ "odd suites", { .suites = "0003130113" }, ALERT_DECODE_ERROR },
	{ "unknown suites", { .suites = "00041399c02b" }, ALERT_HANDSHAKE_FAILURE },
	{ "GREASE and known suites", { .suites = "00060a0a13021301" }, NO_ALERT },
	{ "no compressions", { .compressions = "00" }, ALERT_DECODE_ERROR },
	{ "compression deflate", { .compressions = "0101" }, ALERT_ILLEGAL_PARAMETER },
	{ "null and deflate", { .compressions = "020001" }, ALERT_ILLEGAL_PARAMETER },
	/* What must be there. */
	{ "no key_share", { .omit = E(51) }, ALERT_MISSING_EXTENSION },
	{ "no supported_groups", { .omit = E(10) }, ALERT_MISSING_EXTENSION },
	{ "no signature_algorithms", { .omit = E(13) }, ALERT_MISSING_EXTENSION },
	{ "PSK without its modes", { .append = E(41), .append_body = "000a00040102030400000000002120" X25519_ONE },
	    ALERT_MISSING_EXTENSION },
	/* Lists. */
	{ "no group", { .replace = E(10), .body = "0000" }, ALERT_DECODE_ERROR },
	{ "odd groups", { .replace = E(10), .body = "0003001d00" }, ALERT_DECODE_ERROR },
	{ "empty supported_groups", { .replace = E(10), .body = "" }, ALERT_DECODE_ERROR },
	{ "bytes after the groups", { .replace = E(10), .body = "0002001d00" }, ALERT_DECODE_ERROR },
	{ "share for a group not offered", { .replace = E(10), .body = "00020017" }, ALERT_ILLEGAL_PARAMETER },
	{ "GREASE among the groups", { .replace = E(10), .body = "00061a1a001d0017" }, NO_ALERT },
	{ "unknown groups", { .replace = E(10), .body = "00020018", .omit = E(51), .append = E(51),
	    .append_body = "0000" }, ALERT_HANDSHAKE_FAILURE },
	{ "no scheme", { .replace = E(13), .body = "0000" }, ALERT_DECODE_ERROR },
	{ "odd schemes", { .replace = E(13), .body = "0003040304" }, ALERT_DECODE_ERROR },
	{ "unknown schemes", { .replace = E(13), .body = "00040804fafa" }, ALERT_HANDSHAKE_FAILURE },
	/* Key shares. */
	{ "no body of key_share", { .replace = E(51), .body = "" }, ALERT_DECODE_ERROR },
	{ "bytes after key_share", { .replace = E(51), .body = "000000" }, ALERT_DECODE_ERROR },
	{ "truncated share", { .replace = E(51), .body = "0006001d00200102" }, ALERT_DECODE_ERROR },
	{ "empty share", { .replace = E(51), .body = "0004001d0000" }, ALERT_ILLEGAL_PARAMETER },
	{ "short share", { .replace = E(51), .body = "0006001d0002aabb" }, ALERT_ILLEGAL_PARAMETER },
	{ "long share", { .replace = E(51), .body = "0025001d0021" X25519_ONE "00" }, ALERT_ILLEGAL_PARAMETER },
	{ "share of zero", { .replace = E(51), .body = "0024001d0020" X25519_ZERO }, ALERT_ILLEGAL_PARAMETER },
	{ "share of order 1", { .replace = E(51), .body = "0024001d0020" X25519_ONE }, ALERT_ILLEGAL_PARAMETER },
	{ "share of an obsolete group", { .replace = E(51), .body = "00050016000141", .append = 0, .omit = E(10),
	    .append_2 = E(10), .append_2_body = "0004001d0016" }, ALERT_ILLEGAL_PARAMETER },
	{ "share of group 001a", { .replace = E(51), .body = "0005001a000141", .omit = E(10), .append_2 = E(10), .append_2_body = "0004001d001a" },
	    ALERT_ILLEGAL_PARAMETER },
	{ "share of group 001c", { .replace = E(51), .body = "0005001c000141", .omit = E(10), .append_2 = E(10), .append_2_body = "0004001d001c" },
	    ALERT_ILLEGAL_PARAMETER },
	{ "share of group ff01", { .replace = E(51), .body = "0005ff01000141", .omit = E(10), .append_2 = E(10), .append_2_body = "0004001dff01" },
	    ALERT_ILLEGAL_PARAMETER },
	{ "share of group ff02", { .replace = E(51), .body = "0005ff02000141", .omit = E(10), .append_2 = E(10), .append_2_body = "0004001dff02" },
	    ALERT_ILLEGAL_PARAMETER },
	{ "two shares for a group", { .replace = E(51), .body = "0048001d0020" X25519_ONE "001d0020" X25519_ONE },
	    ALERT_ILLEGAL_PARAMETER },
	{ "GREASE share, not offered", { .replace = E(51), .body = "00051a1a0001ff" }, ALERT_ILLEGAL_PARAMETER },
	/* Extensions as such. */
	{ "twice the same, known", { .append = E(13), .append_body = "00020403" }, ALERT_ILLEGAL_PARAMETER },
	{ "twice the same, unknown", { .append = E(0xfafa), .append_2 = E(0xfafa) }, ALERT_ILLEGAL_PARAMETER },
	{ "unknown extensions", { .append = E(0xfafa), .append_2 = E(0x1a1a), .append_2_body = "00" }, NO_ALERT },
	{ "an extension of requests", { .append = E(48), .append_body = "0000" }, ALERT_ILLEGAL_PARAMETER },
	{ "truncated extension", { .trailing = "00", .append = E(21) }, ALERT_DECODE_ERROR },
	{ "PSK not last", { .append = E(41), .append_body = "000a00040102030400000000002120" X25519_ONE,
	    .append_2 = E(45), .append_2_body = "0101" }, ALERT_ILLEGAL_PARAMETER },
	{ "PSK last", { .append = E(45), .append_body = "0101", .append_2 = E(41),
	    .append_2_body = "000a00040102030400000000002120" X25519_ONE }, NO_ALERT },
	{ "PSK with a binder too many", { .append = E(45), .append_body = "0101", .append_2 = E(41),
	    .append_2_body = "000a00040102030400000000004220" X25519_ONE "20" X25519_ONE }, ALERT_ILLEGAL_PARAMETER },
	{ "PSK with a binder too few", { .append = E(45), .append_body = "0101", .append_2 = E(41),
	    .append_2_body = "001400040102030400000000000401020304000000000021" "20" X25519_ONE },
	    ALERT_ILLEGAL_PARAMETER },
	{ "PSK with a short binder", { .append = E(45), .append_body = "0101", .append_2 = E(41),
	    .append_2_body = "000a000401020304000000000003020102" }, ALERT_DECODE_ERROR },
	{ "empty psk modes", { .append = E(45), .append_body = "00" }, ALERT_DECODE_ERROR },
	{ "early_data with a body", { .append = E(42), .append_body = "00" }, ALERT_DECODE_ERROR },
	{ "post_handshake_auth", { .append = E(49) }, NO_ALERT },
	{ "post_handshake_auth with a body", { .append = E(49), .append_body = "00" }, ALERT_DECODE_ERROR },
	{ "empty cookie", { .append = E(44), .append_body = "0000" }, ALERT_DECODE_ERROR },
	{ "record_size_limit of 64", { .append = E(28), .append_body = "0040" }, NO_ALERT },
	{ "record_size_limit of 63", { .append = E(28), .append_body = "003f" }, ALERT_ILLEGAL_PARAMETER },
	{ "record_size_limit of 3 bytes", { .append = E(28), .append_body = "004000" }, ALERT_DECODE_ERROR },
	{ "record_size_limit beyond any", { .append = E(28), .append_body = "ffff" }, NO_ALERT },
	{ "a good server_name", { .append = E(0), .append_body = "00050000026162" }, NO_ALERT },
	{ "an empty server_name", { .append = E(0), .append_body = "" }, ALERT_DECODE_ERROR },
	{ "a server_name without name", { .append = E(0), .append_body = "0000" }, ALERT_DECODE_ERROR },
	{ "a server_name with NUL", { .append = E(0), .append_body = "00050000026100" }, ALERT_ILLEGAL_PARAMETER },
	{ "two host names", { .append = E(0), .append_body = "000a00000261620000026162" }, ALERT_ILLEGAL_PARAMETER },
	{ "extensions of 1.2, whatever is in them", { .append = E(11), .append_body = "ffff", .append_2 = E(23),
	    .append_2_body = "aa" }, NO_ALERT },
	{ "ALPN", { .append = E(16), .append_body = "0003026832" }, NO_ALERT },
	{ "ALPN with an empty name", { .append = E(16), .append_body = "000100" }, ALERT_DECODE_ERROR },
	{ "empty ALPN", { .append = E(16), .append_body = "0000" }, ALERT_DECODE_ERROR },
};

static void
hellos(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof HELLOS / sizeof HELLOS[0]; i++) {
		print_message("%s\n", HELLOS[i].name);
		peer_init(&peer, &world_none.config);
		peer_hello(&peer, &HELLOS[i].spec);
		if (HELLOS[i].alert != NO_ALERT)
			peer_expect_alert(&peer, HELLOS[i].alert);
		else
			assert_false(peer.failed);
		assert_false(peer.established);
		peer_free(&peer);
	}
}

/* Bad points for the group that is chosen. */
static void
p256_shares(void **state)
{
	static const char *const BODIES[] = {
		"004500170041" P256_OFF_CURVE,
		"0005" "0017" "0001" "00",					/* infinity */
		"0025" "0017" "0021" "02" X25519_ONE,				/* compressed */
		"0045" "0017" "0041" "04" X25519_ZERO X25519_ZERO,
	};

	(void)state;
	for (size_t i = 0; i < sizeof BODIES / sizeof BODIES[0]; i++) {
		struct hello_spec spec = { .replace = E(51), .body = BODIES[i] };
		struct tls_config config = world_none.config;

		config.groups = PEER_GROUPS + 1;
		config.num_groups = 1;
		peer_init(&peer, &config);
		peer_hello(&peer, &spec);
		peer_expect_alert(&peer, ALERT_ILLEGAL_PARAMETER);
		peer_free(&peer);
	}
}

/* ---- The second hello ------------------------------------------------------------------ */

static const struct { const char *name; struct hello_spec spec; bool same_group; uint8_t alert; } RETRIES[] = {
	{ "good", { 0 }, false, NO_ALERT },
	{ "padding added", { .append = E(21), .append_body = "0000" }, false, NO_ALERT },
	{ "the old share again", { 0 }, true, ALERT_ILLEGAL_PARAMETER },
	{ "no share", { .replace = E(51), .body = "0000" }, false, ALERT_ILLEGAL_PARAMETER },
	{ "the share and another", { .replace = E(51), .body = "0069" "00170041" P256_G "001d0020" X25519_ONE }, false, ALERT_ILLEGAL_PARAMETER },
	{ "other suites", { .suites = "000413011303" }, false, ALERT_ILLEGAL_PARAMETER },
	{ "other session id", { .session_id = "00" }, false, ALERT_ILLEGAL_PARAMETER },
	{ "other groups", { .replace = E(10), .body = "00020017" }, false, ALERT_ILLEGAL_PARAMETER },
	{ "an extension more", { .append = E(49) }, false, ALERT_ILLEGAL_PARAMETER },
	{ "an unknown extension more", { .append = E(0x4a4a) }, false, ALERT_ILLEGAL_PARAMETER },
	{ "another order", { .omit = E(10), .append = E(10), .append_body = "0004001d0017" }, false,
	    ALERT_ILLEGAL_PARAMETER },
	{ "early data", { .append = E(42) }, false, ALERT_ILLEGAL_PARAMETER },
	{ "no TLS 1.3 any more", { .replace = E(43), .body = "020303" }, false, ALERT_ILLEGAL_PARAMETER },
};

static void
second_hellos(void **state)
{
	static const struct hello_spec GOOD;

	(void)state;
	for (size_t i = 0; i < sizeof RETRIES / sizeof RETRIES[0]; i++) {
		struct tls_config config = world_none.config;

		print_message("%s\n", RETRIES[i].name);
		config.groups = PEER_GROUPS + 1;
		config.num_groups = 1;
		peer_init(&peer, &config);
		peer_hello(&peer, &GOOD);
		peer_read(&peer);
		assert_int_equal(peer.server->hs.state, HS_EXPECT_CLIENT_HELLO_2);
		assert_int_equal(peer.num_ccs, 1);
		if (!RETRIES[i].same_group)
			peer.group = &tls_secp256r1;
		peer_hello(&peer, &RETRIES[i].spec);
		if (RETRIES[i].alert != NO_ALERT) {
			peer_expect_alert(&peer, RETRIES[i].alert);
		} else {
			peer_read(&peer);
			peer_finish(&peer);
			assert_true(peer.established);
			assert_int_equal(peer.num_ccs, 1);
			assert_true(tls_info(peer.server)->hello_retry);
		}
		peer_free(&peer);
	}
}

/* Without a share at all the server asks for one. */
static void
empty_share_asks(void **state)
{
	struct hello_spec spec = { .replace = E(51), .body = "0000" }, good = { 0 };

	(void)state;
	peer_init(&peer, &world_none.config);
	peer_hello(&peer, &spec);
	peer_read(&peer);
	peer_hello(&peer, &good);
	peer_read(&peer);
	peer_finish(&peer);
	assert_true(peer.established);
	peer_free(&peer);
}

/* A cookie, where a configuration names one, is sent and asked back. */
static void
cookies(void **state)
{
	static const struct { const char *body; uint8_t alert; } TRIES[] = {
		{ "0003010203", NO_ALERT }, { "0003010204", ALERT_ILLEGAL_PARAMETER }, { NULL, ALERT_MISSING_EXTENSION }
	};
	static const uint8_t COOKIE[] = { 1, 2, 3 };
	static const struct hello_spec GOOD;
	struct tls_config config = world_none.config;

	(void)state;
	config.groups = PEER_GROUPS + 1;
	config.num_groups = 1;
	config.cookie = SPAN_ARRAY(COOKIE);
	for (size_t i = 0; i < sizeof TRIES / sizeof TRIES[0]; i++) {
		struct hello_spec spec = { .append = TRIES[i].body == NULL ? 0 : E(44), .append_body = TRIES[i].body };

		peer_init(&peer, &config);
		peer_hello(&peer, &GOOD);
		peer_read(&peer);
		peer.group = &tls_secp256r1;
		peer_hello(&peer, &spec);
		if (TRIES[i].alert != NO_ALERT)
			peer_expect_alert(&peer, TRIES[i].alert);
		else
			assert_false(peer.failed);
		peer_free(&peer);
	}
}

/* ---- After the server's flight --------------------------------------------------------- */

enum how { ENCRYPTED, PLAIN, INNER };
enum when { AFTER_FLIGHT, CONNECTED };

static const struct { const char *name; enum when when; enum how how; uint8_t type; const char *bytes; uint8_t alert; }
LATER[] = {
	{ "Finished of the wrong length", AFTER_FLIGHT, ENCRYPTED, 22, "1400001f" X25519_ZERO, ALERT_UNEXPECTED_MESSAGE },
	{ "short Finished", AFTER_FLIGHT, ENCRYPTED, 22, "14000001aa", ALERT_DECODE_ERROR },
	{ "empty Finished", AFTER_FLIGHT, ENCRYPTED, 22, "14000000", ALERT_DECODE_ERROR },
	{ "wrong Finished", AFTER_FLIGHT, ENCRYPTED, 22, "14000020" X25519_ZERO, ALERT_DECRYPT_ERROR },
	{ "a byte after Finished", AFTER_FLIGHT, ENCRYPTED, 22, "14000020" X25519_ZERO "18", ALERT_UNEXPECTED_MESSAGE },
	{ "Finished in the clear", AFTER_FLIGHT, PLAIN, 22, "14000020" X25519_ZERO, ALERT_UNEXPECTED_MESSAGE },
	{ "Certificate that was not asked for", AFTER_FLIGHT, ENCRYPTED, 22, "0b00000400000000", ALERT_UNEXPECTED_MESSAGE },
	{ "KeyUpdate before Finished", AFTER_FLIGHT, ENCRYPTED, 22, "1800000100", ALERT_UNEXPECTED_MESSAGE },
	{ "ClientHello again", AFTER_FLIGHT, ENCRYPTED, 22, "01000000", ALERT_UNEXPECTED_MESSAGE },
	{ "EndOfEarlyData", AFTER_FLIGHT, ENCRYPTED, 22, "05000000", ALERT_UNEXPECTED_MESSAGE },
	{ "data before Finished", AFTER_FLIGHT, ENCRYPTED, 23, "aa", ALERT_UNEXPECTED_MESSAGE },
	{ "empty data before Finished", AFTER_FLIGHT, ENCRYPTED, 23, "", ALERT_UNEXPECTED_MESSAGE },
	{ "garbage record", AFTER_FLIGHT, PLAIN, 23, "000102030405060708090a0b0c0d0e0f1011", ALERT_BAD_RECORD_MAC },
	{ "record of 16 bytes", AFTER_FLIGHT, PLAIN, 23, "000102030405060708090a0b0c0d0e0f", ALERT_BAD_RECORD_MAC },
	{ "empty record", AFTER_FLIGHT, PLAIN, 23, "", ALERT_BAD_RECORD_MAC },
	{ "CCS 02", AFTER_FLIGHT, PLAIN, 20, "02", ALERT_UNEXPECTED_MESSAGE },
	{ "CCS of two bytes", AFTER_FLIGHT, PLAIN, 20, "0101", ALERT_UNEXPECTED_MESSAGE },
	{ "empty CCS", AFTER_FLIGHT, PLAIN, 20, "", ALERT_UNEXPECTED_MESSAGE },
	{ "encrypted CCS", AFTER_FLIGHT, ENCRYPTED, 20, "01", ALERT_UNEXPECTED_MESSAGE },
	{ "empty encrypted alert", AFTER_FLIGHT, ENCRYPTED, 21, "", ALERT_UNEXPECTED_MESSAGE },
	{ "empty encrypted handshake", AFTER_FLIGHT, ENCRYPTED, 22, "", ALERT_UNEXPECTED_MESSAGE },
	{ "no content type", AFTER_FLIGHT, INNER, 0, "", ALERT_UNEXPECTED_MESSAGE },
	{ "only padding", AFTER_FLIGHT, INNER, 0, "0000000000", ALERT_UNEXPECTED_MESSAGE },
	{ "inner type 24", AFTER_FLIGHT, INNER, 24, "aa", ALERT_UNEXPECTED_MESSAGE },
	{ "long alert", AFTER_FLIGHT, ENCRYPTED, 21, "022800", ALERT_DECODE_ERROR },

	{ "CCS after Finished", CONNECTED, PLAIN, 20, "01", ALERT_UNEXPECTED_MESSAGE },
	{ "plain alert after Finished", CONNECTED, PLAIN, 21, "0228", ALERT_UNEXPECTED_MESSAGE },
	{ "plain data after Finished", CONNECTED, PLAIN, 23, "474554202f20485454502f312e30", ALERT_BAD_RECORD_MAC },
	{ "plain handshake after Finished", CONNECTED, PLAIN, 22, "1800000100", ALERT_UNEXPECTED_MESSAGE },
	{ "Finished again", CONNECTED, ENCRYPTED, 22, "14000020" X25519_ZERO, ALERT_UNEXPECTED_MESSAGE },
	{ "ClientHello again", CONNECTED, ENCRYPTED, 22, "01000000", ALERT_UNEXPECTED_MESSAGE },
	{ "NewSessionTicket from a client", CONNECTED, ENCRYPTED, 22, "04000000", ALERT_UNEXPECTED_MESSAGE },
	{ "Certificate that was not asked for", CONNECTED, ENCRYPTED, 22, "0b00000400000000", ALERT_UNEXPECTED_MESSAGE },
	{ "empty KeyUpdate", CONNECTED, ENCRYPTED, 22, "18000000", ALERT_DECODE_ERROR },
	{ "long KeyUpdate", CONNECTED, ENCRYPTED, 22, "180000020000", ALERT_DECODE_ERROR },
	{ "KeyUpdate 2", CONNECTED, ENCRYPTED, 22, "1800000102", ALERT_ILLEGAL_PARAMETER },
	{ "two KeyUpdates in a record", CONNECTED, ENCRYPTED, 22, "18000001001800000100", ALERT_UNEXPECTED_MESSAGE },
	{ "no content type", CONNECTED, INNER, 0, "0000", ALERT_UNEXPECTED_MESSAGE },
	{ "empty handshake", CONNECTED, ENCRYPTED, 22, "", ALERT_UNEXPECTED_MESSAGE },
};

static void
later(void **state)
{
	static const struct hello_spec GOOD;

	(void)state;
	for (size_t i = 0; i < sizeof LATER / sizeof LATER[0]; i++) {
		uint8_t bytes[128];
		size_t len = hex_read(bytes, LATER[i].bytes);

		print_message("%s\n", LATER[i].name);
		peer_init(&peer, &world_none.config);
		if (LATER[i].when == CONNECTED) {
			peer_connect(&peer, NULL);
		} else {
			peer_hello(&peer, &GOOD);
			peer_read(&peer);
		}
		if (LATER[i].how == PLAIN)
			peer.write.suite = NULL;
		if (LATER[i].how == INNER) {
			bytes[len] = LATER[i].type;
			peer_inner(&peer, (struct span){ bytes, len + 1 });
		} else {
			peer_record(&peer, (enum record_type)LATER[i].type, (struct span){ bytes, len });
		}
		peer_expect_alert(&peer, LATER[i].alert);
		peer_free(&peer);
	}
}

/* A handshake message may not be interrupted by any other record. */
static void
interleaved(void **state)
{
	static const uint8_t PART[] = { 24, 0, 0 }, ALERT[] = { 1, 0 };
	static const struct { enum record_type type; struct span bytes; } OTHERS[] = {
		{ RECORD_DATA, { PART, 1 } }, { RECORD_DATA, { NULL, 0 } }, { RECORD_ALERT, { ALERT, 2 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
		peer_init(&peer, &world_none.config);
		peer_connect(&peer, NULL);
		peer_record(&peer, RECORD_HANDSHAKE, SPAN_ARRAY(PART));
		assert_null(tls_unlend(peer.server));	/* a message is half read: the buffer is needed */
		peer_record(&peer, OTHERS[i].type, OTHERS[i].bytes);
		peer_expect_alert(&peer, ALERT_UNEXPECTED_MESSAGE);
		peer_free(&peer);
	}
}

/* ---- Client certificates ---------------------------------------------------------------- */

/* Say `certificate`, then, when it is not refused, `verify`; NULL: nothing. */
static void
authenticate(const char *name, struct span certificate, struct span verify, uint8_t alert)
{
	print_message("%s\n", name);
	peer_say(&peer, certificate);
	if (!peer.failed && verify.ptr != NULL)
		peer_say(&peer, verify);
	peer_expect_alert(&peer, alert);
	assert_false(peer.established);
	peer_free(&peer);
}

static void
start_required(void)
{
	static const struct hello_spec GOOD;

	peer_init(&peer, &world_required.config);
	peer_hello(&peer, &GOOD);
	peer_read(&peer);
	assert_false(peer.failed);
}

static struct span
hex_span(uint8_t *room, const char *hex)
{
	return (struct span){ room, hex_read(room, hex) };
}

static const struct { const char *name, *message; uint8_t alert; } CERTIFICATES[] = {
	{ "no certificate", "0b00000400000000", ALERT_CERTIFICATE_REQUIRED },
	{ "a context", "0b0000050100000000", ALERT_ILLEGAL_PARAMETER },
	{ "empty body", "0b000000", ALERT_DECODE_ERROR },
	{ "trailing byte", "0b0000050000000000", ALERT_DECODE_ERROR },
	{ "empty entry", "0b000009000000050000000000", ALERT_DECODE_ERROR },
	{ "truncated list", "0b00000400000001", ALERT_DECODE_ERROR },
	{ "entry without extensions", "0b00000800000004000001aa", ALERT_DECODE_ERROR },
	{ "garbage certificate", "0b00000a00000006000001aa0000", ALERT_BAD_CERTIFICATE },
	{ "unsolicited extension", "0b00000e0000000a000001aa000400050000", ALERT_UNSUPPORTED_EXTENSION },
	{ "unknown extension", "0b00000e0000000a000001aa0004fafa0000", ALERT_UNSUPPORTED_EXTENSION },
	{ "misplaced extension", "0b00000e0000000a000001aa0004002b0000", ALERT_ILLEGAL_PARAMETER },
	{ "CertificateVerify first", "0f000000", ALERT_UNEXPECTED_MESSAGE },
	{ "Finished first", "14000000", ALERT_UNEXPECTED_MESSAGE },
};

static void
certificates(void **state)
{
	const struct span none = { NULL, 0 };
	uint8_t room[8192];

	(void)state;
	for (size_t i = 0; i < sizeof CERTIFICATES / sizeof CERTIFICATES[0]; i++) {
		start_required();
		authenticate(CERTIFICATES[i].name, hex_span(room, CERTIFICATES[i].message), none, CERTIFICATES[i].alert);
	}
	start_required();
	authenticate("unknown authority", peer_certificate_build(room, sizeof room, &world_required.stranger.credential),
	    none, ALERT_UNKNOWN_CA);
	start_required();
	authenticate("a server's certificate", peer_certificate_build(room, sizeof room,
	    &world_required.server.credential), none, ALERT_UNSUPPORTED_CERTIFICATE);
	start_required();
	peer.server->now_s = PEER_NOW + 100000;
	authenticate("expired", peer_certificate_build(room, sizeof room, &world_required.client.credential), none,
	    ALERT_CERTIFICATE_EXPIRED);
}

static void
certificate_verifies(void **state)
{
	static const struct { const char *name, *message; uint8_t alert; } TRIES[] = {
		{ "empty", "0f000000", ALERT_DECODE_ERROR },
		{ "trailing byte", "0f0000050403000000", ALERT_DECODE_ERROR },
		{ "empty signature", "0f00000404030000", ALERT_DECRYPT_ERROR },
		{ "a scheme that was not offered", "0f00000408040000", ALERT_ILLEGAL_PARAMETER },
		{ "SHA-1", "0f00000402030000", ALERT_ILLEGAL_PARAMETER },
		{ "Finished instead", "14000000", ALERT_UNEXPECTED_MESSAGE },
		{ "Certificate again", "0b00000400000000", ALERT_UNEXPECTED_MESSAGE },
	};
	uint8_t room[8192], verify_room[512];
	struct tls_credential mixed;
	struct span verify;

	(void)state;
	for (size_t i = 0; i < sizeof TRIES / sizeof TRIES[0]; i++) {
		start_required();
		authenticate(TRIES[i].name, peer_certificate_build(room, sizeof room, &world_required.client.credential),
		    hex_span(verify_room, TRIES[i].message), TRIES[i].alert);
	}
	/* Signed with another key than the certificate's. */
	mixed = world_required.client.credential;
	mixed.private_key = world_required.stranger.credential.private_key;
	start_required();
	peer_say(&peer, peer_certificate_build(room, sizeof room, &mixed));
	verify = peer_verify_build(&peer, verify_room, sizeof verify_room, &mixed);
	peer_say(&peer, verify);
	peer_expect_alert(&peer, ALERT_DECRYPT_ERROR);
	peer_free(&peer);
}

/* With a good certificate, and nothing but that, the peer is known by the hash of its leaf. */
static void
proved_peer(void **state)
{
	uint8_t digest[32];

	(void)state;
	peer_init(&peer, &world_required.config);
	assert_null(tls_peer(peer.server));
	peer_connect(&peer, &world_required.client.credential);
	assert_int_equal(peer.num_established, 1);
	hash_of(&hash_sha256, digest, world_required.client.chain[0]);
	assert_non_null(tls_peer(peer.server));
	assert_memory_equal(tls_peer(peer.server)->cert_sha256, digest, 32);
	peer_free(&peer);
}

/* The peer's own alerts end it: no alert goes back. */
static void
peers_alerts(void **state)
{
	static const uint8_t UNKNOWN_CA[] = { 2, 48 }, WARNING[] = { 1, 48 }, CLOSE[] = { 1, 0 };
	static const struct hello_spec GOOD;

	(void)state;
	for (unsigned plain = 0; plain < 2; plain++) {
		peer_init(&peer, &world_none.config);
		peer_hello(&peer, &GOOD);
		peer_read(&peer);
		if (plain)
			peer.write.suite = NULL;	/* it could not read our ServerHello */
		peer_record(&peer, RECORD_ALERT, plain ? SPAN_ARRAY(UNKNOWN_CA) : SPAN_ARRAY(WARNING));
		peer_read(&peer);
		assert_true(peer.failed);
		assert_int_equal(peer.num_alerts, 0);
		assert_true(tls_failure(peer.server)->alert_received);
		assert_int_equal(tls_failure(peer.server)->alert, 48);
		peer_free(&peer);
	}
	peer_init(&peer, &world_none.config);
	peer_connect(&peer, NULL);
	peer_record(&peer, RECORD_ALERT, SPAN_ARRAY(CLOSE));
	assert_true(peer.closed && !peer.failed);
	peer_feed(&peer, SPAN_LITERAL("anything after close_notify is not read"));
	assert_false(peer.failed);
	peer_free(&peer);
}

static int
worlds(void **state)
{
	(void)state;
	peer_world(&world_none, &tls13_server);
	peer_world(&world_required, &tls13_server_client_cert_required);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(raw_bytes),
		cmocka_unit_test(hellos),
		cmocka_unit_test(p256_shares),
		cmocka_unit_test(second_hellos),
		cmocka_unit_test(empty_share_asks),
		cmocka_unit_test(cookies),
		cmocka_unit_test(later),
		cmocka_unit_test(interleaved),
		cmocka_unit_test(certificates),
		cmocka_unit_test(certificate_verifies),
		cmocka_unit_test(proved_peer),
		cmocka_unit_test(peers_alerts),
	};

	return cmocka_run_group_tests(tests, worlds, NULL);
}
