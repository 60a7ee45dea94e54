/*
 * pair_test.c: our client against our server over every version, suite, group, kind of certificate and
 * client-certificate policy, the bytes between them cut at random places from a seed; every cut of one
 * conversation per version and role; a byte flipped anywhere between them: never ESTABLISHED on both with
 * different transcripts.
 */
#include "tests/tlsstack/family.h"
#include "tests/tlsstack/peer.h"

/* Seeded splits of each row, for P-256, P-384 and RSA, which cost more; all 64 in check-long, as an argument. */
static unsigned num_splits[NUM_FAMILIES] = { 8, 1, 1 };

static const struct tls_suite *const SUITES_13[] = { &tls_aes_128_gcm_sha256, &tls_aes_256_gcm_sha384,
    &tls_chacha20_poly1305_sha256 };
static const struct tls_suite *const SUITES_12[] = { &tls12_ecdhe_ecdsa_aes_128_gcm_sha256,
    &tls12_ecdhe_ecdsa_aes_256_gcm_sha384, &tls12_ecdhe_ecdsa_chacha20_poly1305_sha256 };
static const struct tls_suite *const SUITES_12_RSA[] = { &tls12_ecdhe_rsa_aes_128_gcm_sha256,
    &tls12_ecdhe_rsa_aes_256_gcm_sha384, &tls12_ecdhe_rsa_chacha20_poly1305_sha256 };
static const struct tls_group *const GROUPS[] = { &tls_x25519, &tls_secp256r1, &tls_secp384r1 };
static const struct tls_scheme *const SCHEMES[] = { &tls_ecdsa_secp256r1_sha256, &tls_ecdsa_p256_sha384 };
static const struct tls_scheme *const ALL_SCHEMES[] = { &tls_rsa_pkcs1_sha256, &tls_ecdsa_secp256r1_sha256,
    &tls_rsa_pss_rsae_sha256, &tls_ecdsa_secp384r1_sha384 };

static const struct tls_protocol *const SERVERS[2][3] = {
	{ &tls12_server, &tls12_server_client_cert_optional, &tls12_server_client_cert_required },
	{ &tls13_server, &tls13_server_client_cert_optional, &tls13_server_client_cert_required },
};
static const struct tls_protocol *const CLIENTS[2] = { &tls12_client, &tls13_client };

/* One end. */
struct end {
	union tls_conn_store store;
	struct tls_conn *conn;
	uint8_t *buffer;
	uint8_t out[PEER_ROOM];
	size_t out_len, sent;		/* bytes made, and bytes that the other end has got */
	uint8_t data[64];
	size_t data_len;
	bool established, closed, failed;
};

static struct peer_world world;
static struct family families[NUM_FAMILIES];
static struct tls_config client_config, server_config;
static const struct tls_protocol *client_protocol[1], *server_protocol[1];
static const struct tls_suite *suite[1];
static struct end client, server;
static uint32_t random_state;
static size_t flip_at, flip_seen;	/* the byte of the whole conversation that is flipped; 0: none */

static uint32_t
draw(uint32_t below)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (random_state >> 8) % below;
}

static void
configure(size_t version, size_t which_suite, size_t which_group, size_t policy, bool has_credential)
{
	suite[0] = version ? SUITES_13[which_suite] : SUITES_12[which_suite];
	client_protocol[0] = CLIENTS[version];
	server_protocol[0] = SERVERS[version][policy];
	server_config = world.config;
	server_config.protocols = server_protocol;
	server_config.suites = suite;
	server_config.num_suites = 1;
	server_config.groups = GROUPS + which_group;
	server_config.num_groups = 1;
	server_config.schemes = SCHEMES;
	server_config.num_schemes = 2;
	server_config.name_authorities = which_suite == 0;
	client_config = server_config;
	client_config.protocols = client_protocol;
	client_config.groups = GROUPS;	/* the first share is X25519: others take a HelloRetryRequest */
	client_config.num_groups = 3;
	client_config.credentials = &world.client.credential;
	client_config.num_credentials = has_credential ? 1 : 0;
}

