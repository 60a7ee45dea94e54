/*
 * peers_fuzz.c: our client and OpenSSL's server, or OpenSSL's client and our server, and an attacker on the wire
 * between them.  The input chooses who is who, versions, suite, group and client authentication, and then one order
 * for each record: pass, change, drop, repeat.
 *
 * What must hold: undisturbed, they connect exactly when they have something in common; connected, they agree on
 * version, suite and exported keys.  BearSSL is no peer here: it speaks neither TLS 1.3 nor the extended master
 * secret that we require of TLS 1.2.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

#include "fuzz/end.h"
#include "fuzz/outcome.h"

#define CHECK(what)	do { if (!(what)) abort(); } while (0)
#define RECORDS_MAX	100

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

const char *fuzz_outcome;

static const struct { const struct tls_suite *suite; const char *name; uint16_t version; } SUITES[6] = {
	{ &tls_aes_128_gcm_sha256, "TLS_AES_128_GCM_SHA256", 0x0304 },
	{ &tls_aes_256_gcm_sha384, "TLS_AES_256_GCM_SHA384", 0x0304 },
	{ &tls_chacha20_poly1305_sha256, "TLS_CHACHA20_POLY1305_SHA256", 0x0304 },
	{ &tls12_ecdhe_ecdsa_aes_128_gcm_sha256, "ECDHE-ECDSA-AES128-GCM-SHA256", 0x0303 },
	{ &tls12_ecdhe_ecdsa_aes_256_gcm_sha384, "ECDHE-ECDSA-AES256-GCM-SHA384", 0x0303 },
	{ &tls12_ecdhe_ecdsa_chacha20_poly1305_sha256, "ECDHE-ECDSA-CHACHA20-POLY1305", 0x0303 },
};
/* P-256 is always there: TLS 1.2 wants the certificate's curve among the groups (RFC 8422, 5.1). */
static const struct { const struct tls_group *group[2]; const char *name; } GROUPS[3] = {
	{ { &tls_x25519, &tls_secp256r1 }, "X25519:P-256" }, { { &tls_secp256r1, &tls_secp384r1 }, "P-256:P-384" },
	{ { &tls_secp384r1, &tls_secp256r1 }, "P-384:P-256" },
};
static const struct tls_scheme *const SCHEMES[] = { &tls_ecdsa_secp256r1_sha256, &tls_ecdsa_p256_sha384 };

static struct peer_world world;
static struct end ours;
static uint32_t dice;
static bool disturbed;

/* ---- OpenSSL, made to do the same for the same input ------------------------------------- */

static int
dice_bytes(unsigned char *out, int num)
{
	for (int i = 0; i < num; i++) {
		dice = dice * 1664525u + 1013904223u;
		out[i] = (unsigned char)(dice >> 24);
	}
	return 1;
}

static int
dice_status(void) { return 1; }

static EVP_PKEY *
private_key(const struct tls_key *key)
{
	static const uint8_t HEAD[] = { 0x30, 0x31, 2, 1, 1, 4, 32 };
	static const uint8_t P256[] = { 0xa0, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7 };
	uint8_t der[51];
	const unsigned char *at = der;

	memcpy(der, HEAD, 7);
	memcpy(der + 7, key->scalar, 32);
	memcpy(der + 39, P256, 12);
	return d2i_AutoPrivateKey(NULL, &at, sizeof der);
}

static void
present(SSL_CTX *ctx, const struct peer_identity *who)
{
	EVP_PKEY *key = private_key(&who->key);

	CHECK(key != NULL && SSL_CTX_use_certificate_ASN1(ctx, (int)who->chain[0].len, who->chain[0].ptr) == 1);
	CHECK(SSL_CTX_use_PrivateKey(ctx, key) == 1);
	EVP_PKEY_free(key);
}

static SSL_CTX *
context(bool is_server, size_t auth, bool has_credential, size_t versions, size_t suite, size_t group)
{
	SSL_CTX *ctx = SSL_CTX_new(is_server ? TLS_server_method() : TLS_client_method());
	const unsigned char *at = world.authority.chain[0].ptr;
	X509 *authority = d2i_X509(NULL, &at, (long)world.authority.chain[0].len);

	CHECK(ctx != NULL && authority != NULL);
	SSL_CTX_set_security_level(ctx, 1);
	X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), authority);
	X509_free(authority);
	X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(ctx), PEER_NOW);
	SSL_CTX_set_verify(ctx, !is_server || auth == 2 ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT :
	    auth == 1 ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
	if (is_server || has_credential)
		present(ctx, is_server ? &world.server : &world.client);
	CHECK(SSL_CTX_set_min_proto_version(ctx, versions == 1 ? TLS1_3_VERSION : TLS1_2_VERSION) == 1);
	CHECK(SSL_CTX_set_max_proto_version(ctx, versions == 2 ? TLS1_2_VERSION : TLS1_3_VERSION) == 1);
	if (SUITES[suite].version == 0x0304)
		CHECK(SSL_CTX_set_ciphersuites(ctx, SUITES[suite].name) == 1);
	else
		CHECK(SSL_CTX_set_cipher_list(ctx, SUITES[suite].name) == 1);
	CHECK(SSL_CTX_set1_groups_list(ctx, GROUPS[group].name) == 1);
	SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
	SSL_CTX_set_num_tickets(ctx, 0);
	return ctx;
}

/* ---- The wire ----------------------------------------------------------------------------- */

