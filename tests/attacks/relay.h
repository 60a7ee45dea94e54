/*
 * relay.h: our client and our server with an attacker between them, who reads and changes what is in the clear
 * and, where the story makes him one of the two, also seals under that end's key.  Not a test of its own; the
 * scripted client of TLS 1.3 is tests/tlsstack/peer.h.
 */
#ifndef TESTS_RELAY_H
#define TESTS_RELAY_H

#include "tests/tlsstack/peer.h"

struct relay_end {
	union tls_conn_store store;
	struct tls_conn *conn;
	uint8_t out[PEER_ROOM];
	size_t out_len, sent;
	uint8_t data[PEER_ROOM];
	size_t data_len, num_established;
	bool closed, failed;
};

/* The two ends; what they speak is in their configurations, which a test may change before relay_start. */
struct relay {
	struct peer_world world;
	struct tls_config client_config, server_config;
	struct relay_end client, server;
};

static const struct tls_protocol *const RELAY_CLIENTS[] = { &tls13_client, &tls12_client };
static const struct tls_protocol *const RELAY_SERVERS[] = { &tls13_server, &tls12_server };
static const struct tls_protocol *const RELAY_REQUIRED[] = { &tls13_server_client_cert_required,
    &tls12_server_client_cert_required };
static const struct tls_suite *const RELAY_SUITES[] = { &tls_aes_128_gcm_sha256, &tls12_ecdhe_ecdsa_aes_128_gcm_sha256 };

/* `versions`: 13 or 12 alone, or 0 for both; `required`: the server demands a certificate. */
static inline void
relay_configure(struct relay *relay, unsigned versions, bool required)
{
	peer_world(&relay->world, &tls13_server);
	relay->server_config = relay->world.config;
	relay->server_config.protocols = (required ? RELAY_REQUIRED : RELAY_SERVERS) + (versions == 12);
	relay->server_config.num_protocols = versions == 0 ? 2 : 1;
	relay->server_config.suites = RELAY_SUITES;
	relay->client_config = relay->server_config;
	relay->client_config.protocols = RELAY_CLIENTS + (versions == 12);
	relay->client_config.credentials = &relay->world.client.credential;
}

static inline void
relay_feed(struct relay_end *end, struct span bytes)
{
	struct cursor in = cursor_of(bytes);

	for (;;) {
		struct outbuf out = outbuf_of(end->out + end->out_len, sizeof end->out - end->out_len);
		struct span app;
		enum tls_event event = tls_step(end->conn, &out, &app, &in);

		end->out_len += out.len;
		if (event == TLS_WANT_BUFFER)
			tls_lend(end->conn, malloc(TLS_BUFFER_SIZE));
		else if (event == TLS_ESTABLISHED)
			end->num_established++;
		else if (event == TLS_DATA) {
			assert_true(end->num_established == 1 && app.len <= sizeof end->data - end->data_len);
			bytes_copy(end->data + end->data_len, app.ptr, app.len);
			end->data_len += app.len;
		} else if (event == TLS_PEER_CLOSED)
			end->closed = true;
		else {
			end->failed = event == TLS_FAILED;
			assert_true(end->failed || event == TLS_WANT_INPUT);
			return;
		}
	}
}

/* Both ends anew; the client has said its first hello, which nobody has read. */
static inline void
relay_start(struct relay *relay)
{
	static const uint8_t SEEDS[2][TLS_SEED_LEN] = { { 1 }, { 2 } };

	wipe(&relay->client, sizeof relay->client);
	wipe(&relay->server, sizeof relay->server);
	relay->client.conn = tls_init(&relay->client.store, &relay->client_config, SEEDS[0], PEER_NOW);
	relay->server.conn = tls_init(&relay->server.store, &relay->server_config, SEEDS[1], PEER_NOW);
	relay_feed(&relay->client, (struct span){ NULL, 0 });
}

/* What an end has said since this was last asked. */
static inline struct span
relay_said(struct relay_end *end)
{
	struct span said = { end->out + end->sent, end->out_len - end->sent };

	end->sent = end->out_len;
	return said;
}

static inline void
relay_pass(struct relay_end *from, struct relay_end *to)
{
	relay_feed(to, relay_said(from));
}

/* An honest handshake to its end. */
static inline void
relay_connect(struct relay *relay)
{
	relay_start(relay);
	for (unsigned i = 0; i < 3; i++) {
		relay_pass(&relay->client, &relay->server);
		relay_pass(&relay->server, &relay->client);
	}
	assert_true(relay->client.num_established == 1 && relay->server.num_established == 1);
}

static inline void
relay_free(struct relay *relay)
{
	free(tls_wipe(relay->client.conn));
	free(tls_wipe(relay->server.conn));
}

/* One record to `end`, under `key`; NULL: in the clear. */
static inline void
relay_record(struct relay_end *end, struct record_key *key, uint8_t type, struct span content)
{
	static uint8_t room[TLS_RECORD_MAX + 64];
	struct outbuf out = outbuf_of(room, sizeof room);
	struct record_key none = { 0 };

	record_seal(key == NULL ? &none : key, &out, 0x0303, (enum record_type)type, content);
	relay_feed(end, outbuf_span(&out));
}

static inline void
relay_hex(struct relay_end *end, struct record_key *key, uint8_t type, const char *hex)
{
	uint8_t bytes[512];

	relay_record(end, key, type, (struct span){ bytes, hex_read(bytes, hex) });
}

/* Find a handshake message in bytes in the clear: its start, or NULL. */
static inline uint8_t *
relay_message(struct relay_end *from, uint8_t type)
{
	for (size_t at = from->sent; at + 9 < from->out_len; ) {
		size_t end = at + 5 + (size_t)(256 * from->out[at + 3] + from->out[at + 4]);

		for (size_t m = at + 5; from->out[at] == RECORD_HANDSHAKE && m + 4 <= end; ) {
			if (from->out[m] == type)
				return from->out + m;
			m += 4 + (size_t)(65536 * from->out[m + 1] + 256 * from->out[m + 2] + from->out[m + 3]);
		}
		at = end;
	}
	return NULL;
}

/* TLS 1.2: pass all on, each message a record of its own, but for one type of message or of record (0: none). */
static inline void
relay_pass_without(struct relay_end *from, struct relay_end *to, uint8_t message, uint8_t record)
{
	while (from->sent < from->out_len && !to->failed) {
		uint8_t *at = from->out + from->sent;
		size_t len = (size_t)(256 * at[3] + at[4]);

		from->sent += 5 + len;
		if (at[0] == record)
			continue;
		if (at[0] != RECORD_HANDSHAKE || at[5] == 0) {	/* 0: the explicit nonce of a sealed Finished */
			relay_feed(to, (struct span){ at, 5 + len });
			continue;
		}
		for (size_t m = 5; m < 5 + len && !to->failed; ) {
			size_t size = 4 + (size_t)(65536 * at[m + 1] + 256 * at[m + 2] + at[m + 3]);

			assert_true(m + size <= 5 + len);
			if (at[m] != message)
				relay_record(to, NULL, RECORD_HANDSHAKE, (struct span){ at + m, size });
			m += size;
		}
	}
}

/* It refused, by itself, with this alert, and is nobody's peer. */
static inline void
relay_refused(const struct relay_end *end, uint8_t alert)
{
	assert_true(end->failed);
	assert_false(tls_failure(end->conn)->alert_received);
	assert_int_equal(tls_failure(end->conn)->alert, alert);
	assert_int_equal(end->conn->hs.state, HS_DEAD);
	assert_null(tls_peer(end->conn));
}

#endif
