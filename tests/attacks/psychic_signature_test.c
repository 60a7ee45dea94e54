/*
 * psychic_signature_test.c: the signature that is right for everything.
 *
 * CVE-2022-21449: Java 15 to 18 did not check that r and s of an ECDSA signature are in 1 .. n-1.  With
 * r = s = 0 the equation becomes 0 = 0: one blank signature for every message and every key.  Other
 * verifiers have let n itself, which is 0 too, pass.
 *
 * Performed: every pair out of {0, n, n + 1, p, 2^k - 1} with itself and with 1, on both curves, as DER.  And
 * numbers that would be right if they were taken modulo n: the public key is one that a signature with small
 * r and s leads to (Q = (sR - zG) / r, R the first point whose x is r, z = 1), so that r + n and s + n still
 * have the length of n; r and s themselves are right, which shows that the refusals are no accident.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "platform/base/bytes.h"
#include "tests/hex.h"
#include "tlsstack/crypto/crypto.h"
#include "tlsstack/der.h"
#include "tlsstack/der_write.h"

static const struct { const struct tls_scheme *scheme; const struct tls_group *group; enum crypto_key_kind kind; const char *bad[5]; } rows[] = {
	{ &tls_ecdsa_secp256r1_sha256, &tls_secp256r1, CRYPTO_KEY_P256, { "00",
	    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
	    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632552",
	    "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
	    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff" } },
	{ &tls_ecdsa_secp384r1_sha384, &tls_secp384r1, CRYPTO_KEY_P384, { "00",
	    "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
	    "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52974",
	    "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
	    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff" } },
};

static const struct { const char *point, *good_r, *good_s, *bad_r, *bad_s; } small[] = {
	{ "04b250ddcabfc63ad573ac8ab8449f3278e41b23b9bf9f1a10a3f7bb004398b9efc7e4df01e730eff6dbb51d4439c3a990365e7bcf9b5eb9e462e1d65dcc85e816",
	    "05", "07", "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632556",
	    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632558" },
	{ "04e01a8616c97d3ee63e7692e9691cd9e474167162c387b7d6a37f1dbdfba835658624f2c43d96329d1435a01bfc21e9a9524be36384d0f97297"
	    "b6006ae4c81ef0a405171f3221c299c564bd616ddc911a813ad1a856e97a96bab843c24636cf7d",
	    "02", "07", "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52975",
	    "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc5297a" },
};

static struct span
write_pair(uint8_t *room, size_t cap, const char *r, const char *s)
{
	uint8_t number[48];
	struct outbuf out = outbuf_of(room, cap);
	size_t mark = der_write_begin(&out, DER_SEQUENCE);

	der_write_positive(&out, (struct span){ number, hex_read(number, r) });
	der_write_positive(&out, (struct span){ number, hex_read(number, s) });
	der_write_end(&out, mark);
	return outbuf_span(&out);
}

static void
no_number_out_of_range_signs(void **state)
{
	uint8_t seed[TLS_SEED_LEN] = { 6 }, secret[48], point[97], room[128], digest[48] = { 0 };
	struct crypto_drbg drbg;

	(void)state;
	drbg_init(&drbg, seed);
	for (size_t row = 0; row < 2; row++) {
		struct crypto_public_key key = { .kind = rows[row].kind, .point = { point, rows[row].group->public_len } };

		rows[row].group->keygen(secret, point, &drbg);
		for (size_t i = 0; i < 75; i++) {
			const char *a = rows[row].bad[i % 5], *b = i / 15 == 0 ? "01" : rows[row].bad[i / 15];

			digest[0] = (uint8_t)(i % 3);		/* a digest of zeros is the friend of such tricks */
			assert_false(rows[row].scheme->verify(rows[row].scheme, &key, digest, write_pair(room, sizeof room, a, b)));
			assert_false(rows[row].scheme->verify(rows[row].scheme, &key, digest, write_pair(room, sizeof room, b, a)));
		}
	}
}

static void
numbers_are_not_taken_modulo_n(void **state)
{
	uint8_t point[97], room[128], digest[48];

	(void)state;
	for (size_t row = 0; row < 2; row++) {
		const struct tls_scheme *scheme = rows[row].scheme;
		struct crypto_public_key key = { .kind = rows[row].kind, .point = { point, hex_read(point, small[row].point) } };
		const char *r = small[row].good_r, *s = small[row].good_s, *r_n = small[row].bad_r, *s_n = small[row].bad_s;

		bytes_set(digest, 0, sizeof digest);
		digest[scheme->hash->len - 1] = 1;
		assert_true(scheme->verify(scheme, &key, digest, write_pair(room, sizeof room, r, s)));
		assert_false(scheme->verify(scheme, &key, digest, write_pair(room, sizeof room, r_n, s)));
		assert_false(scheme->verify(scheme, &key, digest, write_pair(room, sizeof room, r, s_n)));
		assert_false(scheme->verify(scheme, &key, digest, write_pair(room, sizeof room, r_n, s_n)));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_number_out_of_range_signs),
		cmocka_unit_test(numbers_are_not_taken_modulo_n),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
