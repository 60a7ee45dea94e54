/*
 * wycheproof.c: answers Wycheproof's questions with this project's primitives.
 *
 * Reads one JSON object per line, {"alg", "schema", "group", "test"}, as Wycheproof's files have
 * them (the group without its tests), and writes one line each: "valid", "invalid", or "na" for
 * what is not spoken here: other curves, AES-192, nonces of other lengths than TLS's, ML-KEM.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlsstack/crypto/crypto.h"
#include "tlsstack/x509_spki.h"

enum answer { INVALID, VALID, NA };

struct question { const char *alg, *schema; const json_t *group, *test; };

struct bytes { uint8_t *ptr; size_t len; };

static const char *
text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value != NULL ? value : "";
}

static long long
number(const json_t *object, const char *key) { return json_integer_value(json_object_get(object, key)); }

/* A field in hex.  Never freed: the program ends with its input, which is small. */
static struct bytes
hex(const json_t *object, const char *key)
{
	const char *digits = text(object, key);
	struct bytes bytes = { NULL, strlen(digits) / 2 };
	unsigned value;

	bytes.ptr = calloc(1, bytes.len + 1);
	for (size_t i = 0; i < bytes.len; i++)
		if (sscanf(digits + 2 * i, "%2x", &value) == 1)
			bytes.ptr[i] = (uint8_t)value;
	return bytes;
}

static struct span
span(struct bytes bytes) { return (struct span){ bytes.ptr, bytes.len }; }

static bool
same(struct bytes want, const uint8_t *got, size_t len) { return want.len == len && memcmp(want.ptr, got, len) == 0; }

/* A big integer to exactly `len` bytes; false when it does not fit. */
static bool
fixed(uint8_t *to, size_t len, struct bytes from)
{
	size_t skip = 0;

	while (skip < from.len && from.ptr[skip] == 0)
		skip++;
	if (from.len - skip > len)
		return false;
	memset(to, 0, len);
	memcpy(to + len - (from.len - skip), from.ptr + skip, from.len - skip);
	return true;
}

static const struct crypto_hash *
find_hash(const char *name)
{
	static const struct { const char *name; const struct crypto_hash *hash; } hashes[] = {
		{ "SHA-256", &hash_sha256 }, { "SHA-384", &hash_sha384 }, { "SHA-512", &hash_sha512 },
		{ "HMACSHA256", &hash_sha256 }, { "HMACSHA384", &hash_sha384 }, { "HMACSHA512", &hash_sha512 },
		{ "HKDF-SHA-256", &hash_sha256 }, { "HKDF-SHA-384", &hash_sha384 }, { "HKDF-SHA-512", &hash_sha512 },
	};

	for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++)
		if (strcmp(hashes[i].name, name) == 0)
			return hashes[i].hash;
	return NULL;
}

static enum answer
ask_aead(const struct question *q)
{
	long long bits = number(q->group, "keySize");
	const struct crypto_aead *aead = strcmp(q->alg, "AES-GCM") != 0 ? &aead_chacha20_poly1305 :
	    bits == 128 ? &aead_aes128_gcm : bits == 256 ? &aead_aes256_gcm : NULL;
	struct bytes msg = hex(q->test, "msg"), ct = hex(q->test, "ct"), tag = hex(q->test, "tag");
	struct bytes key = hex(q->test, "key"), iv = hex(q->test, "iv"), aad = hex(q->test, "aad");
	struct crypto_aead_key expanded;
	uint8_t own_tag[CRYPTO_TAG_LEN];

	if (aead == NULL || key.len != aead->key_len || iv.len != CRYPTO_NONCE_LEN || tag.len != CRYPTO_TAG_LEN)
		return NA;
	aead->init(&expanded, key.ptr);
	if (!aead->open(&expanded, iv.ptr, span(aad), ct.ptr, ct.len, tag.ptr))
		return INVALID;
	if (!same(msg, ct.ptr, ct.len))
		return INVALID;
	aead->seal(&expanded, iv.ptr, span(aad), ct.ptr, ct.len, own_tag);
	return same(tag, own_tag, sizeof own_tag) && same(hex(q->test, "ct"), ct.ptr, ct.len) ? VALID : INVALID;
}

static enum answer
ask_hmac(const struct question *q)
{
	const struct crypto_hash *hash = find_hash(q->alg);
	struct bytes tag = hex(q->test, "tag");
	uint8_t mac[CRYPTO_HASH_MAX];
	struct crypto_hmac hmac;

	if (hash == NULL)
		return NA;
	hmac_init(&hmac, hash, span(hex(q->test, "key")));
	hmac_update(&hmac, span(hex(q->test, "msg")));
	hmac_out(&hmac, mac);
	return tag.len <= hash->len && same(tag, mac, (size_t)number(q->group, "tagSize") / 8) ? VALID : INVALID;
}

