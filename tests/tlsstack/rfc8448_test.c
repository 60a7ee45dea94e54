/*
 * rfc8448_test.c: the traces of RFC 8448 in both roles, byte for byte: simple 1-RTT,
 * HelloRetryRequest, client authentication, compatibility mode.  Section 4, resumption with 0-RTT, is what this
 * stack does not do.
 *
 * This program's own generator returns the trace's random values; its own schemes return the trace's
 * signatures and accept the client's (RSA of 1024 bits, and ECDSA with an unknown nonce, can not be
 * computed here), and its own x509_verify accepts any self-signed leaf.  The ticket of the first trace is
 * sent by hand: this server issues none.  In the client role the hellos are the trace's: this client
 * offers other things.  All else is what the stack makes.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/hex.h"
#include "tests/tlsstack/rfc8448_values.h"
#include "platform/base/bytes.h"
#include "tlsstack/conn.h"

/* ---- In place of the real ones --------------------------------------------------------- */

static uint8_t script[256];
static size_t script_len, script_at;
static void (*on_drawn)(void);		/* NULL, or who wants to know that something was drawn */

void
drbg_init(struct crypto_drbg *drbg, const uint8_t seed[TLS_SEED_LEN])
{
	wipe(drbg, sizeof *drbg);
	(void)seed;
}

void
drbg_bytes(struct crypto_drbg *drbg, uint8_t *out, size_t len)
{
	(void)drbg;
	assert_true(len <= script_len - script_at);
	bytes_copy(out, script + script_at, len);
	script_at += len;
	if (on_drawn != NULL)
		on_drawn();
}

static enum x509_purpose wanted_purpose;

enum x509_result
x509_verify(struct x509_cert *leaf, const struct span *chain, size_t num_chain, const struct x509_request *request)
{
	assert_int_equal(num_chain, 1);
	assert_int_equal(request->purpose, wanted_purpose);
	return x509_parse(leaf, chain[0]);
}

static uint8_t signature[256], peer_signature[256];	/* our own, and the one that the peer must show */
static size_t signature_len, peer_signature_len;

static void
script_sign(const struct tls_scheme *scheme, struct outbuf *out, struct span key, const uint8_t *digest,
    struct crypto_drbg *drbg)
{
	(void)scheme;
	(void)key;
	(void)digest;
	(void)drbg;
	outbuf_bytes(out, (struct span){ signature, signature_len });
}

static bool
script_verify(const struct tls_scheme *scheme, const struct crypto_public_key *key, const uint8_t *digest,
    struct span got)
{
	(void)scheme;
	(void)key;
	(void)digest;
	return bytes_equal(got, (struct span){ peer_signature, peer_signature_len });
}

/* ---- What the trace's server is configured with ------------------------------------------ */

#define GROUP(code) { code, 0, 0, 0, NULL, NULL }
static const struct tls_group P384 = GROUP(0x18), P521 = GROUP(0x19), FF2 = GROUP(0x100), FF3 = GROUP(0x101),
    FF4 = GROUP(0x102), FF6 = GROUP(0x103), FF8 = GROUP(0x104);
static const struct tls_group *const GROUPS[] = { &tls_x25519, &tls_secp256r1, &P384, &P521, &FF2, &FF3, &FF4, &FF6,
    &FF8 };
static const struct tls_group *const RETRY_GROUPS[] = { &tls_secp256r1, &P384, &tls_x25519 };

#define SCHEME(code, kind) { code, true, false, kind, CRYPTO_SIG_OTHER, &hash_sha256, script_sign, script_verify }
static const struct tls_scheme SCHEME_LIST[] = {
	SCHEME(0x0403, CRYPTO_KEY_P256), SCHEME(0x0503, CRYPTO_KEY_P384), SCHEME(0x0603, CRYPTO_KEY_OTHER),
	SCHEME(0x0203, CRYPTO_KEY_OTHER), SCHEME(0x0804, CRYPTO_KEY_RSA), SCHEME(0x0805, CRYPTO_KEY_RSA),
	SCHEME(0x0806, CRYPTO_KEY_RSA), SCHEME(0x0401, CRYPTO_KEY_RSA), SCHEME(0x0501, CRYPTO_KEY_RSA),
	SCHEME(0x0601, CRYPTO_KEY_RSA), SCHEME(0x0201, CRYPTO_KEY_OTHER), SCHEME(0x0402, CRYPTO_KEY_OTHER),
	SCHEME(0x0502, CRYPTO_KEY_OTHER), SCHEME(0x0602, CRYPTO_KEY_OTHER), SCHEME(0x0202, CRYPTO_KEY_OTHER),
};
#define NUM_SCHEMES (sizeof SCHEME_LIST / sizeof SCHEME_LIST[0])

