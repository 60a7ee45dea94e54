/*
 * role_confusion_test.c: a certificate that is good, for something else.
 *
 * The first Pinata looked at neither key usage nor extended key usage of a client's certificate, and had
 * one authority for everything (CVE-2026-45389 in its library): the certificate of its own web server
 * could have opened its prize.  Microsoft's verifier once took any leaf for an authority (CVE-2002-0862),
 * Apple's did so again (CVE-2011-0228).
 *
 * Performed with certificates as this machine makes them: a server's in the client's role, the other
 * way round, an authority's own, the other authority's, and a leaf that signs another leaf.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/tlsstack/build_cert.h"

static struct tls_key servers_key, clients_key, leaf_key, other_key;
static struct cert servers, clients, server, client, forged;

static void
make(struct cert *cert, enum tls_cert_kind kind, const char *issuer_name, const struct tls_key *key, const struct tls_key *issuer)
{
	struct outbuf der = outbuf_of(cert->bytes, sizeof cert->bytes);
	const struct tls_cert_request request = { .kind = kind, .common_name = kind == TLS_CERT_AUTHORITY ? issuer_name : "leaf",
	    .issuer_name = issuer_name, .not_before_s = NOW - 60, .not_after_s = NOW + 60 };

	tls_cert_make(&der, &request, key->point, issuer);
	assert_false(der.overflow);
	cert->len = der.len;
}

static enum x509_result
verify(const struct cert *leaf, const struct cert *more, const struct cert *anchor, enum x509_purpose purpose)
{
	static const struct tls_scheme *const schemes[] = { &tls_ecdsa_secp256r1_sha256 };
	const struct tls_anchor anchors[] = { { cert_span(anchor) } };
	const struct x509_request request = { .anchors = anchors, .num_anchors = 1, .schemes = schemes, .num_schemes = 1,
	    .purpose = purpose, .now_s = NOW };
	const struct span chain[] = { cert_span(leaf), more != NULL ? cert_span(more) : cert_span(leaf) };
	struct x509_cert verified;

	return x509_verify(&verified, chain, more != NULL ? 2 : 1, &request);
}

static void
each_certificate_serves_its_role_alone(void **state)
{
	(void)state;
	servers_key = test_key(1);
	clients_key = test_key(2);
	leaf_key = test_key(3);
	other_key = test_key(4);
	make(&servers, TLS_CERT_AUTHORITY, "servers", &servers_key, &servers_key);
	make(&clients, TLS_CERT_AUTHORITY, "clients", &clients_key, &clients_key);
	make(&server, TLS_CERT_SERVER, "servers", &leaf_key, &servers_key);
	make(&client, TLS_CERT_CLIENT, "clients", &leaf_key, &clients_key);

	assert_int_equal(verify(&client, NULL, &clients, X509_PURPOSE_CLIENT), X509_OK);
	assert_int_equal(verify(&server, NULL, &servers, X509_PURPOSE_SERVER), X509_OK);
	assert_int_equal(verify(&server, NULL, &clients, X509_PURPOSE_CLIENT), X509_WRONG_PURPOSE);
	assert_int_equal(verify(&server, NULL, &servers, X509_PURPOSE_CLIENT), X509_WRONG_PURPOSE);
	assert_int_equal(verify(&client, NULL, &clients, X509_PURPOSE_SERVER), X509_WRONG_PURPOSE);
	assert_int_equal(verify(&client, NULL, &servers, X509_PURPOSE_CLIENT), X509_UNKNOWN_CA);
	assert_int_equal(verify(&clients, NULL, &clients, X509_PURPOSE_CLIENT), X509_WRONG_PURPOSE);
	assert_int_equal(verify(&servers, NULL, &clients, X509_PURPOSE_CLIENT), X509_WRONG_PURPOSE);
}

/* The winner of one certificate makes himself another: his leaf signs, in the name that it has. */
static void
a_leaf_signs_nothing(void **state)
{
	(void)state;
	make(&forged, TLS_CERT_CLIENT, "leaf", &other_key, &leaf_key);
	assert_int_equal(verify(&forged, &client, &clients, X509_PURPOSE_CLIENT), X509_NOT_CA);
	assert_int_equal(verify(&forged, NULL, &client, X509_PURPOSE_CLIENT), X509_NOT_CA);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_certificate_serves_its_role_alone), cmocka_unit_test(a_leaf_signs_nothing) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
