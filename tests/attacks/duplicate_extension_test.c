/*
 * duplicate_extension_test.c: a certificate that says two things.
 *
 * RFC 5280, 4.2: no extension twice.  Where a certificate has two basicConstraints, one reader takes the
 * first and another the last; an authority's linter sees a leaf and a verifier sees an authority.
 * Frankencert (Brubaker and others, 2014) found such disagreements in most libraries.
 *
 * Performed: a leaf that says "no authority" and then "authority", in both orders, properly signed, used to
 * sign another; two names; two usages; and an extension that nobody knows, twice.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/tlsstack/build_cert.h"

#define SAN_GOOD	"30140603551d11040d300b8209676f6f642e74657374"
#define SAN_EVIL	"30140603551d11040d300b82096576696c2e74657374"

static const char *const twice[] = {
	EXT_NOT_CA EXT_CA, EXT_CA EXT_NOT_CA, EXT_CA EXT_CA, EXT_CA SAN_GOOD SAN_EVIL, EXT_CA EXT_EKU_SERVER EXT_EKU_CLIENT,
	EXT_CA EXT_KU_CERT_SIGN EXT_KU_SIGNATURE, EXT_CA EXT_UNKNOWN EXT_UNKNOWN, EXT_CA EXT_UNKNOWN EXT_UNKNOWN_CRITICAL,
};

static void
who_says_a_thing_twice_is_refused(void **state)
{
	static const struct tls_scheme *const schemes[] = { &tls_ecdsa_secp256r1_sha256 };
	const struct tls_key root_key = test_key(1), two_key = test_key(2), leaf_key = test_key(3);
	struct cert root, two, leaf;
	struct tls_anchor anchors[1];
	struct span chain[2];
	const struct x509_request request = { .anchors = anchors, .num_anchors = 1, .schemes = schemes, .num_schemes = 1,
	    .purpose = X509_PURPOSE_CLIENT, .now_s = NOW };
	struct x509_cert parsed;

	(void)state;
	build_cert(&root, (struct cert_spec){ .subject = "root", .issuer = "root", .key = &root_key, .signer = &root_key, .extensions = EXT_CA });
	build_cert(&leaf, (struct cert_spec){ .subject = "leaf", .issuer = "two", .key = &leaf_key, .signer = &two_key, .extensions = EXT_EKU_CLIENT });
	anchors[0].cert = cert_span(&root);
	chain[0] = cert_span(&leaf);
	for (size_t i = 0; i < sizeof twice / sizeof *twice; i++) {
		build_cert(&two, (struct cert_spec){ .subject = "two", .issuer = "root", .key = &two_key, .signer = &root_key, .extensions = twice[i] });
		chain[1] = cert_span(&two);
		assert_int_equal(x509_parse(&parsed, chain[1]), X509_DUPLICATE_EXTENSION);
		assert_int_equal(x509_verify(&parsed, chain, 2, &request), X509_DUPLICATE_EXTENSION);
		assert_int_equal(x509_verify(&parsed, &chain[1], 1, &request), X509_DUPLICATE_EXTENSION);
	}
	build_cert(&two, (struct cert_spec){ .subject = "two", .issuer = "root", .key = &two_key, .signer = &root_key, .extensions = EXT_CA });
	chain[1] = cert_span(&two);
	assert_int_equal(x509_verify(&parsed, chain, 2, &request), X509_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(who_says_a_thing_twice_is_refused) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
