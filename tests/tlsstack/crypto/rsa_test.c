/*
 * rsa_test.c: rsa.c, rsa_pkcs1.c and rsa_pss.c: signatures equal to OpenSSL's, each byte of them,
 * keys that are refused, and OpenSSL's opinion of our PSS.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <unistd.h>

#include "tests/hex.h"
#include "tests/panics.h"
#include "tests/tlsstack/crypto/rsa_key.h"
#include "tlsstack/crypto/rsa.h"

static uint8_t der[1300], digest[64];
static struct span key;
static struct rsa_private private;
static struct crypto_public_key public;
static struct crypto_drbg drbg;

static const struct { const struct tls_scheme *scheme; const char *sample; } pkcs1[] = {
	{ &tls_rsa_pkcs1_sha256, rsa_sample_sha256_hex }, { &tls_rsa_pkcs1_sha384, rsa_sample_sha384_hex },
	{ &tls_rsa_pkcs1_sha512, rsa_sample_sha512_hex },
};

static const struct tls_scheme *const pss[] = {
	&tls_rsa_pss_rsae_sha256, &tls_rsa_pss_rsae_sha384, &tls_rsa_pss_rsae_sha512
};

static int
set_up(void **state)
{
	uint8_t seed[TLS_SEED_LEN] = { 3 };

	(void)state;
	key = (struct span){ der, hex_read(der, rsa_key_hex) };
	drbg_init(&drbg, seed);
	if (!rsa_private_parse(&private, key))
		return 1;
	public = (struct crypto_public_key){ .kind = CRYPTO_KEY_RSA, .modulus = private.modulus, .exponent = private.exponent };
	return 0;
}

static void
sign(uint8_t signature[256], const struct tls_scheme *scheme)
{
	struct outbuf out = outbuf_of(signature, 256);

	hash_of(scheme->hash, digest, SPAN_LITERAL("sample"));
	scheme->sign(scheme, &out, key, digest, &drbg);
	assert_int_equal(out.len, 256);
}

static bool
verify(const struct tls_scheme *scheme, const uint8_t *signature, size_t len)
{
	return scheme->verify(scheme, &public, digest, (struct span){ signature, len });
}

/* Right as it is; wrong with any byte or the digest changed, in another length, under another scheme. */
static void
expect_exactly(const struct tls_scheme *scheme, uint8_t signature[257])
{
	assert_true(verify(scheme, signature, 256));
	for (size_t i = 0; i < 256; i++) {
		signature[i] ^= (uint8_t)(1 << (i % 8));
		assert_false(verify(scheme, signature, 256));
		signature[i] ^= (uint8_t)(1 << (i % 8));
	}
	for (size_t len = 0; len < 258; len++)
		assert_int_equal(verify(scheme, signature, len), len == 256);
	digest[0] ^= 1;
	assert_false(verify(scheme, signature, 256));
	digest[0] ^= 1;
	for (size_t i = 0; i < 3; i++) {
		assert_true(pss[i] == scheme || !verify(pss[i], signature, 256));
		assert_true(pkcs1[i].scheme == scheme || !verify(pkcs1[i].scheme, signature, 256));
	}
}

static void
pkcs1_is_what_openssl_writes(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		uint8_t got[257], want[256];

		sign(got, pkcs1[i].scheme);
		assert_int_equal(hex_read(want, pkcs1[i].sample), 256);
		assert_memory_equal(got, want, 256);
		got[256] = 0;
		expect_exactly(pkcs1[i].scheme, got);
	}
}

static void
pss_round_trips(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		uint8_t one[257], two[257];

		sign(one, pss[i]);
		sign(two, pss[i]);
		assert_memory_not_equal(one, two, 256);		/* another salt */
		one[256] = 0;
		expect_exactly(pss[i], one);
		assert_true(verify(pss[i], two, 256));
	}
}

