/*
 * peer.h: a scripted TLS 1.3 client in memory, over our own record and schedule code, so that tests
 * reach encrypted messages with valid MACs and can say anything at any moment.  It checks nothing
 * that it is not asked to check: the server is what is under test.
 */
#ifndef TESTS_PEER_H
#define TESTS_PEER_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "platform/base/bytes.h"
#include "tests/hex.h"
#include "tlsstack/conn.h"
#include "tlsstack/tls13_messages.h"
#include "tlsstack/tls13_schedule.h"

#define PEER_NOW	1700000000u
#define PEER_ROOM	65536

/* ---- Identities ----------------------------------------------------------------------- */

struct peer_identity {
	struct tls_key key;
	uint8_t der[TLS_CERT_MAX];
	struct span chain[1];
	struct tls_credential credential;
};

static inline void
peer_identity(struct peer_identity *who, enum tls_cert_kind kind, const char *name, const char *issuer,
    const struct tls_key *issuer_key, uint8_t seed_byte)
{
	struct tls_cert_request request = { .kind = kind, .common_name = name, .issuer_name = issuer,
	    .not_before_s = PEER_NOW - 1000, .not_after_s = PEER_NOW + 1000, .serial = { seed_byte, 1 } };
	struct outbuf der = outbuf_of(who->der, sizeof who->der);
	uint8_t seed[TLS_SEED_LEN];

	bytes_set(seed, seed_byte, sizeof seed);
	tls_key_make(&who->key, seed);
	tls_cert_make(&der, &request, who->key.point, issuer_key == NULL ? &who->key : issuer_key);
	who->chain[0] = outbuf_span(&der);
	who->credential = (struct tls_credential){ &tls_ecdsa_secp256r1_sha256, who->chain, 1, SPAN_ARRAY(who->key.scalar) };
}

struct peer_world {
	struct peer_identity authority, server, client, stranger;
	struct tls_anchor anchor;
	const struct tls_protocol *protocol[1];
	struct tls_config config;
};

static const struct tls_suite *const PEER_SUITES[] = { &tls_aes_128_gcm_sha256, &tls_chacha20_poly1305_sha256 };
static const struct tls_group *const PEER_GROUPS[] = { &tls_x25519, &tls_secp256r1 };
static const struct tls_scheme *const PEER_SCHEMES[] = { &tls_ecdsa_secp256r1_sha256 };

static inline void
peer_world(struct peer_world *world, const struct tls_protocol *protocol)
{
	peer_identity(&world->authority, TLS_CERT_AUTHORITY, "ca", "ca", NULL, 1);
	peer_identity(&world->server, TLS_CERT_SERVER, "server", "ca", &world->authority.key, 2);
	peer_identity(&world->client, TLS_CERT_CLIENT, "client", "ca", &world->authority.key, 3);
	peer_identity(&world->stranger, TLS_CERT_CLIENT, "stranger", "other", &world->server.key, 4);
	world->anchor.cert = world->authority.chain[0];
	world->protocol[0] = protocol;
	world->config = (struct tls_config){
		.protocols = world->protocol, .num_protocols = 1,
		.suites = PEER_SUITES, .num_suites = 2, .groups = PEER_GROUPS, .num_groups = 2,
		.schemes = PEER_SCHEMES, .num_schemes = 1,
		.credentials = &world->server.credential, .num_credentials = 1,
		.anchors = &world->anchor, .num_anchors = 1,
	};
}

/* ---- The client ----------------------------------------------------------------------- */

struct peer {
	union tls_conn_store store;
	struct tls_conn *server;
	uint8_t *buffer;		/* exactly TLS_BUFFER_SIZE, from the heap: ASan guards its ends */

	uint8_t wire[PEER_ROOM];	/* what the server has sent and the client has not read */
	size_t wire_len;
	uint8_t data[PEER_ROOM];	/* application data that the server was given */
	size_t data_len;
	bool established, closed, failed;
	size_t num_established;

	/* The client's own side. */
	const struct tls_suite *suite;
	const struct tls_group *group;
	struct record_key read, write;
	struct transcript transcript;
	struct crypto_drbg drbg;
	uint8_t secret[CRYPTO_KX_SECRET_MAX], public[CRYPTO_KX_PUBLIC_MAX];
	struct secret client_hs, server_hs, client_ap, server_ap;

	/* What the server said. */
	uint8_t messages[PEER_ROOM];	/* handshake messages, decrypted */
	size_t messages_len, messages_done;
	uint8_t alert_level, alert;	/* the last alert, 255 if none */
	size_t num_ccs, num_alerts;
	uint8_t answer[PEER_ROOM];	/* application data that the server sent */
	size_t answer_len;
};

