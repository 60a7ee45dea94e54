/*
 * server_fuzz.c: a whole conversation with the TLS server: the input is what the client sends, as it
 * arrives from the wire.  The first byte's low bits choose the policy on client certificates only if it
 * is no record type, so that raw corpora (OpenSSL's, for one) go in as they are.  Fed twice, whole and
 * in crumbs: the answers must be the same bytes.
 */
#include "fuzz/outcome.h"
#include "tests/tlsstack/peer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

const char *fuzz_outcome;

static const char *
outcome(const struct peer *peer)
{
	if (peer->failed)
		return tls_failure(peer->server)->alert_received ? "alert received" : tls_error_name(tls_failure(peer->server)->code);
	return peer->established ? "established" : peer->wire_len != 0 ? "answered" : "waiting";
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct tls_protocol *const POLICIES[] = { &tls13_server_client_cert_required,
	    &tls13_server_client_cert_optional, &tls13_server };
	static struct peer_world world;
	static struct peer whole, crumbs;
	struct span input = { data, len };
	size_t step = 1;

	if (world.config.num_protocols == 0)
		peer_world(&world, POLICIES[0]);
	world.protocol[0] = POLICIES[0];
	if (len > 0 && data[0] < 3) {
		world.protocol[0] = POLICIES[data[0]];
		input = (struct span){ data + 1, len - 1 };
	}
	peer_init(&whole, &world.config);
	peer_feed(&whole, input);
	if (world.protocol[0] == POLICIES[0] && whole.established && !whole.failed && tls_peer(whole.server) == NULL)
		abort();
	peer_init(&crumbs, &world.config);
	for (size_t at = 0; at < input.len && !crumbs.failed; at += step) {
		step = 1 + at % 7;
		if (step > input.len - at)
			step = input.len - at;
		peer_feed(&crumbs, (struct span){ input.ptr + at, step });
	}
	if (whole.wire_len != crumbs.wire_len || memcmp(whole.wire, crumbs.wire, whole.wire_len) != 0 ||
	    whole.failed != crumbs.failed || whole.established != crumbs.established)
		abort();
	fuzz_outcome = outcome(&whole);
	peer_free(&whole);
	peer_free(&crumbs);
	return 0;
}