static const struct tls_suite *const SUITES[] = { &tls_aes_128_gcm_sha256 };

static struct {
	union tls_conn_store store;
	struct tls_conn *conn;
	uint8_t *buffer;
	uint8_t out[4096];
	size_t out_len;
	uint8_t data[1024];
	size_t data_len;
	enum tls_event last;
	const struct tls_protocol *protocol[1];
	const struct tls_scheme *schemes[NUM_SCHEMES];
	struct tls_credential credential;
	uint8_t certificate[1024], cookie[256];
	struct span chain[1];
	struct tls_anchor anchor;
	struct tls_config config;
} t;

static void
start(const struct tls_protocol *protocol, const struct tls_scheme *own, const char *certificate, const char *sig,
    const char *random, const char *secret)
{
	static const uint8_t SEED[TLS_SEED_LEN];

	wipe(&t, sizeof t);
	wanted_purpose = protocol->is_server ? X509_PURPOSE_CLIENT : X509_PURPOSE_SERVER;
	script_len = hex_read(script, random);
	script_len += hex_read(script + script_len, secret);
	script_at = 0;
	signature_len = hex_read(signature, sig);
	for (size_t i = 0; i < NUM_SCHEMES; i++)
		t.schemes[i] = &SCHEME_LIST[i];
	t.protocol[0] = protocol;
	t.chain[0] = (struct span){ t.certificate, hex_read(t.certificate, certificate) };
	t.credential = (struct tls_credential){ own, t.chain, 1, { NULL, 0 } };
	t.anchor.cert = t.chain[0];
	t.config = (struct tls_config){
		.protocols = t.protocol, .num_protocols = 1, .suites = SUITES, .num_suites = 1,
		.groups = GROUPS, .num_groups = sizeof GROUPS / sizeof GROUPS[0],
		.schemes = t.schemes, .num_schemes = NUM_SCHEMES, .credentials = &t.credential, .num_credentials = 1,
		.anchors = &t.anchor, .num_anchors = 1, .tell_groups = true,
	};
	t.conn = tls_init(&t.store, &t.config, SEED, 0);
	t.buffer = malloc(TLS_BUFFER_SIZE);
}

static void
stop(void)
{
	assert_int_equal(script_at, script_len);
	(void)tls_wipe(t.conn);
	free(t.buffer);
}

/* The client sends a record of the trace. */
static void
client_says(const char *record)
{
	uint8_t bytes[1024];
	struct cursor in = cursor_of((struct span){ bytes, hex_read(bytes, record) });
	enum tls_event event;

	do {
		struct outbuf out = outbuf_of(t.out + t.out_len, sizeof t.out - t.out_len);
		struct span app;

		event = tls_step(t.conn, &out, &app, &in);
		t.out_len += out.len;
		if (event == TLS_WANT_BUFFER)
			tls_lend(t.conn, t.buffer);
		else if (event != TLS_WANT_INPUT)
			t.last = event;
		if (event == TLS_FAILED)
			fail_msg("%s at %s:%u", tls_error_name(t.conn->failure.code), t.conn->failure.file, t.conn->failure.line);
		if (event == TLS_DATA) {
			bytes_copy(t.data + t.data_len, app.ptr, app.len);
			t.data_len += app.len;
		}
	} while (event != TLS_WANT_INPUT);
}

/* The server has sent exactly this since it was last asked. */
static void
server_said(const char *records)
{
	uint8_t bytes[2048];
	size_t len = hex_read(bytes, records);

	assert_int_equal(t.out_len, len);
	assert_memory_equal(t.out, bytes, len);
	t.out_len = 0;
}

static void
close_both(const char *client_alert, const char *server_alert)
{
	struct outbuf out = outbuf_of(t.out, sizeof t.out);

	client_says(client_alert);
	assert_int_equal(t.last, TLS_PEER_CLOSED);
	tls_close(t.conn, &out);
	tls_close(t.conn, &out);
	t.out_len = out.len;
	server_said(server_alert);
}

