/*
 * invalid_curve_test.c: the peer's point is on another curve.
 *
 * Biehl, Meyer and Mueller (2000); in TLS, Jager, Schwenk and Somorovsky, "Practical Invalid Curve
 * Attacks on TLS-ECDH" (2015), and again Bluetooth's pairing (CVE-2018-5383).  The formulas for adding
 * points of a curve y^2 = x^3 + ax + b never use b.  Who takes a point without checking the equation
 * computes on a curve of the attacker's choice, one with a point of order 2, or 3, or 5; the answer tells
 * the secret modulo that order, and a few dozen such answers tell the secret.
 *
 * Performed: points of order 2 (y = 0) and of order 3, on curves that differ from P-256 and P-384 in b
 * alone.  What must happen: refused (RFC 8446, 4.2.8.2), and the shared secret is zero, not a function
 * of the secret.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/hex.h"
#include "tlsstack/crypto/crypto.h"

static const struct { const struct tls_group *group; const char *x, *y; } points[] = {
	{ &tls_secp256r1, "0000000000000000000000000000000000000000000000000000000000000005",
	    "0000000000000000000000000000000000000000000000000000000000000000" },		/* order 2 */
	{ &tls_secp256r1, "0000000000000000000000000000000000000000000000000000000000000003",
	    "0000000000000000000000000000000000000000000000000000000000000004" },		/* order 3 */
	{ &tls_secp384r1, "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000005",
	    "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000" },
	{ &tls_secp384r1, "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000002",
	    "3d69c39b0407f54531af9425a378494a757fb59b0a3c609bcf0140e5dc0ad6deb818561da76c6ad32fd2793289bf5c07" },
};

static void
points_of_other_curves_are_refused(void **state)
{
	uint8_t secret[48], public[97], peer[97], shared[48], zero[48] = { 0 }, seed[TLS_SEED_LEN] = { 1 };
	struct crypto_drbg drbg;

	(void)state;
	drbg_init(&drbg, seed);
	for (size_t i = 0; i < 2 * sizeof points / sizeof *points; i++) {	/* even and odd secrets alike */
		const struct tls_group *group = points[i / 2].group;

		group->keygen(secret, public, &drbg);
		assert_true(group->shared(shared, secret, (struct span){ public, group->public_len }));	/* a good one */
		peer[0] = 4;
		hex_read(peer + 1, points[i / 2].x);
		hex_read(peer + 1 + group->secret_len, points[i / 2].y);
		assert_false(group->shared(shared, secret, (struct span){ peer, group->public_len }));
		assert_memory_equal(shared, zero, group->shared_len);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(points_of_other_curves_are_refused) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
