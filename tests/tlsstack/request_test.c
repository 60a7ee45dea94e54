/* request_test.c: a server's CertificateRequest, as TLS 1.3 and 1.2 write it, and which credential answers it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/hex.h"
#include "tlsstack/hello.h"
#include "tlsstack/peer.h"
#include "tlsstack/tls12_auth.h"
#include "tlsstack/tls12_messages.h"
#include "tlsstack/tls13_messages.h"

#define SCHEMES	"000d000400020403"

struct row { const char *body; uint8_t code; };

static const struct row ROWS_13[] = {
	{ "000008" SCHEMES, TLS_ERR_NONE },
	{ "000000", TLS_ERR_MISSING_EXTENSION },
	{ "0100" "0008" SCHEMES, TLS_ERR_ILLEGAL_PARAMETER },			/* a context */
	{ "000007" "000d000300020403", TLS_ERR_DECODE },
	{ "000006" "000d00020000", TLS_ERR_DECODE },				/* no schemes */
	/* signature_algorithms_cert */
	{ "000010" SCHEMES "0032000400020403", TLS_ERR_NONE },
	{ "00000e" SCHEMES "003200020000", TLS_ERR_DECODE },
	{ "00000f" SCHEMES "00320003000204", TLS_ERR_DECODE },
	/* certificate_authorities: one name of one byte, two names, none, an empty one, half of one, one more byte */
	{ "000011" SCHEMES "002f00050003000130", TLS_ERR_NONE },
	{ "000014" SCHEMES "002f00080006000130000131", TLS_ERR_NONE },
	{ "00000e" SCHEMES "002f00020000", TLS_ERR_DECODE },
	{ "00000c" SCHEMES "002f0000", TLS_ERR_DECODE },
	{ "000010" SCHEMES "002f000400020000", TLS_ERR_DECODE },
	{ "000011" SCHEMES "002f00050003000230", TLS_ERR_DECODE },
	{ "000012" SCHEMES "002f0006000300013000", TLS_ERR_DECODE },
};

static const struct row ROWS_12[] = {
	{ "0140" "00020403" "0000", TLS_ERR_NONE }, { "0140" "00020403" "0003000130", TLS_ERR_NONE },
	{ "00" "00020403" "0000", TLS_ERR_DECODE }, { "0140" "0000" "0000", TLS_ERR_DECODE },
	{ "0140" "0003040300" "0000", TLS_ERR_DECODE }, { "0140" "00020403", TLS_ERR_DECODE },
	{ "0140" "00020403" "00020000", TLS_ERR_DECODE }, { "0140" "00020403" "000000", TLS_ERR_DECODE },
};

static void
of_13(void **state)
{
	uint8_t bytes[64];

	(void)state;
	for (size_t i = 0; i < sizeof ROWS_13 / sizeof *ROWS_13; i++) {
		struct cursor schemes, body = cursor_of((struct span){ bytes, hex_read(bytes, ROWS_13[i].body) });
		struct tls_err err = tls13_certificate_request_parse(&schemes, body);

		if (err.code != ROWS_13[i].code)
			fail_msg("%s: %u, want %u", ROWS_13[i].body, err.code, ROWS_13[i].code);
		if (err.code == TLS_ERR_NONE)
			assert_true(list16_has(schemes, 0x0403));
	}
}

static void
of_12(void **state)
{
	uint8_t bytes[64];

	(void)state;
	for (size_t i = 0; i < sizeof ROWS_12 / sizeof *ROWS_12; i++) {
		struct certificate_request12 request;
		struct cursor body = cursor_of((struct span){ bytes, hex_read(bytes, ROWS_12[i].body) });
		struct tls_err err = tls12_certificate_request_parse(&request, body);

		if (err.code != ROWS_12[i].code)
			fail_msg("%s: %u, want %u", ROWS_12[i].body, err.code, ROWS_12[i].code);
	}
}

/* RFC 5246, 7.4.4: the certificate must be of one of the types. */
static void
types_of_12(void **state)
{
	static const struct tls_credential OURS[] = { { .scheme = &tls_ecdsa_secp256r1_sha256 }, { .scheme = &tls_rsa_pss_rsae_sha256 } };
	static const struct tls_config CONFIG = { .credentials = OURS, .num_credentials = 2 };
	static const struct { const char *body; const struct tls_credential *credential; } ROWS[] = {
		{ "024001" "000404030804" "0000", &OURS[0] }, { "020140" "000404030804" "0000", &OURS[0] },
		{ "0140" "000404030804" "0000", &OURS[0] }, { "0101" "000404030804" "0000", &OURS[1] },
		{ "0101" "00020403" "0000", NULL }, { "0140" "00020804" "0000", NULL },
		{ "0102" "000404030804" "0000", NULL }, { "024001" "00020401" "0000", NULL },
	};
	uint8_t bytes[64];

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		struct certificate_request12 request;
		struct cursor body = cursor_of((struct span){ bytes, hex_read(bytes, ROWS[i].body) });

		assert_int_equal(tls12_certificate_request_parse(&request, body).code, TLS_ERR_NONE);
		assert_ptr_equal(tls12_credential(&CONFIG, &request), ROWS[i].credential);
	}
}

/* A TLS 1.2 client names the curves of keys too (RFC 8422, 5.1): an earlier key on another one is passed over. */
static void
curves_of_12(void **state)
{
	static const struct tls_credential OURS[] = { { .scheme = &tls_ecdsa_p384_sha256 }, { .scheme = &tls_ecdsa_secp256r1_sha256 },
	    { .scheme = &tls_rsa_pss_rsae_sha256 } };
	static const struct tls_config CONFIG = { .credentials = OURS, .num_credentials = 3 };
	static const uint8_t SCHEMES_BOTH[] = { 4, 3, 8, 4 }, P256[] = { 0, 29, 0, 23 }, P384[] = { 0, 24 }, X25519[] = { 0, 29 };
	struct cursor schemes = cursor_of(SPAN_ARRAY(SCHEMES_BOTH)), p256 = cursor_of(SPAN_ARRAY(P256)),
	    p384 = cursor_of(SPAN_ARRAY(P384)), x25519 = cursor_of(SPAN_ARRAY(X25519));

	(void)state;
	assert_ptr_equal(peer_credential(&CONFIG, schemes, 0x0303, CRYPTO_EC, NULL), &OURS[0]);
	assert_ptr_equal(peer_credential(&CONFIG, schemes, 0x0303, CRYPTO_EC, &p384), &OURS[0]);
	assert_ptr_equal(peer_credential(&CONFIG, schemes, 0x0303, CRYPTO_EC, &p256), &OURS[1]);
	assert_null(peer_credential(&CONFIG, schemes, 0x0303, CRYPTO_EC, &x25519));
	assert_ptr_equal(peer_credential(&CONFIG, schemes, 0x0303, CRYPTO_RSA, &x25519), &OURS[2]);
	assert_ptr_equal(peer_credential(&CONFIG, schemes, 0x0304, CRYPTO_NO_FAMILY, NULL), &OURS[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(of_13), cmocka_unit_test(of_12), cmocka_unit_test(types_of_12),
		cmocka_unit_test(curves_of_12) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
