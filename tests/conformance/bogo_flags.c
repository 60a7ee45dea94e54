/* bogo_flags.c: the shim's flags.  See bogo_flags.h. */
#include "tests/conformance/bogo_flags.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNIMPLEMENTED	89
#define COUNT(array)	(sizeof (array) / sizeof (array)[0])

struct bogo_options bogo = { .max_version = 0x0304, .shim_id = -1, .num_credentials = 1, .expect_credential = -2 };

static const struct { const char *name; bool *to; } BOOLS[] = {
	{ "-server", &bogo.is_server }, { "-ipv6", &bogo.ipv6 },
	{ "-require-any-client-certificate", &bogo.require_cert }, { "-verify-peer", &bogo.verify_peer },
	{ "-verify-fail", &bogo.verify_fail }, { "-no-tls13", &bogo.no_13 }, { "-no-tls12", &bogo.no_12 },
	{ "-shim-writes-first", &bogo.writes_first }, { "-shim-shuts-down", &bogo.shuts_down },
	{ "-check-close-notify", &bogo.check_close }, { "-use-export-context", &bogo.use_context },
	{ "-key-update", &bogo.key_update }, { "-expect-hrr", &bogo.expect_hrr },
	{ "-expect-no-hrr", &bogo.expect_no_hrr }, { "-reject-alpn", &bogo.reject_alpn },
	{ "-write-different-record-sizes", &bogo.sizes },
	{ "-expect-extended-master-secret", &bogo.expect_ems }, { "-expect-no-server-name", &bogo.expect_no_server_name },
	{ "-send-alert", &bogo.send_alert },
};

/* What changes nothing for us: no other way to do it, or nothing to do. */
static const char *const IGNORED[] = {
	"-async", "-no-tls11", "-no-tls1", "-no-ssl3", "-no-ticket", "-implicit-handshake", "-use-early-callback",
	"-server-preference", "-decline-alpn", "-expect-no-session", "-expect-secure-renegotiation", "-no-legacy-server-connect",
	"-use-custom-verify-callback", "-forbid-renegotiation-after-handshake", "-no-op-extra-handshake",
	"-use-old-client-cert-callback", "-handshake-twice", "-use-exporter-between-reads", "-renegotiate-ignore",
	"-expect-verify-result", "-permute-extensions", "-partial-write", "-expect-no-session-id", "-peek-then-read",
	"-install-ddos-callback", "-no-server-name-ack",
};

static const struct { const char *name; long *to; } INTS[] = {
	{ "-port", &bogo.port }, { "-shim-id", &bogo.shim_id }, { "-min-version", &bogo.min_version },
	{ "-max-version", &bogo.max_version }, { "-expect-version", &bogo.expect_version },
	{ "-expect-curve-id", &bogo.expect_curve }, { "-expect-peer-signature-algorithm", &bogo.expect_peer_scheme },
	{ "-export-keying-material", &bogo.export_len }, { "-expect-cipher-aes", &bogo.expect_aes },
	{ "-max-send-fragment", &bogo.max_send }, { "-expect-selected-credential", &bogo.expect_credential },
};

static const struct { const char *name; const char **to; } STRINGS[] = {
	{ "-advertise-alpn", &bogo.advertise_alpn }, { "-select-alpn", &bogo.select_alpn },
	{ "-expect-alpn", &bogo.expect_alpn }, { "-host-name", &bogo.host_name }, { "-export-label", &bogo.export_label },
	{ "-export-context", &bogo.export_context }, { "-expect-server-name", &bogo.expect_server_name },
	{ "-expect-advertised-alpn", &bogo.expect_advertised_alpn }, { "-expect-peer-cert-file", &bogo.expect_peer_cert },
};

static const struct { const char *name; struct bogo_list *to; } LISTS[] = {
	{ "-curves", &bogo.curves }, { "-verify-prefs", &bogo.verifying },
	{ "-expect-peer-verify-pref", &bogo.expect_verifying },
};

