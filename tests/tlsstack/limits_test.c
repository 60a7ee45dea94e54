/* limits_test.c: each limit of tlsstack/limits.h, at its value and one beyond. */
#include "tests/panics.h"
#include "tests/proofs/harness/tls13_sizes.h"
#include "tests/tlsstack/peer.h"
#include "tlsstack/config.h"
#include "tlsstack/x509_parse.h"

static struct peer_world world_none, world_required;
static struct peer peer;
static uint8_t zeros[70000];

static const uint8_t KEY_UPDATE[] = { MSG_KEY_UPDATE, 0, 0, 1, 0 };
static const uint8_t USER_CANCELED[] = { 1, ALERT_USER_CANCELED };
static const struct hello_spec GOOD;

static void
connected(void)
{
	peer_init(&peer, &world_none.config);
	peer_connect(&peer, NULL);
}

/* A ClientHello of exactly `len` bytes, padded, in as many records as it takes. */
static void
hello_of(size_t len)
{
	uint8_t *room = malloc(len + 512), *longer = malloc(len + 512);
	struct span hello;
	struct cursor rest, part;
	size_t at, add, old;

	peer_init(&peer, &world_none.config);
	hello = peer_hello_build(&peer, room, len + 512, &GOOD);
	add = len - hello.len;
	bytes_copy(longer, hello.ptr, hello.len);
	bytes_set(longer + hello.len, 0, add);
	at = hello.len;
	longer[at + 1] = 21;	/* padding extension */
	longer[at + 2] = (uint8_t)((add - 4) >> 8);
	longer[at + 3] = (uint8_t)(add - 4);
	longer[1] = 0;
	longer[2] = (uint8_t)((len - 4) >> 8);
	longer[3] = (uint8_t)(len - 4);
	at = 4 + 2 + 32 + 5 + 4 + 2;	/* the length of the extensions */
	old = (size_t)(256 * longer[at] + longer[at + 1]);
	longer[at] = (uint8_t)((old + add) >> 8);
	longer[at + 1] = (uint8_t)(old + add);
	rest = cursor_of((struct span){ longer, len });
	transcript_add(&peer.transcript, (struct span){ longer, len });
	while (!cursor_done(&rest) && !peer.failed) {
		assert_true(cursor_take(&rest, &part, cursor_left(&rest) < 16384 ? cursor_left(&rest) : 16384));
		peer_record(&peer, RECORD_HANDSHAKE, cursor_rest(&part));
	}
	free(room);
	free(longer);
}

static void
message_length(void **state)
{
	(void)state;
	hello_of(TLS_MESSAGE_MAX);
	peer_read(&peer);
	peer_finish(&peer);
	assert_true(peer.established);
	peer_free(&peer);
	hello_of(TLS_MESSAGE_MAX + 1);
	peer_expect_alert(&peer, ALERT_ILLEGAL_PARAMETER);
	peer_free(&peer);
}

/* Content of 2^14 bytes, with and without padding; one more is refused. */
static void
plaintext_length(void **state)
{
	(void)state;
	connected();
	peer_record(&peer, RECORD_DATA, (struct span){ zeros, TLS_PLAINTEXT_MAX });
	assert_int_equal(peer.data_len, TLS_PLAINTEXT_MAX);
	zeros[100] = RECORD_DATA;
	peer_inner(&peer, (struct span){ zeros, TLS_PLAINTEXT_MAX + 1 });	/* 100 bytes and padding */
	assert_int_equal(peer.data_len, TLS_PLAINTEXT_MAX + 100);
	peer_inner(&peer, (struct span){ zeros, TLS_PLAINTEXT_MAX + 2 });
	zeros[100] = 0;
	peer_expect_alert(&peer, ALERT_RECORD_OVERFLOW);
	peer_free(&peer);
}

static void
ciphertext_length(void **state)
{
	uint8_t *record = malloc(RECORD_HEADER_LEN + TLS_CIPHERTEXT_MAX + 1);

	(void)state;
	for (size_t beyond = 0; beyond < 2; beyond++) {
		size_t len = TLS_CIPHERTEXT_MAX + beyond;
		const uint8_t header[] = { RECORD_DATA, 3, 3, (uint8_t)(len >> 8), (uint8_t)len };

		connected();
		bytes_set(record, 0, RECORD_HEADER_LEN + len);
		bytes_copy(record, header, sizeof header);
		peer_feed(&peer, (struct span){ record, RECORD_HEADER_LEN + len });
		peer_expect_alert(&peer, beyond ? ALERT_RECORD_OVERFLOW : ALERT_BAD_RECORD_MAC);
		peer_free(&peer);
	}
	free(record);
}