/* One record, perhaps disturbed, from `from` to whoever takes it; the bytes that go on are left in `to`. */
static size_t
pass(uint8_t *to, struct span record, struct cursor *in)
{
	size_t order = end_take(in, 1), at;

	memcpy(to, record.ptr, record.len);
	if (order < 0xe0)
		return record.len;
	disturbed = true;
	switch (order % 4) {
	case 0:
		at = end_take(in, 2) % record.len;
		to[at] ^= (uint8_t)end_take(in, 1);
		return record.len;
	case 1:
		return 0;
	case 2:
		memcpy(to + record.len, record.ptr, record.len);
		return 2 * record.len;
	default:
		at = end_take(in, 2) % record.len;
		for (size_t i = at; i < record.len && i < at + 8; i++)
			to[i] = (uint8_t)end_take(in, 1);
		return record.len;
	}
}

/* The next whole record of what is there, or what is left. */
static struct span
first_record(const uint8_t *at, size_t have)
{
	size_t len = have < RECORD_HEADER_LEN ? have : RECORD_HEADER_LEN + ((size_t)at[3] << 8 | at[4]);

	return (struct span){ at, len < have ? len : have };
}

/* True while something moved. */
static bool
turn(SSL *ssl, BIO *to_ssl, BIO *from_ssl, struct cursor *in)
{
	static uint8_t theirs[1 << 16], room[1 << 17];
	struct span record = first_record(ours.out + ours.sent, ours.out_len - ours.sent);
	size_t have = 0, sent = 0, len;
	bool moved = record.len > 0;
	char text[64];

	if (record.len > 0) {
		ours.sent += record.len;
		len = pass(room, record, in);
		CHECK(len == 0 || BIO_write(to_ssl, room, (int)len) == (int)len);
	}
	ERR_clear_error();
	if (!SSL_is_init_finished(ssl))
		(void)SSL_do_handshake(ssl);
	else
		(void)SSL_read(ssl, text, sizeof text);
	have = BIO_ctrl_pending(from_ssl);
	have = have < sizeof theirs ? have : sizeof theirs;
	CHECK(have == 0 || BIO_read(from_ssl, theirs, (int)have) == (int)have);
	while (sent < have) {
		record = first_record(theirs + sent, have - sent);
		sent += record.len;
		len = pass(room, record, in);
		end_feed(&ours, (struct span){ room, len });
		moved = true;
	}
	return moved;
}

static void
judge(SSL *ssl, bool must_connect)
{
	const struct tls_info *info = tls_info(ours.conn);
	bool theirs = SSL_is_init_finished(ssl) == 1;
	uint8_t mine[32], yours[32];

	fuzz_outcome = end_outcome(&ours);
	if (!disturbed)
		CHECK((ours.established && !ours.failed && theirs) == must_connect);
	if (!ours.established || !theirs)
		return;
	CHECK(SSL_version(ssl) == info->version && SSL_CIPHER_get_protocol_id(SSL_get_current_cipher(ssl)) == info->suite);
	if (tls_export(ours.conn, mine, 32, SPAN_LITERAL("EXPORTER-fuzz"), (struct span){ NULL, 0 }) &&
	    SSL_export_keying_material(ssl, yours, 32, "EXPORTER-fuzz", 13, NULL, 0, 0) == 1)
		CHECK(memcmp(mine, yours, 32) == 0);
}

/* Versions 0 and 3: both; 1: 1.3; 2: 1.2. */
static bool
speaks(size_t versions, uint16_t version)
{
	return version == 0x0304 ? versions != 2 : versions != 1;
}

static void
prepare(void)
{
	static const RAND_METHOD DICE = { .bytes = dice_bytes, .pseudorand = dice_bytes, .status = dice_status };

	if (world.config.num_protocols != 0)
		return;
	RAND_set_rand_method(&DICE);
	peer_world(&world, &tls13_server);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct cursor in = cursor_of((struct span){ data, len });
	size_t choice = end_take(&in, 1), kind = end_take(&in, 1), suite = kind % 6, group = kind / 6 % 3, auth = kind / 18 % 3;
	uint16_t version = SUITES[suite].version;
	bool we_serve = (choice & 1) != 0, has_credential = (choice & 2) != 0;
	size_t our_version = version == 0x0304 ? 0 : 1, their_versions = choice >> 4 & 3;
	const struct tls_suite *suites[1] = { SUITES[suite].suite };
	const struct tls_protocol *protocols[1];
	struct tls_config config;
	BIO *to_ssl = BIO_new(BIO_s_mem()), *from_ssl = BIO_new(BIO_s_mem());
	SSL_CTX *ctx;
	SSL *ssl;

	prepare();
	dice = (uint32_t)(choice << 8 | kind);
	disturbed = false;
	config = world.config;
	protocols[0] = we_serve ? END_SERVERS[auth][our_version] : END_CLIENTS[our_version];
	config.protocols = protocols;
	config.suites = suites;
	config.num_suites = 1;
	config.groups = GROUPS[group].group;
	config.num_groups = 2;
	config.schemes = SCHEMES;
	config.num_schemes = 2;
	config.credentials = we_serve ? &world.server.credential : &world.client.credential;
	config.num_credentials = we_serve || has_credential ? 1 : 0;
	end_start(&ours, &config, 1, "", "");
	ctx = context(!we_serve, auth, has_credential, their_versions, suite, group);
	ssl = SSL_new(ctx);
	CHECK(ssl != NULL && to_ssl != NULL && from_ssl != NULL);
	SSL_set_bio(ssl, to_ssl, from_ssl);
	if (we_serve)
		SSL_set_connect_state(ssl);
	else
		SSL_set_accept_state(ssl);
	end_feed(&ours, (struct span){ NULL, 0 });
	for (int i = 0; i < RECORDS_MAX && turn(ssl, to_ssl, from_ssl, &in); i++)
		continue;
	judge(ssl, speaks(their_versions, version) && (auth != 2 || has_credential));
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	end_free(&ours);
	return 0;
}