static inline void
peer_init(struct peer *peer, const struct tls_config *config)
{
	uint8_t seed[TLS_SEED_LEN];

	wipe(peer, sizeof *peer);
	bytes_set(seed, 0x5a, sizeof seed);
	peer->server = tls_init(&peer->store, config, seed, PEER_NOW);
	bytes_set(seed, 0xa5, sizeof seed);
	drbg_init(&peer->drbg, seed);
	peer->suite = &tls_aes_128_gcm_sha256;
	peer->group = &tls_x25519;
	transcript_init(&peer->transcript);
	transcript_want(&peer->transcript, &hash_sha256);
	peer->alert = 255;
}

static inline void
peer_free(struct peer *peer)
{
	uint8_t *buffer = tls_wipe(peer->server);

	assert_ptr_equal(buffer, peer->buffer);
	free(buffer);
	peer->buffer = NULL;
}

/* Feed bytes to the server and do what its events ask for, until it wants more or is dead. */
static inline void
peer_feed(struct peer *peer, struct span bytes)
{
	struct cursor in = cursor_of(bytes);

	for (;;) {
		uint8_t room[TLS_OUT_MIN];
		struct outbuf out = outbuf_of(room, sizeof room);
		struct span app;
		enum tls_event event = tls_step(peer->server, &out, &app, &in);

		assert_true(out.len <= sizeof peer->wire - peer->wire_len);
		bytes_copy(peer->wire + peer->wire_len, room, out.len);
		peer->wire_len += out.len;
		if (event == TLS_WANT_BUFFER) {
			assert_null(peer->buffer);
			peer->buffer = malloc(TLS_BUFFER_SIZE);
			tls_lend(peer->server, peer->buffer);
		} else if (event == TLS_ESTABLISHED) {
			peer->established = true;
			peer->num_established++;
		} else if (event == TLS_DATA) {
			assert_true(peer->established && app.len > 0 && app.len <= sizeof peer->data - peer->data_len);
			bytes_copy(peer->data + peer->data_len, app.ptr, app.len);
			peer->data_len += app.len;
		} else if (event == TLS_PEER_CLOSED) {
			peer->closed = true;
		} else if (event == TLS_FAILED) {
			peer->failed = true;
			return;
		} else if (event == TLS_WANT_INPUT) {
			assert_true(cursor_done(&in));
			return;
		}
	}
}

/* One record from the client, protected when it has a key, to the server. */
static inline void
peer_record(struct peer *peer, enum record_type type, struct span content)
{
	uint8_t *room = malloc(content.len + RECORD_OVERHEAD_MAX);
	struct outbuf out = outbuf_of(room, content.len + RECORD_OVERHEAD_MAX);

	record_seal(&peer->write, &out, 0x0303, type, content);
	peer_feed(peer, outbuf_span(&out));
	free(room);
}

/* Encrypt any inner plaintext (type and padding are the caller's), as one record, into `out`. */
static inline void
peer_seal_inner(struct peer *peer, struct outbuf *out, struct span inner)
{
	uint8_t nonce[CRYPTO_NONCE_LEN], tag[CRYPTO_TAG_LEN];
	size_t begin = out->len;

	outbuf_uint(out, RECORD_DATA, 1);
	outbuf_uint(out, 0x0303, 2);
	outbuf_uint(out, inner.len + CRYPTO_TAG_LEN, 2);
	outbuf_bytes(out, inner);
	assert_false(out->overflow);
	bytes_copy(nonce, peer->write.iv, sizeof nonce);
	for (size_t i = 0; i < 8; i++)
		nonce[CRYPTO_NONCE_LEN - 1 - i] ^= (uint8_t)(peer->write.seq >> (8 * i));
	peer->write.seq++;
	peer->suite->aead->seal(&peer->write.aead, nonce, (struct span){ out->ptr + begin, RECORD_HEADER_LEN },
	    out->ptr + begin + RECORD_HEADER_LEN, inner.len, tag);
	outbuf_bytes(out, SPAN_ARRAY(tag));
	assert_false(out->overflow);
}

/* A record with this inner plaintext, type byte and padding included. */
static inline void
peer_inner(struct peer *peer, struct span inner)
{
	uint8_t *room = malloc(inner.len + 64);
	struct outbuf out = outbuf_of(room, inner.len + 64);

	peer_seal_inner(peer, &out, inner);
	peer_feed(peer, outbuf_span(&out));
	free(room);
}