static void
bad_keys_are_refused(void **state)
{
	static const uint8_t exponents[][9] = { { 0 }, { 1 }, { 2 }, { 1, 0, 0 }, { 0, 1, 0, 1 }, { 1, 0, 0, 0, 0, 0, 0, 0, 1 } };
	static const size_t lens[] = { 1, 1, 1, 3, 4, 9 };
	const struct tls_scheme *scheme = &tls_rsa_pkcs1_sha256;
	uint8_t signature[257] = { 0 }, modulus[513], even[256], em[RSA_BYTES_MAX];

	(void)state;
	sign(signature, scheme);
	for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
		public.exponent = (struct span){ exponents[i], lens[i] };
		assert_false(verify(scheme, signature, 256));
		assert_false(rsa_public(em, &public, (struct span){ signature, 256 }));
	}
	public.exponent = (struct span){ NULL, 0 };
	assert_false(verify(scheme, signature, 256));
	public.exponent = private.exponent;

	memcpy(even, private.modulus.ptr, 256);
	even[255] &= 0xfe;
	public.modulus = SPAN_ARRAY(even);
	assert_false(verify(scheme, signature, 256));
	even[255] |= 1;
	even[0] = 0x7f;						/* 2047 bits */
	assert_false(verify(scheme, signature, 256));
	memset(modulus, 0xff, sizeof modulus);			/* 4104 bits */
	public.modulus = SPAN_ARRAY(modulus);
	assert_false(verify(scheme, modulus, sizeof modulus));
	public.modulus = (struct span){ NULL, 0 };
	assert_false(verify(scheme, signature, 0));
	public.modulus = private.modulus;
	assert_false(verify(scheme, private.modulus.ptr, 256));	/* the signature is not below n */
	for (int kind = CRYPTO_KEY_OTHER; kind <= CRYPTO_KEY_RSA; kind++) {
		public.kind = (enum crypto_key_kind)kind;
		assert_int_equal(verify(scheme, signature, 256), kind == CRYPTO_KEY_RSA);
	}
}

/* With exponent 1 every padded message is its own signature. */
static void
exponent_one_is_refused(void **state)
{
	static const uint8_t one = 1;
	const struct tls_scheme *scheme = &tls_rsa_pkcs1_sha256;
	uint8_t signature[256], em[RSA_BYTES_MAX], again[RSA_BYTES_MAX];

	(void)state;
	sign(signature, scheme);
	assert_true(rsa_public(em, &public, SPAN_ARRAY(signature)));
	public.exponent = (struct span){ &one, 1 };
	assert_false(rsa_public(again, &public, (struct span){ em, 256 }));
	assert_false(verify(scheme, em, 256));
	public.exponent = private.exponent;
}

/* Right in everything but one byte of the encoding, and properly signed: the key's owner is no friend either. */
static void
pss_encodings_are_exact(void **state)
{
	static const struct { size_t at; uint8_t flip; bool ok; } rows[] = {
		{ 255, 0, true },		/* nothing changed: the round trip itself */
		{ 255, 0xbc ^ 0xcc, false },	/* the trailer */
		{ 222 - 32, 0x01 ^ 0x02, false },	/* the 01 before the salt: DB has 223 bytes, the salt 32 of them */
		{ 222 - 32, 0x01, false },
		{ 1, 0x01, false }, { 100, 0x80, false },	/* a zero of the padding */
		{ 222, 0x01, false },		/* the salt */
		{ 223, 0x01, false },		/* H */
	};
	const struct tls_scheme *scheme = &tls_rsa_pss_rsae_sha256;
	uint8_t signature[256], em[RSA_BYTES_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		sign(signature, scheme);
		assert_true(rsa_public(em, &public, SPAN_ARRAY(signature)));
		em[rows[i].at] ^= rows[i].flip;
		rsa_sign(em, &private);
		assert_int_equal(verify(scheme, em, 256), rows[i].ok);
	}
}

/* The bits above emBits are zero: the top one, where the modulus leaves room for it to be set. */
static void
pss_top_bit_is_zero(void **state)
{
	const struct tls_scheme *scheme = &tls_rsa_pss_rsae_sha256;
	uint8_t signature[256], em[RSA_BYTES_MAX];

	(void)state;
	do {
		sign(signature, scheme);
		assert_true(rsa_public(em, &public, SPAN_ARRAY(signature)));
		em[0] |= 0x80;
	} while (em[0] >= private.modulus.ptr[0]);
	rsa_sign(em, &private);
	assert_false(verify(scheme, em, 256));
}

