/*
 * bearssl.h: BearSSL 0.6 as its own headers document it, for proofs of what calls it.  BearSSL's bodies are trusted: no
 * proof here says anything of them.  Each stub demands what the documentation demands (readable and writable ranges of the
 * documented lengths, key lengths, "MUST NOT be called" of what the processor or a curve lacks) and answers anything that
 * it allows: what is written gets any value, what is returned any documented one.  Sentences in quotes are from the headers.
 */
#ifndef PROOFS_BEARSSL_H
#define PROOFS_BEARSSL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <bearssl_block.h>
#include <bearssl_ec.h>
#include <bearssl_hash.h>
#include <bearssl_rand.h>
#include <bearssl_rsa.h>

#ifndef CBMC	/* for readers that are not CBMC (lint) */
void __CPROVER_assert(bool fact, const char *what);
void __CPROVER_assume(bool fact);
bool __CPROVER_r_ok(const void *at, size_t len);
bool __CPROVER_w_ok(const void *at, size_t len);
void __CPROVER_havoc_slice(void *at, size_t len);
#endif

#define MAY_READ(at, len)	__CPROVER_assert((len) == 0 || __CPROVER_r_ok((at), (len)), "BearSSL may read " #at)
#define MAY_WRITE(at, len)	__CPROVER_assert((len) == 0 || __CPROVER_w_ok((at), (len)), "BearSSL may write " #at)
#define DEMANDS(fact)		__CPROVER_assert((fact), "BearSSL demands " #fact)

/* Any answer. */
static bool
bearssl_any(void)
{
	bool any;

	return any;
}

/* A harness says: the private key is one, so signing with it, and checking that, is no error. */
static bool bearssl_key_good;

static inline void
any_bytes_at(void *at, size_t len)
{
	MAY_WRITE(at, len);
	if (len > 0)
		__CPROVER_havoc_slice(at, len);
}

/* ---- bearssl_hash.h: "If the number of bytes is zero, then the data pointer is ignored and may be NULL" ---- */

#define HASH_CLASS(size)	{ .context_size = sizeof(br_sha512_context), .desc = BR_HASHDESC_OUT(size) }
const br_hash_class br_sha256_vtable = HASH_CLASS(br_sha256_SIZE);
const br_hash_class br_sha384_vtable = HASH_CLASS(br_sha384_SIZE);
const br_hash_class br_sha512_vtable = HASH_CLASS(br_sha512_SIZE);

static inline size_t
digest_len_of(const br_hash_class *hash)
{
	return hash->desc >> BR_HASHDESC_OUT_OFF & BR_HASHDESC_OUT_MASK;
}

void br_sha256_init(br_sha256_context *ctx) { any_bytes_at(ctx, sizeof *ctx); }
void br_sha384_init(br_sha384_context *ctx) { any_bytes_at(ctx, sizeof *ctx); }
void br_sha512_init(br_sha512_context *ctx) { any_bytes_at(ctx, sizeof *ctx); }

/* The name of SHA-256's is a macro for it, as SHA-512's is for SHA-384's. */
void br_sha224_update(br_sha224_context *ctx, const void *data, size_t len) { MAY_READ(data, len); any_bytes_at(ctx, sizeof *ctx); }
void br_sha384_update(br_sha384_context *ctx, const void *data, size_t len) { MAY_READ(data, len); any_bytes_at(ctx, sizeof *ctx); }

void br_sha256_out(const br_sha256_context *ctx, void *out) { MAY_READ(ctx, sizeof *ctx); any_bytes_at(out, br_sha256_SIZE); }
void br_sha384_out(const br_sha384_context *ctx, void *out) { MAY_READ(ctx, sizeof *ctx); any_bytes_at(out, br_sha384_SIZE); }
void br_sha512_out(const br_sha512_context *ctx, void *out) { MAY_READ(ctx, sizeof *ctx); any_bytes_at(out, br_sha512_SIZE); }

/* ---- bearssl_rsa.h ---- */

/* "verified to have exactly the same length as the modulus ... does not match: returns 0 and x[] is unmodified" */
uint32_t
br_rsa_i62_public(unsigned char *x, size_t xlen, const br_rsa_public_key *pk)
{
	MAY_READ(pk, sizeof *pk);
	MAY_READ(pk->n, pk->nlen);
	MAY_READ(pk->e, pk->elen);
	MAY_WRITE(x, xlen);
	if (xlen != pk->nlen)
		return 0;
	any_bytes_at(x, xlen);
	return bearssl_key_good || bearssl_any();
}

/* "x[] is assumed to have a length of (sk->n_bitlen+7)/8 bytes" */
uint32_t
br_rsa_i62_private(unsigned char *x, const br_rsa_private_key *sk)
{
	MAY_READ(sk, sizeof *sk);
	MAY_READ(sk->p, sk->plen);
	MAY_READ(sk->q, sk->qlen);
	MAY_READ(sk->dp, sk->dplen);
	MAY_READ(sk->dq, sk->dqlen);
	MAY_READ(sk->iq, sk->iqlen);
	any_bytes_at(x, ((size_t)sk->n_bitlen + 7) / 8);
	return bearssl_key_good || bearssl_any();
}

