/*
 * structured_fuzz.c: a valid TLS 1.3 client whose handshake messages are edited before they are
 * encrypted, so that what lies behind a right MAC is reached.  The input is a header of choices and a
 * program of edits, some for each message.
 *
 * What must hold: who is established as a peer presented the client's certificate, and signed and
 * finished exactly.
 */
#include "fuzz/outcome.h"
#include "tests/tlsstack/peer.h"
#include "tlsstack/hello.h"

#define MESSAGE_MAX	(1 << 15)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

const char *fuzz_outcome;

struct message { size_t len; uint8_t bytes[MESSAGE_MAX]; };

static struct message message;

static size_t
take(struct cursor *in, size_t width)
{
	uint32_t value = 0;

	return cursor_uint(in, &value, width) ? value : 0;
}

static void
insert(struct message *m, size_t at, struct cursor *in, size_t num)
{
	if (num > MESSAGE_MAX - m->len)
		num = MESSAGE_MAX - m->len;
	memmove(m->bytes + at + num, m->bytes + at, m->len - at);
	for (size_t i = 0; i < num; i++)
		m->bytes[at + i] = (uint8_t)take(in, 1);
	m->len += num;
}

static void
edit_once(struct message *m, struct cursor *in, unsigned order)
{
	size_t at = m->len == 0 ? 0 : take(in, 2) % m->len, num;

	switch (order % 6) {
	case 0:
		if (m->len != 0)
			m->bytes[at] ^= (uint8_t)take(in, 1);
		return;
	case 1:
		if (m->len != 0)
			m->bytes[at] = (uint8_t)take(in, 1);
		return;
	case 2:
		insert(m, at, in, 1 + take(in, 1) % 40);
		return;
	case 3:
		num = 1 + take(in, 1) % 40;
		num = num < m->len - at ? num : m->len - at;
		memmove(m->bytes + at, m->bytes + at + num, m->len - at - num);
		m->len -= num;
		return;
	case 4:
		m->len = at;
		return;
	default:			/* the length field says what is there */
		if (m->len >= 4) {
			m->bytes[1] = 0;
			m->bytes[2] = (uint8_t)((m->len - 4) >> 8);
			m->bytes[3] = (uint8_t)(m->len - 4);
		}
		return;
	}
}

/* Edits for one message: a byte that says how many, then each.  True when something changed. */
static bool
edit(struct message *m, struct cursor *in)
{
	static struct message before;
	size_t num = take(in, 1) % 8;

	before = *m;
	for (size_t i = 0; i < num; i++)
		edit_once(m, in, (unsigned)take(in, 1));
	return before.len != m->len || memcmp(before.bytes, m->bytes, m->len) != 0;
}

/* Say the message: whole, twice, not at all, in two records, or with padding and another type. */
static void
say(struct peer *peer, const struct message *m, struct cursor *in)
{
	struct span all = { m->bytes, m->len < 16384 ? m->len : 16384 };
	size_t manner = take(in, 1), cut = all.len == 0 ? 0 : take(in, 2) % all.len;
	static uint8_t inner[16384 + 64];
	struct outbuf out = outbuf_of(inner, sizeof inner);

	switch (manner < 0xe0 ? 0 : manner % 6) {
	case 1:
		peer_say(peer, all);
		peer_say(peer, all);
		return;
	case 2:
		return;
	case 3:
		transcript_add(&peer->transcript, all);
		peer_record(peer, RECORD_HANDSHAKE, (struct span){ all.ptr, cut });
		if (!peer->failed)
			peer_record(peer, RECORD_HANDSHAKE, (struct span){ all.ptr + cut, all.len - cut });
		return;
	case 4:
		if (peer->write.suite == NULL)
			return;
		transcript_add(&peer->transcript, all);
		outbuf_bytes(&out, all);
		outbuf_uint(&out, manner == 0xe4 ? RECORD_HANDSHAKE : manner & 0x1f, 1);
		for (size_t i = 0; i < cut % 64 && outbuf_room(&out) > 0; i++)
			outbuf_uint(&out, 0, 1);
		peer_inner(peer, outbuf_span(&out));
		return;
	case 5:
		peer_record(peer, RECORD_DATA, all);
		return;
	default:
		peer_say(peer, all);
		return;
	}
}

static void
load(struct message *m, struct span bytes)
{
	m->len = bytes.len;
	memcpy(m->bytes, bytes.ptr, bytes.len);
}

