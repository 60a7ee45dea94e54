/*
 * x509_limits_test.c: the limits of tlsstack/limits.h on certificates, at each value and one beyond.  Serial numbers
 * and the number of extensions are in x509_parse_test.c, certificates presented in limits_test.c.
 */
#include "tests/tlsstack/family.h"
#include "tests/tlsstack/peer.h"

/* A certificate of exactly `len` bytes: the signature is as long as it has to be.  Nobody checks it here. */
static void
whole_certificate(void **state)
{
	static uint8_t room[X509_CERT_MAX + 64], signature[X509_CERT_MAX];
	const struct tls_key key = test_key(1);
	struct cert_spec spec = { .subject = "a", .issuer = "a", .key = &key, .extensions = EXT_CA };
	uint8_t tbs_room[1024];
	struct x509_cert parsed;

	(void)state;
	for (size_t beyond = 0; beyond < 2; beyond++) {
		struct outbuf tbs = outbuf_of(tbs_room, sizeof tbs_room), out = outbuf_of(room, sizeof room);
		size_t whole = der_write_begin(&out, DER_SEQUENCE), used;

		build_tbs(&tbs, &spec);
		outbuf_bytes(&out, outbuf_span(&tbs));
		build_hex(&out, OID_SHA256_ECDSA_HEX);
		used = out.len + 2 + 4;		/* two lengths take two bytes more */
		der_write(&out, DER_BIT_STRING, (struct span){ signature, X509_CERT_MAX + beyond - used });
		der_write_end(&out, whole);
		assert_false(out.overflow);
		assert_int_equal(out.len, X509_CERT_MAX + beyond);
		assert_int_equal(x509_parse(&parsed, outbuf_span(&out)), beyond ? X509_TOO_LARGE : X509_OK);
	}
}

/* ---- Signature checks ------------------------------------------------------------------- */

static unsigned num_checks, good_check;

static bool
nth_is_good(const struct tls_scheme *scheme, const struct crypto_public_key *key, const uint8_t *digest,
    struct span signature)
{
	(void)scheme, (void)key, (void)digest, (void)signature;
	return ++num_checks == good_check;
}

/* As many roots of one name as checks are allowed, and one more; the last one is the issuer. */
static void
signature_checks(void **state)
{
	const struct tls_key root_key = test_key(1), leaf_key = test_key(2);
	struct tls_scheme counting = tls_ecdsa_secp256r1_sha256;
	const struct tls_scheme *const schemes[] = { &counting };
	struct tls_anchor anchors[X509_CHECKS_MAX + 1];
	struct x509_request request = { .anchors = anchors, .schemes = schemes, .num_schemes = 1,
	    .purpose = X509_PURPOSE_CLIENT, .now_s = NOW };
	struct cert root, leaf;
	struct span chain[1];
	struct x509_cert parsed;

	(void)state;
	counting.verify = nth_is_good;
	build_cert(&root, (struct cert_spec){ .subject = "root", .issuer = "root", .key = &root_key, .signer = &root_key,
	    .extensions = EXT_CA });
	build_cert(&leaf, (struct cert_spec){ .subject = "leaf", .issuer = "root", .key = &leaf_key, .signer = &root_key,
	    .extensions = EXT_EKU_CLIENT });
	chain[0] = cert_span(&leaf);
	for (size_t i = 0; i <= X509_CHECKS_MAX; i++)
		anchors[i].cert = cert_span(&root);
	for (unsigned beyond = 0; beyond < 2; beyond++) {
		num_checks = 0;
		good_check = X509_CHECKS_MAX + beyond;
		request.num_anchors = good_check;
		assert_int_equal(x509_verify(&parsed, chain, 1, &request), beyond ? X509_TOO_MUCH_WORK : X509_OK);
		assert_int_equal(num_checks, X509_CHECKS_MAX);
	}
}

/* ---- Name constraints ------------------------------------------------------------------- */

#define BASES	256u
_Static_assert(X509_NAME_CHECKS_MAX % BASES == 0, "so many names fill the limit exactly");

/* `num` times dNSName "a": a subjectAltName, or nameConstraints that permit nothing else.  In hex, whole. */
static void
many_names(char *hex, size_t num, bool constraints)
{
	uint8_t room[2800];
	struct outbuf out = outbuf_of(room, sizeof room);
	size_t whole = der_write_begin(&out, DER_SEQUENCE), value, list, permitted = 0, base = 0;

	build_hex(&out, constraints ? "0603551d1e" : "0603551d11");
	value = der_write_begin(&out, DER_OCTET_STRING);
	list = der_write_begin(&out, DER_SEQUENCE);
	if (constraints)
		permitted = der_write_begin(&out, DER_CONTEXT(0));
	for (size_t i = 0; i < num; i++) {
		if (constraints)
			base = der_write_begin(&out, DER_SEQUENCE);
		build_hex(&out, "820161");
		if (constraints)
			der_write_end(&out, base);
	}
	if (constraints)
		der_write_end(&out, permitted);
	der_write_end(&out, list);
	der_write_end(&out, value);
	der_write_end(&out, whole);
	assert_false(out.overflow);
	family_hex(hex, outbuf_span(&out));
}

