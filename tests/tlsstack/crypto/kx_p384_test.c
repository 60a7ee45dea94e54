/* kx_p384_test.c: ECDH on P-384 against RFC 5903, 8.2, and what is no point. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/hex.h"
#include "tlsstack/crypto/crypto.h"

#define I_SECRET "099f3c7034d4a2c699884d73a375a67f7624ef7c6b3c0f160647b67414dce655e35b538041e649ee3faef896783ab194"
#define I_PUBLIC "04667842d7d180ac2cde6f74f37551f55755c7645c20ef73e31634fe72b4c55ee6de3ac808acb4bdb4c88732aee95f41aa" \
    "9482ed1fc0eeb9cafc4984625ccfc23f65032149e0e144ada024181535a0f38eeb9fcff3c2c947dae69b4c634573a81c"
#define R_SECRET "41cb0779b4bdb85d47846725fbec3c9430fab46cc8dc5060855cc9bda0aa2942e0308312916b8ed2960e4bd55a7448fc"
#define R_PUBLIC "04e558dbef53eecde3d3fccfc1aea08a89a987475d12fd950d83cfa41732bc509d0d1ac43a0336def96fda41d0774a3571" \
    "dcfbec7aacf3196472169e838430367f66eebe3c6e70c416dd5f0c68759dd1fff83fa40142209dff5eaad96db9e6386c"
#define SHARED	 "11187331c279962d93d604243fd592cb9d0a926f422e47187521287e7156c5c4d603135569b9e9d09cf5d4a270f59746"

static void
rfc_5903(void **state)
{
	uint8_t i_secret[48], r_secret[48], i_public[97], r_public[97], want[48], got[48];

	(void)state;
	hex_read(i_secret, I_SECRET);
	hex_read(r_secret, R_SECRET);
	hex_read(i_public, I_PUBLIC);
	hex_read(r_public, R_PUBLIC);
	hex_read(want, SHARED);
	assert_true(tls_secp384r1.shared(got, i_secret, SPAN_ARRAY(r_public)));
	assert_memory_equal(got, want, 48);
	assert_true(tls_secp384r1.shared(got, r_secret, SPAN_ARRAY(i_public)));
	assert_memory_equal(got, want, 48);
}

static void
what_is_no_point_is_refused(void **state)
{
	uint8_t secret[48] = { 9 }, point[98], got[48], zero[48] = { 0 };

	(void)state;
	hex_read(point, R_PUBLIC);
	for (size_t len = 0; len <= sizeof point; len++)
		assert_int_equal(tls_secp384r1.shared(got, secret, (struct span){ point, len }), len == 97);
	for (size_t i = 0; i < 97; i++) {
		point[i] ^= 1;
		assert_false(tls_secp384r1.shared(got, secret, (struct span){ point, 97 }));
		assert_memory_equal(got, zero, 48);
		point[i] ^= 1;
	}
}

static void
fresh_pairs_agree(void **state)
{
	uint8_t seed[TLS_SEED_LEN] = { 4 }, a[48], b[48], a_public[97], b_public[97], ab[48], ba[48];
	struct crypto_drbg drbg;

	(void)state;
	drbg_init(&drbg, seed);
	tls_secp384r1.keygen(a, a_public, &drbg);
	tls_secp384r1.keygen(b, b_public, &drbg);
	assert_true(tls_secp384r1.shared(ab, a, SPAN_ARRAY(b_public)));
	assert_true(tls_secp384r1.shared(ba, b, SPAN_ARRAY(a_public)));
	assert_memory_equal(ab, ba, 48);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_5903), cmocka_unit_test(what_is_no_point_is_refused),
		cmocka_unit_test(fresh_pairs_agree)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