static void
giant_signatures_are_refused(void **state)
{
	static uint8_t giant[4 * RSA_BYTES_MAX];

	(void)state;
	for (size_t len = 257; len <= sizeof giant; len += 255)
		assert_false(verify(&tls_rsa_pss_rsae_sha256, giant, len));
}

/* A key that is wrong in one number makes a wrong signature, which must not leave (Lenstra's attack). */
static void
a_faulty_key_panics(void **state)
{
	uint8_t signature[256];
	struct outbuf out = outbuf_of(signature, sizeof signature);
	struct rsa_private parsed;

	(void)state;
	der[(size_t)(private.dp.ptr - der) + 9] ^= 1;
	assert_panics(pkcs1[0].scheme->sign(pkcs1[0].scheme, &out, key, digest, &drbg));
	assert_panics(pss[0]->sign(pss[0], &out, key, digest, &drbg));
	der[(size_t)(private.dp.ptr - der) + 9] ^= 1;
	assert_panics(pkcs1[0].scheme->sign(pkcs1[0].scheme, &out, (struct span){ der, key.len - 1 }, digest, &drbg));
	for (size_t len = 0; len < key.len; len++)
		assert_false(rsa_private_parse(&parsed, (struct span){ der, len }));
}

/* RFC 8017, A.1.2: RSAPrivateKey of version two-prime, alone. */
static void
a_private_key_and_no_more(void **state)
{
	static uint8_t more[sizeof der + 3];
	struct rsa_private parsed;
	size_t len = key.len - 4, at_version = 4 + 2;	/* behind the heads of SEQUENCE and of INTEGER */

	(void)state;
	memcpy(more, der, key.len);
	assert_true(rsa_private_parse(&parsed, (struct span){ more, key.len }));
	assert_false(rsa_private_parse(&parsed, (struct span){ more, key.len + 1 }));
	more[at_version] = 1;
	assert_false(rsa_private_parse(&parsed, (struct span){ more, key.len }));
	more[at_version] = 0;
	memcpy(more + key.len, "\x02\x01\x07", 3);	/* one INTEGER more */
	more[2] = (uint8_t)((len + 3) >> 8);
	more[3] = (uint8_t)(len + 3);
	assert_false(rsa_private_parse(&parsed, (struct span){ more, key.len + 3 }));
}

static void
save(const char *folder, const char *name, const void *bytes, size_t len)
{
	char path[100];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void
openssl_accepts_our_pss(void **state)
{
	char folder[] = "/tmp/pinata-rsa-XXXXXX", command[400];

	(void)state;
	assert_non_null(mkdtemp(folder));
	save(folder, "key.der", key.ptr, key.len);
	save(folder, "message", "sample", 6);
	for (size_t i = 0; i < 3; i++) {
		uint8_t signature[256];

		sign(signature, pss[i]);
		save(folder, "signature", signature, sizeof signature);
		snprintf(command, sizeof command, "cd %s && openssl rsa -inform DER -in key.der -pubout -out pub.pem 2>/dev/null &&"
		    " openssl dgst -sha%s -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest"
		    " -verify pub.pem -signature signature message >/dev/null", folder, i == 0 ? "256" : i == 1 ? "384" : "512");
		assert_int_equal(system(command), 0);
	}
	snprintf(command, sizeof command, "rm -r %s", folder);
	assert_int_equal(system(command), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pkcs1_is_what_openssl_writes), cmocka_unit_test(pss_round_trips),
		cmocka_unit_test(bad_keys_are_refused), cmocka_unit_test(exponent_one_is_refused),
		cmocka_unit_test(pss_encodings_are_exact), cmocka_unit_test(pss_top_bit_is_zero),
		cmocka_unit_test(giant_signatures_are_refused), cmocka_unit_test(a_faulty_key_panics),
		cmocka_unit_test(a_private_key_and_no_more),
		cmocka_unit_test(openssl_accepts_our_pss)
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
