/*
 * pair_fuzz.c: our client and our server, and an attacker on the wire between them who sees records and
 * may pass, change, drop, repeat, cut, reflect or invent them.  The input chooses both configurations
 * (versions, suite, group, policy, credentials) and then one order for each record.
 *
 * What must hold: when both ends are established they agree on everything, on the highest version that
 * both offer, and on exported keys; bytes arrive as they were sent; who is a peer has the client's
 * certificate.
 */
#include "fuzz/outcome.h"
#include "tests/tlsstack/peer.h"

#define RECORDS_MAX	200

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

const char *fuzz_outcome;

static const struct tls_suite *const SUITES_13[] = { &tls_aes_128_gcm_sha256, &tls_aes_256_gcm_sha384, &tls_chacha20_poly1305_sha256 };
static const struct tls_suite *const SUITES_12[] = { &tls12_ecdhe_ecdsa_aes_128_gcm_sha256,
    &tls12_ecdhe_ecdsa_aes_256_gcm_sha384, &tls12_ecdhe_ecdsa_chacha20_poly1305_sha256 };
static const struct tls_group *const GROUPS[] = { &tls_x25519, &tls_secp256r1 };
static const struct tls_scheme *const SCHEMES[] = { &tls_ecdsa_secp256r1_sha256, &tls_ecdsa_p256_sha384 };
static const struct tls_protocol *const SERVERS[3][2] = {
	{ &tls13_server, &tls12_server },
	{ &tls13_server_client_cert_optional, &tls12_server_client_cert_optional },
	{ &tls13_server_client_cert_required, &tls12_server_client_cert_required },
};
static const struct tls_protocol *const CLIENTS[2] = { &tls13_client, &tls12_client };

struct end {
	union tls_conn_store store;
	struct tls_conn *conn;
	uint8_t *buffer;
	uint8_t out[PEER_ROOM];
	size_t out_len, sent;		/* bytes made, and bytes that the attacker has taken */
	bool established, failed, spoke;
	size_t heard;			/* bytes of the other's text */
	const char *text, *expected;
};

static struct peer_world world;
static struct end client, server;

static size_t
take(struct cursor *in, size_t width)
{
	uint32_t value = 0;

	return cursor_uint(in, &value, width) ? value : 0;
}

static void
end_start(struct end *end, const struct tls_config *config, uint8_t seed_byte, const char *text, const char *expected)
{
	uint8_t seed[TLS_SEED_LEN];

	wipe(end, sizeof *end);
	bytes_set(seed, seed_byte, sizeof seed);
	end->conn = tls_init(&end->store, config, seed, PEER_NOW);
	end->text = text;
	end->expected = expected;
}

static void
end_say(struct end *end)
{
	struct outbuf out = outbuf_of(end->out + end->out_len, sizeof end->out - end->out_len);
	struct cursor data = cursor_of((struct span){ (const uint8_t *)end->text, strlen(end->text) });

	if (end->spoke || !end->established || end->failed)
		return;
	end->spoke = true;
	tls_send(end->conn, &out, &data);
	end->out_len += out.len;
}

static void
end_feed(struct end *end, struct span bytes)
{
	struct cursor in = cursor_of(bytes);

	while (!end->failed && sizeof end->out - end->out_len >= TLS_OUT_MIN) {
		struct outbuf out = outbuf_of(end->out + end->out_len, sizeof end->out - end->out_len);
		struct span app;
		enum tls_event event = tls_step(end->conn, &out, &app, &in);

		end->out_len += out.len;
		if (event == TLS_WANT_BUFFER) {
			end->buffer = malloc(TLS_BUFFER_SIZE);
			tls_lend(end->conn, end->buffer);
		} else if (event == TLS_DATA) {
			if (!end->established || app.len > strlen(end->expected) - end->heard ||
			    memcmp(end->expected + end->heard, app.ptr, app.len) != 0)
				abort();
			end->heard += app.len;
		}
		end->established |= event == TLS_ESTABLISHED;
		end->failed = event == TLS_FAILED;
		if (event == TLS_WANT_INPUT)
			return;
	}
}

/* The next record that `from` has made, whole. */
static struct span
next_record(struct end *from)
{
	const uint8_t *at = from->out + from->sent;
	size_t have = from->out_len - from->sent, len;

	if (have < RECORD_HEADER_LEN)
		return (struct span){ NULL, 0 };
	len = RECORD_HEADER_LEN + ((size_t)at[3] << 8 | at[4]);
	if (len > have)
		abort();			/* we never send half a record */
	from->sent += len;
	return (struct span){ at, len };
}

