/*
 * zero_x25519_test.c: a key share that makes the shared secret zero.
 *
 * Curve25519's cofactor is 8, and eight-odd strings of 32 bytes are points whose order divides it: the
 * clamped secret sends each of them to zero.  A man in the middle who sends one to both sides knows their
 * secret, and makes two connections share one (the triple handshake attack of Bhargavan and others, 2014).
 * RFC 8446, 7.4.2 has both sides check; wolfSSL and others had forgotten.
 *
 * Performed: each string, with the ignored top bit clear and set, against many secrets.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/hex.h"
#include "tlsstack/crypto/crypto.h"

static const char *const strings[] = {
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",	/* -1 */
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",	/* p, which is 0 */
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",	/* p + 1 */
	"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",	/* order 8 */
	"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",	/* order 8 */
};

static void
no_secret_is_agreed_on(void **state)
{
	static const uint8_t zero[32];
	uint8_t seed[TLS_SEED_LEN] = { 2 }, secret[32], public[32], peer[32], shared[32];
	struct crypto_drbg drbg;

	(void)state;
	drbg_init(&drbg, seed);
	for (unsigned round = 0; round < 8; round++) {
		tls_x25519.keygen(secret, public, &drbg);
		assert_true(tls_x25519.shared(shared, secret, SPAN_ARRAY(public)));
		for (size_t i = 0; i < 2 * sizeof strings / sizeof *strings; i++) {
			hex_read(peer, strings[i / 2]);
			peer[31] |= i % 2 == 0 ? 0 : 0x80;
			assert_false(tls_x25519.shared(shared, secret, SPAN_ARRAY(peer)));
			assert_memory_equal(shared, zero, sizeof zero);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(no_secret_is_agreed_on) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
