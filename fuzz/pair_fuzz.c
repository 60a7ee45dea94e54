/*
 * pair_fuzz.c: our client and our server, and an attacker on the wire between them who sees records and
 * may pass, change, drop, repeat, cut, reflect or invent them; and, as a peer with the keys could, say something else
 * inside a record with a right MAC.  The input chooses both configurations (versions, suite, group, policy,
 * credentials) and then one order for each record.
 *
 * What must hold: when both ends are established they agree on everything, on the highest version that
 * both offer, and on exported keys; bytes arrive as they were sent; who is a peer has the client's
 * certificate; nobody is established who was told another handshake than was said.
 */
#include "fuzz/end.h"
#include "fuzz/outcome.h"

#define RECORDS_MAX	200

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

const char *fuzz_outcome;

static const struct tls_suite *const SUITES_13[] = { &tls_aes_128_gcm_sha256, &tls_aes_256_gcm_sha384, &tls_chacha20_poly1305_sha256 };
static const struct tls_suite *const SUITES_12[] = { &tls12_ecdhe_ecdsa_aes_128_gcm_sha256,
    &tls12_ecdhe_ecdsa_aes_256_gcm_sha384, &tls12_ecdhe_ecdsa_chacha20_poly1305_sha256 };
static const struct tls_group *const GROUPS[] = { &tls_x25519, &tls_secp256r1 };
static const struct tls_scheme *const SCHEMES[] = { &tls_ecdsa_secp256r1_sha256, &tls_ecdsa_p256_sha384 };
static const struct span ALPN[3] = { SPAN_LITERAL("one"), SPAN_LITERAL("two"), SPAN_LITERAL("three") };

static struct peer_world world;
static struct end client, server;
static bool client_misled, server_misled;	/* told another handshake message than the other end said */

struct message { uint8_t type; size_t len; uint8_t bytes[TLS_PLAINTEXT_MAX + 256]; };

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
edit(struct message *m, struct cursor *in)
{
	size_t order = end_take(in, 1), at = m->len == 0 ? 0 : end_take(in, 2) % m->len, num = 1 + end_take(in, 1) % 64;

	if (num > m->len - at)
		num = m->len - at;
	switch (order % 6) {
	case 0:
		m->bytes[at] ^= (uint8_t)end_take(in, 1);
		break;
	case 1:
		for (size_t i = at; i < at + num; i++)
			m->bytes[i] = (uint8_t)end_take(in, 1);
		break;
	case 2:
		memmove(m->bytes + at, m->bytes + at + num, m->len - at - num);
		m->len -= num;
		break;
	case 3:						/* once more */
		if (2 * m->len <= TLS_PLAINTEXT_MAX)
			memcpy(m->bytes + m->len, m->bytes, m->len), m->len *= 2;
		break;
	case 4:
		m->len = at;
		break;
	default:
		m->type = (uint8_t)(20 + end_take(in, 1) % 5);
		break;
	}
}

/* Open with the receiver's key, edit, seal again. */
static void
edit_inside(struct end *to, struct span record, struct cursor *in)
{
	static uint8_t wire[PEER_ROOM];
	static struct message before, after;
	struct record_key opens = to->conn->read, seals = opens;
	struct record_header header;
	struct record_content content;
	struct outbuf out = outbuf_of(wire, sizeof wire);

	memcpy(wire, record.ptr, record.len);
	if (to->failed || record_header_parse(&header, wire, opens.suite != NULL).code != TLS_ERR_NONE ||
	    record_open(&content, &opens, &header, wire + RECORD_HEADER_LEN).code != TLS_ERR_NONE) {
		end_feed(to, record);
		return;
	}
	before.type = content.type;
	before.len = content.bytes.len;
	memcpy(before.bytes, content.bytes.ptr, content.bytes.len);
	after = before;
	edit(&after, in);
	if (!to->established && before.type == RECORD_HANDSHAKE && (before.type != after.type || before.len != after.len ||
	    memcmp(before.bytes, after.bytes, before.len) != 0))
		*(to == &client ? &client_misled : &server_misled) = true;
	to->was_lied_to = true;
	record_seal(&seals, &out, 0x0303, after.type, (struct span){ after.bytes, after.len });
	end_feed(to, outbuf_span(&out));
}

