/*
 * fakes.h: a platform, a netstack and a TLS engine that a test plays by hand, for tests of the
 * appliance alone.  Include it in one file of a test program.
 *
 * The fake engine reads commands, one byte each, instead of records:
 *	.  a record that answers with one byte		D  application data
 *	H  first half of a record: wants a buffer	h  its second half
 *	M  a record with half a message: wants a buffer and keeps it
 *	E  established, peer proved nothing		P  established, peer proved itself
 *	C  close_notify					F  failure; the alert is "alert"
 *	G  application data: a whole request		g  and its two halves: g, then i
 *	S  a request for the handshake's page
 *	W  a record whose answer does not fit: more comes without input
 */
#ifndef TESTS_FAKES_H
#define TESTS_FAKES_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "netstack/net.h"
#include "platform/platform.h"
#include "tlsstack/trace.h"

/* ---- Platform: a log that is kept, seeds that count ------------------------------------- */

static char fake_log[65536];
static size_t fake_log_len;
static uint8_t fake_seed_count;

void
plat_log(const char *text, size_t text_len)
{
	if (text_len > sizeof fake_log - 1 - fake_log_len)
		abort();
	memcpy(fake_log + fake_log_len, text, text_len);
	fake_log_len += text_len;
	fake_log[fake_log_len] = '\0';
}

void
plat_seed(uint8_t seed[PLAT_SEED_LEN])
{
	if (++fake_seed_count == 0)
		fake_seed_count = 1;		/* zero is what a seed must not be */
	memset(seed, fake_seed_count, PLAT_SEED_LEN);
}

uint64_t
plat_wall_s(void) { return 1700000000; }

/* ---- Netstack: connections are made by the test ------------------------------------------ */

struct net_conn {
	uint32_t peer;
	uint16_t port, peer_port;
	enum net_status status;
	bool queued, finished, closed, aborted;
	size_t in_len, in_at, room, unacked, out_len;
	uint8_t in[131072];
	uint8_t out[65536];
};

enum { FAKE_CONNS = 160 };
static struct net_conn fake_conns[FAKE_CONNS];
static size_t fake_num_conns;

static inline struct net_conn *
fake_connect(uint32_t peer, uint16_t port)
{
	struct net_conn *conn = &fake_conns[fake_num_conns];

	if (fake_num_conns == FAKE_CONNS)
		abort();
	memset(conn, 0, sizeof *conn);
	conn->peer = peer;
	conn->peer_port = (uint16_t)(40000 + fake_num_conns++);
	conn->port = port;
	conn->status = NET_OPEN;
	conn->room = 5840;
	conn->queued = true;
	return conn;
}

static inline void
fake_type(struct net_conn *conn, const char *text)
{
	if (strlen(text) > sizeof conn->in - conn->in_len)
		abort();
	memcpy(conn->in + conn->in_len, text, strlen(text));
	conn->in_len += strlen(text);
}

static inline bool
fake_ended(const struct net_conn *conn) { return conn->closed || conn->aborted; }

static inline void
fake_check(const struct net_conn *conn)
{
	if (fake_ended(conn))
		abort();	/* used after its end */
}

struct net_conn *
net_accept(uint16_t *port)
{
	for (size_t i = 0; i < fake_num_conns; i++) {
		if (!fake_conns[i].queued)
			continue;
		fake_conns[i].queued = false;
		*port = fake_conns[i].port;
		return &fake_conns[i];
	}
	return NULL;
}

enum net_status
net_status(const struct net_conn *conn)
{
	fake_check(conn);
	return conn->status;
}

struct span
net_peek(struct net_conn *conn)
{
	fake_check(conn);
	return (struct span){ conn->in + conn->in_at, conn->in_len - conn->in_at };
}

size_t
net_unread(const struct net_conn *conn)
{
	fake_check(conn);
	return conn->in_len - conn->in_at;
}

void
net_consume(struct net_conn *conn, size_t len)
{
	fake_check(conn);
	if (len > conn->in_len - conn->in_at)
		abort();
	conn->in_at += len;
}

