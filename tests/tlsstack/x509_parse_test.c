/*
 * x509_parse_test.c: x509_parse.c, x509_extension.c and x509_spki.c: what a certificate may not be,
 * field by field; the empty input, every truncation and every single-byte mutation of a good one.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/tlsstack/build_cert.h"
#include "tlsstack/limits.h"

static struct tls_key key;

static int
set_up(void **state)
{
	(void)state;
	key = test_key(1);
	return 0;
}

/* A good leaf, but for what `spec` says. */
static enum x509_result
parse(struct cert_spec spec)
{
	static struct cert cert;
	struct x509_cert parsed;
	static const struct x509_cert zero;
	enum x509_result result;

	spec.subject = spec.subject != NULL ? spec.subject : "leaf";
	spec.issuer = spec.issuer != NULL ? spec.issuer : "root";
	spec.key = spec.signer = &key;
	build_cert(&cert, spec);
	result = x509_parse(&parsed, cert_span(&cert));
	assert_int_equal(result == X509_OK, memcmp(&parsed, &zero, sizeof zero) != 0);
	return result;
}

#define EXPECT(result, ...) assert_int_equal(parse((struct cert_spec){ __VA_ARGS__ }), result)

static void
what_was_written_is_found(void **state)
{
	struct cert cert;
	struct x509_cert parsed;

	(void)state;
	build_cert(&cert, (struct cert_spec){ .subject = "leaf", .issuer = "root", .key = &key, .signer = &key,
	    .extensions = EXT_CA_LEN("03") EXT_KU_CERT_SIGN EXT_EKU_SERVER EXT_EKU_CLIENT,
	    .from_s = 1000000000, .to_s = 3000000000 });
	assert_int_equal(x509_parse(&parsed, cert_span(&cert)), X509_DUPLICATE_EXTENSION);
	build_cert(&cert, (struct cert_spec){ .subject = "leaf", .issuer = "root", .key = &key, .signer = &key,
	    .extensions = EXT_CA_LEN("03") EXT_KU_CERT_SIGN EXT_EKU_SERVER EXT_UNKNOWN
	    "300b0603551d0e0404" "04021234" "300d0603551d2304063004" "80025678" "30140603551d11040d300b" "8209676f6f642e74657374",
	    .from_s = 1000000000, .to_s = 3000000000 });
	assert_int_equal(x509_parse(&parsed, cert_span(&cert)), X509_OK);
	assert_true(parsed.not_before_s == 1000000000 && parsed.not_after_s == 3000000000);
	assert_int_equal(parsed.key.kind, CRYPTO_KEY_P256);
	assert_memory_equal(parsed.key.point.ptr, key.point, 65);
	assert_int_equal(parsed.signature_algorithm, CRYPTO_SIG_ECDSA_SHA256);
	assert_true(parsed.is_ca && parsed.has_path_len && parsed.path_len == 3);
	assert_int_equal(parsed.key_usage, X509_KU_CERT_SIGN);
	assert_int_equal(parsed.ext_key_usage, X509_EKU_SERVER);
	assert_int_equal(parsed.present, 0x1ff & ~(X509_EXT_NAME_CONSTRAINTS | X509_EXT_POLICY));
	assert_int_equal(parsed.critical, X509_EXT_BASIC_CONSTRAINTS | X509_EXT_KEY_USAGE);
	assert_memory_equal(parsed.serial.ptr, "\x2a\x2a", 2);
	assert_memory_equal(parsed.subject_key_id.ptr, "\x12\x34", 2);
	assert_memory_equal(parsed.authority_key_id.ptr, "\x56\x78", 2);
	assert_memory_equal(parsed.subject_alt_name.ptr, "\x82\x09good.test", 11);
	assert_int_equal(parsed.whole.len, cert.len);
}

