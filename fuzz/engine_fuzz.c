/*
 * engine_fuzz.c: a whole engine fed any bytes, in pieces.  The first byte chooses role, version and
 * policy; the second how the rest is cut.  Nothing that a fuzzer can say makes a peer: no key of the
 * anchors' is known to it.
 */
#include <stdint.h>
#include <stdlib.h>

#include "platform/base/bytes.h"
#include "tlsstack/tls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct tls_protocol *const PROTOCOLS[][2] = {
	{ &tls13_server, &tls12_server },
	{ &tls13_server_client_cert_required, &tls12_server_client_cert_required },
	{ &tls13_server_client_cert_optional, &tls12_server_client_cert_optional },
	{ &tls13_client, &tls12_client },
};
static const struct tls_suite *const SUITES[] = { &tls_aes_128_gcm_sha256, &tls_chacha20_poly1305_sha256,
    &tls12_ecdhe_ecdsa_aes_128_gcm_sha256 };
static const struct tls_group *const GROUPS[] = { &tls_x25519, &tls_secp256r1 };
static const struct tls_scheme *const SCHEMES[] = { &tls_ecdsa_secp256r1_sha256 };

static struct {
	uint8_t der[TLS_CERT_MAX];
	struct tls_key key;
	struct span chain[1];
	struct tls_credential credential;
	struct tls_anchor anchor;
} world;

static void
make_world(void)
{
	struct tls_cert_request request = { .kind = TLS_CERT_AUTHORITY, .common_name = "ca", .issuer_name = "ca",
	    .not_before_s = 1000, .not_after_s = 3000, .serial = { 1 } };
	struct outbuf der = outbuf_of(world.der, sizeof world.der);
	uint8_t seed[TLS_SEED_LEN] = { 1 };

	if (world.chain[0].len != 0)
		return;
	tls_key_make(&world.key, seed);
	tls_cert_make(&der, &request, world.key.point, &world.key);
	world.chain[0] = outbuf_span(&der);
	world.credential = (struct tls_credential){ &tls_ecdsa_secp256r1_sha256, world.chain, 1,
	    SPAN_ARRAY(world.key.scalar) };
	world.anchor.cert = world.chain[0];
}

/* Feed one piece; false when the connection is over. */
static bool
feed(struct tls_conn *conn, uint8_t *buffer, struct span bytes)
{
	struct cursor in = cursor_of(bytes);

	for (;;) {
		uint8_t room[TLS_OUT_MIN];
		struct outbuf out = outbuf_of(room, sizeof room);
		struct span app;
		enum tls_event event = tls_step(conn, &out, &app, &in);

		if (tls_peer(conn) != NULL)
			abort();
		if (event == TLS_WANT_BUFFER)
			tls_lend(conn, buffer);
		if (event == TLS_FAILED)
			return false;
		if (event == TLS_WANT_INPUT)
			return true;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tls_config config = { .suites = SUITES, .num_suites = 3, .groups = GROUPS, .num_groups = 2,
	    .schemes = SCHEMES, .num_schemes = 1, .credentials = &world.credential, .num_credentials = 1,
	    .anchors = &world.anchor, .num_anchors = 1 };
	static const uint8_t SEED[TLS_SEED_LEN];
	union tls_conn_store store;
	struct tls_conn *conn;
	uint8_t *buffer;
	size_t at = 2, step;

	if (size < 2)
		return 0;
	make_world();
	config.protocols = PROTOCOLS[data[0] % 4];
	config.num_protocols = 2;
	conn = tls_init(&store, &config, SEED, 2000);
	buffer = malloc(TLS_BUFFER_SIZE);
	step = data[1] == 0 ? size : data[1];
	while (at < size) {
		size_t len = step < size - at ? step : size - at;

		if (!feed(conn, buffer, (struct span){ data + at, len }))
			break;
		at += len;
	}
	(void)tls_wipe(conn);
	free(buffer);
	return 0;
}
