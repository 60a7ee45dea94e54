/*
 * bogo_shim.c: the stack under BoringSSL's test runner (ssl/test/PORTING.md there): connects out to -port,
 * writes -shim-id, is a client or a server, echoes each byte XOR 0xff, exits 0, or 1 with the name of the
 * error, or 89 for a flag that it does not know.
 *
 * The runner's certificates chain to nothing: x509_verify is replaced here by one that looks at the
 * leaf alone, or, with -verify-fail, at nothing.  bogo_errors.h has the runner's names of our errors;
 * bogo.json lists disabled tests, each with its reason.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/conformance/bogo_errors.h"
#include "tests/conformance/bogo_flags.h"
#include "tests/conformance/load.h"
#include "tlsstack/conn.h"
#include "tlsstack/hello.h"

static struct tls_config config;
static union tls_conn_store store;
static struct tls_conn *tls;
static uint8_t buffer[TLS_BUFFER_SIZE];
static int fd;

/* ---- In place of the real one ----------------------------------------------------------- */

static bool peer_is_expected = true;

/* -expect-peer-cert-file: byte for byte what was presented. */
static void
keep_peer(const struct span *chain, size_t num_chain)
{
	struct span *expected;
	size_t num;

	if (bogo.expect_peer_cert == NULL)
		return;
	num = load_chain(&expected, bogo.expect_peer_cert);
	peer_is_expected = num == num_chain;
	for (size_t i = 0; i < num && peer_is_expected; i++)
		peer_is_expected = expected[i].len == chain[i].len && memcmp(expected[i].ptr, chain[i].ptr, chain[i].len) == 0;
}

enum x509_result
x509_verify(struct x509_cert *leaf, const struct span *chain, size_t num_chain, const struct x509_request *request)
{
	(void)request;
	keep_peer(chain, num_chain);
	if (bogo.verify_fail)
		return X509_UNKNOWN_CA;
	if (x509_parse(leaf, chain[0]) != X509_OK)
		return X509_BAD_DER;
	return (leaf->present & X509_EXT_KEY_USAGE) && !(leaf->key_usage & X509_KU_DIGITAL_SIGNATURE) ?
	    X509_WRONG_PURPOSE : X509_OK;
}

#define COUNT(array) (sizeof (array) / sizeof (array)[0])

/* ---- Configuration ----------------------------------------------------------------------- */

static void
configure_versions(void)
{
	static const struct tls_protocol *protocols[2];
	size_t policy = bogo.require_cert ? 2 : bogo.verify_peer ? 1 : 0;
	static const struct tls_protocol *const V13[] = { &tls13_server, &tls13_server_client_cert_optional,
	    &tls13_server_client_cert_required };
	static const struct tls_protocol *const V12[] = { &tls12_server, &tls12_server_client_cert_optional,
	    &tls12_server_client_cert_required };

	if (bogo.min_version <= 0x0304 && bogo.max_version >= 0x0304 && !bogo.no_13)
		protocols[config.num_protocols++] = bogo.is_server ? V13[policy] : &tls13_client;
	if (bogo.min_version <= 0x0303 && bogo.max_version >= 0x0303 && !bogo.no_12)
		protocols[config.num_protocols++] = bogo.is_server ? V12[policy] : &tls12_client;
	config.protocols = protocols;
	if (config.num_protocols == 0)
		bogo_unimplemented("no version");
}

static bool
listed(const long *list, size_t max, long code)
{
	for (size_t i = 0; i < max && list[i] != 0; i++)
		if (list[i] == code)
			return true;
	return false;
}

static void
configure_suites(void)
{
	static const struct tls_suite *suites[16];

	config.suites = suites;
	for (size_t i = 0; i < LOAD_NUM_SUITES; i++)
		if (bogo.policy == NULL || listed(bogo.policy->suites, 8, LOAD_SUITES[i]->code))
			suites[config.num_suites++] = LOAD_SUITES[i];
}

