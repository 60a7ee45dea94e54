/*
 * aead_gcm.c: AES-128-GCM and AES-256-GCM (NIST SP 800-38D) with nonces of 96 bits, over
 * BearSSL's block cipher and GHASH.  See crypto.h.
 *
 * Not br_gcm_context: that decrypts before the tag is known, and points into itself.  GCM is
 * little: tag = GHASH(AAD, ciphertext, lengths) xor E(nonce | 1); data runs from counter 2.
 *
 * AES-NI and PCLMULQDQ where the processor has them, else the constant-time portable code.
 * CPUID is asked once for each: in a guest it costs an exit of a microsecond or more.
 */
#include "platform/base/bytes.h"
#include "platform/base/ct.h"
#include "tlsstack/crypto/crypto.h"

#include <bearssl_block.h>
#include <bearssl_hash.h>

struct gcm_key {
	br_aes_gen_ctr_keys aes;	/* begins with the pointer to its own implementation */
	uint8_t h[16];			/* GHASH key: E(0) */
};

_Static_assert(sizeof(struct crypto_aead_key) >= sizeof(struct gcm_key), "the opaque key is large enough");

enum { UNKNOWN, HARDWARE, PORTABLE };
static uint8_t aes_kind, ghash_kind;	/* what CPUID said; the only state, and it holds no secret */

static const br_block_ctr_class *
aes_class(void)
{
	if (aes_kind == UNKNOWN)
		aes_kind = br_aes_x86ni_ctr_get_vtable() != 0 ? HARDWARE : PORTABLE;
	return aes_kind == HARDWARE ? &br_aes_x86ni_ctr_vtable : &br_aes_ct64_ctr_vtable;
}

static br_ghash
ghash_function(void)
{
	if (ghash_kind == UNKNOWN)
		ghash_kind = br_ghash_pclmul_get() != 0 ? HARDWARE : PORTABLE;
	return ghash_kind == HARDWARE ? br_ghash_pclmul : br_ghash_ctmul64;
}

static void
expand(struct crypto_aead_key *key, const uint8_t *secret, size_t secret_len)
{
	static const uint8_t zero[CRYPTO_NONCE_LEN];
	struct gcm_key *gcm = (void *)key;
	const br_block_ctr_class *aes = aes_class();

	aes->init((void *)&gcm->aes, secret, secret_len);
	bytes_set(gcm->h, 0, sizeof gcm->h);
	aes->run((void *)&gcm->aes, zero, 0, gcm->h, sizeof gcm->h);
}

static void
init_128(struct crypto_aead_key *key, const uint8_t *secret) { expand(key, secret, 16); }

static void
init_256(struct crypto_aead_key *key, const uint8_t *secret) { expand(key, secret, 32); }

static void
crypt(const struct gcm_key *gcm, const uint8_t *nonce, uint32_t counter, uint8_t *data, size_t len)
{
	gcm->aes.vtable->run((void *)&gcm->aes, nonce, counter, data, len);
}

/* The tag of this ciphertext. */
static void
make_tag(const struct gcm_key *gcm, const uint8_t *nonce, struct span aad,
    const uint8_t *data, size_t len, uint8_t tag[CRYPTO_TAG_LEN])
{
	br_ghash ghash = ghash_function();
	uint8_t lengths[16];
	struct outbuf out = outbuf_of(lengths, sizeof lengths);

	outbuf_uint(&out, (uint64_t)aad.len * 8, 8);
	outbuf_uint(&out, (uint64_t)len * 8, 8);
	bytes_set(tag, 0, CRYPTO_TAG_LEN);
	ghash(tag, gcm->h, aad.ptr, aad.len);
	ghash(tag, gcm->h, data, len);
	ghash(tag, gcm->h, lengths, sizeof lengths);
	crypt(gcm, nonce, 1, tag, CRYPTO_TAG_LEN);
}

static void
seal(const struct crypto_aead_key *key, const uint8_t nonce[CRYPTO_NONCE_LEN],
    struct span aad, uint8_t *data, size_t len, uint8_t tag[CRYPTO_TAG_LEN])
{
	const struct gcm_key *gcm = (const void *)key;

	crypt(gcm, nonce, 2, data, len);
	make_tag(gcm, nonce, aad, data, len, tag);
}

static bool
open(const struct crypto_aead_key *key, const uint8_t nonce[CRYPTO_NONCE_LEN],
    struct span aad, uint8_t *data, size_t len, const uint8_t tag[CRYPTO_TAG_LEN])
{
	const struct gcm_key *gcm = (const void *)key;
	uint8_t right[CRYPTO_TAG_LEN];
	bool ok;

	make_tag(gcm, nonce, aad, data, len, right);
	ok = ct_equal(right, tag, sizeof right);
	wipe(right, sizeof right);	/* the tag of a forgery is worth a forgery */
	if (ok)
		crypt(gcm, nonce, 2, data, len);
	return ok;
}

/* 2^24.5 records, rounded down: RFC 8446, 5.5. */
#define GCM_SEAL_LIMIT	23726566

const struct crypto_aead aead_aes128_gcm = {
	.key_len = 16, .seal_limit = GCM_SEAL_LIMIT, .init = init_128, .seal = seal, .open = open
};

const struct crypto_aead aead_aes256_gcm = {
	.key_len = 32, .seal_limit = GCM_SEAL_LIMIT, .init = init_256, .seal = seal, .open = open
};
