/*
 * bleichenbacher06_test.c: forging an RSA signature with pencil and paper.
 *
 * Daniel Bleichenbacher, rump session of CRYPTO 2006: a verifier that parses the padding from the left
 * and does not see what follows the digest accepts 00 01 ff..ff 00 DigestInfo GARBAGE.  With e = 3 the
 * forger takes a cube root: some cube begins with these bytes, and no private key is needed.  OpenSSL,
 * NSS, GnuTLS (2006), NSS again (BERserk, 2014), python-rsa, strongSwan (2018) all fell.
 *
 * Performed: the cube root for "sample", 8 bytes of ff, SHA-256.  First that the attack is real: its
 * cube does begin with the padding, and a verifier that parses accepts it.  Then ours refuses it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/hex.h"
#include "tests/tlsstack/crypto/rsa_key.h"
#include "tlsstack/crypto/rsa.h"

/* The last 86 bytes of a signature of 256, of which the others are zero. */
static const char cube_root[] =
    "32cbfd4a7adc7905583d767520f51640759176d37826f2ef63ae3dc7abe8edade2bf69a0b66642c1aab728898685671f"
    "6e16a7b76adca46e50d18737cb71a242939acf2077a1d944a5661b73be9576f05db057a71a";

/* Parses from the left, as the victims did: 00 01, some ff, 00, DigestInfo, and looks no further. */
static bool
sloppy_verify(const uint8_t em[256], const uint8_t digest[32])
{
	uint8_t prefix[19];
	size_t at = 2;

	hex_read(prefix, "3031300d060960864801650304020105000420");
	if (em[0] != 0 || em[1] != 1)
		return false;
	while (at < 200 && em[at] == 0xff)
		at++;
	return em[at] == 0 && memcmp(em + at + 1, prefix, 19) == 0 && memcmp(em + at + 20, digest, 32) == 0;
}

static void
the_forgery_fools_a_parser_and_not_us(void **state)
{
	uint8_t der[1300], signature[256] = { 0 }, em[RSA_BYTES_MAX], digest[32], three = 3;
	struct rsa_private key;
	struct crypto_public_key public = { .kind = CRYPTO_KEY_RSA, .exponent = { &three, 1 } };

	(void)state;
	assert_true(rsa_private_parse(&key, (struct span){ der, hex_read(der, rsa_key_hex) }));
	public.modulus = key.modulus;		/* any modulus will do: nothing is known of its factors here */
	hex_read(signature + sizeof signature - strlen(cube_root) / 2, cube_root);
	hash_of(&hash_sha256, digest, SPAN_LITERAL("sample"));

	assert_true(rsa_public(em, &public, SPAN_ARRAY(signature)));
	assert_true(sloppy_verify(em, digest));
	assert_false(tls_rsa_pkcs1_sha256.verify(&tls_rsa_pkcs1_sha256, &public, digest, SPAN_ARRAY(signature)));
	assert_false(tls_rsa_pss_rsae_sha256.verify(&tls_rsa_pss_rsae_sha256, &public, digest, SPAN_ARRAY(signature)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_forgery_fools_a_parser_and_not_us) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
