/*
 * export_key_test.c: FREAK, the keys of the 1990s.
 *
 * Bhargavan and others, 2015: servers still signed with 512-bit "export" RSA keys, clients that had not
 * asked for one accepted it, and such a key is factored in hours for the price of a dinner.  What is
 * left to check today: no short key counts, wherever it comes from, however right its signature is.
 *
 * Performed: a 512-bit key with a signature of "sample" that OpenSSL made (right, in itself), as a key of a
 * handshake and as the key of a certificate.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/tlsstack/build_cert.h"
#include "tlsstack/x509_spki.h"

static const char spki[] =
    "305c300d06092a864886f70d0101010500034b003048024100b78527040642492f7ec141919fee72abe39adb3cae7ad8a5ce2a73"
    "a61b8454e2e63157bbe5f4cd32cd4f18f6062e65e857e19453abe1f05036104871fcadd66d0203010001";
static const char signature_hex[] =
    "34482991c1baea643e6493c3f8abb1082e7bae936be4671c99c09564ac04348f2761e2ae77b9545fc46be153345497e94ee6a5bc"
    "19a75074af8bae5e93e2154e";

static void
a_short_key_signs_nothing(void **state)
{
	uint8_t der[128], signature[64], digest[32];
	struct crypto_public_key key;

	(void)state;
	assert_true(x509_spki_parse(&key, (struct span){ der, hex_read(der, spki) }));
	assert_int_equal(key.kind, CRYPTO_KEY_OTHER);
	assert_int_equal(key.modulus.len, 64);
	hex_read(signature, signature_hex);
	hash_of(&hash_sha256, digest, SPAN_LITERAL("sample"));
	assert_false(tls_rsa_pkcs1_sha256.verify(&tls_rsa_pkcs1_sha256, &key, digest, SPAN_ARRAY(signature)));
	key.kind = CRYPTO_KEY_RSA;		/* and if the parser had let it through */
	assert_false(tls_rsa_pkcs1_sha256.verify(&tls_rsa_pkcs1_sha256, &key, digest, SPAN_ARRAY(signature)));
	assert_false(tls_rsa_pss_rsae_sha256.verify(&tls_rsa_pss_rsae_sha256, &key, digest, SPAN_ARRAY(signature)));
}

static void
a_short_key_has_no_certificate(void **state)
{
	static const struct tls_scheme *const schemes[] = { &tls_ecdsa_secp256r1_sha256, &tls_rsa_pkcs1_sha256, &tls_rsa_pss_rsae_sha256 };
	const struct tls_key root_key = test_key(1);
	struct cert root, leaf;
	struct tls_anchor anchors[1];
	const struct x509_request request = { .anchors = anchors, .num_anchors = 1, .schemes = schemes, .num_schemes = 3,
	    .purpose = X509_PURPOSE_SERVER, .now_s = NOW };
	struct x509_cert parsed;

	(void)state;
	build_cert(&root, (struct cert_spec){ .subject = "root", .issuer = "root", .key = &root_key, .signer = &root_key, .extensions = EXT_CA });
	build_cert(&leaf, (struct cert_spec){ .subject = "leaf", .issuer = "root", .spki = spki, .signer = &root_key, .extensions = EXT_EKU_SERVER });
	anchors[0].cert = cert_span(&root);
	assert_int_equal(x509_verify(&parsed, &(struct span){ leaf.bytes, leaf.len }, 1, &request), X509_UNSUPPORTED_KEY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_short_key_signs_nothing), cmocka_unit_test(a_short_key_has_no_certificate) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