/* ---- ClientHello ---------------------------------------------------------------------- */

/* How a hello differs from a good one.  Hex strings; NULL or 0: as in a good one. */
struct hello_spec {
	uint16_t omit;				/* extension to leave out, + 1 */
	uint16_t replace;			/* extension to give another body, + 1 */
	const char *body;
	uint16_t append, append_2;		/* extensions to add at the end, + 1 */
	const char *append_body, *append_2_body;
	const char *legacy_version, *session_id, *suites, *compressions;	/* with their lengths */
	const char *trailing;			/* after the extensions */
	bool no_extensions;
};

static inline void
peer_hex(struct outbuf *out, const char *hex)
{
	uint8_t bytes[4096];

	outbuf_bytes(out, (struct span){ bytes, hex_read(bytes, hex) });
}

static inline void
peer_extension(struct outbuf *out, const struct hello_spec *spec, uint16_t code, struct span body)
{
	size_t mark;

	if (spec->omit == code + 1)
		return;
	outbuf_uint(out, code, 2);
	mark = outbuf_vector(out, 2);
	if (spec->replace == code + 1)
		peer_hex(out, spec->body);
	else
		outbuf_bytes(out, body);
	outbuf_vector_end(out, mark, 2);
}

static inline void
peer_append(struct outbuf *out, uint16_t code, const char *body)
{
	size_t mark;

	if (code == 0)
		return;
	outbuf_uint(out, (uint16_t)(code - 1), 2);
	mark = outbuf_vector(out, 2);
	peer_hex(out, body == NULL ? "" : body);
	outbuf_vector_end(out, mark, 2);
}

static inline void
peer_extensions(struct peer *peer, struct outbuf *out, const struct hello_spec *spec)
{
	static const uint8_t GROUPS[] = { 0, 4, 0, 0x1d, 0, 0x17 };
	static const uint8_t SCHEMES[] = { 0, 2, 4, 3 };
	static const uint8_t VERSIONS[] = { 2, 3, 4 };
	uint8_t room[256];
	struct outbuf share = outbuf_of(room, sizeof room);
	size_t list = outbuf_vector(&share, 2), key;
	size_t all = outbuf_vector(out, 2);

	outbuf_uint(&share, peer->group->code, 2);
	key = outbuf_vector(&share, 2);
	outbuf_bytes(&share, (struct span){ peer->public, peer->group->public_len });
	outbuf_vector_end(&share, key, 2);
	outbuf_vector_end(&share, list, 2);
	peer_extension(out, spec, 10, SPAN_ARRAY(GROUPS));
	peer_extension(out, spec, 13, SPAN_ARRAY(SCHEMES));
	peer_extension(out, spec, 43, SPAN_ARRAY(VERSIONS));
	peer_extension(out, spec, 51, outbuf_span(&share));
	peer_append(out, spec->append, spec->append_body);
	peer_append(out, spec->append_2, spec->append_2_body);
	outbuf_vector_end(out, all, 2);
}

/* A whole ClientHello message for the peer's group and suite, with a fresh share. */
static inline struct span
peer_hello_build(struct peer *peer, uint8_t *room, size_t room_len, const struct hello_spec *spec)
{
	static const uint8_t RANDOM[32] = { 0x42 };
	struct outbuf out = outbuf_of(room, room_len);
	size_t mark;

	peer->group->keygen(peer->secret, peer->public, &peer->drbg);
	outbuf_uint(&out, MSG_CLIENT_HELLO, 1);
	mark = outbuf_vector(&out, 3);
	peer_hex(&out, spec->legacy_version == NULL ? "0303" : spec->legacy_version);
	outbuf_bytes(&out, SPAN_ARRAY(RANDOM));
	peer_hex(&out, spec->session_id == NULL ? "04abcdef01" : spec->session_id);
	if (spec->suites == NULL) {
		outbuf_uint(&out, 2, 2);
		outbuf_uint(&out, peer->suite->code, 2);
	} else {
		peer_hex(&out, spec->suites);
	}
	peer_hex(&out, spec->compressions == NULL ? "0100" : spec->compressions);
	if (!spec->no_extensions)
		peer_extensions(peer, &out, spec);
	peer_hex(&out, spec->trailing == NULL ? "" : spec->trailing);
	outbuf_vector_end(&out, mark, 3);
	assert_false(out.overflow);
	return outbuf_span(&out);
}

static inline void
peer_hello(struct peer *peer, const struct hello_spec *spec)
{
	uint8_t room[8192];
	struct span hello = peer_hello_build(peer, room, sizeof room, spec);

	transcript_add(&peer->transcript, hello);
	peer_record(peer, RECORD_HANDSHAKE, hello);
}