/* Unique identifiers mean nothing, but are BIT STRINGs (X.690, 8.6.2 and 11.2): found by fuzz/x509_peers_fuzz.c. */
static void
unique_ids(void **state)
{
	static const struct { const char *hex; enum x509_result result; } ROWS[] = {
		{ "", X509_OK }, { "8100", X509_BAD_DER }, { "810100", X509_OK }, { "810101", X509_BAD_DER },
		{ "82020780", X509_OK }, { "820207c0", X509_BAD_DER }, { "82020800", X509_BAD_DER }, { "820230a4", X509_BAD_DER },
		{ "8102001282020034", X509_OK }, { "8202003481020012", X509_BAD_DER },
	};
	char spki[256] = "3059301306072a8648ce3d020106082a8648ce3d030107034200";
	size_t len = strlen(spki);

	(void)state;
	for (size_t i = 0; i < sizeof key.point; i++, len += 2)
		(void)snprintf(spki + len, sizeof spki - len, "%02x", key.point[i]);
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		(void)snprintf(spki + len, sizeof spki - len, "%s", ROWS[i].hex);
		EXPECT(ROWS[i].result, .spki = spki);
	}
}

static void
versions(void **state)
{
	(void)state;
	EXPECT(X509_OK, .version = "a003020102");
	EXPECT(X509_BAD_VERSION, .version = "");		/* v1 */
	EXPECT(X509_BAD_VERSION, .version = "a003020101");	/* v2 */
	EXPECT(X509_BAD_VERSION, .version = "a003020103");	/* v4 */
	EXPECT(X509_BAD_DER, .version = "a00402020002");
	EXPECT(X509_BAD_DER, .version = "a0050201020500");
}

static void
serials(void **state)
{
	(void)state;
	EXPECT(X509_OK, .serial = "020101");
	EXPECT(X509_OK, .serial = "02147f00000000000000000000000000000000000000");
	EXPECT(X509_OK, .serial = "02140080000000000000000000000000000000000000");
	EXPECT(X509_OK, .serial = "020100");		/* zero: x509_verify refuses it of peers */
	EXPECT(X509_BAD_SERIAL, .serial = "0200");
	EXPECT(X509_BAD_SERIAL, .serial = "02020000");
	EXPECT(X509_BAD_SERIAL, .serial = "0201ff");				/* negative */
	EXPECT(X509_BAD_SERIAL, .serial = "02020001");				/* not minimal */
	_Static_assert(X509_SERIAL_MAX == 20, "0x14 above, 0x15 below");
	EXPECT(X509_BAD_SERIAL, .serial = "02150080000000000000000000000000000000000000ff");	/* 21 octets */
	EXPECT(X509_BAD_SERIAL, .serial = "02157f0000000000000000000000000000000000000000");
	EXPECT(X509_BAD_SERIAL, .serial = "0400");
}

static void
names(void **state)
{
	(void)state;
	EXPECT(X509_OK, .subject_name = "3000");		/* an empty subject may be: 4.1.2.6 */
	EXPECT(X509_BAD_NAME, .subject_name = "30023100");	/* SET of nothing */
	EXPECT(X509_BAD_NAME, .subject_name = "300d310b300906035504030c0161ff");
	EXPECT(X509_OK, .subject_name = "300c310a300806035504030c0161");
	EXPECT(X509_BAD_NAME, .subject_name = "300d310b300906035504030c81" "0161");	/* length not minimal */
	EXPECT(X509_BAD_NAME, .subject_name = "300a31083006060455040380");	/* OID not complete */
	EXPECT(X509_BAD_NAME, .subject_name = "300e310c300a06035504030c01610500");	/* three in a pair */
	EXPECT(X509_BAD_NAME, .issuer_name = "3000");		/* 4.1.2.4: an issuer has a name */
	EXPECT(X509_BAD_NAME, .issuer_name = "30023100");
	EXPECT(X509_OK, .issuer_name = "300c310a300806035504030c0161");
}

#define VALIDITY_UTC(a, b) "301e" "170d" a "170d" b