/* The leaf's directory name is compared too: it counts as one of its names. */
static void
name_checks(void **state)
{
	static char bases[6000], names[6000];
	static const struct tls_scheme *const SCHEMES[] = { &tls_ecdsa_secp256r1_sha256 };
	const struct tls_key root_key = test_key(1), leaf_key = test_key(2);
	static struct cert root, leaf;
	struct tls_anchor anchor;
	const struct x509_request request = { .anchors = &anchor, .num_anchors = 1, .schemes = SCHEMES, .num_schemes = 1,
	    .purpose = X509_PURPOSE_CLIENT, .now_s = NOW };
	struct span chain[1];
	struct x509_cert parsed;

	(void)state;
	strcpy(bases, EXT_CA);
	many_names(bases + strlen(bases), BASES, true);
	build_cert(&root, (struct cert_spec){ .subject = "root", .issuer = "root", .key = &root_key, .signer = &root_key,
	    .extensions = bases });
	anchor.cert = cert_span(&root);
	for (unsigned beyond = 0; beyond < 2; beyond++) {
		many_names(names, X509_NAME_CHECKS_MAX / BASES - 1 + beyond, false);
		build_cert(&leaf, (struct cert_spec){ .subject = "leaf", .issuer = "root", .key = &leaf_key,
		    .signer = &root_key, .extensions = names });
		chain[0] = cert_span(&leaf);
		assert_int_equal(x509_verify(&parsed, chain, 1, &request), beyond ? X509_TOO_MUCH_WORK : X509_OK);
	}
}

/* ---- The key that is kept --------------------------------------------------------------- */

/* An RSA key of 4096 bits whose exponent makes the SubjectPublicKeyInfo exactly so long. */
static void
spki_of(char *hex, size_t len)
{
	uint8_t room[1024], modulus[512], exponent[64];
	size_t exponent_len = 3;
	struct outbuf out;

	bytes_set(modulus, 0xc1, sizeof modulus);
	bytes_set(exponent, 0x11, sizeof exponent);
	do {
		size_t whole, bits, pair;

		out = outbuf_of(room, sizeof room);
		whole = der_write_begin(&out, DER_SEQUENCE);
		build_hex(&out, "300d06092a864886f70d0101010500");
		bits = der_write_begin(&out, DER_BIT_STRING);
		outbuf_uint(&out, 0, 1);
		pair = der_write_begin(&out, DER_SEQUENCE);
		der_write_positive(&out, SPAN_ARRAY(modulus));
		der_write_positive(&out, (struct span){ exponent, exponent_len++ });
		der_write_end(&out, pair);
		der_write_end(&out, bits);
		der_write_end(&out, whole);
	} while (out.len < len);
	assert_int_equal(out.len, len);
	family_hex(hex, outbuf_span(&out));
}

static void
key_that_is_kept(void **state)
{
	static const struct tls_scheme *const SCHEMES[] = { &tls_ecdsa_secp256r1_sha256, &tls_rsa_pss_rsae_sha256 };
	static struct peer_world world;
	static struct peer peer;
	static const struct hello_spec GOOD;
	struct tls_credential credential;
	struct span chain[1];
	uint8_t room[4096];
	struct cert leaf;
	char spki[1400];

	(void)state;
	peer_world(&world, &tls13_server_client_cert_required);
	world.config.schemes = SCHEMES;
	world.config.num_schemes = 2;
	credential = world.client.credential;
	credential.chain = chain;
	for (unsigned beyond = 0; beyond < 2; beyond++) {
		spki_of(spki, TLS_SPKI_MAX + beyond);
		build_cert(&leaf, (struct cert_spec){ .subject = "client", .issuer = "ca", .spki = spki,
		    .signer = &world.authority.key, .extensions = EXT_EKU_CLIENT, .from_s = PEER_NOW - 1000,
		    .to_s = PEER_NOW + 1000 });
		chain[0] = cert_span(&leaf);
		peer_init(&peer, &world.config);
		peer_hello(&peer, &GOOD);
		peer_read(&peer);
		peer_say(&peer, peer_certificate_build(room, sizeof room, &credential));
		if (beyond)
			peer_expect_alert(&peer, ALERT_UNSUPPORTED_CERTIFICATE);
		else
			assert_int_equal(peer.server->hs.state, HS_EXPECT_CERTIFICATE_VERIFY);
		peer_free(&peer);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_certificate),
		cmocka_unit_test(signature_checks),
		cmocka_unit_test(name_checks),
		cmocka_unit_test(key_that_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