/* -expect-cipher-no-aes: for machines without AES in hardware; here AES is always first. */
static const char *const VALUES_IGNORED[] = { "-trust-cert", "-handshaker-path", "-read-size", "-expect-cipher-no-aes",
    "-expect-total-renegotiations" };

#define RSA_ALL		0x0401, 0x0501, 0x0601, 0x0804, 0x0805, 0x0806

static const struct bogo_policy POLICIES[] = {
	{ "-fips-202205", { 0x1301, 0x1302, 0xc02b, 0xc02f, 0xc02c, 0xc030 }, { 23, 24 }, { 0x0403, 0x0503, RSA_ALL } },
	{ "-wpa-202304", { 0x1302, 0xc02c, 0xc030 }, { 24 }, { 0x0503, 0x0501, 0x0601, 0x0805, 0x0806 } },
	{ "-cnsa1-202603", { 0x1302, 0xc02c, 0xc030 }, { 24 }, { 0x0503, 0x0805, 0x0501 } },
};

_Noreturn void
bogo_unimplemented(const char *what)
{
	fprintf(stderr, "unimplemented: %s\n", what);
	exit(UNIMPLEMENTED);
}

static void
new_credential(void)
{
	if (bogo.num_credentials == BOGO_CREDENTIALS_MAX)
		bogo_unimplemented("so many credentials");
	bogo.num_credentials++;
}

static bool
take_bool(const char *name)
{
	for (size_t i = 0; i < COUNT(BOOLS); i++)
		if (strcmp(name, BOOLS[i].name) == 0)
			return *BOOLS[i].to = true;
	for (size_t i = 0; i < COUNT(IGNORED); i++)
		if (strcmp(name, IGNORED[i]) == 0)
			return true;
	for (size_t i = 0; i < COUNT(POLICIES); i++)
		if (strcmp(name, POLICIES[i].flag) == 0) {
			bogo.policy = &POLICIES[i];
			return true;
		}
	if (strcmp(name, "-new-x509-credential") != 0)
		return false;
	new_credential();
	return true;
}

static bool
list_add(struct bogo_list *list, const char *value)
{
	if (list->num == BOGO_LIST_MAX)
		bogo_unimplemented("so long a list");
	list->values[list->num++] = strtol(value, NULL, 0);
	return true;
}

static bool
take_credential_value(const char *name, const char *value)
{
	struct bogo_credential *credential = &bogo.credentials[bogo.num_credentials - 1];

	if (strcmp(name, "-signing-prefs") == 0)
		return list_add(&credential->signing, value);
	if (strcmp(name, "-cert-file") == 0)
		credential->cert = value;
	else if (strcmp(name, "-key-file") == 0)
		credential->key = value;
	else
		return false;
	return true;
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
		if (strcmp(name, LISTS[i].name) == 0)
			return list_add(LISTS[i].to, value);
	for (size_t i = 0; i < COUNT(VALUES_IGNORED); i++)
		if (strcmp(name, VALUES_IGNORED[i]) == 0)
			return true;
	return take_credential_value(name, value);
}

/* "-on-shim-x" and "-on-initial-x" are "-x": this is no split handshake, and the first connection is the only one. */
static const char *
without_prefix(const char *name)
{
	static const char *const PREFIXES[] = { "-on-shim", "-on-initial" };

	for (size_t i = 0; i < COUNT(PREFIXES); i++)
		if (strncmp(name, PREFIXES[i], strlen(PREFIXES[i])) == 0)
			return name + strlen(PREFIXES[i]);
	return name;
}

void
bogo_take_flags(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const char *name = without_prefix(argv[i]);

		if (strcmp(name, "-is-handshaker-supported") == 0) {
			printf("No\n");
			exit(0);
		}
		if (take_bool(name))
			continue;
		if (i + 1 == argc || !take_value(name, argv[i + 1]))
			bogo_unimplemented(argv[i]);
		i++;
	}
}
