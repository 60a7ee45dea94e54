/*
 * ct.c: each primitive once, with its secrets poisoned.  Run under valgrind's memcheck, which then
 * reports every branch and every address that depends on a secret (the method of libsecp256k1's
 * ctime_tests).  Linked with the image's own objects.
 *
 *   ct            names of the cases
 *   ct NAME       one case
 */
#include <stdio.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include <bearssl_block.h>
#include <bearssl_hash.h>

#include "platform/base/ct.h"
#include "tlsstack/crypto/crypto.h"

#define POISON(object)	(void)VALGRIND_MAKE_MEM_UNDEFINED(&(object), sizeof (object))
#define CLEAN(object)	(void)VALGRIND_MAKE_MEM_DEFINED(&(object), sizeof (object))

static uint8_t seed[TLS_SEED_LEN] = { 1, 2, 3 }, nonce[12] = { 9 };
static uint8_t secret[48] = { 7, 7, 7 }, data[300], tag[16], out[64];

static void
seal_and_open(const struct crypto_aead *aead)
{
	struct crypto_aead_key key;

	POISON(secret);
	POISON(data);
	aead->init(&key, secret);
	aead->seal(&key, nonce, SPAN_ARRAY(nonce), data, sizeof data, tag);
	CLEAN(data);
	CLEAN(tag);		/* both are sent */
	(void)aead->open(&key, nonce, SPAN_ARRAY(nonce), data, sizeof data, tag);
}

static void aes_128_gcm(void) { seal_and_open(&aead_aes128_gcm); }
static void aes_256_gcm(void) { seal_and_open(&aead_aes256_gcm); }
static void chacha20_poly1305(void) { seal_and_open(&aead_chacha20_poly1305); }

/* What runs where the processor has no AES instructions. */
static void
aes_portable(void)
{
	br_aes_ct64_ctr_keys key;

	POISON(secret);
	POISON(data);
	br_aes_ct64_ctr_init(&key, secret, 32);
	(void)br_aes_ct64_ctr_run(&key, nonce, 2, data, sizeof data);
	br_ghash_ctmul64(tag, secret, data, sizeof data);
}

static void
hashes(void)
{
	struct crypto_hmac hmac;

	POISON(secret);
	POISON(data);
	hmac_init(&hmac, &hash_sha256, SPAN_ARRAY(secret));
	hmac_update(&hmac, SPAN_ARRAY(data));
	hmac_out(&hmac, out);
	hkdf_extract(&hash_sha384, out, SPAN_ARRAY(secret), SPAN_ARRAY(data));
	hkdf_expand(&hash_sha384, data, sizeof data, out, SPAN_ARRAY(nonce));
}

static void
generator(void)
{
	struct crypto_drbg drbg;

	POISON(seed);
	drbg_init(&drbg, seed);
	drbg_bytes(&drbg, data, sizeof data);
}

/* Our secret, the peer's public point; then a fresh pair from a poisoned generator. */
static void
exchange(const struct tls_group *group)
{
	uint8_t point[CRYPTO_KX_PUBLIC_MAX], shared[CRYPTO_KX_SHARED_MAX];
	struct crypto_drbg drbg;

	drbg_init(&drbg, seed);
	group->keygen(secret, point, &drbg);
	POISON(secret);
	(void)group->shared(shared, secret, (struct span){ point, group->public_len });
	POISON(seed);
	drbg_init(&drbg, seed);
	group->keygen(secret, point, &drbg);
}

static void x25519(void) { exchange(&tls_x25519); }
static void p256(void) { exchange(&tls_secp256r1); }
static void p384(void) { exchange(&tls_secp384r1); }

static void
sign(const struct tls_scheme *scheme, size_t scalar_len)
{
	uint8_t bytes[CRYPTO_SIGNATURE_MAX];
	struct outbuf signature = outbuf_of(bytes, sizeof bytes);

	POISON(secret);
	scheme->sign(scheme, &signature, (struct span){ secret, scalar_len }, data, NULL);
}

static void ecdsa_p256(void) { sign(&tls_ecdsa_secp256r1_sha256, 32); }
static void ecdsa_p384(void) { sign(&tls_ecdsa_secp384r1_sha384, 48); }

static void
compare(void)
{
	POISON(secret);
	(void)ct_equal(secret, seed, sizeof secret);
}

/* What must be found, or the whole says nothing: a branch, and an address. */
static void
planted_branch(void)
{
	volatile uint8_t taken = 0;

	POISON(secret);
	if (secret[3] == 4)
		taken = 1;
	(void)taken;
}

static void
planted_address(void)
{
	volatile uint8_t found;

	POISON(secret);
	found = data[secret[5]];
	(void)found;
}

static const struct { const char *name; void (*run)(void); } cases[] = {
	{ "aes_128_gcm", aes_128_gcm }, { "aes_256_gcm", aes_256_gcm }, { "aes_portable", aes_portable },
	{ "chacha20_poly1305", chacha20_poly1305 }, { "hashes", hashes }, { "generator", generator }, { "x25519", x25519 },
	{ "p256", p256 }, { "p384", p384 }, { "ecdsa_p256", ecdsa_p256 }, { "ecdsa_p384", ecdsa_p384 },
	{ "compare", compare }, { "planted_branch", planted_branch }, { "planted_address", planted_address },
};

int
main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		if (argc < 2)
			puts(cases[i].name);
		else if (strcmp(argv[1], cases[i].name) == 0)
			cases[i].run();
	}
	return 0;
}
