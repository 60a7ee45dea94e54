/*
 * fakes.h: fake_net.h, and a TLS engine that a test plays by hand, for tests of the appliance alone.  Include
 * it in one file of a test program.
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

#include "tests/appliance/fake_net.h"
#include "tlsstack/trace.h"

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