/* `most` times `type` and `bytes` are taken; once more is unexpected_message; data starts anew. */
static void
in_a_row(enum record_type type, struct span bytes, unsigned most, bool data_resets)
{
	const uint8_t one[] = { 7 };

	connected();
	for (unsigned round = 0; round < (data_resets ? 2 : 1); round++) {
		if (data_resets)
			peer_record(&peer, RECORD_DATA, SPAN_ARRAY(one));
		for (unsigned i = 0; i < most; i++) {
			peer_record(&peer, type, bytes);
			if (type == RECORD_HANDSHAKE) {
				tls13_next_traffic(peer.suite->hash, &peer.client_ap);
				peer_key(&peer, &peer.write, &peer.client_ap);
			}
			assert_false(peer.failed);
		}
	}
	peer_record(&peer, type, bytes);
	peer_expect_alert(&peer, ALERT_UNEXPECTED_MESSAGE);
	peer_free(&peer);
}

static void
rows(void **state)
{
	(void)state;
	in_a_row(RECORD_DATA, (struct span){ NULL, 0 }, TLS_EMPTY_RECORDS_MAX, true);
	in_a_row(RECORD_HANDSHAKE, SPAN_ARRAY(KEY_UPDATE), TLS_KEY_UPDATES_MAX, true);
	in_a_row(RECORD_ALERT, SPAN_ARRAY(USER_CANCELED), TLS_WARNINGS_MAX, true);
}

static void
compat_ccs(void **state)
{
	static const uint8_t CCS[] = { 20, 3, 3, 0, 1, 1 };

	(void)state;
	for (unsigned many = 1; many < 3; many++) {
		peer_init(&peer, &world_none.config);
		peer_hello(&peer, &GOOD);
		peer_read(&peer);
		for (unsigned i = 0; i < many; i++)
			peer_feed(&peer, SPAN_ARRAY(CCS));
		if (many > TLS_COMPAT_CCS_MAX) {
			peer_expect_alert(&peer, ALERT_UNEXPECTED_MESSAGE);
		} else {
			peer_finish(&peer);
			assert_true(peer.established);
		}
		peer_free(&peer);
	}
}

/* 0-RTT data under a key that we do not have is skipped, to the byte; then the handshake goes on. */
static void
early_data(void **state)
{
	static const uint8_t CCS[] = { 20, 3, 3, 0, 1, 1 };
	struct hello_spec spec = { .append = 42 + 1 };

	(void)state;
	for (size_t beyond = 0; beyond < 2; beyond++) {
		struct record_key none = { 0 }, keep;

		peer_init(&peer, &world_none.config);
		peer_hello(&peer, &spec);
		peer_read(&peer);
		keep = peer.write;
		peer.write = none;
		peer_record(&peer, RECORD_DATA, (struct span){ zeros, 16000 });
		peer_feed(&peer, SPAN_ARRAY(CCS));
		peer_record(&peer, RECORD_DATA, (struct span){ zeros, TLS_EARLY_DATA_MAX - 16000 + beyond });
		peer.write = keep;
		if (beyond) {
			peer_expect_alert(&peer, ALERT_UNEXPECTED_MESSAGE);
		} else {
			peer_finish(&peer);
			assert_true(peer.established);
		}
		peer_free(&peer);
	}
}

/* What can not be read is skipped only before the first record that can. */
static void
early_data_ends(void **state)
{
	struct hello_spec spec = { .append = 42 + 1 };

	(void)state;
	peer_init(&peer, &world_none.config);
	peer_hello(&peer, &spec);
	peer_read(&peer);
	peer_finish(&peer);
	assert_true(peer.established);
	peer.write.suite = NULL;
	peer_record(&peer, RECORD_DATA, (struct span){ zeros, 100 });
	peer_expect_alert(&peer, ALERT_BAD_RECORD_MAC);
	peer_free(&peer);
}

