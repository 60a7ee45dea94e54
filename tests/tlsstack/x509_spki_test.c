/* x509_spki_test.c: x509_spki.c: keys and signature algorithms, each in its one good form. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/hex.h"
#include "tlsstack/der.h"
#include "tlsstack/der_write.h"
#include "tlsstack/x509_spki.h"

static enum crypto_key_kind
rsa_key_of(size_t bits, bool *ok)
{
	static uint8_t modulus[1024], bytes[1200], numbers[1100];
	struct outbuf out = outbuf_of(bytes, sizeof bytes), inner = outbuf_of(numbers, sizeof numbers);
	size_t len = (bits + 7) / 8, mark, info, algorithm;
	struct crypto_public_key key;

	memset(modulus, 0xff, sizeof modulus);
	modulus[0] = (uint8_t)(0xff >> (8 * len - bits));
	mark = der_write_begin(&inner, DER_SEQUENCE);
	der_write_positive(&inner, (struct span){ modulus, len });
	der_write_positive(&inner, (struct span){ (const uint8_t *)"\x01\x00\x01", 3 });
	der_write_end(&inner, mark);

	info = der_write_begin(&out, DER_SEQUENCE);
	algorithm = der_write_begin(&out, DER_SEQUENCE);
	der_write(&out, DER_OID, SPAN_LITERAL("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"));
	der_write(&out, DER_NULL, (struct span){ NULL, 0 });
	der_write_end(&out, algorithm);
	mark = der_write_begin(&out, DER_BIT_STRING);
	outbuf_uint(&out, 0, 1);
	outbuf_bytes(&out, outbuf_span(&inner));
	der_write_end(&out, mark);
	der_write_end(&out, info);
	*ok = x509_spki_parse(&key, outbuf_span(&out));
	assert_true(key.kind != CRYPTO_KEY_RSA || key.modulus.len == len);
	return key.kind;
}

/* Keys that are too short (FREAK's 512 bits) or too long parse, and are of no use. */
static void
rsa_lengths(void **state)
{
	static const struct { size_t bits; enum crypto_key_kind kind; } rows[] = {
		{ 512, CRYPTO_KEY_OTHER }, { 1024, CRYPTO_KEY_OTHER }, { 2047, CRYPTO_KEY_OTHER }, { 2048, CRYPTO_KEY_RSA },
		{ 2049, CRYPTO_KEY_RSA }, { 4096, CRYPTO_KEY_RSA }, { 4097, CRYPTO_KEY_OTHER }, { 8192, CRYPTO_KEY_OTHER },
	};
	bool ok;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(rsa_key_of(rows[i].bits, &ok), rows[i].kind);
		assert_true(ok);
	}
}

static void
rsa_forms(void **state)
{
	static const char GOOD[] = "301b300d06092a864886f70d0101010500030a00300702020083020103";
	static const char *const bad[] = {
		"3019300b06092a864886f70d010101030a00300702020083020103",	/* no parameters */
		"301d300f06092a864886f70d01010105000500030a00300702020083020103",	/* two */
		"3018300d06092a864886f70d0101010500030700300402020083",	/* no exponent */
		"301b300d06092a864886f70d0101010500030a00300702020083020100",	/* exponent 0 */
		"301a300d06092a864886f70d01010105000309003006020100020103",	/* modulus 0 */
		"301a300d06092a864886f70d01010105000309003006020183020103",	/* negative modulus */
		"301c300d06092a864886f70d0101010500030b0030070202008302010300",	/* a byte behind */
		"301e300d06092a864886f70d0101010500030d00300a02020083020103020101",	/* a third number */
		"301b300d06092a864886f70d0101010500030a00310702020083020103",	/* a SET */
		"301b300d06092a864886f70d0101010500030a003007020200830201030500",	/* a byte or two behind the key's parts */
		"301d300d06092a864886f70d0101010500030a003007020200830201030500",
	};
	struct crypto_public_key key;
	uint8_t bytes[64];

	(void)state;
	assert_true(x509_spki_parse(&key, (struct span){ bytes, hex_read(bytes, GOOD) }));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (x509_spki_parse(&key, (struct span){ bytes, hex_read(bytes, bad[i]) }))
			fail_msg("%s", bad[i]);
}

/* A point is uncompressed: 65 bytes that begin with 04. */
static void
ec_forms(void **state)
{
	uint8_t bytes[128];
	struct crypto_public_key key;
	size_t header;

	(void)state;
	memset(bytes, 0, sizeof bytes);
	header = hex_read(bytes, "3059301306072a8648ce3d020106082a8648ce3d030107034200");
	for (unsigned form = 0; form < 256; form++) {
		bytes[header] = (uint8_t)form;
		assert_int_equal(x509_spki_parse(&key, (struct span){ bytes, header + 65 }), form == 4);
	}
	header = hex_read(bytes, "305b301506072a8648ce3d020106082a8648ce3d0301070500034200");	/* a NULL behind the curve */
	bytes[header] = 4;
	assert_false(x509_spki_parse(&key, (struct span){ bytes, header + 65 }));
}