static enum answer
ask_hkdf(const struct question *q)
{
	static uint8_t okm[255 * CRYPTO_HASH_MAX];
	const struct crypto_hash *hash = find_hash(q->alg);
	size_t size = (size_t)number(q->test, "size");
	uint8_t prk[CRYPTO_HASH_MAX];

	if (hash == NULL)
		return NA;
	if (size > 255 * hash->len)
		return INVALID;
	hkdf_extract(hash, prk, span(hex(q->test, "salt")), span(hex(q->test, "ikm")));
	hkdf_expand(hash, okm, size, prk, span(hex(q->test, "info")));
	return same(hex(q->test, "okm"), okm, size) ? VALID : INVALID;
}

static enum answer
ask_exchange(const struct question *q)
{
	const char *curve = text(q->group, "curve");
	const struct tls_group *group = strcmp(curve, "curve25519") == 0 ? &tls_x25519 :
	    strcmp(curve, "secp256r1") == 0 ? &tls_secp256r1 : strcmp(curve, "secp384r1") == 0 ? &tls_secp384r1 : NULL;
	enum crypto_key_kind kind = group == &tls_secp384r1 ? CRYPTO_KEY_P384 : CRYPTO_KEY_P256;
	struct bytes private = hex(q->test, "private"), public = hex(q->test, "public");
	uint8_t secret[CRYPTO_KX_SECRET_MAX], shared[CRYPTO_KX_SHARED_MAX];
	struct crypto_public_key key = { .point = span(public) };

	if (group == NULL)
		return NA;
	if (strcmp(text(q->group, "encoding"), "asn") == 0 && (!x509_spki_parse(&key, span(public)) || key.kind != kind))
		return INVALID;
	if (!fixed(secret, group->secret_len, private) && group != &tls_x25519)
		return INVALID;
	if (group == &tls_x25519 && private.len == group->secret_len)
		memcpy(secret, private.ptr, private.len);	/* little-endian: no number to shorten */
	return group->shared(shared, secret, key.point) && same(hex(q->test, "shared"), shared, group->shared_len) ?
	    VALID : INVALID;
}

static enum answer
ask_signature(const struct question *q)
{
	static const struct tls_scheme *const schemes[] = {
		&tls_ecdsa_secp256r1_sha256, &tls_ecdsa_p256_sha384, &tls_ecdsa_p256_sha512,
		&tls_ecdsa_p384_sha256, &tls_ecdsa_secp384r1_sha384, &tls_ecdsa_p384_sha512,
		&tls_rsa_pkcs1_sha256, &tls_rsa_pkcs1_sha384, &tls_rsa_pkcs1_sha512,
		&tls_rsa_pss_rsae_sha256, &tls_rsa_pss_rsae_sha384, &tls_rsa_pss_rsae_sha512,
	};
	const struct crypto_hash *hash = find_hash(text(q->group, "sha"));
	bool pss = strcmp(q->alg, "RSASSA-PSS") == 0;
	struct crypto_public_key key;
	uint8_t digest[CRYPTO_HASH_MAX];

	if (hash == NULL || !x509_spki_parse(&key, span(hex(q->group, "publicKeyDer"))))
		return NA;
	if (pss && (strcmp(text(q->group, "mgfSha"), text(q->group, "sha")) != 0 || number(q->group, "sLen") != (long long)hash->len))
		return NA;
	hash_of(hash, digest, span(hex(q->test, "msg")));
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (schemes[i]->key == key.kind && schemes[i]->hash == hash &&
		    (schemes[i]->signature >= CRYPTO_SIG_RSA_PSS_SHA256) == pss)
			return schemes[i]->verify(schemes[i], &key, digest, span(hex(q->test, "sig"))) ? VALID : INVALID;
	return NA;
}

static enum answer
ask(const struct question *q)
{
	static const struct { const char *schema; enum answer (*ask)(const struct question *q); } rows[] = {
		{ "aead_test_schema", ask_aead }, { "mac_test_schema", ask_hmac }, { "hkdf_test_schema", ask_hkdf },
		{ "ecdh_ecpoint_test_schema", ask_exchange }, { "ecdh_test_schema", ask_exchange },
		{ "xdh_comp_schema", ask_exchange }, { "ecdsa_verify_schema", ask_signature },
		{ "rsassa_pss_verify_schema", ask_signature }, { "rsassa_pkcs1_verify_schema", ask_signature },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (strncmp(q->schema, rows[i].schema, strlen(rows[i].schema)) == 0)
			return rows[i].ask(q);
	return NA;
}

int
main(void)
{
	static const char *const words[] = { [INVALID] = "invalid", [VALID] = "valid", [NA] = "na" };
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	while ((len = getline(&line, &room, stdin)) > 0) {
		json_t *object = json_loadb(line, (size_t)len, 0, NULL);
		const struct question q = { text(object, "alg"), text(object, "schema"),
		    json_object_get(object, "group"), json_object_get(object, "test") };

		if (object == NULL) {
			fprintf(stderr, "wycheproof: a line is not JSON\n");
			return 2;
		}
		puts(words[ask(&q)]);
		fflush(stdout);
		json_decref(object);
	}
	free(line);
	return 0;
}
