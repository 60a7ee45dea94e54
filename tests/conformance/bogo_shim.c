/*
 * bogo_shim.c: the stack under BoringSSL's test runner (ssl/test/PORTING.md there): connects out to -port,
 * writes -shim-id, is a client or a server, echoes each byte XOR 0xff, exits 0, or 1 with the name of the
 * error, or 89 for a flag that it does not know.
 *
 * The runner's certificates chain to nothing: x509_verify is replaced here by one that looks at the
 * leaf alone, or, with -verify-fail, at nothing.  tests/conformance/bogo.json maps error names and
 * lists disabled tests, each with its reason.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/conformance/load.h"
#include "tlsstack/conn.h"

#define UNIMPLEMENTED	89
#define LIST_MAX	16

static struct options {
	long port, shim_id, min_version, max_version, expect_version, expect_curve, expect_peer_scheme, export_len;
	const char *key, *cert, *advertise_alpn, *select_alpn, *expect_alpn, *host_name, *export_label, *export_context;
	bool ipv6, is_server, require_cert, verify_peer, verify_fail, no_13, no_12, writes_first, shuts_down,
	    check_close, use_context, key_update, expect_hrr, expect_no_hrr, reject_alpn, sizes, expect_ems, send_alert;
	long curves[LIST_MAX], signing[LIST_MAX], verifying[LIST_MAX];
	size_t num_curves, num_signing, num_verifying;
} options = { .max_version = 0x0304, .shim_id = -1 };

static struct tls_config config;
static union tls_conn_store store;
static struct tls_conn *tls;
static uint8_t buffer[TLS_BUFFER_SIZE];
static int fd;

/* ---- In place of the real one ----------------------------------------------------------- */

enum x509_result
x509_verify(struct x509_cert *leaf, const struct span *chain, size_t num_chain, const struct x509_request *request)
{
	(void)num_chain;
	(void)request;
	if (options.verify_fail)
		return X509_UNKNOWN_CA;
	if (x509_parse(leaf, chain[0]) != X509_OK)
		return X509_BAD_DER;
	return (leaf->present & X509_EXT_KEY_USAGE) && !(leaf->key_usage & X509_KU_DIGITAL_SIGNATURE) ?
	    X509_WRONG_PURPOSE : X509_OK;
}

/* ---- Flags ------------------------------------------------------------------------------- */

static const struct { const char *name; bool *to; } BOOLS[] = {
	{ "-server", &options.is_server }, { "-ipv6", &options.ipv6 },
	{ "-require-any-client-certificate", &options.require_cert }, { "-verify-peer", &options.verify_peer },
	{ "-verify-fail", &options.verify_fail }, { "-no-tls13", &options.no_13 }, { "-no-tls12", &options.no_12 },
	{ "-shim-writes-first", &options.writes_first }, { "-shim-shuts-down", &options.shuts_down },
	{ "-check-close-notify", &options.check_close }, { "-use-export-context", &options.use_context },
	{ "-key-update", &options.key_update }, { "-expect-hrr", &options.expect_hrr },
	{ "-expect-no-hrr", &options.expect_no_hrr }, { "-reject-alpn", &options.reject_alpn },
	{ "-write-different-record-sizes", &options.sizes }, { "-expect-extended-master-secret", &options.expect_ems },
	{ "-send-alert", &options.send_alert },
};

/* What changes nothing for us: no other way to do it, or nothing to do. */
static const char *const IGNORED[] = {
	"-async", "-no-tls11", "-no-tls1", "-no-ssl3", "-no-ticket", "-implicit-handshake", "-use-early-callback",
	"-server-preference", "-expect-no-session", "-expect-secure-renegotiation", "-decline-alpn",
	"-use-custom-verify-callback", "-forbid-renegotiation-after-handshake", "-no-op-extra-handshake",
	"-use-old-client-cert-callback", "-handshake-twice", "-use-exporter-between-reads", "-renegotiate-ignore",
	"-expect-verify-result", "-permute-extensions", "-partial-write", "-expect-no-session-id",
};