/* ---- The traces ------------------------------------------------------------------------ */

/* Section 3. */
static void
simple(void **state)
{
	uint8_t bytes[256];
	struct outbuf out;
	struct cursor data;

	(void)state;
	start(&tls13_server, &SCHEME_LIST[4], SIMPLE_SERVER_CERTIFICATE, SIMPLE_SERVER_SIGNATURE, SIMPLE_SERVER_RANDOM,
	    SIMPLE_SERVER_SECRET);
	client_says(SIMPLE_CLIENT_RECORD_1);
	server_said(SIMPLE_SERVER_RECORD_1 SIMPLE_SERVER_RECORD_2);
	client_says(SIMPLE_CLIENT_RECORD_2);
	assert_int_equal(t.last, TLS_ESTABLISHED);
	server_said("");

	out = outbuf_of(t.out, sizeof t.out);
	record_seal(&t.conn->write, &out, 0x0303, RECORD_HANDSHAKE,
	    (struct span){ bytes, hex_read(bytes, SIMPLE_TICKET) });
	t.out_len = out.len;
	server_said(SIMPLE_SERVER_RECORD_3);

	client_says(SIMPLE_CLIENT_DATA_RECORD);
	assert_int_equal(t.data_len, hex_read(bytes, SIMPLE_CLIENT_DATA));
	assert_memory_equal(t.data, bytes, t.data_len);
	out = outbuf_of(t.out, sizeof t.out);
	data = cursor_of((struct span){ bytes, hex_read(bytes, SIMPLE_SERVER_DATA) });
	tls_send(t.conn, &out, &data);
	t.out_len = out.len;
	server_said(SIMPLE_SERVER_DATA_RECORD);
	close_both(SIMPLE_CLIENT_ALERT, SIMPLE_SERVER_ALERT);
	stop();
}

/* Section 5. */
static void
hello_retry_request(void **state)
{
	(void)state;
	start(&tls13_server, &SCHEME_LIST[4], RETRY_SERVER_CERTIFICATE, RETRY_SERVER_SIGNATURE, RETRY_SERVER_RANDOM,
	    RETRY_SERVER_SECRET);
	t.config.groups = RETRY_GROUPS;
	t.config.num_groups = 3;
	t.config.insist_on_group = true;	/* as the trace's server does, that has a share of X25519 */
	t.config.cookie = (struct span){ t.cookie, hex_read(t.cookie, RETRY_COOKIE) };
	client_says(RETRY_CLIENT_RECORD_1);
	server_said(RETRY_SERVER_RECORD_1);
	client_says(RETRY_CLIENT_RECORD_2);
	server_said(RETRY_SERVER_RECORD_2 RETRY_SERVER_RECORD_3);
	client_says(RETRY_CLIENT_RECORD_3);
	assert_int_equal(t.last, TLS_ESTABLISHED);
	close_both(RETRY_CLIENT_ALERT, RETRY_SERVER_ALERT);
	stop();
}

/* Section 6. */
static void
client_authentication(void **state)
{
	uint8_t certificate[1024], digest[32];
	size_t len = hex_read(certificate, AUTH_CLIENT_CERTIFICATE);
	struct tls_scheme rsa_pss = SCHEME_LIST[4];
	struct x509_cert leaf;

	(void)state;
	start(&tls13_server_client_cert_required, &SCHEME_LIST[0], AUTH_SERVER_CERTIFICATE, AUTH_SERVER_SIGNATURE,
	    AUTH_SERVER_RANDOM, AUTH_SERVER_SECRET);
	peer_signature_len = hex_read(peer_signature, AUTH_CLIENT_SIGNATURE);
	/* An RSA key of 1024 bits is of no kind that any real scheme would take. */
	assert_int_equal(x509_parse(&leaf, (struct span){ certificate, len }), X509_OK);
	rsa_pss.key = leaf.key.kind;
	t.schemes[4] = &rsa_pss;
	client_says(AUTH_CLIENT_RECORD_1);
	server_said(AUTH_SERVER_RECORD_1 AUTH_SERVER_RECORD_2);
	client_says(AUTH_CLIENT_RECORD_2);
	assert_int_equal(t.last, TLS_ESTABLISHED);
	hash_of(&hash_sha256, digest, (struct span){ certificate, len });
	assert_non_null(tls_peer(t.conn));
	assert_memory_equal(tls_peer(t.conn)->cert_sha256, digest, sizeof digest);
	close_both(AUTH_CLIENT_ALERT, AUTH_SERVER_ALERT);
	stop();
}