size_t
net_room(const struct net_conn *conn)
{
	fake_check(conn);
	return conn->status == NET_GONE || conn->finished ? 0 : conn->room;
}

size_t
net_unacked(const struct net_conn *conn) { return conn->unacked; }

void
net_send(struct net_conn *conn, struct span bytes)
{
	fake_check(conn);
	if (bytes.len > net_room(conn) || bytes.len > sizeof conn->out - conn->out_len)
		abort();
	if (bytes.len > 0)
		memcpy(conn->out + conn->out_len, bytes.ptr, bytes.len);
	conn->out_len += bytes.len;
	conn->room -= bytes.len;
}

void
net_finish(struct net_conn *conn)
{
	fake_check(conn);
	conn->finished = true;
}

void
net_close(struct net_conn *conn)
{
	fake_check(conn);
	conn->closed = true;
}

void
net_abort(struct net_conn *conn)
{
	fake_check(conn);
	conn->aborted = true;
}

/* What the test wants of the next connection that the appliance opens. */
static bool fake_refuses_connect;
static struct net_conn *fake_called;

struct net_conn *
net_connect(uint32_t ip, uint16_t port)
{
	struct net_conn *conn;

	if (fake_refuses_connect)
		return NULL;
	conn = fake_connect(ip, port);
	conn->queued = false;
	conn->peer_port = port;
	conn->status = NET_OPENING;
	fake_called = conn;
	return conn;
}

uint32_t
net_peer(const struct net_conn *conn) { return conn->peer; }

uint16_t
net_peer_port(const struct net_conn *conn) { return conn->peer_port; }

const struct net_stats *
net_stats(void)
{
	static const struct net_stats STATS = { .frames_in = 12 };

	return &STATS;
}

/* ---- TLS: one command byte at a time ------------------------------------------------------ */

struct tls_protocol { int unused; };
struct tls_suite { int unused; };
struct tls_group { int unused; };
struct tls_scheme { int unused; };
const struct tls_protocol tls13_server = { 0 };
const struct tls_protocol tls13_server_client_cert_required = { 0 };
const struct tls_protocol tls13_client = { 0 };
const struct tls_suite tls_aes_128_gcm_sha256 = { 0 };
const struct tls_suite tls_chacha20_poly1305_sha256 = { 0 };
const struct tls_group tls_x25519 = { 0 };
const struct tls_group tls_secp256r1 = { 0 };
const struct tls_scheme tls_ecdsa_secp256r1_sha256 = { 0 };

struct tls_conn {
	bool live, half, wants, proved, established, more;
	uint8_t *buffer;
	const struct tls_config *config;
};

static unsigned fake_num_steps;

struct tls_conn *
tls_init(union tls_conn_store *store, const struct tls_config *config, const uint8_t seed[TLS_SEED_LEN],
    uint64_t now_s)
{
	struct tls_conn *conn = (struct tls_conn *)store;

	if (seed[0] == 0 || now_s == 0)
		abort();
	*conn = (struct tls_conn){ .live = true, .config = config };
	conn->more = config != NULL && config->protocols[0] == &tls13_client;	/* its hello */
	return conn;
}