/* The same with certificates of a family on both sides. */
static void
configure_family(size_t version, size_t which_suite, unsigned family)
{
	static struct tls_credential of_server, of_client;
	struct family *members = &families[family];
	const struct tls_scheme *scheme = family_scheme(family, version);

	of_server = (struct tls_credential){ scheme, members->server.chain, 1, members->server.key };
	of_client = (struct tls_credential){ scheme, members->client.chain, 1, members->client.key };
	server_config.schemes = client_config.schemes = ALL_SCHEMES;
	server_config.num_schemes = client_config.num_schemes = 4;
	server_config.anchors = client_config.anchors = &members->anchor;
	server_config.credentials = &of_server;
	client_config.credentials = &of_client;
	if (!version && family == FAMILY_RSA)
		suite[0] = SUITES_12_RSA[which_suite];
}

static void
end_start(struct end *end, const struct tls_config *config, uint8_t seed_byte)
{
	uint8_t seed[TLS_SEED_LEN];

	wipe(end, sizeof *end);
	bytes_set(seed, seed_byte, sizeof seed);
	end->conn = tls_init(&end->store, config, seed, PEER_NOW);
}

static void
end_free(struct end *end)
{
	free(tls_wipe(end->conn));
}

static void
end_feed(struct end *end, struct span bytes)
{
	struct cursor in = cursor_of(bytes);

	for (;;) {
		struct outbuf out = outbuf_of(end->out + end->out_len, sizeof end->out - end->out_len);
		struct span app;
		enum tls_event event = tls_step(end->conn, &out, &app, &in);

		end->out_len += out.len;
		if (event == TLS_WANT_BUFFER) {
			end->buffer = malloc(TLS_BUFFER_SIZE);
			tls_lend(end->conn, end->buffer);
		} else if (event == TLS_ESTABLISHED) {
			assert_false(end->established);
			end->established = true;
		} else if (event == TLS_DATA) {
			assert_true(app.len <= sizeof end->data - end->data_len);
			bytes_copy(end->data + end->data_len, app.ptr, app.len);
			end->data_len += app.len;
		} else if (event == TLS_PEER_CLOSED) {
			end->closed = true;
		} else if (event == TLS_FAILED) {
			end->failed = true;
			return;
		} else {
			assert_int_equal(event, TLS_WANT_INPUT);
			return;
		}
	}
}

/* Move a random piece of what `from` has made; false: there is nothing. */
static bool
move(struct end *from, struct end *to)
{
	uint8_t piece[PEER_ROOM];
	size_t len = from->out_len - from->sent;

	if (len == 0)
		return false;
	len = 1 + draw((uint32_t)len);
	bytes_copy(piece, from->out + from->sent, len);
	if (flip_at > flip_seen && flip_at <= flip_seen + len)
		piece[flip_at - flip_seen - 1] ^= 0x01;
	flip_seen += len;
	from->sent += len;
	end_feed(to, (struct span){ piece, len });
	return true;
}

static void
say(struct end *end, const char *text)
{
	struct outbuf out = outbuf_of(end->out + end->out_len, sizeof end->out - end->out_len);
	struct cursor data = cursor_of((struct span){ (const uint8_t *)text, strlen(text) });

	tls_send(end->conn, &out, &data);
	end->out_len += out.len;
}

/* The whole conversation: handshake, a word each way, close. */
static void
converse(uint32_t seed)
{
	bool client_said = false, server_said = false;

	random_state = seed;
	flip_seen = 0;
	end_start(&server, &server_config, (uint8_t)(seed * 2 + 1));
	end_start(&client, &client_config, (uint8_t)(seed * 2));
	end_feed(&client, (struct span){ NULL, 0 });
	for (bool moved = true; moved; ) {
		moved = move(&client, &server);
		moved = move(&server, &client) || moved;
		if (client.established && !client_said) {
			say(&client, "question");
			client_said = moved = true;
		}
		if (server.established && !server_said) {
			say(&server, "answer");
			server_said = moved = true;
		}
	}
}