/* Say something to `to` as the other end could: content of any type, under the key that it reads with. */
static void
say_inside(struct end *to, struct cursor *in)
{
	static uint8_t wire[PEER_ROOM], bytes[64];
	struct record_key seals = to->conn->read;
	struct outbuf out = outbuf_of(wire, sizeof wire);
	size_t type = 20 + end_take(in, 1) % 5, len = end_take(in, 1) % sizeof bytes, more = 1 + end_take(in, 1) % 40;

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)end_take(in, 1);
	if (!to->established && type == RECORD_HANDSHAKE && len != 0 && bytes[0] != MSG_HELLO_REQUEST)
		*(to == &client ? &client_misled : &server_misled) = true;
	to->was_lied_to = true;
	while (more-- > 0 && !to->failed && out.cap - out.len > 256) {
		record_seal(&seals, &out, 0x0303, (enum record_type)type, (struct span){ bytes, len });
		if (type == RECORD_HANDSHAKE)
			break;			/* a KeyUpdate changes the key */
	}
	end_feed(to, outbuf_span(&out));
}

static void
meddle(struct end *to, struct end *from, struct span record, struct cursor *in)
{
	static uint8_t copy[PEER_ROOM];
	size_t order = end_take(in, 1), at = end_take(in, 2) % record.len, len = record.len;

	memcpy(copy, record.ptr, len);
	switch (order % 16) {
	case 10: case 11: case 12: case 13:
		edit_inside(to, record, in);
		return;
	case 14:
		end_feed(to, record);
		for (size_t times = 1 + at % 70; times > 0; times--)
			say_inside(to, in);
		return;
	case 0:
		copy[at] ^= (uint8_t)end_take(in, 1);
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
		copy[0] = (uint8_t)(20 + end_take(in, 1) % 5);
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
			copy[i] = (uint8_t)end_take(in, 1);
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
	if (end_take(in, 1) < 0xe0)
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
	if ((client_misled && client.established) || (server_misled && server.established))
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
	size_t choice = end_take(&in, 1), kind = end_take(&in, 1);
	const struct tls_suite *suites[2] = { SUITES_13[kind % 3], SUITES_12[kind / 3 % 3] };
	size_t client_versions = choice & 3, server_versions = choice >> 2 & 3;	/* 0, 3: both; 1: 1.3; 2: 1.2 */
	size_t extras = (kind & 0x7f) / 9 % 8;		/* 1: ALPN; 2: authorities, groups; 4: a cookie; 6: a name that the server does not have */
	struct tls_config ours, theirs;

	if (world.config.num_protocols == 0)
		peer_world(&world, &tls13_server);
	ours = world.config;
	ours.protocols = END_SERVERS[(choice >> 4) % 3] + (server_versions == 2 ? 1 : 0);
	ours.num_protocols = server_versions == 1 || server_versions == 2 ? 1 : 2;
	ours.suites = suites;
	ours.num_suites = 2;
	ours.schemes = SCHEMES;
	ours.num_schemes = 2;
	ours.groups = GROUPS + (kind >> 7 & 1);
	ours.num_groups = 2 - (kind >> 7 & 1);
	theirs = ours;
	theirs.protocols = END_CLIENTS + (client_versions == 2 ? 1 : 0);
	theirs.num_protocols = client_versions == 1 || client_versions == 2 ? 1 : 2;
	if ((extras & 1) != 0) {
		ours.alpn = ALPN;
		ours.num_alpn = theirs.num_alpn = 2;
		theirs.alpn = ALPN + (extras >> 1 & 1);
	}
	ours.name_authorities = ours.tell_groups = (extras & 2) != 0;
	theirs.server_name = extras == 6 ? SPAN_LITERAL("server.test") : (struct span){ NULL, 0 };
	if ((extras & 4) != 0)
		ours.cookie = SPAN_LITERAL("a cookie");
	theirs.groups = GROUPS;
	theirs.num_groups = 2;
	theirs.credentials = (choice & 0x80) != 0 ? &world.stranger.credential : &world.client.credential;
	theirs.num_credentials = (choice & 0x40) != 0 ? 0 : 1;
	client_misled = server_misled = false;
	end_start(&server, &ours, 1, "answer", "question");
	end_start(&client, &theirs, 2, "question", "answer");
	end_feed(&client, (struct span){ NULL, 0 });
	for (int i = 0; i < RECORDS_MAX && (client.sent < client.out_len || server.sent < server.out_len); i++) {
		carry(&client, &server, &in);
		carry(&server, &client, &in);
		end_say(&client);
		end_say(&server);
	}
	if ((choice ^ kind) & 1) {		/* goodbye, each to the other */
		end_close(&client);
		end_close(&server);
		carry(&client, &server, &in);
		carry(&server, &client, &in);
	}
	judge(client_versions != 2 && server_versions != 2);
	end_free(&client);
	end_free(&server);
	return 0;
}
