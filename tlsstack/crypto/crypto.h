/*
 * crypto.h: the cryptography that TLS and X.509 stand on, as descriptors and contexts.
 *
 * One small file per need sits behind this header, over BearSSL 0.6.  Nothing of BearSSL's
 * shows here, so each need has room for a second implementation: another file that defines the
 * same descriptor.  No protocol knowledge: HKDF-Expand-Label is tls13_schedule.c's.
 *
 * Contexts are placed by the caller, opaque, of a size that each .c file asserts.  They hold no
 * pointer into themselves: copying one forks it.  They hold secrets: the owner wipes them.
 * No heap, no globals that change.  A descriptor is a const table with function pointers (it
 * lands in .data.rel.ro); what no configuration names is not linked (-ffunction-sections,
 * -fdata-sections, --gc-sections).
 *
 * Lengths of outputs are fixed by the descriptor; where a span comes from the peer, any length
 * is legal and a wrong one is refused.  CT, for everything here: keys, secrets, nonces of
 * signatures and plaintext do not leak; lengths, public keys, signatures and results do.
 */
#ifndef CRYPTO_H
#define CRYPTO_H

#include "platform/base/span.h"
#include "tlsstack/tls.h"

/* ---- Hash ----------------------------------------------------------------------------- */

#define CRYPTO_HASH_MAX		64	/* bytes of the longest digest, SHA-512 (certificates only) */
#define CRYPTO_HASH_MAX_TLS	48	/* of a suite's hash: SHA-384 */
#define CRYPTO_BLOCK_MAX	128	/* bytes of the longest hash block */

struct crypto_hash_ctx { uint64_t opaque[26]; };

struct crypto_hash {
	size_t len;		/* of the digest */
	size_t block_len;
	void (*init)(struct crypto_hash_ctx *ctx);
	void (*update)(struct crypto_hash_ctx *ctx, struct span bytes);
	/* The digest of what came so far; the context stays as it was and may go on. */
	void (*out)(const struct crypto_hash_ctx *ctx, uint8_t *digest);
};

extern const struct crypto_hash hash_sha256;
extern const struct crypto_hash hash_sha384;
extern const struct crypto_hash hash_sha512;	/* certificates only */

/* All three in one. */
void hash_of(const struct crypto_hash *hash, uint8_t *digest, struct span bytes);

/* ---- HMAC (RFC 2104) and HKDF (RFC 5869) ---------------------------------------------- */

struct crypto_hmac {
	const struct crypto_hash *hash;
	struct crypto_hash_ctx inner, outer;
};

/* A key of any length.  hmac_out writes hash->len bytes and leaves the context as it was. */
void hmac_init(struct crypto_hmac *hmac, const struct crypto_hash *hash, struct span key);
void hmac_update(struct crypto_hmac *hmac, struct span bytes);
void hmac_out(const struct crypto_hmac *hmac, uint8_t *mac);

/* PRK = HMAC(salt, ikm); hash->len bytes to `prk`, which may be the bytes of `ikm` or `salt`. */
void hkdf_extract(const struct crypto_hash *hash, uint8_t *prk, struct span salt, struct span ikm);

/* `prk` has hash->len bytes.  out_len at most 255 * hash->len (more is our bug: panic). */
void hkdf_expand(const struct crypto_hash *hash, uint8_t *out, size_t out_len,
    const uint8_t *prk, struct span info);

/* ---- Deterministic random bytes -------------------------------------------------------- */

/* HMAC-DRBG with SHA-256 (NIST SP 800-90A, 10.1.2); never reseeded: one per connection. */
struct crypto_drbg { uint64_t opaque[18]; };

void drbg_init(struct crypto_drbg *drbg, const uint8_t seed[TLS_SEED_LEN]);
void drbg_bytes(struct crypto_drbg *drbg, uint8_t *out, size_t len);

/* ---- AEAD (RFC 5116) ------------------------------------------------------------------ */

#define CRYPTO_AEAD_KEY_MAX	32
#define CRYPTO_NONCE_LEN	12	/* of every AEAD here */
#define CRYPTO_TAG_LEN		16	/* of every AEAD here */

struct crypto_aead_key { uint64_t opaque[36]; };

struct crypto_aead {
	size_t key_len;
	/*
	 * Records that one key may protect, of full size.  Sending: change the key before.
	 * GCM: 2^24.5 in RFC 8446, 5.5; ChaCha20-Poly1305: the sequence number ends first.
	 */
	uint64_t seal_limit;

	/* Expand a key of key_len bytes. */
	void (*init)(struct crypto_aead_key *key, const uint8_t *secret);

	/* Encrypt `len` bytes at `data` in place and write the tag.  Never twice with one nonce. */
	void (*seal)(const struct crypto_aead_key *key, const uint8_t nonce[CRYPTO_NONCE_LEN],
	    struct span aad, uint8_t *data, size_t len, uint8_t tag[CRYPTO_TAG_LEN]);

	/*
	 * Check the tag over the ciphertext; only when it is right, decrypt in place.  When it is
	 * wrong: false, and `data` is still the ciphertext: no plaintext existed.
	 */
	bool (*open)(const struct crypto_aead_key *key, const uint8_t nonce[CRYPTO_NONCE_LEN],
	    struct span aad, uint8_t *data, size_t len, const uint8_t tag[CRYPTO_TAG_LEN]);
};

extern const struct crypto_aead aead_aes128_gcm;
extern const struct crypto_aead aead_aes256_gcm;
extern const struct crypto_aead aead_chacha20_poly1305;