/* What is not known here of -curves is left out, unless nothing else is in it, or the choice is to be that. */
static void
configure_groups(void)
{
	static const struct tls_group *groups[BOGO_LIST_MAX];
	const long *wanted = bogo.policy != NULL ? bogo.policy->groups : bogo.curves.values;
	size_t num = bogo.policy != NULL ? 4 : bogo.curves.num;

	config.groups = num == 0 ? LOAD_GROUPS : groups;
	config.num_groups = num == 0 ? LOAD_NUM_GROUPS : 0;
	for (size_t i = 0; i < num; i++)
		for (size_t j = 0; j < LOAD_NUM_GROUPS; j++)
			if (LOAD_GROUPS[j]->code == wanted[i])
				groups[config.num_groups++] = LOAD_GROUPS[j];
	for (size_t i = 0; bogo.expect_curve != 0 && i < config.num_groups; i++)
		if (config.groups[i]->code == bogo.expect_curve)
			return;
	if (config.num_groups == 0 || bogo.expect_curve != 0)
		bogo_unimplemented("-curves");
}

/* Every scheme with this code; what is not known here is left out likewise. */
static void
configure_schemes(void)
{
	static const struct tls_scheme *schemes[4 * BOGO_LIST_MAX];
	const long *wanted = bogo.policy != NULL ? bogo.policy->schemes : bogo.verifying.values;
	size_t num = bogo.policy != NULL ? 12 : bogo.verifying.num;

	config.schemes = num == 0 ? LOAD_SCHEMES : schemes;
	config.num_schemes = num == 0 ? LOAD_NUM_SCHEMES : 0;
	for (size_t i = 0; i < num; i++)
		for (size_t j = 0; j < LOAD_NUM_SCHEMES; j++)
			if (LOAD_SCHEMES[j]->code == wanted[i])
				schemes[config.num_schemes++] = LOAD_SCHEMES[j];
	if (config.num_schemes == 0)
		bogo_unimplemented("-verify-prefs");
}

/* ---- Credentials, and which of them signs ------------------------------------------------- */

#define SIGNERS_MAX	(4 * BOGO_CREDENTIALS_MAX)

static struct signer { struct tls_scheme scheme; const struct tls_scheme *real; long number; } signers[SIGNERS_MAX];
static size_t num_signers;
static long selected = -2;		/* the number of the credential that signed */

/* A scheme that notes that it was used. */
static void
noting_sign(const struct tls_scheme *scheme, struct outbuf *out, struct span key, const uint8_t *digest, struct crypto_drbg *drbg)
{
	const struct signer *signer = (const struct signer *)scheme;

	selected = signer->number;
	signer->real->sign(signer->real, out, key, digest, drbg);
}

static void
add_credential(struct tls_credential *to, const struct tls_credential *from, long number)
{
	struct signer *signer = &signers[num_signers++];

	*signer = (struct signer){ *from->scheme, from->scheme, number };
	signer->scheme.sign = noting_sign;
	*to = *from;
	to->scheme = &signer->scheme;
}

static bool
may_sign(const struct bogo_credential *credential, long code)
{
	if (bogo.policy != NULL && !listed(bogo.policy->schemes, 12, code))
		return false;
	return credential->signing.num == 0 || listed(credential->signing.values, credential->signing.num, code);
}

/* Those of a credential, in the order of its -signing-prefs. */
static void
add_credentials(struct tls_credential *all, size_t max, const struct bogo_credential *credential, long number)
{
	struct tls_credential *of_key;
	size_t num, rounds = credential->signing.num == 0 ? 1 : credential->signing.num;

	if (credential->key == NULL || credential->cert == NULL)
		return;
	num = load_credentials(&of_key, credential->cert, credential->key);
	for (size_t round = 0; round < rounds; round++)
		for (size_t i = 0; i < num && config.num_credentials < max; i++)
			if (may_sign(credential, of_key[i].scheme->code) &&
			    (credential->signing.num == 0 || of_key[i].scheme->code == credential->signing.values[round]))
				add_credential(&all[config.num_credentials++], &of_key[i], number);
}

static void
configure_credentials(void)
{
	static struct tls_credential all[SIGNERS_MAX];

	config.credentials = all;
	for (size_t i = 1; i < bogo.num_credentials; i++)
		add_credentials(all, SIGNERS_MAX, &bogo.credentials[i], (long)i - 1);
	add_credentials(all, SIGNERS_MAX, &bogo.credentials[0], -1);
	if (config.num_credentials == 0 && (bogo.num_credentials > 1 || bogo.credentials[0].key != NULL))
		bogo_unimplemented("such a key, or such -signing-prefs");
}