static const struct { const char *name; long *to; } INTS[] = {
	{ "-port", &options.port }, { "-shim-id", &options.shim_id }, { "-min-version", &options.min_version },
	{ "-max-version", &options.max_version }, { "-expect-version", &options.expect_version },
	{ "-expect-curve-id", &options.expect_curve },
	{ "-expect-peer-signature-algorithm", &options.expect_peer_scheme },
	{ "-export-keying-material", &options.export_len },
};

static const struct { const char *name; const char **to; } STRINGS[] = {
	{ "-key-file", &options.key }, { "-cert-file", &options.cert }, { "-advertise-alpn", &options.advertise_alpn },
	{ "-select-alpn", &options.select_alpn }, { "-expect-alpn", &options.expect_alpn },
	{ "-host-name", &options.host_name }, { "-export-label", &options.export_label },
	{ "-export-context", &options.export_context },
};

static const struct { const char *name; long *list; size_t *num; } LISTS[] = {
	{ "-curves", options.curves, &options.num_curves }, { "-signing-prefs", options.signing, &options.num_signing },
	{ "-verify-prefs", options.verifying, &options.num_verifying },
};

static const char *const VALUES_IGNORED[] = { "-trust-cert", "-handshaker-path", "-read-size",
    "-expect-total-renegotiations" };

#define COUNT(array) (sizeof (array) / sizeof (array)[0])

static bool
take_bool(const char *name)
{
	for (size_t i = 0; i < COUNT(BOOLS); i++)
		if (strcmp(name, BOOLS[i].name) == 0)
			return *BOOLS[i].to = true;
	for (size_t i = 0; i < COUNT(IGNORED); i++)
		if (strcmp(name, IGNORED[i]) == 0)
			return true;
	return false;
}

static bool
take_value(const char *name, const char *value)
{
	for (size_t i = 0; i < COUNT(INTS); i++)
		if (strcmp(name, INTS[i].name) == 0) {
			*INTS[i].to = strtol(value, NULL, 0);
			return true;
		}
	for (size_t i = 0; i < COUNT(STRINGS); i++)
		if (strcmp(name, STRINGS[i].name) == 0) {
			*STRINGS[i].to = value;
			return true;
		}
	for (size_t i = 0; i < COUNT(LISTS); i++)
		if (strcmp(name, LISTS[i].name) == 0 && *LISTS[i].num < LIST_MAX) {
			LISTS[i].list[(*LISTS[i].num)++] = strtol(value, NULL, 0);
			return true;
		}
	for (size_t i = 0; i < COUNT(VALUES_IGNORED); i++)
		if (strcmp(name, VALUES_IGNORED[i]) == 0)
			return true;
	return false;
}

static void
take_flags(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-is-handshaker-supported") == 0) {
			printf("No\n");
			exit(0);
		}
		if (take_bool(argv[i]))
			continue;
		if (i + 1 < argc && take_value(argv[i], argv[i + 1])) {
			i++;
			continue;
		}
		fprintf(stderr, "unknown flag: %s\n", argv[i]);
		exit(UNIMPLEMENTED);
	}
}

/* ---- Configuration ----------------------------------------------------------------------- */

static void
configure_versions(void)
{
	static const struct tls_protocol *protocols[2];
	size_t policy = options.require_cert ? 2 : options.verify_peer ? 1 : 0;
	static const struct tls_protocol *const V13[] = { &tls13_server, &tls13_server_client_cert_optional,
	    &tls13_server_client_cert_required };
	static const struct tls_protocol *const V12[] = { &tls12_server, &tls12_server_client_cert_optional,
	    &tls12_server_client_cert_required };

	if (options.min_version <= 0x0304 && options.max_version >= 0x0304 && !options.no_13)
		protocols[config.num_protocols++] = options.is_server ? V13[policy] : &tls13_client;
	if (options.min_version <= 0x0303 && options.max_version >= 0x0303 && !options.no_12)
		protocols[config.num_protocols++] = options.is_server ? V12[policy] : &tls12_client;
	config.protocols = protocols;
	if (config.num_protocols == 0)
		exit(UNIMPLEMENTED);
}

