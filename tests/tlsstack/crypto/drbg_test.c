/* drbg_test.c: HMAC-DRBG against NIST's CAVS vector (SHA-256, no reseed, COUNT = 0). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/hex.h"
#include "tlsstack/crypto/crypto.h"

static void
cavs_vector(void **state)
{
	uint8_t seed[TLS_SEED_LEN], want[128], got[128];
	struct crypto_drbg drbg, fork;

	(void)state;
	/* EntropyInput | Nonce */
	assert_int_equal(hex_read(seed, "ca851911349384bffe89de1cbdc46e6831e44d34a4fb935ee285dd14b71a7488"
	    "659ba96c601dc69fc902940805ec0ca8"), sizeof seed);
	assert_int_equal(hex_read(want, "e528e9abf2dece54d47c7e75e5fe302149f817ea9fb4bee6f4199697d04d5b89"
	    "d54fbb978a15b5c443c9ec21036d2460b6f73ebad0dc2aba6e624abf07745bc1"
	    "07694bb7547bb0995f70de25d6b29e2d3011bb19d27676c07162c8b5ccde0668"
	    "961df86803482cb37ed6d5c0bb8d50cf1f50d476aa0458bdaba806f48be9dcb8"), sizeof want);
	drbg_init(&drbg, seed);
	drbg_bytes(&drbg, got, sizeof got);	/* the procedure discards the first call */
	assert_memory_not_equal(got, want, sizeof got);
	fork = drbg;
	drbg_bytes(&drbg, got, sizeof got);
	assert_memory_equal(got, want, sizeof got);
	drbg_bytes(&fork, got, sizeof got);	/* a copy goes the same way: the same seed, the same bytes */
	assert_memory_equal(got, want, sizeof got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(cavs_vector) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