/* ---- Reading the server --------------------------------------------------------------- */

static inline void
peer_key(struct peer *peer, struct record_key *key, const struct secret *traffic)
{
	struct record_secret secret;

	tls13_record_secret(&secret, peer->suite, traffic);
	record_key_set(key, &secret);
}

/* ServerHello: the share is in the first extension, as our server writes it. */
static inline void
peer_server_hello(struct peer *peer, const uint8_t *message)
{
	size_t at = 4 + 2 + 32 + 1 + message[38] + 2 + 1 + 2 + 4 + 2;	/* the share's length */
	uint8_t shared[CRYPTO_KX_SHARED_MAX], digest[CRYPTO_HASH_MAX];
	struct secret handshake;

	assert_true(peer->group->shared(shared, peer->secret,
	    (struct span){ message + at + 2, (size_t)(256 * message[at] + message[at + 1]) }));
	tls13_handshake_secret(peer->suite->hash, &handshake, (struct span){ shared, peer->group->shared_len });
	transcript_out(&peer->transcript, peer->suite->hash, digest);
	tls13_derive(peer->suite->hash, &peer->client_hs, &handshake, SPAN_LITERAL("c hs traffic"), digest);
	tls13_derive(peer->suite->hash, &peer->server_hs, &handshake, SPAN_LITERAL("s hs traffic"), digest);
	tls13_master_secret(peer->suite->hash, &peer->client_ap, &handshake);	/* the master, for now */
	peer_key(peer, &peer->read, &peer->server_hs);
	peer_key(peer, &peer->write, &peer->client_hs);
}

/* The server's Finished: application secrets, and its application key for reading. */
static inline void
peer_server_finished(struct peer *peer)
{
	struct secret master = peer->client_ap;
	uint8_t digest[CRYPTO_HASH_MAX];

	transcript_out(&peer->transcript, peer->suite->hash, digest);
	tls13_derive(peer->suite->hash, &peer->client_ap, &master, SPAN_LITERAL("c ap traffic"), digest);
	tls13_derive(peer->suite->hash, &peer->server_ap, &master, SPAN_LITERAL("s ap traffic"), digest);
	peer_key(peer, &peer->read, &peer->server_ap);
}

static inline void
peer_message(struct peer *peer, const uint8_t *message, size_t len)
{
	bool retry = message[0] == MSG_SERVER_HELLO && memcmp(message + 6, tls13_retry_random, 32) == 0;

	if (message[0] == MSG_KEY_UPDATE) {
		tls13_next_traffic(peer->suite->hash, &peer->server_ap);
		peer_key(peer, &peer->read, &peer->server_ap);
		return;
	}
	if (retry)
		transcript_message_hash(&peer->transcript, peer->suite->hash);
	transcript_add(&peer->transcript, (struct span){ message, len });
	if (retry)
		return;
	if (message[0] == MSG_SERVER_HELLO)
		peer_server_hello(peer, message);
	if (message[0] == MSG_FINISHED)
		peer_server_finished(peer);
}

static inline void
peer_content(struct peer *peer, uint8_t type, struct span bytes)
{
	if (type == RECORD_ALERT) {
		assert_int_equal(bytes.len, 2);
		peer->alert_level = bytes.ptr[0];
		peer->alert = bytes.ptr[1];
		peer->num_alerts++;
	} else if (type == RECORD_CHANGE_CIPHER_SPEC) {
		peer->num_ccs++;
	} else if (type == RECORD_DATA) {
		bytes_copy(peer->answer + peer->answer_len, bytes.ptr, bytes.len);
		peer->answer_len += bytes.len;
	} else {
		assert_int_equal(type, RECORD_HANDSHAKE);
		bytes_copy(peer->messages + peer->messages_len, bytes.ptr, bytes.len);
		peer->messages_len += bytes.len;
		for (;;) {
			const uint8_t *at = peer->messages + peer->messages_done;
			size_t have = peer->messages_len - peer->messages_done, len;

			if (have < 4)
				return;
			len = 4 + ((size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3]);
			if (have < len)
				return;
			peer->messages_done += len;
			peer_message(peer, at, len);
		}
	}
}