#define SHA256_NULL	"300d06096086480165030402010500"
#define SHA256_NONE	"300b0609608648016503040201"
#define MGF_OID		"06092a864886f70d010108"
#define PSS_OID		"06092a864886f70d01010a"

static void
signatures(void **state)
{
	static const struct { const char *hex; int signature; } rows[] = {	/* -1: malformed */
		{ "300a06082a8648ce3d040302", CRYPTO_SIG_ECDSA_SHA256 }, { "300a06082a8648ce3d040303", CRYPTO_SIG_ECDSA_SHA384 },
		{ "300a06082a8648ce3d040304", CRYPTO_SIG_ECDSA_SHA512 }, { "300a06082a8648ce3d040301", CRYPTO_SIG_OTHER },
		{ "300c06082a8648ce3d0403020500", -1 }, { "300d06092a864886f70d01010b0500", CRYPTO_SIG_RSA_PKCS1_SHA256 },
		{ "300d06092a864886f70d01010c0500", CRYPTO_SIG_RSA_PKCS1_SHA384 },
		{ "300d06092a864886f70d01010d0500", CRYPTO_SIG_RSA_PKCS1_SHA512 },
		{ "300b06092a864886f70d01010b", -1 }, { "300d06092a864886f70d0101050500", CRYPTO_SIG_OTHER },	/* SHA-1 */
		{ "300d06092a864886f70d0101040500", CRYPTO_SIG_OTHER },						/* MD5 */
		/* PSS: SHA-256, MGF1 with SHA-256, salt of 32 bytes; parameters of hashes NULL or absent */
		{ "3041" PSS_OID "3034a00f" SHA256_NULL "a11c301a" MGF_OID SHA256_NULL "a203020120", CRYPTO_SIG_RSA_PSS_SHA256 },
		{ "303d" PSS_OID "3030a00d" SHA256_NONE "a11a3018" MGF_OID SHA256_NONE "a203020120", CRYPTO_SIG_RSA_PSS_SHA256 },
		{ "303d" PSS_OID "3030a00d" SHA256_NONE "a11a3018" MGF_OID SHA256_NONE "a20302011f", CRYPTO_SIG_OTHER },
		{ "303f" PSS_OID "3032a00d" SHA256_NONE "a11c301a" MGF_OID "300d06096086480165030402020500" "a203020120", CRYPTO_SIG_OTHER },
		{ "3038" PSS_OID "302ba00d" SHA256_NONE "a11a3018" MGF_OID SHA256_NONE, -1 },	/* salt of 20, by default */
		{ "300d" PSS_OID "3000", -1 },							/* SHA-1, by default */
		{ "300b" PSS_OID, -1 },
		/* another mask; a NULL that is not empty; a NULL behind, from the innermost to the outermost */
		{ "303d" PSS_OID "3030a00d" SHA256_NONE "a11a3018" "06092a864886f70d010109" SHA256_NONE "a203020120", -1 },
		{ "300e06092a864886f70d01010b" "050100", -1 },
		{ "303f" PSS_OID "3032a00f" SHA256_NONE "0500" "a11a3018" MGF_OID SHA256_NONE "a203020120", -1 },
		{ "303f" PSS_OID "3032a00d" SHA256_NONE "a11c301a" MGF_OID SHA256_NONE "0500" "a203020120", -1 },
		{ "303f" PSS_OID "3032a00d" SHA256_NONE "a11c3018" MGF_OID SHA256_NONE "0500" "a203020120", -1 },
		{ "303f" PSS_OID "3032a00d" SHA256_NONE "a11a3018" MGF_OID SHA256_NONE "a205020120" "0500", -1 },
		{ "303f" PSS_OID "3032a00d" SHA256_NONE "a11a3018" MGF_OID SHA256_NONE "a203020120" "0500", -1 },
		{ "303f" PSS_OID "3030a00d" SHA256_NONE "a11a3018" MGF_OID SHA256_NONE "a203020120" "0500", -1 },
		{ "303d" PSS_OID "3030a00d" SHA256_NONE "a11a3018" MGF_OID SHA256_NONE "a203020120" "0500", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint8_t bytes[128];
		enum crypto_signature signature;
		struct span der = { bytes, hex_read(bytes, rows[i].hex) };
		int got = x509_spki_signature_parse(&signature, der) ? (int)signature : -1;

		if (got != rows[i].signature)
			fail_msg("%s: %d", rows[i].hex, got);
		for (size_t len = 0; rows[i].signature != -1 && len < der.len; len++)
			assert_false(x509_spki_signature_parse(&signature, (struct span){ bytes, len }));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rsa_lengths), cmocka_unit_test(rsa_forms), cmocka_unit_test(ec_forms), cmocka_unit_test(signatures)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