static void
times(void **state)
{
	(void)state;
	EXPECT(X509_OK, .validity = VALIDITY_UTC("3730303130313030303030305a", "3439313233313233353935395a"));
	EXPECT(X509_BAD_TIME, .validity = VALIDITY_UTC("3730303130313030303030305b", "3439313233313233353935395a"));
	EXPECT(X509_BAD_TIME, .validity = VALIDITY_UTC("3730313330313030303030305a", "3439313233313233353935395a"));
	EXPECT(X509_BAD_TIME, .validity = "300f" "170d" "3730303130313030303030305a");
	EXPECT(X509_BAD_TIME, .validity = "3020" "170d" "3730303130313030303030305a" "170d" "3439313233313233353935395a" "0500");
}

static void
keys(void **state)
{
	(void)state;
	EXPECT(X509_OK, .spki = "3011" "300a06082a8648ce3d030107" "030300" "0001");	/* no known algorithm: OTHER */
	EXPECT(X509_BAD_KEY, .spki = "301a" "301306072a8648ce3d020106082a8648ce3d030107" "030300" "0401");	/* short */
	EXPECT(X509_BAD_KEY, .spki = "3018" "301106072a8648ce3d0201300606042a030405" "030300" "0401");	/* explicit curve */
	EXPECT(X509_BAD_KEY, .spki = "3010" "300906072a8648ce3d0201" "030300" "0401");	/* no curve */
	EXPECT(X509_BAD_KEY, .spki = "3011" "300a06082a8648ce3d030107" "030301" "0002");	/* bits that are no bytes */
	EXPECT(X509_OK, .spki = "3017" "301006072a8648ce3d020106052b81040023" "030300" "0401");	/* P-521: OTHER */
}

static void
algorithms(void **state)
{
	(void)state;
	EXPECT(X509_OK, .inner_algorithm = "300606042a030405", .outer_algorithm = "300606042a030405");
	EXPECT(X509_BAD_ALGORITHM, .inner_algorithm = "300a06082a8648ce3d040303");
	EXPECT(X509_BAD_ALGORITHM, .outer_algorithm = "300a06082a8648ce3d040303");
	EXPECT(X509_BAD_ALGORITHM, .inner_algorithm = "300c06082a8648ce3d0403020500",	/* parameters */
	    .outer_algorithm = "300c06082a8648ce3d0403020500");
	EXPECT(X509_BAD_ALGORITHM, .inner_algorithm = "3000", .outer_algorithm = "3000");
	EXPECT(X509_BAD_DER, .inner_algorithm = "0500");
}