static void
same_keys(bool wanted)
{
	uint8_t ours[32], theirs[32];
	static const uint8_t CONTEXT[] = { 1 };

	for (unsigned i = 0; i < 2; i++) {
		struct span context = { i == 0 ? NULL : CONTEXT, i };

		assert_true(tls_export(client.conn, ours, 32, SPAN_LITERAL("EXPERIMENTAL test"), context));
		assert_true(tls_export(server.conn, theirs, 32, SPAN_LITERAL("EXPERIMENTAL test"), context));
		assert_int_equal(memcmp(ours, theirs, 32) == 0, wanted);
	}
}

/* What one trace says was sent, the other says was received; the server's has the client's offer. */
static void
same_story(const struct tls_trace *one, const struct tls_trace *other)
{
	size_t at = 0, num = 0;

	for (size_t i = 0; i < one->num_messages; i++) {
		if (!one->message[i].sent)
			continue;
		while (at < other->num_messages && other->message[at].sent)
			at++;
		assert_true(at < other->num_messages);
		assert_int_equal(one->message[i].kind, other->message[at].kind);
		assert_int_equal(one->message[i].len, other->message[at].len);
		at++;
		num++;
	}
	assert_true(num >= 2 && num < TLS_TRACE_MESSAGES);
	while (at < other->num_messages)
		assert_true(other->message[at++].sent);
}

static void
traces(size_t version, bool retried)
{
	const struct tls_trace *trace = tls_trace(server.conn);

	same_story(tls_trace(client.conn), trace);
	same_story(trace, tls_trace(client.conn));
	assert_int_equal(trace->num_flights, version == 0 ? 4 : retried ? 5 : 3);
	assert_int_equal(trace->versions.num, version);
	assert_int_equal(trace->suites.num, client_config.num_suites);
	assert_int_equal(trace->suites.code[0], suite[0]->code);
	assert_int_equal(trace->groups.num, client_config.num_groups);
	assert_int_equal(tls_trace(client.conn)->suites.num, 0);
}

static void
must_work(size_t version, bool has_peer, bool retried)
{
	assert_true(client.established && server.established && !client.failed && !server.failed);
	assert_int_equal(client.data_len, 6);
	assert_memory_equal(client.data, "answer", 6);
	assert_int_equal(server.data_len, 8);
	assert_memory_equal(server.data, "question", 8);
	assert_int_equal(tls_info(client.conn)->version, version ? 0x0304 : 0x0303);
	assert_int_equal(tls_info(client.conn)->suite, suite[0]->code);
	assert_int_equal(tls_info(server.conn)->group, server_config.groups[0]->code);
	assert_int_equal(tls_info(client.conn)->hello_retry, retried);
	assert_int_equal(tls_peer(server.conn) != NULL, has_peer);
	assert_non_null(tls_peer(client.conn));
	same_keys(true);
	traces(version, retried);
}

/* The client's certificate: not asked for; asked for, and there; required; asked for, and not there. */
static void
matrix(void **state)
{
	unsigned rows = 0, conversations = 0;

	(void)state;
	flip_at = 0;
	for (size_t row = 0; row < 2 * 3 * 3 * NUM_FAMILIES * 4; row++) {
		size_t version = row % 2, which = row / 2 % 3, group = row / 6 % 3, policy = row / 18 % 4;
		unsigned family = (unsigned)(row / 72);
		bool has_credential = policy == 1 || policy == 2, retried = version && group != 0;

		configure(version, which, group, policy == 3 ? 1 : policy, has_credential);
		configure_family(version, which, family);
		for (uint32_t seed = 1; seed <= num_splits[family]; seed++) {
			converse(seed);
			must_work(version, has_credential, retried);
			assert_int_equal(tls_info(client.conn)->peer_scheme, family_scheme(family, version)->code);
			assert_int_equal(tls_info(server.conn)->peer_scheme,
			    has_credential ? family_scheme(family, version)->code : 0);
			end_free(&client);
			end_free(&server);
			conversations++;
		}
		rows++;
	}
	print_message("%u rows, %u conversations\n", rows, conversations);
}

