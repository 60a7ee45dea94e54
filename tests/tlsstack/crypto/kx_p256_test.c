/* kx_p256_test.c: ECDH on P-256 against RFC 5903, 8.1; every way to be no point; the range of scalars. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/hex.h"
#include "tlsstack/crypto/crypto.h"

#define I_SECRET	"c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433"
#define I_PUBLIC	"04dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c37725811805271a0461cdb8252d61f1c456fa3e59ab1" \
    "f45b33accf5f58389e0577b8990bb3"
#define R_SECRET	"c6ef9c5d78ae012a011164acb397ce2088685d8f06bf9be0b283ab46476bee53"
#define R_PUBLIC	"04d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf6356fbf3ca366cc23e8157854c13c58d6a" \
    "ac23f046ada30f8353e74f33039872ab"
#define SHARED		"d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de"

/* The prime of the field and the order of the group (SEC 2, 2.4.2). */
#define P	"ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"
#define N	"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
#define N_LESS_1	"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550"

static void
rfc_5903(void **state)
{
	uint8_t i_secret[32], r_secret[32], i_public[65], r_public[65], want[32], got[65];

	(void)state;
	hex_read(i_secret, I_SECRET);
	hex_read(r_secret, R_SECRET);
	hex_read(i_public, I_PUBLIC);
	hex_read(r_public, R_PUBLIC);
	hex_read(want, SHARED);
	assert_true(kx_p256_public(got, i_secret));
	assert_memory_equal(got, i_public, 65);
	assert_true(kx_p256_public(got, r_secret));
	assert_memory_equal(got, r_public, 65);
	assert_true(tls_secp256r1.shared(got, i_secret, SPAN_ARRAY(r_public)));
	assert_memory_equal(got, want, 32);
	assert_true(tls_secp256r1.shared(got, r_secret, SPAN_ARRAY(i_public)));
	assert_memory_equal(got, want, 32);
}

static void
expect_no_point(const uint8_t *point, size_t len)
{
	static const uint8_t zero[32];
	uint8_t secret[32] = { 7, 7 }, got[32];

	assert_false(tls_secp256r1.shared(got, secret, (struct span){ point, len }));
	assert_memory_equal(got, zero, 32);
}

static void
what_is_no_point_is_refused(void **state)
{
	uint8_t point[66], bad[66];

	(void)state;
	hex_read(point, R_PUBLIC);
	for (size_t len = 0; len < 65; len++)
		expect_no_point(point, len);
	expect_no_point(point, 66);
	for (unsigned form = 0; form < 256; form++) {	/* infinity, compressed, hybrid, nonsense */
		memcpy(bad, point, 65);
		bad[0] = (uint8_t)form;
		if (form != 4)
			expect_no_point(bad, 65);
		expect_no_point(bad, 1);
		expect_no_point(bad, 33);
	}
	for (size_t i = 1; i < 65; i++) {		/* off the curve: its neighbours in every byte */
		memcpy(bad, point, 65);
		bad[i] ^= 1;
		expect_no_point(bad, 65);
	}
	memset(bad, 0, sizeof bad);
	bad[0] = 4;
	expect_no_point(bad, 65);			/* (0, 0) */
	hex_read(bad + 1, P);				/* (p, y) with y of x = 0: not reduced */
	hex_read(bad + 33, "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4");
	expect_no_point(bad, 65);
	memset(bad + 1, 0, 32);				/* reduced it is a point */
	assert_true(tls_secp256r1.shared(point, (const uint8_t[32]){ 7 }, (struct span){ bad, 65 }));
}

static void
scalars_are_in_range(void **state)
{
	uint8_t scalar[32] = { 0 }, point[65];

	(void)state;
	assert_false(kx_p256_public(point, scalar));
	scalar[31] = 1;
	assert_true(kx_p256_public(point, scalar));
	hex_read(scalar, N_LESS_1);
	assert_true(kx_p256_public(point, scalar));
	hex_read(scalar, N);
	assert_false(kx_p256_public(point, scalar));
	memset(scalar, 0xff, sizeof scalar);
	assert_false(kx_p256_public(point, scalar));
}

static void
fresh_pairs_agree(void **state)
{
	uint8_t seed[TLS_SEED_LEN] = { 4 }, a[32], b[32], a_public[65], b_public[65], ab[32], ba[32];
	struct crypto_drbg drbg;

	(void)state;
	drbg_init(&drbg, seed);
	for (unsigned i = 0; i < 8; i++) {
		tls_secp256r1.keygen(a, a_public, &drbg);
		tls_secp256r1.keygen(b, b_public, &drbg);
		assert_memory_not_equal(a, b, 32);
		assert_true(tls_secp256r1.shared(ab, a, SPAN_ARRAY(b_public)));
		assert_true(tls_secp256r1.shared(ba, b, SPAN_ARRAY(a_public)));
		assert_memory_equal(ab, ba, 32);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_5903), cmocka_unit_test(what_is_no_point_is_refused),
		cmocka_unit_test(scalars_are_in_range), cmocka_unit_test(fresh_pairs_agree)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
