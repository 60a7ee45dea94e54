/*
 * null_prefix_test.c: a name with an end in the middle.
 *
 * Moxie Marlinspike and Dan Kaminsky, 2009: authorities signed "bank.test\\0.evil.test" for the owner of
 * evil.test; browsers compared C strings and saw bank.test (CVE-2009-2408 and a dozen others).
 *
 * Performed: that name, as SAN and as common name, for the certificate of a server that is asked for by
 * its short and by its long name; and a common name alone, which is nobody's.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/tlsstack/build_cert.h"

#define BANK_AND_EVIL	"62616e6b2e74657374" "00" "2e6576696c2e74657374"

static enum x509_result
verify_for(const char *wanted, size_t wanted_len, const char *subject_name, const char *extensions)
{
	static const struct tls_scheme *const schemes[] = { &tls_ecdsa_secp256r1_sha256 };
	const struct tls_key root_key = test_key(1), leaf_key = test_key(2);
	const struct x509_name name = { X509_NAME_DNS, { (const uint8_t *)wanted, wanted_len } };
	struct cert root, leaf;
	struct tls_anchor anchors[1];
	const struct x509_request request = { .anchors = anchors, .num_anchors = 1, .schemes = schemes, .num_schemes = 1,
	    .purpose = X509_PURPOSE_SERVER, .now_s = NOW, .name = &name };
	struct x509_cert parsed;

	build_cert(&root, (struct cert_spec){ .subject = "root", .issuer = "root", .key = &root_key, .signer = &root_key, .extensions = EXT_CA });
	build_cert(&leaf, (struct cert_spec){ .subject = "leaf", .issuer = "root", .key = &leaf_key, .signer = &root_key,
	    .extensions = extensions, .subject_name = subject_name });
	anchors[0].cert = cert_span(&root);
	return x509_verify(&parsed, &(struct span){ leaf.bytes, leaf.len }, 1, &request);
}

static void
a_name_ends_where_its_length_says(void **state)
{
	static const char SAN[] = "301f0603551d1104183016" "8214" BANK_AND_EVIL;
	static const char GOOD[] = "30140603551d11040d300b8209" "62616e6b2e74657374";
	static const char CN[] = "301f311d301b0603550403" "0c14" BANK_AND_EVIL, CN_ALONE[] = "3014311230100603550403" "0c09" "62616e6b2e74657374";

	(void)state;
	assert_int_equal(verify_for("bank.test", 9, NULL, GOOD), X509_OK);
	assert_int_equal(verify_for("bank.test", 9, NULL, SAN), X509_WRONG_NAME);
	assert_int_equal(verify_for("bank.test\0.evil.test", 20, NULL, SAN), X509_WRONG_NAME);
	assert_int_equal(verify_for("bank.test", 9, CN, EXT_UNKNOWN), X509_WRONG_NAME);
	assert_int_equal(verify_for("bank.test", 9, CN_ALONE, EXT_UNKNOWN), X509_WRONG_NAME);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_name_ends_where_its_length_says) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
