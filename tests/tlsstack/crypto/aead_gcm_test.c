/* aead_gcm_test.c: AES-GCM against the test cases of its authors' paper, with and without AES-NI. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/tlsstack/crypto/aead_test.h"

#define CASE_4_KEY	"feffe9928665731c6d6a8f9467308308"
#define CASE_4_PLAIN	"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525" \
    "b16aedf5aa0de657ba637b39"
#define CASE_4_AAD	"feedfacedeadbeeffeedfacedeadbeefabaddad2"

static const struct aead_answer answers[] = {
	/* McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 1, 2, 4, 16. */
	{ &aead_aes128_gcm, "00000000000000000000000000000000", "000000000000000000000000", "", "", "",
	    "58e2fccefa7e3061367f1d57a4e7455a" },
	{ &aead_aes128_gcm, "00000000000000000000000000000000", "000000000000000000000000", "",
	    "00000000000000000000000000000000", "0388dace60b6a392f328c2b971b2fe78",
	    "ab6e47d42cec13bdf53a67b21257bddf" },
	{ &aead_aes128_gcm, CASE_4_KEY, "cafebabefacedbaddecaf888", CASE_4_AAD, CASE_4_PLAIN,
	    "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa05"
	    "1ba30b396a0aac973d58e091", "5bc94fbc3221a5db94fae95ae7121a47" },
	{ &aead_aes256_gcm, CASE_4_KEY CASE_4_KEY, "cafebabefacedbaddecaf888", CASE_4_AAD, CASE_4_PLAIN,
	    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
	    "c5f61e6393ba7a0abcc9f662", "76fc6ece0f4e1768cddf8853bb2d551b" },
};

static void
known_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
		aead_expect(&answers[i]);
}

static void
round_trips(void **state)
{
	(void)state;
	aead_round_trips(&aead_aes128_gcm);
	aead_round_trips(&aead_aes256_gcm);
}

/* 2^24.5 rounded down: its square is at most 2^49, the next one's is not. */
static void
the_limit_is_that_of_rfc_8446(void **state)
{
	uint64_t limit = aead_aes128_gcm.seal_limit;

	(void)state;
	assert_true(limit * limit <= (uint64_t)1 << 49 && (limit + 1) * (limit + 1) > (uint64_t)1 << 49);
	assert_true(aead_aes256_gcm.seal_limit == limit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answers), cmocka_unit_test(round_trips),
		cmocka_unit_test(the_limit_is_that_of_rfc_8446)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