/* After a HelloRetryRequest 0-RTT data is skipped until the second hello, and not after it. */
static void
early_data_and_retry(void **state)
{
	struct hello_spec first = { .append = 42 + 1 };
	struct tls_config config = world_none.config;
	struct record_key none = { 0 };

	(void)state;
	config.groups = PEER_GROUPS + 1;
	config.num_groups = 1;
	peer_init(&peer, &config);
	peer_hello(&peer, &first);
	peer_read(&peer);
	peer_record(&peer, RECORD_DATA, (struct span){ zeros, 100 });
	assert_false(peer.failed);
	peer.group = &tls_secp256r1;
	peer_hello(&peer, &GOOD);
	peer_read(&peer);
	peer.write = none;
	peer_record(&peer, RECORD_DATA, (struct span){ zeros, 100 });
	peer_expect_alert(&peer, ALERT_BAD_RECORD_MAC);
	peer_free(&peer);
}

static void
certificates(void **state)
{
	struct tls_credential credential = world_required.client.credential;
	struct span chain[TLS_CERTIFICATES_MAX + 1];
	uint8_t room[16384];

	(void)state;
	for (size_t i = 0; i < TLS_CERTIFICATES_MAX + 1; i++)
		chain[i] = i == 0 ? credential.chain[0] : world_required.authority.chain[0];
	credential.chain = chain;
	for (size_t beyond = 0; beyond < 2; beyond++) {
		credential.num_chain = TLS_CERTIFICATES_MAX + beyond;
		peer_init(&peer, &world_required.config);
		peer_hello(&peer, &GOOD);
		peer_read(&peer);
		peer_say(&peer, peer_certificate_build(room, sizeof room, &credential));
		if (beyond)
			peer_expect_alert(&peer, ALERT_BAD_CERTIFICATE);
		else
			assert_int_equal(peer.server->hs.state, HS_EXPECT_CERTIFICATE_VERIFY);
		peer_free(&peer);
	}
}

/* Our own flight in small pieces: the longest chain, a small `out`, the smallest record_size_limit. */
static void
own_chain(void **state)
{
	struct tls_config config = world_none.config;
	struct tls_credential credential = world_none.server.credential;
	struct hello_spec spec = { .append = 28 + 1, .append_body = "0040" };
	struct span chain[2] = { credential.chain[0], { zeros, TLS_OWN_CHAIN_MAX - 10 } };

	(void)state;
	chain[1].len -= chain[0].len;
	credential.chain = chain;
	credential.num_chain = 2;
	config.credentials = &credential;
	peer_init(&peer, &config);
	peer_hello(&peer, &spec);
	peer_read(&peer);
	peer_finish(&peer);
	assert_true(peer.established);
	assert_int_equal(peer.server->send_limit, 63);
	peer_free(&peer);
	chain[1].len++;
	assert_panics(config_check(&config));
}

/* The largest that config_check() lets through are what the handlers' proofs take them to be. */
static void
largest_messages(void **state)
{
	static uint8_t room[TLS_PLAINTEXT_MAX];
	static struct tls_scheme all[LIST_MAX];
	const struct tls_scheme *schemes[LIST_MAX];
	const struct tls_group *groups[LIST_MAX];
	struct encrypted_extensions with = { groups, LIST_MAX, true, TLS_PLAINTEXT_MAX + 1, { zeros, 255 } };
	struct span chain[2] = { { zeros, 1 }, { zeros, TLS_OWN_CHAIN_MAX - 11 } };
	struct outbuf out = outbuf_of(room, sizeof room);

	(void)state;
	for (size_t i = 0; i < LIST_MAX; i++) {
		all[i].code = (uint16_t)i;
		schemes[i] = &all[i];
		groups[i] = &tls_x25519;
	}
	tls13_encrypted_extensions_build(&out, &with);
	assert_int_equal(out.len, ENCRYPTED_MAX);
	out = outbuf_of(room, sizeof room);
	tls13_certificate_request_build(&out, schemes, LIST_MAX, (struct span){ zeros, TLS_AUTHORITIES_MAX + 2 });
	assert_int_equal(out.len, REQUEST_MAX);
	out = outbuf_of(room, sizeof room);
	tls13_certificate_build(&out, (struct span){ NULL, 0 }, chain, 2);
	assert_int_equal(out.len, CERTIFICATE_MAX);
	assert_false(out.overflow);
}

