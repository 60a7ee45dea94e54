/* ecdsa_test.c: ECDSA against RFC 6979, A.2.5 and A.2.6, and what a signature may not be. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/hex.h"
#include "tests/panics.h"
#include "tlsstack/crypto/crypto.h"

#define SCALAR	"c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"
#define POINT	"0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f" \
    "5177a3c294d4462299"
#define R	"efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
#define S	"f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
#define N	"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"

static uint8_t scalar[32], point[65], digest[32];
static struct crypto_public_key public = { .kind = CRYPTO_KEY_P256, .point = { point, 65 } };

static int
set_up(void **state)
{
	(void)state;
	hex_read(scalar, SCALAR);
	hex_read(point, POINT);
	hash_of(&hash_sha256, digest, SPAN_LITERAL("sample"));
	return 0;
}

static bool
verify(const uint8_t *signature, size_t len)
{
	const struct tls_scheme *scheme = &tls_ecdsa_secp256r1_sha256;

	return scheme->verify(scheme, &public, digest, (struct span){ signature, len });
}

static bool
verify_hex(const char *hex)
{
	uint8_t bytes[160];

	return verify(bytes, hex_read(bytes, hex));
}

static void
rfc_6979(void **state)
{
	uint8_t bytes[CRYPTO_SIGNATURE_MAX], want[72];
	struct outbuf out = outbuf_of(bytes, sizeof bytes);
	size_t len = hex_read(want, "3046022100" R "022100" S);

	(void)state;
	tls_ecdsa_secp256r1_sha256.sign(&tls_ecdsa_secp256r1_sha256, &out, SPAN_ARRAY(scalar), digest, NULL);
	assert_int_equal(out.len, len);
	assert_memory_equal(bytes, want, len);
	assert_true(verify(bytes, out.len));
}

/* Any byte changed, any length: refused.  (s, n - s) is ECDSA's own ambiguity, and not a byte's change.) */
static void
every_byte_counts(void **state)
{
	static const uint8_t FLIPS[] = { 0x01, 0x80, 0xff };
	uint8_t bytes[72];
	size_t len = hex_read(bytes, "3046022100" R "022100" S);

	(void)state;
	for (size_t i = 0; i < len; i++)
		assert_false(verify(bytes, i));
	for (size_t i = 0; i < 3 * len; i++) {
		bytes[i / 3] ^= FLIPS[i % 3];
		assert_false(verify(bytes, len));
		bytes[i / 3] ^= FLIPS[i % 3];
	}
	digest[31] ^= 1;
	assert_false(verify(bytes, len));
	digest[31] ^= 1;
	for (size_t i = 1; i < 65; i++) {
		point[i] ^= 1;
		assert_false(verify(bytes, len));
		point[i] ^= 1;
	}
	assert_true(verify(bytes, len));
}

static void
only_strict_der(void **state)
{
	(void)state;
	assert_true(verify_hex("3046022100" R "022100" S));
	assert_false(verify_hex("3047022100" R "022100" S "00"));	/* trailing byte inside */
	assert_false(verify_hex("3046022100" R "022100" S "00"));	/* and outside */
	assert_false(verify_hex("30440220" R "0220" S));		/* negative */
	assert_false(verify_hex("304702220000" R "022100" S));		/* useless zero */
	assert_false(verify_hex("308146022100" R "022100" S));		/* long form of a short length */
	assert_false(verify_hex("3080022100" R "022100" S "0000"));	/* indefinite */
	assert_false(verify_hex("3146022100" R "022100" S));		/* SET */
	assert_false(verify_hex(R S));					/* raw */
	assert_false(verify_hex("3026020100022100" S));			/* r = 0 */
	assert_false(verify_hex("3026022100" R "020100"));		/* s = 0 */
	assert_false(verify_hex("3006020100020100"));			/* both: the psychic signature */
	assert_false(verify_hex("3046022100" N "022100" S));		/* r = n */
	assert_false(verify_hex("3046022100" R "022100" N));		/* s = n */
	assert_false(verify_hex("3047022201" "00" R "022100" S));	/* r over 32 bytes */
}

static void
other_keys_are_refused(void **state)
{
	uint8_t bytes[72];
	size_t len = hex_read(bytes, "3046022100" R "022100" S);

	(void)state;
	for (int kind = CRYPTO_KEY_OTHER; kind <= CRYPTO_KEY_RSA; kind++) {
		public.kind = (enum crypto_key_kind)kind;
		assert_int_equal(verify(bytes, len), kind == CRYPTO_KEY_P256);
	}
	public.kind = CRYPTO_KEY_P256;
	public.point.len = 64;
	assert_false(verify(bytes, len));
	public.point.len = 65;
}

/* RFC 6979, A.2.6: P-384 with SHA-384. */
static void
p384(void **state)
{
	static const char X[] = "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5";
	static const char U[] = "04ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc13"
	    "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720";
	static const char SIGNATURE[] = "3066023100"
	    "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46023100"
	    "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8";
	const struct tls_scheme *scheme = &tls_ecdsa_secp384r1_sha384;
	uint8_t x[48], u[97], digest_384[48], bytes[120], want[104];
	struct crypto_public_key key = { .kind = CRYPTO_KEY_P384, .point = { u, 97 } };
	struct outbuf out = outbuf_of(bytes, sizeof bytes);
	size_t len = hex_read(want, SIGNATURE);

	(void)state;
	hex_read(x, X);
	hex_read(u, U);
	hash_of(&hash_sha384, digest_384, SPAN_LITERAL("sample"));
	scheme->sign(scheme, &out, SPAN_ARRAY(x), digest_384, NULL);
	assert_int_equal(out.len, len);
	assert_memory_equal(bytes, want, len);
	assert_true(scheme->verify(scheme, &key, digest_384, outbuf_span(&out)));
	for (size_t i = 0; i < len; i++) {
		bytes[i] ^= 1;
		assert_false(scheme->verify(scheme, &key, digest_384, outbuf_span(&out)));
		bytes[i] ^= 1;
	}
	digest_384[47] ^= 1;
	assert_false(scheme->verify(scheme, &key, digest_384, outbuf_span(&out)));
}

/* A scalar out of range is our own bug: no signature leaves. */
static void
a_bad_scalar_panics(void **state)
{
	const struct tls_scheme *scheme = &tls_ecdsa_secp256r1_sha256;
	uint8_t bytes[80], bad[32] = { 0 };
	struct outbuf out = outbuf_of(bytes, sizeof bytes);

	(void)state;
	assert_panics(scheme->sign(scheme, &out, SPAN_ARRAY(bad), digest, NULL));
	hex_read(bad, N);
	assert_panics(scheme->sign(scheme, &out, SPAN_ARRAY(bad), digest, NULL));
	assert_panics(scheme->sign(scheme, &out, (struct span){ scalar, 31 }, digest, NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_6979), cmocka_unit_test(every_byte_counts), cmocka_unit_test(only_strict_der),
		cmocka_unit_test(other_keys_are_refused), cmocka_unit_test(p384), cmocka_unit_test(a_bad_scalar_panics)
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
