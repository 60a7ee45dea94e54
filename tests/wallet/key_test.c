/* key_test.c: the range of private keys, known public keys, and what a computation leaves behind. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/hex.h"
#include "tests/panics.h"
#include "wallet/key.h"

void secp256k1_default_illegal_callback_fn(const char *text, void *data);
void secp256k1_default_error_callback_fn(const char *text, void *data);
void *key_no_malloc(size_t len);
void key_no_free(void *at);

static const uint8_t SEED[32] = { 7 };

static void
known_public_keys(void **state)
{
	/* The generator (SEC 2, 2.4.1), three times it, and the P2WPKH example of BIP-143. */
	static const char *const CASES[][2] = {
		{ "0000000000000000000000000000000000000000000000000000000000000001",
		    "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798" },
		{ "0000000000000000000000000000000000000000000000000000000000000003",
		    "02f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9" },
		{ "619c335025c7f4012e556c2a58b2506e30b8511b53ade95ea316fd8c3286feb9",
		    "025476c2e83188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee6357" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
		uint8_t key[KEY_LEN], want[KEY_PUBLIC_LEN], got[KEY_PUBLIC_LEN];

		hex_read(key, CASES[i][0]);
		hex_read(want, CASES[i][1]);
		assert_true(key_public(got, key, SEED));
		assert_memory_equal(got, want, sizeof want);
	}
}

/* 0, n - 1, n, n + 1 and the largest number; n is the order of the group (SEC 2, 2.4.1). */
static void
range(void **state)
{
	static const struct { const char *key; bool ok; } CASES[] = {
		{ "0000000000000000000000000000000000000000000000000000000000000000", false },
		{ "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140", true },
		{ "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", false },
		{ "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364142", false },
		{ "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", false },
	};
	static const uint8_t NOTHING[KEY_PUBLIC_LEN] = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
		uint8_t key[KEY_LEN], got[KEY_PUBLIC_LEN];

		memset(got, 0xa5, sizeof got);
		hex_read(key, CASES[i].key);
		assert_int_equal(key_public(got, key, SEED), CASES[i].ok);
		if (!CASES[i].ok)
			assert_memory_equal(got, NOTHING, sizeof got);
	}
}

/* The seed blinds the computation and changes nothing else. */
static void
seed_does_not_show(void **state)
{
	uint8_t key[KEY_LEN] = { [31] = 3 }, one[KEY_PUBLIC_LEN], two[KEY_PUBLIC_LEN], seed[32];

	(void)state;
	assert_true(key_public(one, key, SEED));
	memset(seed, 0xff, sizeof seed);
	assert_true(key_public(two, key, seed));
	assert_memory_equal(one, two, sizeof one);
}

/* BIP-340's first signing vector has no auxiliary randomness to speak of: 32 zero bytes mean none. */
static void
known_schnorr_signature(void **state)
{
	uint8_t key[KEY_LEN] = { [31] = 3 }, digest[32] = { 0 }, got[64], want[64];

	(void)state;
	hex_read(want, "e907831f80848d1069a5371b402410364bdf1c5f8307b0084c55f1ce2dca8215"
	    "25f66a4a85ea8b71e482a74f382d2ce5ebeee8fdb2172f477df4900d310536c0");
	key_sign_schnorr(got, key, digest, SEED);
	assert_memory_equal(got, want, sizeof want);
}

/* BIP-341's second script of its vectors: internal key, leaf, output. */
static void
tweaked_key_gives_the_output(void **state)
{
	uint8_t key[KEY_LEN], leaf[32], tweaked[KEY_LEN], want[KEY_LEN];

	(void)state;
	hex_read(key, "1e4da49f6aaf4e5cd175fe08a32bb5cb4863d963921255f33d3bc31e1343907f");
	hex_read(leaf, "5b75adecf53548f3ec6ad7d78383bf84cc57b55a3127c72b9a2481752dd88b21");
	hex_read(want, "ea260c3b10e60f6de018455cd0278f2f5b7e454be1999572789e6a9565d26080");
	key_tweaked(tweaked, key, leaf, SEED);
	assert_memory_equal(tweaked, want, sizeof want);
}

static void
the_library_may_not_ask(void **state)
{
	(void)state;
	assert_panics(secp256k1_default_illegal_callback_fn("", NULL));
	assert_panics(secp256k1_default_error_callback_fn("", NULL));
	assert_panics(key_no_malloc(1));
	assert_panics(key_no_free(NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_public_keys),
		cmocka_unit_test(range),
		cmocka_unit_test(seed_does_not_show),
		cmocka_unit_test(known_schnorr_signature),
		cmocka_unit_test(tweaked_key_gives_the_output),
		cmocka_unit_test(the_library_may_not_ask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