static void
configure_groups(void)
{
	static const struct tls_group *groups[LIST_MAX];

	config.groups = options.num_curves == 0 ? LOAD_GROUPS : groups;
	config.num_groups = options.num_curves == 0 ? LOAD_NUM_GROUPS : options.num_curves;
	for (size_t i = 0; i < options.num_curves; i++) {
		for (size_t j = 0; j < LOAD_NUM_GROUPS; j++)
			if (LOAD_GROUPS[j]->code == options.curves[i])
				groups[i] = LOAD_GROUPS[j];
		if (groups[i] == NULL)
			exit(UNIMPLEMENTED);
	}
}

/* Every scheme with this code; a preference for one that we do not have can not be tried. */
static void
configure_schemes(void)
{
	static const struct tls_scheme *schemes[4 * LIST_MAX];

	config.schemes = options.num_verifying == 0 ? LOAD_SCHEMES : schemes;
	config.num_schemes = options.num_verifying == 0 ? LOAD_NUM_SCHEMES : 0;
	for (size_t i = 0; i < options.num_verifying; i++) {
		size_t before = config.num_schemes;

		for (size_t j = 0; j < LOAD_NUM_SCHEMES; j++)
			if (LOAD_SCHEMES[j]->code == options.verifying[i])
				schemes[config.num_schemes++] = LOAD_SCHEMES[j];
		if (config.num_schemes == before)
			exit(UNIMPLEMENTED);
	}
}

static void
configure_credentials(void)
{
	static struct tls_credential chosen[LIST_MAX];
	struct tls_credential *all;
	size_t num;

	if (options.key == NULL || options.cert == NULL)
		return;
	num = load_credentials(&all, options.cert, options.key);
	config.credentials = options.num_signing == 0 ? all : chosen;
	config.num_credentials = options.num_signing == 0 ? num : 0;
	for (size_t i = 0; i < options.num_signing; i++)
		for (size_t j = 0; j < num; j++)
			if (all[j].scheme->code == options.signing[i])
				chosen[config.num_credentials++] = all[j];
	if (config.num_credentials == 0)
		exit(UNIMPLEMENTED);
}

