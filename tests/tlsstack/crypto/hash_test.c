/* hash_test.c: hash.c and the three descriptors: known answers of FIPS 180-4, and forking. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/hex.h"
#include "tlsstack/crypto/crypto.h"

struct answer { const struct crypto_hash *hash; const char *empty, *abc, *long_text; };

/* NIST's example values: "", "abc", and the message of 896 bits. */
static const struct answer answers[] = {
	{ &hash_sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	    "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1" },
	{ &hash_sha384, "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
	    "274edebfe76f65fbd51ad2f14898b95b",
	    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
	    "09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712fcc7c71a557e2db966c3e9fa91746039" },
	{ &hash_sha512, "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
	    "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
	    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
	    "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
	    "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909" },
};

#define LONG_TEXT "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn" \
    "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"

static void
expect(const struct crypto_hash *hash, struct span bytes, const char *hex)
{
	uint8_t want[CRYPTO_HASH_MAX], got[CRYPTO_HASH_MAX];

	assert_int_equal(hex_read(want, hex), hash->len);
	hash_of(hash, got, bytes);
	assert_memory_equal(got, want, hash->len);
}

static void
known_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		expect(answers[i].hash, (struct span){ NULL, 0 }, answers[i].empty);
		expect(answers[i].hash, SPAN_LITERAL("abc"), answers[i].abc);
		expect(answers[i].hash, SPAN_LITERAL(LONG_TEXT), answers[i].long_text);
	}
}

/* A copy of a context goes its own way, and `out` ends nothing. */
static void
contexts_fork(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		const struct crypto_hash *hash = answers[i].hash;
		struct crypto_hash_ctx ctx, fork;
		uint8_t want[CRYPTO_HASH_MAX], got[CRYPTO_HASH_MAX];

		hash->init(&ctx);
		hash->update(&ctx, SPAN_LITERAL("ab"));
		fork = ctx;
		hash->update(&fork, SPAN_LITERAL("X"));
		hash->out(&ctx, got);
		hash->update(&ctx, SPAN_LITERAL("c"));
		hash->out(&ctx, got);
		hex_read(want, answers[i].abc);
		assert_memory_equal(got, want, hash->len);
		hash->out(&fork, got);
		hash_of(hash, want, SPAN_LITERAL("abX"));
		assert_memory_equal(got, want, hash->len);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(known_answers), cmocka_unit_test(contexts_fork) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