static void
configure_alpn(void)
{
	static struct span names[BOGO_LIST_MAX];
	const char *wire = bogo.advertise_alpn;

	config.alpn = names;
	if (bogo.is_server && bogo.reject_alpn)
		names[config.num_alpn++] = SPAN_LITERAL("none of them");
	if (bogo.is_server && bogo.select_alpn != NULL)
		names[config.num_alpn++] = (struct span){ (const uint8_t *)bogo.select_alpn, strlen(bogo.select_alpn) };
	while (!bogo.is_server && wire != NULL && *wire != '\0' && config.num_alpn < BOGO_LIST_MAX) {
		names[config.num_alpn++] = (struct span){ (const uint8_t *)wire + 1, (size_t)*wire };
		wire += 1 + *wire;
	}
}

static void
configure(void)
{
	static uint8_t no_anchor[1];
	static struct tls_anchor any = { { no_anchor, 1 } };

	config.insist_on_group = true;		/* the runner expects the server's order to decide */
	config.anchors = &any;
	config.num_anchors = 1;
	configure_versions();
	configure_suites();
	configure_groups();
	configure_schemes();
	configure_credentials();
	configure_alpn();
	if (!bogo.is_server && bogo.host_name != NULL)
		config.server_name = (struct span){ (const uint8_t *)bogo.host_name, strlen(bogo.host_name) };
	if (bogo.is_server && config.num_credentials == 0)
		bogo_unimplemented("a server without a certificate");
}

/* ---- The conversation --------------------------------------------------------------------- */