/* Certificate, CertificateVerify, Finished; true when one of the last two is not what it should be. */
static bool
second_flight(struct peer *peer, const struct tls_credential *credential, bool send_certificate, struct cursor *in)
{
	static uint8_t room[8192];
	bool forged = false;

	if (send_certificate) {
		load(&message, peer_certificate_build(room, sizeof room, credential));
		(void)edit(&message, in);
		say(peer, &message, in);
		if (credential != NULL && !peer->failed) {
			load(&message, peer_verify_build(peer, room, sizeof room, credential));
			forged |= edit(&message, in);
			say(peer, &message, in);
		}
	}
	if (!peer->failed) {
		load(&message, peer_finished_build(peer, room, sizeof room));
		forged |= edit(&message, in);
		say(peer, &message, in);
	}
	return forged;
}

static void
after_the_handshake(struct peer *peer, struct cursor *in)
{
	peer_key(peer, &peer->write, &peer->client_ap);
	while (!peer->failed && !cursor_done(in)) {
		size_t type = take(in, 1), len = take(in, 1);

		message.len = 0;
		insert(&message, 0, in, len);
		peer_record(peer, type == 0 ? RECORD_ALERT : type == 1 ? RECORD_HANDSHAKE : RECORD_DATA,
		    (struct span){ message.bytes, message.len });
	}
}

/* The server answers to the hello as it was edited; can this client go on with it? */
static bool
hello_still_ours(const struct peer *peer, bool retried)
{
	const struct tls_info *info = tls_info(peer->server);
	struct client_hello hello;
	struct span share, ours = { peer->public, peer->group->public_len };

	return !peer->failed && peer->wire_len != 0 && info->hello_retry == retried && info->suite == peer->suite->code &&
	    info->group == peer->group->code && message.len > 4 &&
	    client_hello_parse(&hello, cursor_of((struct span){ message.bytes + 4, message.len - 4 })).code == 0 &&
	    client_hello_share(&share, &hello, peer->group->code) && bytes_equal(share, ours);
}

static void
judge(struct peer *peer, const struct peer_world *world, bool forged)
{
	const struct tls_peer *who = tls_peer(peer->server);
	uint8_t digest[32];

	hash_of(&hash_sha256, digest, world->client.chain[0]);
	if (peer->established && forged)
		abort();
	if (peer->established && world->protocol[0] == &tls13_server_client_cert_required && who == NULL && !peer->failed)
		abort();
	if (who != NULL && (!peer->established || memcmp(who->cert_sha256, digest, 32) != 0))
		abort();
	fuzz_outcome = peer->failed ? tls_error_name(tls_failure(peer->server)->code) : peer->established ? "established" : "waiting";
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct tls_protocol *const POLICIES[] = { &tls13_server_client_cert_required,
	    &tls13_server_client_cert_optional, &tls13_server };
	static const struct hello_spec GOOD;
	static struct peer_world world;
	static struct peer peer;
	static uint8_t room[8192];
	struct cursor in = cursor_of((struct span){ data, len });
	size_t choice = take(&in, 1);
	bool forged = false, retry;

	if (world.config.num_protocols == 0)
		peer_world(&world, POLICIES[0]);
	world.protocol[0] = POLICIES[choice % 3];
	retry = (choice & 8) != 0;
	world.config.groups = retry || (choice & 64) == 0 ? PEER_GROUPS : PEER_GROUPS + 1;
	world.config.num_groups = world.config.groups == PEER_GROUPS ? 2 : 1;
	peer_init(&peer, &world.config);
	peer.suite = PEER_SUITES[choice >> 2 & 1];
	peer.group = retry ? &tls_secp256r1 : world.config.groups[0];
	if (retry) {				/* the server likes X25519 better, and says so */
		peer_hello(&peer, &GOOD);
		peer_read(&peer);
		peer.group = &tls_x25519;
	}
	load(&message, peer_hello_build(&peer, room, sizeof room, &GOOD));
	(void)edit(&message, &in);
	say(&peer, &message, &in);
	if (hello_still_ours(&peer, retry)) {
		peer_read(&peer);
		forged = second_flight(&peer, (choice >> 4 & 3) == 0 ? NULL : (choice >> 4 & 3) == 1 ? &world.stranger.credential :
		    &world.client.credential, choice % 3 != 2, &in);
		if (peer.established)
			after_the_handshake(&peer, &in);
	}
	judge(&peer, &world, forged);
	peer_free(&peer);
	return 0;
}