static void
extensions(void **state)
{
	(void)state;
	EXPECT(X509_OK, .extensions = NULL);
	EXPECT(X509_BAD_EXTENSION, .extensions = "");				/* [3] of nothing */
	EXPECT(X509_OK, .extensions = EXT_UNKNOWN);
	EXPECT(X509_OK, .extensions = EXT_UNKNOWN_CRITICAL);			/* x509_verify refuses it */
	EXPECT(X509_DUPLICATE_EXTENSION, .extensions = EXT_UNKNOWN EXT_UNKNOWN);
	EXPECT(X509_DUPLICATE_EXTENSION, .extensions = EXT_CA EXT_UNKNOWN EXT_CA);
	EXPECT(X509_BAD_EXTENSION, .extensions = "300c06032a030401010004020500");	/* critical FALSE written */
	EXPECT(X509_BAD_EXTENSION, .extensions = "300c06032a03040101010402" "0500");	/* critical 01 */
	EXPECT(X509_BAD_EXTENSION, .extensions = "300706032a03040500");		/* no OCTET STRING */
	EXPECT(X509_BAD_EXTENSION, .extensions = "300b06032a0304040205000500");	/* more behind it */
	/* basicConstraints: FALSE written, pathLen without cA, pathLen negative, more behind */
	EXPECT(X509_BAD_EXTENSION, .extensions = "300c0603551d1304053003010100");
	EXPECT(X509_BAD_EXTENSION, .extensions = "300c0603551d1304053003020100");
	EXPECT(X509_BAD_EXTENSION, .extensions = "300f0603551d130408" "30060101ff0201ff");
	EXPECT(X509_BAD_EXTENSION, .extensions = "300e0603551d130407" "30030101ff0500");
	EXPECT(X509_BAD_EXTENSION, .extensions = "30110603551d13040a" "30080101ff0201000500");
	/* keyUsage: no bit, trailing zero bits, not a BIT STRING */
	EXPECT(X509_BAD_EXTENSION, .extensions = "300a0603551d0f0403030100");
	EXPECT(X509_BAD_EXTENSION, .extensions = "300b0603551d0f040403020080");
	EXPECT(X509_BAD_EXTENSION, .extensions = "300b0603551d0f040404020080");
	/* extendedKeyUsage: none; key identifiers: empty; authority's serial without its issuer */
	EXPECT(X509_BAD_EXTENSION, .extensions = "30090603551d2504023000");
	EXPECT(X509_BAD_EXTENSION, .extensions = "30090603551d0e04020400");
	EXPECT(X509_BAD_EXTENSION, .extensions = "300b0603551d23040430028000");
	EXPECT(X509_BAD_EXTENSION, .extensions = "300c0603551d230405" "3003820101");
	EXPECT(X509_BAD_EXTENSION, .extensions = "300e0603551d230407" "30058001aa0500");
	EXPECT(X509_OK, .extensions = "30090603551d2304023000");
	/* subjectAltName: none; a name with a universal tag; nameConstraints: empty */
	EXPECT(X509_BAD_EXTENSION, .extensions = "30090603551d1104023000");
	EXPECT(X509_BAD_EXTENSION, .extensions = "300c0603551d110405" "3003160161");
	EXPECT(X509_BAD_EXTENSION, .extensions = "30090603551d1e04023000");
}

/* The limit on extensions, and one more. */
static void
many_extensions(void **state)
{
	char hex[2000] = "", *end = hex;

	(void)state;
	for (unsigned n = 0; n < X509_EXTENSIONS_MAX; n++)
		end += sprintf(end, "300906032a04%02x04020500", n);
	EXPECT(X509_OK, .extensions = hex);
	sprintf(end, "300906032a04%02x04020500", X509_EXTENSIONS_MAX);
	EXPECT(X509_TOO_LARGE, .extensions = hex);
}

/* No prefix of a certificate is one, nor is one with a byte behind it. */
static void
truncations(void **state)
{
	struct cert cert;
	struct x509_cert parsed;

	(void)state;
	build_cert(&cert, (struct cert_spec){ .subject = "leaf", .issuer = "root", .key = &key, .signer = &key,
	    .extensions = EXT_NOT_CA EXT_KU_SIGNATURE EXT_EKU_CLIENT });
	assert_int_equal(x509_parse(&parsed, (struct span){ NULL, 0 }), X509_BAD_DER);
	for (size_t len = 0; len < cert.len; len++) {
		uint8_t *exact = malloc(len);		/* the sanitizer sees a read of one byte more */

		memcpy(exact, cert.bytes, len);
		assert_int_equal(x509_parse(&parsed, (struct span){ exact, len }), X509_BAD_DER);
		free(exact);
	}
	memcpy(cert.bytes + cert.len, "\x05\x00", 2);		/* a NULL behind it, then within */
	cert.len += 2;
	assert_int_equal(x509_parse(&parsed, cert_span(&cert)), X509_BAD_DER);
	assert_int_equal(cert.bytes[1], 0x82);
	cert.bytes[3] = (uint8_t)(cert.bytes[3] + 2);
	assert_true(cert.bytes[3] >= 2);
	assert_int_equal(x509_parse(&parsed, cert_span(&cert)), X509_BAD_DER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_found), cmocka_unit_test(unique_ids), cmocka_unit_test(versions), cmocka_unit_test(serials),
		cmocka_unit_test(names), cmocka_unit_test(times), cmocka_unit_test(keys), cmocka_unit_test(algorithms),
		cmocka_unit_test(extensions), cmocka_unit_test(many_extensions), cmocka_unit_test(truncations)
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
