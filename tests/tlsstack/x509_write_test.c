/*
 * x509_write_test.c: x509_write.c and tls_cert.c: what tls_cert_make writes is accepted by our own
 * verifier for its role and no other, by `openssl verify -x509_strict`, and read by certtool.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <unistd.h>

#include "tests/panics.h"
#include "tests/tlsstack/build_cert.h"
#include "tlsstack/tls.h"

static const struct tls_scheme *const schemes[] = { &tls_ecdsa_secp256r1_sha256 };
static struct tls_key authority_key, leaf_key;
static struct cert authority, server, client;

static void
make(struct cert *cert, enum tls_cert_kind kind, const struct tls_key *key)
{
	struct outbuf der = outbuf_of(cert->bytes, TLS_CERT_MAX);
	const struct tls_cert_request request = {
		.kind = kind, .common_name = kind == TLS_CERT_AUTHORITY ? "Test authority" : "Test leaf",
		.issuer_name = "Test authority", .dns_name = kind == TLS_CERT_SERVER ? "pinata.test" : NULL,
		.ipv4 = kind == TLS_CERT_SERVER ? 0x7f000001 : 0, .not_before_s = NOW - 3600,
		.not_after_s = kind == TLS_CERT_SERVER ? 2600000000u : NOW + 3600,
		.serial = { 0xff, 0, 1, 2, 3, (uint8_t)kind }
	};

	tls_cert_make(&der, &request, key->point, &authority_key);
	assert_false(der.overflow);
	cert->len = der.len;
}

static int
set_up(void **state)
{
	(void)state;
	authority_key = test_key(21);
	leaf_key = test_key(22);
	make(&authority, TLS_CERT_AUTHORITY, &authority_key);
	make(&server, TLS_CERT_SERVER, &leaf_key);
	make(&client, TLS_CERT_CLIENT, &leaf_key);
	return 0;
}

static enum x509_result
verify(const struct cert *cert, enum x509_purpose purpose)
{
	const struct tls_anchor anchors[] = { { cert_span(&authority) } };
	const struct x509_request request = { .anchors = anchors, .num_anchors = 1,
	    .schemes = schemes, .num_schemes = 1, .purpose = purpose, .now_s = NOW };
	struct x509_cert leaf;

	return x509_verify(&leaf, &(struct span){ cert->bytes, cert->len }, 1, &request);
}

static void
each_serves_its_role_alone(void **state)
{
	(void)state;
	assert_int_equal(verify(&server, X509_PURPOSE_SERVER), X509_OK);
	assert_int_equal(verify(&server, X509_PURPOSE_CLIENT), X509_WRONG_PURPOSE);
	assert_int_equal(verify(&client, X509_PURPOSE_CLIENT), X509_OK);
	assert_int_equal(verify(&client, X509_PURPOSE_SERVER), X509_WRONG_PURPOSE);
	assert_int_equal(verify(&authority, X509_PURPOSE_CLIENT), X509_WRONG_PURPOSE);
	assert_int_equal(verify(&authority, X509_PURPOSE_SERVER), X509_WRONG_PURPOSE);
	assert_true(tls_anchor_ok(cert_span(&authority)));
	assert_false(tls_anchor_ok(cert_span(&server)));
	assert_false(tls_anchor_ok((struct span){ authority.bytes, authority.len - 1 }));
	assert_false(tls_anchor_ok((struct span){ NULL, 0 }));
}

static void
keys_come_from_the_seed(void **state)
{
	struct tls_key again = test_key(21), other = test_key(23);

	(void)state;
	assert_memory_equal(&again, &authority_key, sizeof again);
	assert_memory_not_equal(&other, &authority_key, sizeof other);
}

static void
too_little_room_latches(void **state)
{
	uint8_t bytes[TLS_CERT_MAX];
	const struct tls_cert_request request = { .kind = TLS_CERT_CLIENT, .common_name = "a", .issuer_name = "b" };
	struct outbuf der = outbuf_of(bytes, sizeof bytes), small;

	(void)state;
	tls_cert_make(&der, &request, leaf_key.point, &authority_key);
	for (size_t cap = 0; cap < der.len; cap += 7) {
		small = outbuf_of(bytes, cap);
		tls_cert_make(&small, &request, leaf_key.point, &authority_key);
		assert_true(small.overflow);
	}
}

/* Names of no length or over 64 characters are our own bug. */
static void
names_are_bounded(void **state)
{
	static const char LONG[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	uint8_t bytes[TLS_CERT_MAX];
	struct tls_cert_request request = { .kind = TLS_CERT_CLIENT, .common_name = LONG + 1, .issuer_name = "b" };
	struct outbuf der = outbuf_of(bytes, sizeof bytes);

	(void)state;
	tls_cert_make(&der, &request, leaf_key.point, &authority_key);
	assert_false(der.overflow);
	request.common_name = LONG;
	assert_panics(tls_cert_make(&der, &request, leaf_key.point, &authority_key));
	request.common_name = "";
	assert_panics(tls_cert_make(&der, &request, leaf_key.point, &authority_key));
}

static void
save(const char *folder, const char *name, const struct cert *cert)
{
	char path[300];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(cert->bytes, 1, cert->len, file), cert->len);
	assert_int_equal(fclose(file), 0);
}

static void
others_agree(void **state)
{
	char folder[] = "/tmp/pinata-x509-XXXXXX", command[1600];

	(void)state;
	assert_non_null(mkdtemp(folder));
	save(folder, "ca.der", &authority);
	save(folder, "server.der", &server);
	save(folder, "client.der", &client);
	snprintf(command, sizeof command, "cd %s && for n in ca server client; do"
	    "  openssl x509 -inform DER -in $n.der -out $n.pem || exit 1;"
	    "  certtool --certificate-info --inder --infile $n.der >$n.txt 2>&1 || exit 2; done;"
	    "V='openssl verify -x509_strict -CAfile ca.pem -attime %u';"
	    "$V -purpose sslserver -verify_hostname pinata.test server.pem >/dev/null &&"
	    "$V -purpose sslserver -verify_ip 127.0.0.1 server.pem >/dev/null &&"
	    "$V -purpose sslclient client.pem >/dev/null &&"
	    "! $V -purpose sslclient server.pem >/dev/null 2>&1 &&"
	    "! $V -purpose sslserver client.pem >/dev/null 2>&1 &&"
	    "! $V -purpose sslserver -verify_hostname other.test server.pem >/dev/null 2>&1 &&"
	    "grep -q 'TLS WWW Client' client.txt && grep -q 'DNSname: pinata.test' server.txt &&"
	    "grep -q 'Path Length Constraint: 0' ca.txt", folder, (unsigned)NOW);
	assert_int_equal(system(command), 0);
	snprintf(command, sizeof command, "rm -r %s", folder);
	assert_int_equal(system(command), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_serves_its_role_alone), cmocka_unit_test(keys_come_from_the_seed),
		cmocka_unit_test(too_little_room_latches), cmocka_unit_test(names_are_bounded),
		cmocka_unit_test(others_agree)
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