static void
meddle(struct end *to, struct end *from, struct span record, struct cursor *in)
{
	static uint8_t copy[PEER_ROOM];
	size_t order = take(in, 1), at = take(in, 2) % record.len, len = record.len;

	memcpy(copy, record.ptr, len);
	switch (order % 10) {
	case 0:
		copy[at] ^= (uint8_t)take(in, 1);
		break;
	case 1:
		return;
	case 2:
		end_feed(to, (struct span){ copy, len });
		break;
	case 3:
		end_feed(from, (struct span){ copy, len });	/* reflected */
		break;
	case 4:
		if (at < RECORD_HEADER_LEN)
			return;
		copy[3] = (uint8_t)((at - RECORD_HEADER_LEN) >> 8);	/* cut, and the header says so */
		copy[4] = (uint8_t)(at - RECORD_HEADER_LEN);
		len = at;
		break;
	case 5:
		copy[0] = (uint8_t)(20 + take(in, 1) % 5);
		break;
	case 6:
		end_feed(to, (struct span){ (const uint8_t *)"\x14\x03\x03\x00\x01\x01", 6 });
		break;
	case 7:
		end_feed(to, (struct span){ (const uint8_t *)"\x15\x03\x03\x00\x02\x01\x5a", 7 });
		break;
	case 8:						/* one message in two records */
		if (at <= RECORD_HEADER_LEN)
			break;
		copy[3] = (uint8_t)((at - RECORD_HEADER_LEN) >> 8);
		copy[4] = (uint8_t)(at - RECORD_HEADER_LEN);
		end_feed(to, (struct span){ copy, at });
		copy[at - 5] = record.ptr[0];
		copy[at - 4] = 3;
		copy[at - 3] = 3;
		copy[at - 2] = (uint8_t)((len - at) >> 8);
		copy[at - 1] = (uint8_t)(len - at);
		end_feed(to, (struct span){ copy + at - 5, len - at + 5 });
		return;
	default:
		for (size_t i = at; i < len && i < at + 8; i++)
			copy[i] = (uint8_t)take(in, 1);
		break;
	}
	end_feed(to, (struct span){ copy, len });
}

static void
carry(struct end *from, struct end *to, struct cursor *in)
{
	struct span record = next_record(from);

	if (record.len == 0)
		return;
	if (take(in, 1) < 0xe0)
		end_feed(to, record);
	else
		meddle(to, from, record, in);
}

static void
judge(bool both_13)
{
	const struct tls_info *a = tls_info(client.conn), *b = tls_info(server.conn);
	const struct tls_peer *who = tls_peer(server.conn);
	uint8_t digest[32], mine[32], yours[32];

	hash_of(&hash_sha256, digest, world.client.chain[0]);
	if (who != NULL && memcmp(who->cert_sha256, digest, 32) != 0)
		abort();
	fuzz_outcome = server.failed ? tls_error_name(tls_failure(server.conn)->code) :
	    client.failed ? tls_error_name(tls_failure(client.conn)->code) : "waiting";
	if (!client.established || !server.established)
		return;
	fuzz_outcome = a->version == 0x0304 ? "established 1.3" : "established 1.2";
	if (a->version != b->version || a->suite != b->suite || a->group != b->group || (both_13 && a->version != 0x0304))
		abort();
	if (tls_export(client.conn, mine, 32, SPAN_LITERAL("EXPORTER-fuzz"), (struct span){ NULL, 0 }) &&
	    tls_export(server.conn, yours, 32, SPAN_LITERAL("EXPORTER-fuzz"), (struct span){ NULL, 0 }) &&
	    memcmp(mine, yours, 32) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct cursor in = cursor_of((struct span){ data, len });
	size_t choice = take(&in, 1), kind = take(&in, 1);
	const struct tls_suite *suites[2] = { SUITES_13[kind % 3], SUITES_12[kind / 3 % 3] };
	size_t client_versions = choice & 3, server_versions = choice >> 2 & 3;	/* 0, 3: both; 1: 1.3; 2: 1.2 */
	struct tls_config ours, theirs;

	if (world.config.num_protocols == 0)
		peer_world(&world, &tls13_server);
	ours = world.config;
	ours.protocols = SERVERS[(choice >> 4) % 3] + (server_versions == 2 ? 1 : 0);
	ours.num_protocols = server_versions == 1 || server_versions == 2 ? 1 : 2;
	ours.suites = suites;
	ours.num_suites = 2;
	ours.schemes = SCHEMES;
	ours.num_schemes = 2;
	ours.groups = GROUPS + (kind >> 7 & 1);
	ours.num_groups = 2 - (kind >> 7 & 1);
	theirs = ours;
	theirs.protocols = CLIENTS + (client_versions == 2 ? 1 : 0);
	theirs.num_protocols = client_versions == 1 || client_versions == 2 ? 1 : 2;
	theirs.groups = GROUPS;
	theirs.num_groups = 2;
	theirs.credentials = (choice & 0x80) != 0 ? &world.stranger.credential : &world.client.credential;
	theirs.num_credentials = (choice & 0x40) != 0 ? 0 : 1;
	end_start(&server, &ours, 1, "answer", "question");
	end_start(&client, &theirs, 2, "question", "answer");
	end_feed(&client, (struct span){ NULL, 0 });
	for (int i = 0; i < RECORDS_MAX && (client.sent < client.out_len || server.sent < server.out_len); i++) {
		carry(&client, &server, &in);
		carry(&server, &client, &in);
		end_say(&client);
		end_say(&server);
	}
	judge(client_versions != 2 && server_versions != 2);
	free(tls_wipe(client.conn));
	free(tls_wipe(server.conn));
	return 0;
}
