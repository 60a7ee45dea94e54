/*
 * end.h: one end of a conversation in a fuzz target: an engine, the buffer lent to it, what it has said
 * and what it was told.  Who is at the other end (an engine, an attacker, another stack) is the target's.
 */
#ifndef FUZZ_END_H
#define FUZZ_END_H

#include "tests/tlsstack/peer.h"

static const struct tls_protocol *const END_SERVERS[3][2] = {
	{ &tls13_server, &tls12_server },
	{ &tls13_server_client_cert_optional, &tls12_server_client_cert_optional },
	{ &tls13_server_client_cert_required, &tls12_server_client_cert_required },
};
static const struct tls_protocol *const END_CLIENTS[2] = { &tls13_client, &tls12_client };

struct end {
	union tls_conn_store store;
	struct tls_conn *conn;
	uint8_t *buffer;
	uint8_t out[PEER_ROOM];
	size_t out_len, sent;		/* bytes made, and bytes that the other side has taken */
	bool established, closed, failed, spoke;
	bool was_lied_to;		/* somebody with the keys spoke: any text may come */
	size_t heard;			/* bytes of the other's text */
	const char *text, *expected;
};

static inline size_t
end_take(struct cursor *in, size_t width)
{
	uint32_t value = 0;

	return cursor_uint(in, &value, width) ? value : 0;
}

static inline void
end_start(struct end *end, const struct tls_config *config, uint8_t seed_byte, const char *text, const char *expected)
{
	uint8_t seed[TLS_SEED_LEN];

	wipe(end, sizeof *end);
	bytes_set(seed, seed_byte, sizeof seed);
	end->conn = tls_init(&end->store, config, seed, PEER_NOW);
	end->text = text;
	end->expected = expected;
}

/* The text, once, as soon as it may be said. */
static inline void
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

/* Feed bytes.  Plaintext before ESTABLISHED, or other than the expected text, is a broken promise. */
static inline void
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
			if (!end->established)
				abort();
			if (!end->was_lied_to && (app.len > strlen(end->expected) - end->heard ||
			    memcmp(end->expected + end->heard, app.ptr, app.len) != 0))
				abort();
			end->heard += app.len;
		}
		end->established |= event == TLS_ESTABLISHED;
		end->closed |= event == TLS_PEER_CLOSED;
		end->failed = event == TLS_FAILED;
		if (event == TLS_WANT_INPUT) {
			if (end->buffer != NULL && tls_unlend(end->conn) == end->buffer) {
				free(end->buffer);
				end->buffer = NULL;
			}
			return;
		}
	}
}

static inline const char *
end_outcome(const struct end *end)
{
	if (end->failed)
		return tls_failure(end->conn)->alert_received ? "alert received" : tls_error_name(tls_failure(end->conn)->code);
	if (!end->established)
		return end->out_len != 0 ? "answered" : "waiting";
	return tls_info(end->conn)->version == 0x0304 ? "established 1.3" : "established 1.2";
}

/* Our close_notify. */
static inline void
end_close(struct end *end)
{
	struct outbuf out = outbuf_of(end->out + end->out_len, sizeof end->out - end->out_len);

	tls_close(end->conn, &out);
	end->out_len += out.len;
}

/* Cryptography's keys and the lent buffer go. */
static inline void
end_free(struct end *end)
{
	free(tls_wipe(end->conn));
}

#endif
