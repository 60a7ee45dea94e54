/*
 * same_name_certificates_test.c: a chain that is a maze.
 *
 * The first Pinata stood still for more than 30 seconds when a client presented eleven certificates with
 * one and the same name: its path building tried every order of them.  Go's verifier (CVE-2018-16875)
 * and others were stalled in the same way.
 *
 * Performed: eleven are refused before any is looked at.  As many as are allowed, each able to be the
 * issuer of each other: the number of signature checks is counted, and is at most the limit; a smaller
 * maze with a way out is solved.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/tlsstack/build_cert.h"
#include "tlsstack/limits.h"

#define ELEVEN	11

static struct cert certs[ELEVEN], root;
static struct tls_key keys[ELEVEN], root_key;
static unsigned checks;

static bool
counting_verify(const struct tls_scheme *scheme, const struct crypto_public_key *key, const uint8_t *digest, struct span signature)
{
	checks++;
	return tls_ecdsa_secp256r1_sha256.verify(scheme, key, digest, signature);
}

/* Every certificate is "same" by "same"; number i is signed by number i + 1, the last by `last`. */
static void
build_maze(size_t num, const struct tls_key *last)
{
	for (size_t i = 0; i < num; i++)
		keys[i] = test_key((uint8_t)(10 + i));
	for (size_t i = 0; i < num; i++)
		build_cert(&certs[i], (struct cert_spec){ .subject = "same", .issuer = "same", .key = &keys[i],
		    .signer = i + 1 < num ? &keys[i + 1] : last, .extensions = i == 0 ? EXT_EKU_CLIENT : EXT_CA });
	build_cert(&root, (struct cert_spec){ .subject = "same", .issuer = "same", .key = &root_key, .signer = &root_key,
	    .extensions = EXT_CA });
}

static enum x509_result
walk(size_t num, const uint8_t *order)
{
	struct tls_scheme counting = tls_ecdsa_secp256r1_sha256;
	const struct tls_scheme *const schemes[] = { &counting };
	const struct tls_anchor anchors[] = { { cert_span(&root) } };
	const struct x509_request request = { .anchors = anchors, .num_anchors = 1, .schemes = schemes, .num_schemes = 1,
	    .purpose = X509_PURPOSE_CLIENT, .now_s = NOW };
	struct span chain[ELEVEN];
	struct x509_cert leaf;

	counting.verify = counting_verify;
	checks = 0;
	for (size_t i = 0; i < num; i++)
		chain[i] = cert_span(&certs[order[i]]);
	return x509_verify(&leaf, chain, num, &request);
}

static void
eleven_are_refused_at_once(void **state)
{
	static const uint8_t order[ELEVEN] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };

	(void)state;
	root_key = test_key(1);
	build_maze(ELEVEN, &root_key);
	assert_int_equal(walk(ELEVEN, order), X509_TOO_LARGE);
	assert_int_equal(checks, 0);
}

static void
a_maze_is_walked_within_the_limit(void **state)
{
	static const uint8_t orders[][TLS_CERTIFICATES_MAX] = {
		{ 0, 1, 2, 3, 4, 5, 6, 7 }, { 0, 7, 6, 5, 4, 3, 2, 1 }, { 0, 4, 1, 7, 2, 6, 3, 5 }, { 0, 6, 5, 4, 3, 2, 1 }
	};
	const struct tls_key nobody = test_key(99);

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		size_t num = i < 3 ? TLS_CERTIFICATES_MAX : TLS_CERTIFICATES_MAX - 1;

		/* Seven are 28 checks at most and are solved; eight are 36. */
		build_maze(num, &root_key);
		assert_int_equal(walk(num, orders[i]), i < 3 ? X509_TOO_MUCH_WORK : X509_OK);
		assert_true(checks <= X509_CHECKS_MAX);
		build_maze(num, &nobody);
		assert_int_not_equal(walk(num, orders[i]), X509_OK);
		assert_true(checks <= X509_CHECKS_MAX);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(eleven_are_refused_at_once), cmocka_unit_test(a_maze_is_walked_within_the_limit) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