enum tls_event
tls_step(struct tls_conn *conn, struct outbuf *out, struct span *app, struct cursor *in)
{
	uint8_t command;

	fake_num_steps++;
	if (!conn->live || outbuf_room(out) < TLS_OUT_MIN)
		abort();
	if (conn->more)
		outbuf_bytes(out, SPAN_LITERAL("more"));
	conn->more = false;
	if (cursor_left(in) == 0)
		return TLS_WANT_INPUT;
	command = cursor_rest(in).ptr[0];
	conn->wants = command == 'H' && conn->buffer == NULL;
	if (conn->wants || (command == 'M' && conn->buffer == NULL))
		return TLS_WANT_BUFFER;
	in->pos++;
	switch (command) {
	case 'H':
	case 'M':
		conn->half = true;
		break;
	case 'h':
		conn->half = false;
		break;
	case 'W':
		conn->more = true;
		return TLS_WANT_ROOM;
	case '.':
		outbuf_bytes(out, SPAN_LITERAL("."));
		break;
	case 'P':
		conn->proved = true;
		conn->established = true;
		return TLS_ESTABLISHED;
	case 'E':
		conn->established = true;
		return TLS_ESTABLISHED;
	case 'D':
		*app = SPAN_LITERAL("data");
		return TLS_DATA;
	case 'G':
		*app = SPAN_LITERAL("GET /robots.txt HTTP/1.1\r\nHost: a\r\n\r\n");
		return TLS_DATA;
	case 'S':
		*app = SPAN_LITERAL("GET /handshake HTTP/1.1\r\nHost: a\r\n\r\n");
		return TLS_DATA;
	case 'g':
		*app = SPAN_LITERAL("GET /robots.txt HT");
		return TLS_DATA;
	case 'i':
		*app = SPAN_LITERAL("TP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\n");
		return TLS_DATA;
	case 'C':
		return TLS_PEER_CLOSED;
	default:
		outbuf_bytes(out, SPAN_LITERAL("alert"));
		return TLS_FAILED;
	}
	return cursor_left(in) == 0 ? TLS_WANT_INPUT : TLS_WANT_ROOM;
}

void
tls_lend(struct tls_conn *conn, uint8_t buffer[TLS_BUFFER_SIZE]) { conn->buffer = buffer; }

size_t
tls_record_left(const struct tls_conn *conn) { return conn->wants ? 2 : conn->half; }

uint8_t *
tls_unlend(struct tls_conn *conn)
{
	uint8_t *buffer = conn->half ? NULL : conn->buffer;

	if (buffer != NULL)
		conn->buffer = NULL;
	return buffer;
}

void
tls_send(struct tls_conn *conn, struct outbuf *out, struct cursor *data)
{
	struct cursor part;
	size_t len = cursor_left(data) < outbuf_room(out) ? cursor_left(data) : outbuf_room(out);

	if (!conn->established)
		abort();
	if (!cursor_take(data, &part, len))
		abort();
	outbuf_bytes(out, cursor_rest(&part));
}

void
tls_close(struct tls_conn *conn, struct outbuf *out)
{
	(void)conn;
	outbuf_bytes(out, SPAN_LITERAL("close_notify"));
}

const struct tls_peer *
tls_peer(const struct tls_conn *conn)
{
	static const struct tls_peer PEER;

	return conn->established && conn->proved ? &PEER : NULL;
}

/* What the test wants of the handshake that is drawn. */
static struct tls_info fake_info;
static struct tls_trace fake_trace;

const struct tls_info *
tls_info(const struct tls_conn *conn)
{
	(void)conn;
	return &fake_info;
}

const struct tls_trace *
tls_trace(const struct tls_conn *conn)
{
	(void)conn;
	return &fake_trace;
}

const struct tls_error *
tls_failure(const struct tls_conn *conn)
{
	static const struct tls_error ERROR = { .code = 7 };

	(void)conn;
	return &ERROR;
}

const char *
tls_error_name(uint8_t code) { return code == 7 ? "seven" : "other"; }

uint8_t *
tls_wipe(struct tls_conn *conn)
{
	uint8_t *buffer = conn->buffer;

	memset(conn, 0, sizeof *conn);
	return buffer;
}

/* Deterministic and recognisable: the scalar is the seed's byte, the point its complement. */
void
tls_key_make(struct tls_key *key, const uint8_t seed[TLS_SEED_LEN])
{
	memset(key->scalar, seed[0], sizeof key->scalar);
	memset(key->point, ~seed[0], sizeof key->point);
}

#ifndef FAKE_CERT_MAKE	/* a test may bring its own */
void
tls_cert_make(struct outbuf *der, const struct tls_cert_request *request, const uint8_t subject[TLS_POINT_LEN],
    const struct tls_key *issuer)
{
	(void)subject;
	(void)issuer;
	outbuf_bytes(der, (struct span){ (const uint8_t *)request->common_name, strlen(request->common_name) });
}
#endif

bool
tls_anchor_ok(struct span cert) { return cert.len > 0; }

#endif
