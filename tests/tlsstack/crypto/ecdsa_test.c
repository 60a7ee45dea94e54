/* ecdsa_test.c: ECDSA with P-256 against RFC 6979, A.2.5, and what a signature may not be. */
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
	for (int kind = CRYPTO_KEY_OTHER; kind <= CRYPTO_KEY_RSA_PSS; kind++) {
		public.kind = (enum crypto_key_kind)kind;
		assert_int_equal(verify(bytes, len), kind == CRYPTO_KEY_P256);
	}
	public.kind = CRYPTO_KEY_P256;
	public.point.len = 64;
	assert_false(verify(bytes, len));
	public.point.len = 65;
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
		cmocka_unit_test(other_keys_are_refused), cmocka_unit_test(a_bad_scalar_panics)
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