/* HkdfLabel says the length of a label, "tls13 " included, and of a context in a byte each. */
static void
labels(void **state)
{
	struct secret secret = { { 0 } };
	struct span context = { zeros, CRYPTO_HASH_MAX }, label = { zeros, 249 };
	uint8_t out[32];

	(void)state;
	connected();
	assert_true(peer.established && tls_export(peer.server, out, sizeof out, label, context));
	tls13_expand_label(&hash_sha256, out, sizeof out, &secret, label, context);
	label.len++;
	assert_panics((void)!tls_export(peer.server, out, sizeof out, label, context));
	assert_panics(tls13_expand_label(&hash_sha256, out, sizeof out, &secret, label, (struct span){ NULL, 0 }));
	label.len = 3;
	context.len = 300;	/* has room, but wraps */
	assert_panics(tls13_expand_label(&hash_sha256, out, sizeof out, &secret, label, context));
	peer_free(&peer);
}

static void
configurations(void **state)
{
	struct tls_config config = world_none.config;

	(void)state;
	config.cookie = (struct span){ zeros, TLS_COOKIE_MAX };
	config_check(&config);
	config.cookie.len++;
	assert_panics(config_check(&config));
	config = world_none.config;
	config.message_max = TLS_MESSAGE_TOP;
	config_check(&config);
	config.message_max++;
	assert_panics(config_check(&config));
	config.message_max = TLS_MESSAGE_MAX - 1;
	assert_panics(config_check(&config));
	config = world_none.config;
	config.num_credentials = 0;
	assert_panics(config_check(&config));
	config = world_required.config;
	config.num_anchors = 0;
	assert_panics(config_check(&config));
	config = world_none.config;
	config.num_suites = 0;
	assert_panics(config_check(&config));
}

/* Of each list 32 items, of each name 255 bytes; one more is refused. */
static void
configured_lists(void **state)
{
	const struct tls_config config = world_none.config;
	struct tls_config longer = config;
	const struct tls_protocol *protocols[33];
	struct tls_credential credentials[33];
	struct span names[33];

	(void)state;
	for (size_t i = 0; i < 33; i++) {
		protocols[i] = config.protocols[0];
		credentials[i] = config.credentials[0];
		names[i] = (struct span){ zeros, 255 };
	}
	longer.protocols = protocols;
	longer.credentials = credentials;
	longer.alpn = names;
	longer.server_name = (struct span){ zeros, 255 };
	longer.num_protocols = longer.num_credentials = longer.num_alpn = 32;
	config_check(&longer);
	longer.num_protocols = 33;
	assert_panics(config_check(&longer));
	longer.num_protocols = 32;
	longer.num_credentials = 33;
	assert_panics(config_check(&longer));
	longer.num_credentials = 32;
	longer.num_alpn = 33;
	assert_panics(config_check(&longer));
	longer.num_alpn = 32;
	longer.server_name.len = 256;
	assert_panics(config_check(&longer));
	longer.server_name.len = 255;
	names[31].len = 256;
	assert_panics(config_check(&longer));
	names[31].len = 0;
	assert_panics(config_check(&longer));
	names[31].len = 1;
	config_check(&longer);
}

/* An authority whose name has `len` letters; returns what it takes in a request for a certificate. */
static size_t
named_authority(struct peer_identity *who, size_t len)
{
	char name[65] = "";
	struct x509_cert parsed;

	assert_in_range(len, 1, 64);
	bytes_set((uint8_t *)name, 'a', len);
	peer_identity(who, TLS_CERT_AUTHORITY, name, name, NULL, 7);
	assert_int_equal(x509_parse(&parsed, who->chain[0]), X509_OK);
	return 2 + parsed.subject.len;
}

