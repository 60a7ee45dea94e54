/*
 * server_fuzz.c: a whole conversation with the TLS server: the input is what the client sends, as it
 * arrives from the wire.  The first byte chooses versions and the policy on client certificates only if it
 * is no record type, so that raw corpora (OpenSSL's, for one) go in as they are.  Fed twice, whole and
 * in crumbs: the answers must be the same bytes, and the page that draws the handshake text without surprises.  The seed is fixed, so an input may hold all that one true client says.
 */
#include "appliance/limits.h"
#include "appliance/page_handshake.h"
#include "fuzz/end.h"
#include "fuzz/outcome.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

const char *fuzz_outcome;

static const struct tls_suite *const SUITES[] = { &tls_aes_128_gcm_sha256, &tls_chacha20_poly1305_sha256,
    &tls12_ecdhe_ecdsa_aes_128_gcm_sha256, &tls12_ecdhe_ecdsa_chacha20_poly1305_sha256 };
static const struct tls_scheme *const SCHEMES[] = { &tls_ecdsa_secp256r1_sha256, &tls_ecdsa_p256_sha384 };

/* However the handshake went, what a peer said can be drawn: it fits, it is ASCII, and every "<" is ours. */
static struct span
draw(uint8_t room[PAGE_MAX], const struct end *end)
{
	static const uint32_t FLIGHTS[TLS_TRACE_FLIGHTS];
	struct outbuf out = outbuf_of(room, PAGE_MAX);
	size_t depth = 0;

	page_handshake(&out, &(struct page_visit){ tls_info(end->conn), tls_trace(end->conn), FLIGHTS, 0 });
	if (out.overflow)
		abort();
	for (size_t i = 0; i < out.len; i++) {
		if (room[i] != '\n' && (room[i] < ' ' || room[i] > '~'))
			abort();
		depth = depth + (room[i] == '<') - (room[i] == '>');
		if (depth > 1)
			abort();
	}
	return outbuf_span(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const uint8_t POLICY[3] = { 2, 1, 0 };		/* required, optional, none */
	static struct peer_world world;
	static struct tls_config config;
	static struct end whole, crumbs;
	static uint8_t pages[2][PAGE_MAX];
	struct span input = { data, len };
	size_t step, choice = 0, versions;		/* 0: 1.3; 1: 1.2; 2: both */

	if (world.config.num_protocols == 0) {
		peer_world(&world, &tls13_server);
		config = world.config;
		config.suites = SUITES;
		config.num_suites = 4;
		config.schemes = SCHEMES;
		config.num_schemes = 2;
	}
	if (len > 0 && data[0] < 9) {
		choice = data[0];
		input = (struct span){ data + 1, len - 1 };
	}
	versions = choice / 3;
	config.protocols = END_SERVERS[POLICY[choice % 3]] + (versions == 1 ? 1 : 0);
	config.num_protocols = versions == 2 ? 2 : 1;
	end_start(&whole, &config, 0x5a, "", "question");
	end_feed(&whole, input);
	if (POLICY[choice % 3] == 2 && whole.established && !whole.failed && tls_peer(whole.conn) == NULL)
		abort();
	end_start(&crumbs, &config, 0x5a, "", "question");
	for (size_t at = 0; at < input.len && !crumbs.failed; at += step) {
		step = 1 + at % 7;
		if (step > input.len - at)
			step = input.len - at;
		end_feed(&crumbs, (struct span){ input.ptr + at, step });
	}
	if (whole.out_len != crumbs.out_len || memcmp(whole.out, crumbs.out, whole.out_len) != 0 ||
	    whole.failed != crumbs.failed || whole.established != crumbs.established ||
	    !bytes_equal(draw(pages[0], &whole), draw(pages[1], &crumbs)))
		abort();
	fuzz_outcome = end_outcome(&whole);
	end_free(&whole);
	end_free(&crumbs);
	return 0;
}
