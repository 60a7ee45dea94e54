/* hkdf_test.c: HKDF against RFC 5869, appendix A, and its limit. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/hex.h"
#include "tests/panics.h"
#include "tlsstack/crypto/crypto.h"

struct answer { const char *ikm, *salt, *info, *prk, *okm; };

static const struct answer answers[] = {
	{ "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
	    "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
	    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865" },
	{ "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
	    "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
	    "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8" },
};

static void
rfc_5869(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		uint8_t ikm[80], salt[80], info[80], prk[32], okm[82], got[82];
		size_t ikm_len = hex_read(ikm, answers[i].ikm), salt_len = hex_read(salt, answers[i].salt);
		size_t info_len = hex_read(info, answers[i].info), okm_len = hex_read(okm, answers[i].okm);

		hex_read(prk, answers[i].prk);
		hkdf_extract(&hash_sha256, got, (struct span){ salt, salt_len }, (struct span){ ikm, ikm_len });
		assert_memory_equal(got, prk, sizeof prk);
		hkdf_extract(&hash_sha256, ikm, (struct span){ salt, salt_len }, (struct span){ ikm, ikm_len });
		assert_memory_equal(ikm, prk, sizeof prk);	/* in place */
		hkdf_expand(&hash_sha256, got, okm_len, prk, (struct span){ info, info_len });
		assert_memory_equal(got, okm, okm_len);
	}
}

/* 255 blocks and not one byte more; a shorter output is a prefix of a longer one. */
static void
the_limit_is_255_blocks(void **state)
{
	static uint8_t okm[255 * 48 + 1], shorter[255 * 48];
	uint8_t prk[48] = { 1 };

	(void)state;
	okm[255 * 48] = 0x5a;
	hkdf_expand(&hash_sha384, okm, 255 * 48, prk, SPAN_LITERAL("info"));
	assert_int_equal(okm[255 * 48], 0x5a);
	hkdf_expand(&hash_sha384, shorter, 255 * 48 - 1, prk, SPAN_LITERAL("info"));
	assert_memory_equal(shorter, okm, 255 * 48 - 1);
	assert_panics(hkdf_expand(&hash_sha384, okm, 255 * 48 + 1, prk, SPAN_LITERAL("info")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_5869), cmocka_unit_test(the_limit_is_255_blocks)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