/* ---- bearssl_ec.h ---- */

uint32_t
br_ecdsa_i31_vrfy_raw(const br_ec_impl *impl, const void *hash, size_t hash_len, const br_ec_public_key *pk,
    const void *sig, size_t sig_len)
{
	DEMANDS(impl != NULL);
	MAY_READ(hash, hash_len);
	MAY_READ(pk, sizeof *pk);
	MAY_READ(pk->q, pk->qlen);
	MAY_READ(sig, sig_len);
	return bearssl_any();
}

/* "raw": 64 bytes of P-256, 96 of P-384; "the signature length (in bytes), or 0 on error", "nothing is written on error". */
size_t
br_ecdsa_i31_sign_raw(const br_ec_impl *impl, const br_hash_class *hf, const void *hash_value, const br_ec_private_key *sk,
    void *sig)
{
	size_t len = sk->curve == BR_EC_secp256r1 ? 64 : 96;

	DEMANDS(impl != NULL);
	DEMANDS(sk->curve == BR_EC_secp256r1 || sk->curve == BR_EC_secp384r1);
	MAY_READ(hash_value, digest_len_of(hf));
	MAY_READ(sk->x, sk->xlen);
	MAY_WRITE(sig, len);
	if (!bearssl_key_good && bearssl_any())
		return 0;
	any_bytes_at(sig, len);
	return len;
}

/* The order of a curve: any number of the curve's length.  "MUST NOT be called if the curve is not supported" */
static unsigned char bearssl_order_p256[32], bearssl_order_p384[48];

static size_t
order_len_of(int curve)
{
	DEMANDS(curve == BR_EC_secp256r1 || curve == BR_EC_secp384r1);
	return curve == BR_EC_secp256r1 ? sizeof bearssl_order_p256 : sizeof bearssl_order_p384;
}

static const unsigned char *
any_order(int curve, size_t *len)
{
	*len = order_len_of(curve);
	return curve == BR_EC_secp256r1 ? bearssl_order_p256 : bearssl_order_p384;
}

/* "The multiplier MUST be non-zero and less than the curve subgroup order." */
static bool
in_range(const unsigned char *x, size_t xlen, int curve)
{
	size_t len;
	const unsigned char *order = any_order(curve, &len);
	bool below = false, same = true, zero = true;

	DEMANDS(xlen == len);
	for (size_t i = 0; i < len; i++) {
		below |= same && x[i] < order[i];
		same &= x[i] == order[i];
		zero &= x[i] == 0;
	}
	return below && !zero;
}

/* "Returned value is 1 on success, 0 on error. On error, the contents of G are indeterminate." */
static uint32_t
any_mul(unsigned char *G, size_t Glen, const unsigned char *x, size_t xlen, int curve)
{
	MAY_READ(x, xlen);
	DEMANDS(in_range(x, xlen, curve));
	any_bytes_at(G, Glen);
	return Glen == 1 + 2 * order_len_of(curve) && bearssl_any();
}

static size_t
any_mulgen(unsigned char *R, const unsigned char *x, size_t xlen, int curve)
{
	MAY_READ(x, xlen);
	DEMANDS(in_range(x, xlen, curve));
	any_bytes_at(R, 1 + 2 * order_len_of(curve));
	return 1 + 2 * order_len_of(curve);
}

/* Of Curve25519 any 32 bytes multiply any 32 bytes: the bits of RFC 7748 are cleared and set inside. */
static uint32_t
any_mul_x25519(unsigned char *G, size_t Glen, const unsigned char *x, size_t xlen, int curve)
{
	DEMANDS(curve == BR_EC_curve25519 && Glen == 32 && xlen == 32);
	MAY_READ(x, xlen);
	any_bytes_at(G, Glen);
	return 1;
}

/* p256_m31 knows one curve, prime_i31 three, of which two are ours. */
static const unsigned char *p256_order(int curve, size_t *len) { DEMANDS(curve == BR_EC_secp256r1); return any_order(curve, len); }
static uint32_t p256_mul(unsigned char *G, size_t Glen, const unsigned char *x, size_t xlen, int curve)
    { DEMANDS(curve == BR_EC_secp256r1); return any_mul(G, Glen, x, xlen, curve); }
static size_t p256_mulgen(unsigned char *R, const unsigned char *x, size_t xlen, int curve)
    { DEMANDS(curve == BR_EC_secp256r1); return any_mulgen(R, x, xlen, curve); }

const br_ec_impl br_ec_p256_m31 = { .supported_curves = (uint32_t)1 << 23, .order = p256_order, .mul = p256_mul, .mulgen = p256_mulgen };
const br_ec_impl br_ec_prime_i31 = { .supported_curves = (uint32_t)7 << 23, .order = any_order, .mul = any_mul, .mulgen = any_mulgen };
const br_ec_impl br_ec_c25519_m31 = { .supported_curves = (uint32_t)1 << 29, .mul = any_mul_x25519 };

/* ---- bearssl_block.h ---- */

