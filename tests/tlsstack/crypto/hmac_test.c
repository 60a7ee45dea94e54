/* hmac_test.c: HMAC against RFC 4231, with SHA-256 and SHA-384. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/hex.h"
#include "tlsstack/crypto/crypto.h"

struct answer { const char *key, *data, *sha256, *sha384; };

/* RFC 4231, test cases 1, 2, 6 (a key longer than a block). */
static const struct answer answers[] = {
	{ "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
	    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
	    "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6" },
	{ "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
	    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
	    "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649" },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	    "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374",
	    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
	    "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952" },
};

static void
expect(const struct crypto_hash *hash, const struct answer *answer, const char *hex)
{
	uint8_t key[160], data[160], want[CRYPTO_HASH_MAX], got[CRYPTO_HASH_MAX];
	size_t key_len = hex_read(key, answer->key), data_len = hex_read(data, answer->data);
	struct crypto_hmac hmac, fork;

	assert_int_equal(hex_read(want, hex), hash->len);
	hmac_init(&hmac, hash, (struct span){ key, key_len });
	hmac_update(&hmac, (struct span){ data, 3 });
	fork = hmac;
	hmac_update(&fork, (struct span){ data + 3, data_len - 3 });
	hmac_out(&fork, got);
	assert_memory_equal(got, want, hash->len);
	hmac_out(&fork, got);		/* `out` leaves the context as it was */
	assert_memory_equal(got, want, hash->len);
	hmac_out(&hmac, got);		/* and the fork did not move its origin */
	assert_memory_not_equal(got, want, hash->len);
}

static void
rfc_4231(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		expect(&hash_sha256, &answers[i], answers[i].sha256);
		expect(&hash_sha384, &answers[i], answers[i].sha384);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(rfc_4231) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