/* Section 7: a session id, and a change_cipher_spec from each side. */
static void
compatibility(void **state)
{
	(void)state;
	start(&tls13_server, &SCHEME_LIST[4], COMPAT_SERVER_CERTIFICATE, COMPAT_SERVER_SIGNATURE, COMPAT_SERVER_RANDOM,
	    COMPAT_SERVER_SECRET);
	client_says(COMPAT_CLIENT_RECORD_1);
	server_said(COMPAT_SERVER_RECORD_1 COMPAT_SERVER_CCS COMPAT_SERVER_RECORD_2);
	client_says(COMPAT_CLIENT_CCS COMPAT_CLIENT_RECORD_2);
	assert_int_equal(t.last, TLS_ESTABLISHED);
	close_both(COMPAT_CLIENT_ALERT, COMPAT_SERVER_ALERT);
	stop();
}

/* ---- The client role -------------------------------------------------------------------- */

static struct tls_protocol traced;
static const char *hello_hex, *secret_hex;

/* The trace's ClientHello in place of ours, and what the state must know of it. */
static void
begin_traced(struct tls_conn *conn)
{
	struct hs_client_hello *hello = &conn->now.client_hello;
	struct outbuf out = flight_open(&conn->flight, conn->buffer);
	uint8_t record[1024];
	size_t len = hex_read(record, hello_hex);

	(void)hex_read(hello->secret, secret_hex);
	bytes_copy(hello->random, record + 11, 32);
	hello->session_id_len = record[43];	/* at most 32: the trace's */
	bytes_copy(hello->session_id, record + 44, hello->session_id_len);
	hello->group = &tls_x25519;
	conn->flight.legacy_version = 0x0301;
	outbuf_bytes(&out, (struct span){ record + 5, len - 5 });
	flight_message(&conn->flight, &out, &conn->transcript);
}

/* A client with a credential whose signature is the trace's; the server's leaf has a key of any kind. */
static struct tls_scheme server_scheme;

static void
start_client(const char *hello, const char *secret, size_t scheme, const char *server_certificate,
    const char *server_signature)
{
	static const struct tls_protocol *protocols[1] = { &traced };
	uint8_t certificate[1024];
	struct x509_cert leaf;

	traced = tls13_client;
	traced.begin = begin_traced;
	hello_hex = hello;
	secret_hex = secret;
	start(&traced, &SCHEME_LIST[4], AUTH_CLIENT_CERTIFICATE, AUTH_CLIENT_SIGNATURE, "", "");
	t.config.protocols = protocols;
	t.config.server_name = SPAN_LITERAL("server");
	assert_int_equal(x509_parse(&leaf, (struct span){ certificate, hex_read(certificate, server_certificate) }), X509_OK);
	server_scheme = SCHEME_LIST[scheme];
	server_scheme.key = leaf.key.kind;
	t.schemes[scheme] = &server_scheme;
	peer_signature_len = hex_read(peer_signature, server_signature);
	client_says("");		/* nothing comes in; the hello goes out */
}

static void
simple_client(void **state)
{
	uint8_t bytes[256];
	struct outbuf out;
	struct cursor data;

	(void)state;
	start_client(SIMPLE_CLIENT_RECORD_1, SIMPLE_CLIENT_SECRET, 4, SIMPLE_SERVER_CERTIFICATE, SIMPLE_SERVER_SIGNATURE);
	server_said(SIMPLE_CLIENT_RECORD_1);
	client_says(SIMPLE_SERVER_RECORD_1 SIMPLE_SERVER_RECORD_2);
	assert_int_equal(t.last, TLS_ESTABLISHED);
	server_said(SIMPLE_CLIENT_RECORD_2);
	client_says(SIMPLE_SERVER_RECORD_3);	/* the ticket */
	out = outbuf_of(t.out, sizeof t.out);
	data = cursor_of((struct span){ bytes, hex_read(bytes, SIMPLE_CLIENT_DATA) });
	tls_send(t.conn, &out, &data);
	t.out_len = out.len;
	server_said(SIMPLE_CLIENT_DATA_RECORD);
	client_says(SIMPLE_SERVER_DATA_RECORD);
	assert_int_equal(t.data_len, hex_read(bytes, SIMPLE_SERVER_DATA));
	assert_memory_equal(t.data, bytes, t.data_len);
	close_both(SIMPLE_SERVER_ALERT, SIMPLE_CLIENT_ALERT);
	stop();
}