/* Names of authorities in our request: they fill it to the byte; one byte more is our own mistake. */
static void
authorities(void **state)
{
	struct tls_config config = world_required.config;
	struct peer_identity full, last;
	struct tls_anchor anchors[TLS_AUTHORITIES_MAX / 64];
	size_t len = named_authority(&full, 64), num = 0, left = TLS_AUTHORITIES_MAX;

	(void)state;
	for (; left > len; left -= len)
		anchors[num++].cert = full.chain[0];
	config.name_authorities = true;
	config.anchors = anchors;
	config.num_anchors = num + 1;
	for (size_t beyond = 0; beyond < 2; beyond++) {
		assert_int_equal(named_authority(&last, 64 - (len - left) + beyond), left + beyond);
		anchors[num].cert = last.chain[0];
		if (beyond) {
			assert_panics(config_check(&config));
			break;
		}
		peer_init(&peer, &config);
		peer_hello(&peer, &GOOD);
		peer_read(&peer);
		assert_int_equal(peer.server->hs.state, HS_EXPECT_CERTIFICATE);
		peer_free(&peer);
	}
}

/* The queue holds so many items; that no handshake needs more is our own affair. */
static void
flight_items(void **state)
{
	static struct flight flight;
	const struct record_secret secret = { .suite = &tls_aes_128_gcm_sha256 };

	(void)state;
	for (unsigned i = 0; i < TLS_FLIGHT_ITEMS; i++)
		flight_switch(&flight, &secret);
	assert_panics(flight_switch(&flight, &secret));
}

/* At the limit of the cipher our own KeyUpdate goes before the data. */
static void
own_key_update(void **state)
{
	uint8_t room[TLS_OUT_MIN];
	struct outbuf out = outbuf_of(room, sizeof room);
	struct cursor data = cursor_of(SPAN_LITERAL("abc"));
	uint64_t limit = tls_aes_128_gcm_sha256.aead->seal_limit;

	(void)state;
	connected();
	peer.server->write.seq = limit - 1;
	peer.read.seq = limit - 1;
	tls_send(peer.server, &out, &data);
	assert_int_equal(peer.server->write.seq, limit);
	data = cursor_of(SPAN_LITERAL("def"));
	tls_send(peer.server, &out, &data);
	assert_true(cursor_done(&data));
	assert_int_equal(peer.server->write.seq, 1);
	bytes_copy(peer.wire, room, out.len);
	peer.wire_len = out.len;
	peer_read(&peer);
	assert_int_equal(peer.answer_len, 6);
	assert_memory_equal(peer.answer, "abcdef", 6);
	peer_free(&peer);
}

/* Many requests for a KeyUpdate get one answer while we are silent (RFC 8446, 4.6.3). */
static void
key_update_answer(void **state)
{
	static const uint8_t REQUEST[] = { MSG_KEY_UPDATE, 0, 0, 1, 1 };
	struct outbuf out;
	struct cursor data = cursor_of(SPAN_LITERAL("abc"));
	size_t before;

	(void)state;
	connected();
	before = peer.messages_len;
	for (unsigned i = 0; i < 3; i++) {
		peer_record(&peer, RECORD_HANDSHAKE, SPAN_ARRAY(REQUEST));
		tls13_next_traffic(peer.suite->hash, &peer.client_ap);
		peer_key(&peer, &peer.write, &peer.client_ap);
	}
	peer_read(&peer);
	assert_int_equal(peer.messages_len - before, 5);
	out = outbuf_of(peer.wire, sizeof peer.wire);
	tls_send(peer.server, &out, &data);
	peer.wire_len = out.len;
	peer_read(&peer);
	assert_int_equal(peer.messages_len - before, 5);
	assert_int_equal(peer.answer_len, 3);
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
		cmocka_unit_test(message_length),
		cmocka_unit_test(plaintext_length),
		cmocka_unit_test(ciphertext_length),
		cmocka_unit_test(rows),
		cmocka_unit_test(compat_ccs),
		cmocka_unit_test(early_data),
		cmocka_unit_test(early_data_ends),
		cmocka_unit_test(early_data_and_retry),
		cmocka_unit_test(certificates),
		cmocka_unit_test(own_chain),
		cmocka_unit_test(authorities),
		cmocka_unit_test(flight_items),
		cmocka_unit_test(largest_messages),
		cmocka_unit_test(labels),
		cmocka_unit_test(configurations),
		cmocka_unit_test(configured_lists),
		cmocka_unit_test(own_key_update),
		cmocka_unit_test(key_update_answer),
	};

	return cmocka_run_group_tests(tests, worlds, NULL);
}