/* A required certificate that the client does not have: refused, in each version with its alert. */
static void
no_certificate(void **state)
{
	uint8_t exported[32];

	(void)state;
	flip_at = 0;
	for (size_t version = 0; version < 2; version++) {
		configure(version, 0, 0, 2, false);
		converse(1);
		assert_true(server.failed && !server.established && client.failed);
		assert_false(tls_export(server.conn, exported, sizeof exported, SPAN_LITERAL("EXPERIMENTAL test"), (struct span){ NULL, 0 }));
		assert_int_equal(tls_failure(client.conn)->alert,
		    version ? ALERT_CERTIFICATE_REQUIRED : ALERT_HANDSHAKE_FAILURE);
		assert_true(tls_failure(client.conn)->alert_received);
		end_free(&client);
		end_free(&server);
	}
}

/* Each byte of each conversation, both directions, flipped on its way. */
static void
every_flip(void **state)
{
	unsigned both = 0, tried = 0;

	(void)state;
	for (size_t version = 0; version < 2; version++) {
		size_t len;

		configure(version, 0, 0, 2, true);
		flip_at = 0;
		converse(7);
		must_work(version, true, false);
		len = flip_seen;
		end_free(&client);
		end_free(&server);
		for (flip_at = 1; flip_at <= len; flip_at++) {
			converse(7);
			if (client.conn->hs.state == HS_CONNECTED && server.conn->hs.state == HS_CONNECTED)
				same_keys(true);	/* a byte that carries no meaning, or one after the handshake */
			assert_true(client.data_len == 0 || memcmp(client.data, "answer", 6) == 0);
			assert_true(server.data_len == 0 || memcmp(server.data, "question", 8) == 0);
			both += client.established && server.established;
			tried++;
			end_free(&client);
			end_free(&server);
		}
	}
	flip_at = 0;
	print_message("%u flips, %u ended after both were established\n", tried, both);
}

/* Every split of one conversation per version and role: what one end hears, cut in two at each byte. */
static void
cut_everywhere(struct end *end, const struct tls_config *config, uint8_t seed_byte, const struct end *other)
{
	uint8_t heard[PEER_ROOM], said[PEER_ROOM];
	size_t len = other->out_len, said_len = end->out_len, data_len = end->data_len;

	bytes_copy(heard, other->out, len);
	bytes_copy(said, end->out, said_len);
	end_free(end);
	for (size_t cut = 0; cut <= len; cut++) {
		end_start(end, config, seed_byte);
		end_feed(end, (struct span){ NULL, 0 });
		end_feed(end, (struct span){ heard, cut });
		end_feed(end, (struct span){ heard + cut, len - cut });
		if (end->failed)
			fail_msg("%s", tls_error_name(tls_failure(end->conn)->code));
		assert_true(end->established);
		assert_int_equal(end->data_len, data_len);
		assert_true(end->out_len > 0 && end->out_len <= said_len);
		assert_memory_equal(end->out, said, end->out_len);
		end_free(end);
	}
}

static void
every_split(void **state)
{
	(void)state;
	flip_at = 0;
	for (size_t version = 0; version < 2; version++) {
		configure(version, 1, 0, 2, true);
		converse(3);
		must_work(version, true, false);
		cut_everywhere(&client, &client_config, 6, &server);
		end_free(&server);
		converse(3);
		cut_everywhere(&server, &server_config, 7, &client);
		end_free(&client);
	}
}