/* Read all records that the server has sent so far. */
static inline void
peer_read(struct peer *peer)
{
	size_t at = 0;

	while (at < peer->wire_len) {
		struct record_header header;
		struct record_content content;
		uint8_t *record = peer->wire + at;
		bool keyed = peer->read.suite != NULL && record[0] != RECORD_CHANGE_CIPHER_SPEC;
		struct record_key none = { 0 };

		assert_int_equal(record_header_parse(&header, record, true).code, TLS_ERR_NONE);
		assert_true(at + RECORD_HEADER_LEN + header.len <= peer->wire_len);
		assert_int_equal(record_open(&content, keyed ? &peer->read : &none, &header,
		    record + RECORD_HEADER_LEN).code, TLS_ERR_NONE);
		peer_content(peer, content.type, content.bytes);
		at += RECORD_HEADER_LEN + header.len;
	}
	peer->wire_len = 0;
}

/* ---- The client's flight -------------------------------------------------------------- */

static inline struct span
peer_certificate_build(uint8_t *room, size_t room_len, const struct tls_credential *credential)
{
	struct outbuf out = outbuf_of(room, room_len);

	tls13_certificate_build(&out, (struct span){ NULL, 0 }, credential == NULL ? NULL : credential->chain,
	    credential == NULL ? 0 : credential->num_chain);
	outbuf_vector_end(&out, 1, 3);
	assert_false(out.overflow);
	return outbuf_span(&out);
}

static inline struct span
peer_verify_build(struct peer *peer, uint8_t *room, size_t room_len, const struct tls_credential *credential)
{
	uint8_t digest[CRYPTO_HASH_MAX], value[CRYPTO_HASH_MAX], signature_room[CRYPTO_SIGNATURE_MAX];
	struct outbuf signature = outbuf_of(signature_room, sizeof signature_room);
	struct outbuf out = outbuf_of(room, room_len);

	transcript_out(&peer->transcript, peer->suite->hash, digest);
	tls13_signed_digest(credential->scheme, value, false, (struct span){ digest, peer->suite->hash->len });
	credential->scheme->sign(credential->scheme, &signature, credential->private_key, value, &peer->drbg);
	tls13_certificate_verify_build(&out, credential->scheme->code, outbuf_span(&signature));
	outbuf_vector_end(&out, 1, 3);
	assert_false(out.overflow);
	return outbuf_span(&out);
}

static inline struct span
peer_finished_build(struct peer *peer, uint8_t *room, size_t room_len)
{
	uint8_t digest[CRYPTO_HASH_MAX], value[CRYPTO_HASH_MAX];
	struct outbuf out = outbuf_of(room, room_len);

	transcript_out(&peer->transcript, peer->suite->hash, digest);
	tls13_finished(peer->suite->hash, value, &peer->client_hs, digest);
	tls13_finished_build(&out, (struct span){ value, peer->suite->hash->len });
	outbuf_vector_end(&out, 1, 3);
	return outbuf_span(&out);
}

/* Send a handshake message that belongs to the transcript. */
static inline void
peer_say(struct peer *peer, struct span message)
{
	transcript_add(&peer->transcript, message);
	peer_record(peer, RECORD_HANDSHAKE, message);
}

/* Certificate and CertificateVerify of `credential`; NULL: an empty Certificate. */
static inline void
peer_authenticate(struct peer *peer, const struct tls_credential *credential)
{
	uint8_t room[8192];

	peer_say(peer, peer_certificate_build(room, sizeof room, credential));
	if (credential != NULL)
		peer_say(peer, peer_verify_build(peer, room, sizeof room, credential));
}

static inline void
peer_finish(struct peer *peer)
{
	uint8_t room[128];

	peer_say(peer, peer_finished_build(peer, room, sizeof room));
	peer_key(peer, &peer->write, &peer->client_ap);
}

/* From nothing to connected, as `credential` (NULL: the server does not ask). */
static inline void
peer_connect(struct peer *peer, const struct tls_credential *credential)
{
	static const struct hello_spec GOOD;

	peer_hello(peer, &GOOD);
	peer_read(peer);
	if (credential != NULL)
		peer_authenticate(peer, credential);
	peer_finish(peer);
	peer_read(peer);
	assert_true(peer->established);
}

/* The server has failed, with exactly this alert, fatal, sent once. */
static inline void
peer_expect_alert(struct peer *peer, uint8_t alert)
{
	peer_read(peer);
	assert_true(peer->failed);
	assert_int_equal(peer->alert, alert);
	assert_int_equal(peer->alert_level, 2);
	assert_int_equal(peer->num_alerts, 1);
	assert_int_equal(peer->server->hs.state, HS_DEAD);
	assert_null(tls_peer(peer->server));
	assert_int_equal(tls_failure(peer->server)->alert, alert);
	assert_non_null(tls_failure(peer->server)->file);
}

#endif