static void
configure_alpn(void)
{
	static struct span names[LIST_MAX];
	const char *wire = options.advertise_alpn;

	config.alpn = names;
	if (options.is_server && options.reject_alpn)
		names[config.num_alpn++] = SPAN_LITERAL("none of them");
	if (options.is_server && options.select_alpn != NULL)
		names[config.num_alpn++] = (struct span){ (const uint8_t *)options.select_alpn, strlen(options.select_alpn) };
	while (!options.is_server && wire != NULL && *wire != '\0' && config.num_alpn < LIST_MAX) {
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
	config.suites = LOAD_SUITES;
	config.num_suites = LOAD_NUM_SUITES;
	config.anchors = &any;
	config.num_anchors = 1;
	configure_versions();
	configure_groups();
	configure_schemes();
	configure_credentials();
	configure_alpn();
	if (!options.is_server && options.host_name != NULL)
		config.server_name = (struct span){ (const uint8_t *)options.host_name, strlen(options.host_name) };
	if (options.is_server && config.num_credentials == 0)
		exit(UNIMPLEMENTED);
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

static void
check_info(void)
{
	const struct tls_info *info = tls_info(tls);

	expect(options.expect_version == 0 || info->version == options.expect_version, "unexpected version");
	expect(options.expect_curve == 0 || info->group == options.expect_curve, "unexpected curve");
	expect(options.expect_peer_scheme == 0 || info->peer_scheme == options.expect_peer_scheme,
	    "unexpected peer signature algorithm");
	expect(!options.expect_hrr || info->hello_retry, "no HelloRetryRequest");
	expect(!options.expect_no_hrr || !info->hello_retry, "a HelloRetryRequest");
	if (options.expect_alpn != NULL)
		expect(info->alpn.len == strlen(options.expect_alpn) &&
		    memcmp(info->alpn.ptr, options.expect_alpn, info->alpn.len) == 0, "unexpected ALPN");
}

static void
export_material(void)
{
	static uint8_t material[4096];
	const char *label = options.export_label == NULL ? "" : options.export_label;
	const char *context = options.export_context == NULL ? "" : options.export_context;

	if (options.export_len == 0)
		return;
	expect(tls_export(tls, material, (size_t)options.export_len, (struct span){ (const uint8_t *)label, strlen(label) },
	    (struct span){ options.use_context ? (const uint8_t *)context : NULL,
	    options.use_context ? strlen(context) : 0 }), "no exporter");
	write_all((struct span){ material, (size_t)options.export_len });
}

static void
on_established(void)
{
	static uint8_t bytes[32769];
	static const size_t SIZES[] = { 1, 255, 256, 257, 16383, 16384, 16385, 32767, 32768, 32769 };

	check_info();
	export_material();
	if (options.writes_first)
		write_all(SPAN_LITERAL("hello"));
	memset(bytes, 0x42, sizeof bytes);
	for (size_t i = 0; options.sizes && i < COUNT(SIZES); i++)
		write_all((struct span){ bytes, SIZES[i] });
}

static void
echo(struct span app)
{
	uint8_t bytes[TLS_PLAINTEXT_MAX];

	for (size_t i = 0; i < app.len; i++)
		bytes[i] = app.ptr[i] ^ 0xff;
	if (options.key_update)
		tls->key_update_due = true;
	write_all((struct span){ bytes, app.len });
}

_Noreturn static void
on_failed(void)
{
	const struct tls_error *why = tls_failure(tls);

	if (why->alert_received)
		fprintf(stderr, "ALERT_RECEIVED_%u\n", why->alert);
	else
		fprintf(stderr, "%s (alert %u, %s:%u)\n", tls_error_name(why->code), why->alert, why->file, why->line);
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
		if (options.shuts_down) {
			shut_down();
			if (!options.check_close)
				finish(0);
		}
		return true;
	case TLS_DATA:
		if (options.shuts_down)
			fail("application data after we shut down");
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
		if (len <= 0 && tls->established == EVENT_TOLD && !options.check_close)
			finish(0);
		if (len <= 0)
			fail("the connection ended");
		in = cursor_of((struct span){ bytes, (size_t)len });
	}
}

static bool
connect_at(bool ipv6)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)options.port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 at_6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)options.port),
	    .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	const struct sockaddr *to = ipv6 ? (const struct sockaddr *)&at_6 : (const struct sockaddr *)&at;

	fd = socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
	return connect(fd, to, ipv6 ? sizeof at_6 : sizeof at) == 0;
}

/* Older runners listen on IPv6 and do not say so. */
static void
connect_out(void)
{
	uint8_t id[8];

	if (!connect_at(options.ipv6) && !connect_at(!options.ipv6))
		load_die("connect", "failed");
	if (options.shim_id < 0)
		return;		/* older runners have none */
	for (size_t i = 0; i < 8; i++)
		id[i] = (uint8_t)((uint64_t)options.shim_id >> (8 * i));
	send_all(&(struct outbuf){ id, 8, 8, false });
}

int
main(int argc, char **argv)
{
	uint8_t seed[TLS_SEED_LEN];

	signal(SIGPIPE, SIG_IGN);
	take_flags(argc, argv);
	if (options.send_alert)
		exit(UNIMPLEMENTED);
	configure();
	connect_out();
	load_seed(seed);
	tls = tls_init(&store, &config, seed, (uint64_t)time(NULL));
	converse();
}