/* A client and a server that speak both versions take 1.3; a downgrade is seen by its mark. */
static void
both_versions(void **state)
{
	static const struct tls_protocol *const BOTH_CLIENT[] = { &tls13_client, &tls12_client };
	static const struct tls_protocol *const BOTH_SERVER[] = { &tls13_server, &tls12_server };
	static const struct tls_suite *const BOTH_SUITES[] = { &tls_aes_128_gcm_sha256,
	    &tls12_ecdhe_ecdsa_aes_128_gcm_sha256 };

	(void)state;
	flip_at = 0;
	for (unsigned server_12 = 0; server_12 < 2; server_12++) {
		configure(1, 0, 0, 0, false);
		client_config.protocols = BOTH_CLIENT;
		server_config.protocols = BOTH_SERVER + server_12;
		client_config.num_protocols = 2;
		server_config.num_protocols = 2 - server_12;
		client_config.suites = server_config.suites = BOTH_SUITES;
		client_config.num_suites = server_config.num_suites = 2;
		converse(1);
		assert_true(client.established && server.established);
		assert_int_equal(tls_info(client.conn)->version, server_12 ? 0x0303 : 0x0304);
		end_free(&client);
		end_free(&server);
	}
	/* A server of both that was made to see a 1.2 hello marks its random; a client of both refuses it. */
	configure(0, 0, 0, 0, false);
	server_config.protocols = BOTH_SERVER;
	server_config.num_protocols = 2;
	client_config.suites = server_config.suites = BOTH_SUITES;
	client_config.num_suites = server_config.num_suites = 2;
	converse(1);
	assert_true(client.established && tls_info(client.conn)->version == 0x0303);
	end_free(&client);
	end_start(&client, &client_config, 2);
	client_config.protocols = BOTH_CLIENT;
	client_config.num_protocols = 2;
	end_feed(&client, (struct span){ NULL, 0 });
	end_feed(&client, (struct span){ server.out, server.out_len });
	assert_true(client.failed);
	assert_int_equal(tls_failure(client.conn)->alert, ALERT_ILLEGAL_PARAMETER);
	end_free(&client);
	end_free(&server);
}

static void
tell_client(struct span message)
{
	static uint8_t room[TLS_RECORD_MAX + 64];
	struct outbuf out = outbuf_of(room, sizeof room);

	record_seal(&server.conn->write, &out, 0x0303, RECORD_HANDSHAKE, message);
	end_feed(&client, outbuf_span(&out));
}

/* After the handshake a server may say so much and no more; data makes room again. */
static void
tickets(void **state)
{
	static const uint8_t TICKET[] = { MSG_NEW_SESSION_TICKET, 0, 0, 14, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 1, 7, 0, 0 };
	static const uint8_t HELLO_REQUEST[] = { MSG_HELLO_REQUEST, 0, 0, 0 };
	const struct span messages[2] = { SPAN_ARRAY(HELLO_REQUEST), SPAN_ARRAY(TICKET) };

	(void)state;
	flip_at = 0;
	for (size_t version = 0; version < 2; version++) {
		configure(version, 0, 0, 0, false);
		converse(1);
		for (unsigned i = 0; i < TLS_POST_MESSAGES_MAX; i++)
			tell_client(messages[version]);
		assert_false(client.failed);
		say(&server, "x");
		while (move(&server, &client))
			;
		for (unsigned i = 0; i < TLS_POST_MESSAGES_MAX; i++)
			tell_client(messages[version]);
		assert_false(client.failed);
		tell_client(messages[version]);
		assert_true(client.failed);
		assert_int_equal(tls_failure(client.conn)->alert, ALERT_UNEXPECTED_MESSAGE);
		end_free(&client);
		end_free(&server);
	}
}