static void
client_authentication_client(void **state)
{
	(void)state;
	start_client(AUTH_CLIENT_RECORD_1, AUTH_CLIENT_SECRET, 0, AUTH_SERVER_CERTIFICATE, AUTH_SERVER_SIGNATURE);
	server_said(AUTH_CLIENT_RECORD_1);
	client_says(AUTH_SERVER_RECORD_1 AUTH_SERVER_RECORD_2);
	assert_int_equal(t.last, TLS_ESTABLISHED);
	server_said(AUTH_CLIENT_RECORD_2);
	close_both(AUTH_SERVER_ALERT, AUTH_CLIENT_ALERT);
	stop();
}

static void
compatibility_client(void **state)
{
	(void)state;
	start_client(COMPAT_CLIENT_RECORD_1, COMPAT_CLIENT_SECRET, 4, COMPAT_SERVER_CERTIFICATE, COMPAT_SERVER_SIGNATURE);
	server_said(COMPAT_CLIENT_RECORD_1);
	client_says(COMPAT_SERVER_RECORD_1 COMPAT_SERVER_CCS COMPAT_SERVER_RECORD_2);
	assert_int_equal(t.last, TLS_ESTABLISHED);
	server_said(COMPAT_CLIENT_CCS COMPAT_CLIENT_RECORD_2);
	close_both(COMPAT_SERVER_ALERT, COMPAT_CLIENT_ALERT);
	stop();
}

/*
 * The second hello too is the trace's: when its key is drawn, the stack has dealt with the HelloRetryRequest and
 * has queued nothing yet.  Ours follows; its share is already the trace's.
 */
static struct transcript before_hello;
static struct flight flight_before;

static void
remember(void)
{
	before_hello = t.conn->transcript;
	flight_before = t.conn->flight;
}

static struct tls_err
on_retry(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	struct tls_err err = tls13_client.rows[0].handle(conn, next, in, to);
	struct span share = { next->client_hello.public, tls_secp256r1.public_len };
	uint8_t record[1024];
	size_t len = hex_read(record, RETRY_CLIENT_RECORD_2);
	struct outbuf out;

	assert_int_equal(err.code, TLS_ERR_NONE);
	assert_int_equal(*to, HS_EXPECT_SERVER_HELLO_2);
	assert_non_null(memmem(record, len, share.ptr, share.len));
	conn->transcript = before_hello;
	conn->flight = flight_before;
	out = flight_open(&conn->flight, conn->buffer);
	outbuf_bytes(&out, (struct span){ record + 5, len - 5 });
	flight_message(&conn->flight, &out, &conn->transcript);
	return err;
}

static void
hello_retry_request_client(void **state)
{
	struct hs_row rows[16];

	(void)state;
	start_client(RETRY_CLIENT_RECORD_1, RETRY_CLIENT_SECRET, 4, RETRY_SERVER_CERTIFICATE, RETRY_SERVER_SIGNATURE);
	server_said(RETRY_CLIENT_RECORD_1);
	assert_true(traced.num_rows <= 16);
	memcpy(rows, tls13_client.rows, traced.num_rows * sizeof rows[0]);
	rows[0].handle = on_retry;
	traced.rows = rows;
	script_len = hex_read(script, RETRY_CLIENT_SECRET_2);
	on_drawn = remember;
	client_says(RETRY_SERVER_RECORD_1);
	on_drawn = NULL;
	server_said(RETRY_CLIENT_RECORD_2);
	client_says(RETRY_SERVER_RECORD_2 RETRY_SERVER_RECORD_3);
	assert_int_equal(t.last, TLS_ESTABLISHED);
	assert_true(tls_info(t.conn)->hello_retry);
	server_said(RETRY_CLIENT_RECORD_3);
	close_both(RETRY_SERVER_ALERT, RETRY_CLIENT_ALERT);
	stop();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(simple),
		cmocka_unit_test(hello_retry_request),
		cmocka_unit_test(client_authentication),
		cmocka_unit_test(compatibility),
		cmocka_unit_test(simple_client),
		cmocka_unit_test(hello_retry_request_client),
		cmocka_unit_test(client_authentication_client),
		cmocka_unit_test(compatibility_client),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