/* What a cipher suite is (declared in tls.h; the descriptors are in crypto/suites.c). */
struct tls_suite {
	uint16_t code;
	uint16_t version;		/* 0x0304, or 0x0303: a suite belongs to one version */
	uint8_t credential;		/* TLS 1.2: enum crypto_family of the server's key; 1.3: 0 */
	uint8_t fixed_iv_len;		/* TLS 1.2: bytes of the write IV, 4 or 12; 1.3: 12 */
	const struct crypto_aead *aead;
	const struct crypto_hash *hash;
};

/* ---- Key exchange --------------------------------------------------------------------- */

#define CRYPTO_KX_SECRET_MAX	48
#define CRYPTO_KX_PUBLIC_MAX	97
#define CRYPTO_KX_SHARED_MAX	48

struct tls_group {
	uint16_t code;
	uint8_t secret_len, public_len, shared_len;

	/*
	 * A fresh pair.  X25519: the first 32 bytes of the generator are the secret (so do the
	 * traces of RFC 8448).  P-256, P-384: drawn again until in [1, n-1].
	 */
	void (*keygen)(uint8_t *secret, uint8_t *public, struct crypto_drbg *drbg);

	/*
	 * The shared secret, shared_len bytes.  False when the peer's bytes have the wrong length,
	 * are not an uncompressed point on the curve (RFC 8446, 4.2.8.2), or give the all-zero
	 * value with X25519 (RFC 8446, 7.4.2): illegal_parameter.  Then `shared` is zero.
	 */
	bool (*shared)(uint8_t *shared, const uint8_t *secret, struct span peer);
};

/* ---- Signatures ----------------------------------------------------------------------- */

enum crypto_family { CRYPTO_NO_FAMILY, CRYPTO_EC, CRYPTO_RSA };

/* Kinds of public key, one per way to use it. */
enum crypto_key_kind {
	CRYPTO_KEY_OTHER,	/* well-formed, and nothing we can use */
	CRYPTO_KEY_P256,
	CRYPTO_KEY_P384,
	CRYPTO_KEY_RSA		/* rsaEncryption: PKCS#1 v1.5 and PSS (rsa_pss_rsae_*) */
};

/* A peer's public key: views of its bytes.  What they hold is checked by `verify`. */
struct crypto_public_key {
	enum crypto_key_kind kind;
	struct span point;		/* EC: uncompressed, 04 X Y; RSA: empty */
	struct span modulus, exponent;	/* RSA: big-endian, no leading zeros; EC: empty */
};

/* For proofs: each view lies in the bytes that the key was read from. */
#define CRYPTO_KEY_VIEWS(base, end, key)	(LIES_IN(base, end, (key)->point) && LIES_IN(base, end, (key)->modulus) &&	\
	LIES_IN(base, end, (key)->exponent))

/* Signature algorithms as certificates name them: no curve, no key. */
enum crypto_signature {
	CRYPTO_SIG_OTHER,
	CRYPTO_SIG_ECDSA_SHA256, CRYPTO_SIG_ECDSA_SHA384, CRYPTO_SIG_ECDSA_SHA512,
	CRYPTO_SIG_RSA_PKCS1_SHA256, CRYPTO_SIG_RSA_PKCS1_SHA384, CRYPTO_SIG_RSA_PKCS1_SHA512,
	CRYPTO_SIG_RSA_PSS_SHA256, CRYPTO_SIG_RSA_PSS_SHA384, CRYPTO_SIG_RSA_PSS_SHA512
};

#define CRYPTO_SIGNATURE_MAX	512	/* bytes: RSA-4096 */
#define CRYPTO_RSA_BITS_MIN	2048
#define CRYPTO_RSA_BITS_MAX	4096

/*
 * A scheme is one exact pair: (kind of key, signature with its hash).  It serves handshake
 * signatures by `code`, and signatures of certificates by (issuer's key kind, `signature`).
 */
struct tls_scheme {
	uint16_t code;		/* SignatureScheme, RFC 8446, 4.2.3 */
	bool tls13, tls12;	/* may sign a handshake of that version under this code */
	enum crypto_key_kind key;
	enum crypto_signature signature;
	const struct crypto_hash *hash;		/* of what is signed */

	/*
	 * Sign a digest of hash->len bytes.  Appends to `out`, which needs room for
	 * CRYPTO_SIGNATURE_MAX at most.  `key` is as in struct tls_credential: the scalar of an
	 * ECDSA key, the RSAPrivateKey (RFC 8017, A.1.2) of an RSA key.  ECDSA is deterministic
	 * (RFC 6979), its value DER; PSS draws its salt (hash->len bytes) from `drbg`, the others
	 * draw nothing.  A key that can not sign is our bug: panic.
	 */
	void (*sign)(const struct tls_scheme *scheme, struct outbuf *out, struct span key,
	    const uint8_t *digest, struct crypto_drbg *drbg);

	/*
	 * True if `signature` is right for the digest under `key`.  Any bytes are legal input:
	 * a key of another kind, a point off the curve, an RSA modulus outside
	 * CRYPTO_RSA_BITS_MIN..MAX, non-DER or out-of-range ECDSA values: false.
	 */
	bool (*verify)(const struct tls_scheme *scheme, const struct crypto_public_key *key,
	    const uint8_t *digest, struct span signature);
};

/* scalar * G for P-256; false when the scalar is not in [1, n-1]. */
MUST_CHECK bool kx_p256_public(uint8_t point[TLS_POINT_LEN], const uint8_t scalar[TLS_KEY_LEN]);

#endif