static void
send_all(const struct outbuf *out)
{
	for (size_t done = 0; done < out->len; ) {
		ssize_t sent = send(fd, out->ptr + done, out->len - done, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		done += (size_t)sent;
	}
}

/* Let the peer read what we sent: a reset would take it away. */
_Noreturn static void
finish(int code)
{
	uint8_t bytes[4096];

	shutdown(fd, SHUT_WR);
	while (recv(fd, bytes, sizeof bytes, 0) > 0)
		;
	_exit(code);
}

_Noreturn static void
fail(const char *why)
{
	fprintf(stderr, "shim: %s\n", why);
	finish(1);
}

static void
write_all(struct span bytes)
{
	static uint8_t room[TLS_RECORD_MAX];
	struct cursor data = cursor_of(bytes);

	while (!cursor_done(&data)) {
		struct outbuf out = outbuf_of(room, sizeof room);

		tls_send(tls, &out, &data);
		if (out.len == 0)
			fail("can not write");
		send_all(&out);
	}
}

static void
expect(bool good, const char *what)
{
	if (!good)
		fail(what);
}

/* ---- What the peer's hello said ----------------------------------------------------------- */

static uint8_t hello_bytes[1 << 17];
static size_t hello_len;

/* Messages of plaintext handshake records, as long as they come. */
static void
keep_hello(struct span bytes)
{
	static uint8_t wire[sizeof hello_bytes];
	static size_t wire_len;
	struct cursor in, body;
	uint32_t type, version;

	if (!bogo.is_server || bytes.len > sizeof wire - wire_len)
		return;
	memcpy(wire + wire_len, bytes.ptr, bytes.len);
	wire_len += bytes.len;
	in = cursor_of((struct span){ wire, wire_len });
	for (hello_len = 0; cursor_uint(&in, &type, 1) && type == RECORD_HANDSHAKE && cursor_uint(&in, &version, 2) &&
	    cursor_vector(&in, &body, 2); hello_len += cursor_left(&body))
		memcpy(hello_bytes + hello_len, cursor_rest(&body).ptr, cursor_left(&body));
}

static bool
span_is(struct span span, const char *text) { return span.len == strlen(text) && memcmp(span.ptr, text, span.len) == 0; }

static void
check_hello(void)
{
	struct cursor in = cursor_of((struct span){ hello_bytes, hello_len }), body;
	struct client_hello hello;
	uint32_t type, scheme;

	if (!bogo.is_server || !cursor_uint(&in, &type, 1) || !cursor_vector(&in, &body, 3) || client_hello_parse(&hello, body).code != TLS_ERR_NONE) {
		if (bogo.expect_server_name != NULL || bogo.expect_advertised_alpn != NULL || bogo.expect_verifying.num != 0)
			bogo_unimplemented("expectations of a hello that is not there");
		return;
	}
	expect(bogo.expect_server_name == NULL || span_is(hello.server_name, bogo.expect_server_name), "unexpected server name");
	expect(!bogo.expect_no_server_name || hello.server_name.len == 0, "a server name");
	expect(bogo.expect_advertised_alpn == NULL || span_is(cursor_rest(&hello.protocols), bogo.expect_advertised_alpn),
	    "unexpected protocols");
	for (size_t i = 0; i < bogo.expect_verifying.num; i++)
		expect(cursor_uint(&hello.schemes, &scheme, 2) && scheme == (uint32_t)bogo.expect_verifying.values[i],
		    "unexpected signature algorithms");
}

static void
check_info(void)
{
	const struct tls_info *info = tls_info(tls);

	expect(bogo.expect_version == 0 || info->version == bogo.expect_version, "unexpected version");
	expect(bogo.expect_curve == 0 || info->group == bogo.expect_curve, "unexpected curve");
	expect(bogo.expect_peer_scheme == 0 || info->peer_scheme == bogo.expect_peer_scheme,
	    "unexpected peer signature algorithm");
	expect(!bogo.expect_hrr || info->hello_retry, "no HelloRetryRequest");
	expect(!bogo.expect_no_hrr || !info->hello_retry, "a HelloRetryRequest");
	expect(bogo.expect_alpn == NULL || span_is(info->alpn, bogo.expect_alpn), "unexpected ALPN");
	expect(bogo.expect_aes == 0 || info->suite == (bogo.expect_aes & 0xffff), "unexpected suite");
	expect(bogo.expect_credential == -2 || selected == bogo.expect_credential, "unexpected credential");
	expect(peer_is_expected, "unexpected peer certificate");
	check_hello();
}

static void
export_material(void)
{
	static uint8_t material[4096];
	const char *label = bogo.export_label == NULL ? "" : bogo.export_label;
	const char *context = bogo.export_context == NULL ? "" : bogo.export_context;

	if (bogo.export_len == 0)
		return;
	expect(tls_export(tls, material, (size_t)bogo.export_len, (struct span){ (const uint8_t *)label, strlen(label) },
	    (struct span){ bogo.use_context ? (const uint8_t *)context : NULL,
	    bogo.use_context ? strlen(context) : 0 }), "no exporter");
	write_all((struct span){ material, (size_t)bogo.export_len });
}

static void
on_established(void)
{
	static uint8_t bytes[32769];
	static const size_t SIZES[] = { 1, 255, 256, 257, 16383, 16384, 16385, 32767, 32768, 32769 };

	check_info();
	export_material();
	if (bogo.writes_first)
		write_all(SPAN_LITERAL("hello"));
	memset(bytes, 0x42, sizeof bytes);
	for (size_t i = 0; bogo.sizes && i < COUNT(SIZES); i++)
		write_all((struct span){ bytes, SIZES[i] });
}

static void
echo(struct span app)
{
	uint8_t bytes[TLS_PLAINTEXT_MAX];

	for (size_t i = 0; i < app.len; i++)
		bytes[i] = app.ptr[i] ^ 0xff;
	if (bogo.key_update)
		tls->key_update_due = true;
	write_all((struct span){ bytes, app.len });
}

static const char *
words(int code, bool is_alert)
{
	const struct bogo_words *table = is_alert ? BOGO_ALERTS : BOGO_ERRORS;

	for (size_t i = 0; i < (is_alert ? COUNT(BOGO_ALERTS) : COUNT(BOGO_ERRORS)); i++)
		if (table[i].code == code)
			return table[i].words;
	return "";
}

_Noreturn static void
on_failed(void)
{
	const struct tls_error *why = tls_failure(tls);

	if (why->alert_received)
		fprintf(stderr, "alert %u received %s\n", why->alert, words(why->alert, true));
	else
		fprintf(stderr, "%s (alert %u, %s:%u) %s\n", tls_error_name(why->code), why->alert, why->file, why->line,
		    words(why->code, false));
	finish(1);
}

static void
shut_down(void)
{
	uint8_t room[256];
	struct outbuf out = outbuf_of(room, sizeof room);

	tls_close(tls, &out);
	send_all(&out);
}

/* What our stack never says: it has no such error. */
_Noreturn static void
send_fatal_alert(void)
{
	static const uint8_t DECOMPRESSION_FAILURE[] = { 2, 30 };
	uint8_t room[256];
	struct outbuf out = outbuf_of(room, sizeof room);

	record_seal(&tls->write, &out, tls->flight.legacy_version, RECORD_ALERT, SPAN_ARRAY(DECOMPRESSION_FAILURE));
	send_all(&out);
	finish(0);
}

/* One event; false: input is wanted. */
static bool
step(struct cursor *in)
{
	static uint8_t room[4 * TLS_RECORD_MAX];
	struct outbuf out = outbuf_of(room, sizeof room);
	struct span app;
	enum tls_event event = tls_step(tls, &out, &app, in);

	send_all(&out);
	switch (event) {
	case TLS_WANT_BUFFER:
		tls_lend(tls, buffer);
		return true;
	case TLS_ESTABLISHED:
		on_established();
		if (bogo.send_alert)
			send_fatal_alert();
		if (bogo.shuts_down) {
			shut_down();
			if (!bogo.check_close)
				finish(0);
		}
		return true;
	case TLS_DATA:
		if (bogo.shuts_down)
			fail("application data after we shut down :APPLICATION_DATA_ON_SHUTDOWN:");
		echo(app);
		return true;
	case TLS_PEER_CLOSED:
		if (tls_info(tls)->version == 0 || !tls->established)
			fail("closed in the handshake");
		shut_down();
		finish(0);
	case TLS_FAILED:
		on_failed();
	case TLS_WANT_ROOM:
		return true;
	default:
		return false;
	}
}

_Noreturn static void
converse(void)
{
	uint8_t bytes[16384];
	struct cursor in = cursor_of((struct span){ NULL, 0 });

	for (;;) {
		ssize_t len;

		while (step(&in))
			;
		len = recv(fd, bytes, sizeof bytes, 0);
		if (len <= 0 && tls->established == EVENT_TOLD && !bogo.check_close)
			finish(0);
		if (len <= 0)
			fail("the connection ended: Unexpected SSL_shutdown result: -1 != 1");
		in = cursor_of((struct span){ bytes, (size_t)len });
		keep_hello((struct span){ bytes, (size_t)len });
	}
}

static bool
connect_at(bool ipv6)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)bogo.port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 at_6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)bogo.port),
	    .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	const struct sockaddr *to = ipv6 ? (const struct sockaddr *)&at_6 : (const struct sockaddr *)&at;

	fd = socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
	return connect(fd, to, ipv6 ? sizeof at_6 : sizeof at) == 0;
}

/* Older runners have no -shim-id, listen on IPv6 and do not say so. */
static void
connect_out(void)
{
	uint8_t id[8];

	if (bogo.shim_id < 0) {
		if (!connect_at(true) && !connect_at(false))
			load_die("connect", "failed");
		return;
	}
	if (!connect_at(bogo.ipv6))
		load_die("connect", "failed");
	for (size_t i = 0; i < 8; i++)
		id[i] = (uint8_t)((uint64_t)bogo.shim_id >> (8 * i));
	send_all(&(struct outbuf){ id, 8, 8, false });
}

int
main(int argc, char **argv)
{
	uint8_t seed[TLS_SEED_LEN];

	signal(SIGPIPE, SIG_IGN);
	bogo_take_flags(argc, argv);
	configure();
	connect_out();
	load_seed(seed);
	tls = tls_init(&store, &config, seed, (uint64_t)time(NULL));
	if (bogo.max_send != 0 && bogo.max_send < tls->send_limit)
		tls->send_limit = (uint16_t)bogo.max_send;
	converse();
}