/* "key points to exactly 32 bytes", "iv points to exactly 12 bytes"; "encrypted/decrypted in place" */
uint32_t
br_chacha20_sse2_run(const void *key, const void *iv, uint32_t cc, void *data, size_t len)
{
	uint32_t next;

	(void)cc;
	MAY_READ(key, 32);
	MAY_READ(iv, 12);
	any_bytes_at(data, len);
	return next;
}

/*
 * "The provided data is encrypted or decrypted with ChaCha20": data are written by ichacha and by nothing else, from block 1;
 * block 0 makes the key of the tag (RFC 7539, 2.8).
 */
void
br_poly1305_ctmulq_run(const void *key, const void *iv, void *data, size_t len, const void *aad, size_t aad_len, void *tag,
    br_chacha20_run ichacha, int encrypt)
{
	unsigned char tag_key[32];

	(void)encrypt;
	MAY_READ(key, 32);
	MAY_READ(iv, 12);
	MAY_WRITE(data, len);
	MAY_READ(aad, aad_len);
	(void)ichacha(key, iv, 0, tag_key, sizeof tag_key);
	(void)ichacha(key, iv, 1, data, len);
	any_bytes_at(tag, 16);
}

/* What the processor has: an implementation without its instructions "will fail with an illegal instruction exception". */
static bool bearssl_has_aes, bearssl_has_pclmul;

#define CTR_CLASS(init_, run_, keys)	{ .context_size = sizeof(keys), .block_size = 16, .log_block_size = 4, .init = init_, .run = run_ }
#define CTR_INIT(ctx, vtable, keys, key, key_len) \
	DEMANDS((key_len) == 16 || (key_len) == 24 || (key_len) == 32); \
	MAY_READ(key, key_len); \
	any_bytes_at((void *)(ctx), sizeof(keys)); \
	*(ctx) = &(vtable)
#define CTR_RUN(ctx, vtable, keys, iv, data, len) \
	MAY_READ(ctx, sizeof(keys)); \
	DEMANDS(*(ctx) == &(vtable)); \
	MAY_READ(iv, 12); \
	any_bytes_at(data, len)

static void x86ni_init(const br_block_ctr_class **ctx, const void *key, size_t key_len)
    { DEMANDS(bearssl_has_aes); CTR_INIT(ctx, br_aes_x86ni_ctr_vtable, br_aes_x86ni_ctr_keys, key, key_len); }
static uint32_t x86ni_run(const br_block_ctr_class *const *ctx, const void *iv, uint32_t cc, void *data, size_t len)
    { DEMANDS(bearssl_has_aes); CTR_RUN(ctx, br_aes_x86ni_ctr_vtable, br_aes_x86ni_ctr_keys, iv, data, len); return cc; }
static void ct64_init(const br_block_ctr_class **ctx, const void *key, size_t key_len)
    { CTR_INIT(ctx, br_aes_ct64_ctr_vtable, br_aes_ct64_ctr_keys, key, key_len); }
static uint32_t ct64_run(const br_block_ctr_class *const *ctx, const void *iv, uint32_t cc, void *data, size_t len)
    { CTR_RUN(ctx, br_aes_ct64_ctr_vtable, br_aes_ct64_ctr_keys, iv, data, len); return cc; }

const br_block_ctr_class br_aes_x86ni_ctr_vtable = CTR_CLASS(x86ni_init, x86ni_run, br_aes_x86ni_ctr_keys);
const br_block_ctr_class br_aes_ct64_ctr_vtable = CTR_CLASS(ct64_init, ct64_run, br_aes_ct64_ctr_keys);
const br_block_ctr_class *br_aes_x86ni_ctr_get_vtable(void) { return bearssl_has_aes ? &br_aes_x86ni_ctr_vtable : NULL; }

/* "The y array has length 16 bytes", "h is a 16-byte value", data "may be NULL if len is zero" */
void br_ghash_ctmul64(void *y, const void *h, const void *data, size_t len) { MAY_READ(h, 16); MAY_READ(data, len); any_bytes_at(y, 16); }
void br_ghash_pclmul(void *y, const void *h, const void *data, size_t len)
    { DEMANDS(bearssl_has_pclmul); MAY_READ(h, 16); MAY_READ(data, len); any_bytes_at(y, 16); }
br_ghash br_ghash_pclmul_get(void) { return bearssl_has_pclmul ? br_ghash_pclmul : NULL; }

/* ---- bearssl_rand.h ---- */

void
br_hmac_drbg_init(br_hmac_drbg_context *ctx, const br_hash_class *digest_class, const void *seed, size_t seed_len)
{
	MAY_READ(digest_class, sizeof *digest_class);
	MAY_READ(seed, seed_len);
	any_bytes_at(ctx, sizeof *ctx);
}

/* "requesting more than 65536 bytes in one request falls out of specification limits" */
void
br_hmac_drbg_generate(br_hmac_drbg_context *ctx, void *out, size_t len)
{
	DEMANDS(len <= 65536);
	any_bytes_at(ctx, sizeof *ctx);
	any_bytes_at(out, len);
}

#endif