/* A HelloRetryRequest with a cookie alone: sent back with the same share; one that is too long is refused. */
static void
retry_cookie(void **state)
{
	(void)state;
	flip_at = 0;
	for (size_t beyond = 0; beyond < 2; beyond++) {
		static uint8_t cookie[TLS_PEER_COOKIE_MAX + 1], room[TLS_PEER_COOKIE_MAX + 256], first[1024];
		struct outbuf out = outbuf_of(room, sizeof room);
		struct record_key none = { 0 };
		static uint8_t record[TLS_PEER_COOKIE_MAX + 512];
		struct outbuf wire = outbuf_of(record, sizeof record);
		size_t len, first_len, list, mark;

		configure(1, 0, 0, 0, false);
		end_start(&client, &client_config, 2);
		end_feed(&client, (struct span){ NULL, 0 });
		first_len = client.out_len;
		bytes_copy(first, client.out, first_len);
		len = TLS_PEER_COOKIE_MAX + beyond;
		flight_message_begin(&out, MSG_SERVER_HELLO);
		outbuf_uint(&out, 0x0303, 2);
		outbuf_bytes(&out, SPAN_ARRAY(tls13_retry_random));
		outbuf_uint(&out, 32, 1);
		outbuf_bytes(&out, (struct span){ first + 5 + 4 + 2 + 32 + 1, 32 });
		outbuf_uint(&out, 0x1301, 2);
		outbuf_uint(&out, 0, 1);
		list = outbuf_vector(&out, 2);
		mark = hello_extension_begin(&out, EXT_COOKIE);
		outbuf_uint(&out, len, 2);
		outbuf_bytes(&out, (struct span){ cookie, len });
		outbuf_vector_end(&out, mark, 2);
		mark = hello_extension_begin(&out, EXT_SUPPORTED_VERSIONS);
		outbuf_uint(&out, 0x0304, 2);
		outbuf_vector_end(&out, mark, 2);
		outbuf_vector_end(&out, list, 2);
		outbuf_vector_end(&out, 1, 3);
		record_seal(&none, &wire, 0x0303, RECORD_HANDSHAKE, outbuf_span(&out));
		end_feed(&client, outbuf_span(&wire));
		assert_int_equal(client.failed, beyond);
		if (!beyond)	/* CCS, then the hello with the cookie in it */
			assert_int_equal(client.out_len, first_len + 6 + first_len + 4 + 2 + len);
		end_free(&client);
	}
}

/* ALPN: the server's order decides; nothing in common is no_application_protocol. */
static void
alpn(void **state)
{
	static const struct span OURS[] = { { (const uint8_t *)"h2", 2 }, { (const uint8_t *)"http/1.1", 8 } };
	static const struct span THEIRS[] = { { (const uint8_t *)"http/1.1", 8 }, { (const uint8_t *)"h2", 2 } };
	static const struct span OTHER[] = { { (const uint8_t *)"ftp", 3 } };

	(void)state;
	flip_at = 0;
	for (size_t version = 0; version < 2; version++) {
		configure(version, 0, 0, 0, false);
		server_config.alpn = OURS;
		client_config.alpn = THEIRS;
		server_config.num_alpn = client_config.num_alpn = 2;
		converse(1);
		assert_true(client.established && server.established);
		assert_true(bytes_equal(tls_info(client.conn)->alpn, OURS[0]));
		assert_true(bytes_equal(tls_info(server.conn)->alpn, OURS[0]));
		end_free(&client);
		end_free(&server);
		client_config.alpn = OTHER;
		client_config.num_alpn = 1;
		converse(1);
		assert_true(client.failed && server.failed);
		assert_int_equal(tls_failure(client.conn)->alert, ALERT_NO_APPLICATION_PROTOCOL);
		end_free(&client);
		end_free(&server);
	}
}

static int
make_world(void **state)
{
	(void)state;
	peer_world(&world, &tls13_server);
	for (unsigned family = 0; family < NUM_FAMILIES; family++)
		family_make(&families[family], family);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matrix),
		cmocka_unit_test(no_certificate),
		cmocka_unit_test(every_flip),
		cmocka_unit_test(every_split),
		cmocka_unit_test(both_versions),
		cmocka_unit_test(alpn),
		cmocka_unit_test(tickets),
		cmocka_unit_test(retry_cookie),
	};

	for (unsigned family = 0; argc == 2 && family < NUM_FAMILIES; family++)
		num_splits[family] = (unsigned)strtoul(argv[1], NULL, 10);
	return cmocka_run_group_tests(tests, make_world, NULL);
}
