/*
 * bogo_flags.h: the flags of BoringSSL's shim that this one knows, as a struct.  A flag that is not here, or a
 * value that can not be had, ends the process with 89: "unimplemented", in the runner's words.
 */
#ifndef CONFORMANCE_BOGO_FLAGS_H
#define CONFORMANCE_BOGO_FLAGS_H

#include <stdbool.h>
#include <stddef.h>

#define BOGO_LIST_MAX		32
#define BOGO_CREDENTIALS_MAX	8

struct bogo_list { long values[BOGO_LIST_MAX]; size_t num; };

/* [0]: of the flags before the first -new-x509-credential; it is asked last, and called -1. */
struct bogo_credential { const char *cert, *key; struct bogo_list signing; };

/* Named sets of what may be used: suites, groups and schemes by their code points; 0 ends each. */
struct bogo_policy { const char *flag; long suites[8], groups[4], schemes[12]; };

struct bogo_options {
	long port, shim_id, min_version, max_version, expect_version, expect_curve, expect_peer_scheme, export_len,
	    expect_aes, max_send, expect_credential;
	const char *advertise_alpn, *select_alpn, *expect_alpn, *host_name, *export_label, *export_context,
	    *expect_server_name, *expect_advertised_alpn, *expect_peer_cert;
	bool ipv6, is_server, require_cert, verify_peer, verify_fail, no_13, no_12, writes_first, shuts_down,
	    check_close, use_context, key_update, expect_hrr, expect_no_hrr, reject_alpn, sizes, expect_ems,
	    expect_no_server_name, send_alert;
	struct bogo_list curves, verifying, expect_verifying;
	struct bogo_credential credentials[BOGO_CREDENTIALS_MAX];
	size_t num_credentials;
	const struct bogo_policy *policy;
};

extern struct bogo_options bogo;

_Noreturn void bogo_unimplemented(const char *what);
void bogo_take_flags(int argc, char **argv);

#endif
