/* kx_x25519_test.c: X25519 against RFC 7748 and RFC 8448; points of small order; wrong lengths. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/hex.h"
#include "tlsstack/crypto/crypto.h"

struct answer { const char *secret, *peer, *shared; };

static const struct answer answers[] = {
	/* RFC 7748, 5.2 */
	{ "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
	    "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
	    "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552" },
	/* RFC 8448, 3: the client's key and the server's share */
	{ "49af42ba7f7994852d713ef2784bcbcaa7911de26adc5642cb634540e7ea5005",
	    "c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f",
	    "8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d" },
	/* the same client's public key from the base point */
	{ "49af42ba7f7994852d713ef2784bcbcaa7911de26adc5642cb634540e7ea5005",
	    "0900000000000000000000000000000000000000000000000000000000000000",
	    "99381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c" },
};

static void
known_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		uint8_t secret[32], peer[32], want[32], got[32];

		hex_read(secret, answers[i].secret);
		hex_read(peer, answers[i].peer);
		hex_read(want, answers[i].shared);
		assert_true(tls_x25519.shared(got, secret, SPAN_ARRAY(peer)));
		assert_memory_equal(got, want, 32);
	}
}

/* Every encoding of a point whose order divides 8, as in RFC 7748, 6.1 and 7. */
static const char *const small_order[] = {
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
	"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"0000000000000000000000000000000000000000000000000000000000000080",
};

static void
small_order_is_refused(void **state)
{
	static const uint8_t zero[32];

	(void)state;
	for (size_t i = 0; i < sizeof small_order / sizeof *small_order; i++) {
		uint8_t secret[32] = { 0x55, 1, 2 }, peer[32], got[32];

		hex_read(peer, small_order[i]);
		assert_false(tls_x25519.shared(got, secret, SPAN_ARRAY(peer)));
		assert_memory_equal(got, zero, 32);
	}
}

static void
other_lengths_are_refused(void **state)
{
	uint8_t secret[32] = { 1 }, peer[66] = { 9 }, got[32];

	(void)state;
	for (size_t len = 0; len <= sizeof peer; len++)
		assert_int_equal(tls_x25519.shared(got, secret, (struct span){ peer, len }), len == 32);
}

static void
fresh_pairs_agree(void **state)
{
	uint8_t seed[TLS_SEED_LEN] = { 4 }, a[32], b[32], a_public[32], b_public[32], ab[32], ba[32];
	struct crypto_drbg drbg;

	(void)state;
	drbg_init(&drbg, seed);
	for (unsigned i = 0; i < 8; i++) {
		tls_x25519.keygen(a, a_public, &drbg);
		tls_x25519.keygen(b, b_public, &drbg);
		assert_memory_not_equal(a, b, 32);
		assert_true(tls_x25519.shared(ab, a, SPAN_ARRAY(b_public)));
		assert_true(tls_x25519.shared(ba, b, SPAN_ARRAY(a_public)));
		assert_memory_equal(ab, ba, 32);
	}
}

/* The first 32 bytes of the generator are the secret: the replay of RFC 8448 depends on it. */
static void
the_secret_is_what_was_drawn(void **state)
{
	uint8_t seed[TLS_SEED_LEN] = { 5 }, want[32], secret[32], public[32];
	struct crypto_drbg drbg, fork;

	(void)state;
	drbg_init(&drbg, seed);
	fork = drbg;
	drbg_bytes(&fork, want, sizeof want);
	tls_x25519.keygen(secret, public, &drbg);
	assert_memory_equal(secret, want, sizeof want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answers), cmocka_unit_test(small_order_is_refused),
		cmocka_unit_test(other_lengths_are_refused), cmocka_unit_test(fresh_pairs_agree),
		cmocka_unit_test(the_secret_is_what_was_drawn)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
