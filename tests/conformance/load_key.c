/* load_key.c: private keys from PEM files.  See load.h. */
#include <stdlib.h>
#include <string.h>

#include "tests/conformance/load.h"
#include "tlsstack/crypto/rsa.h"
#include "tlsstack/der.h"
#include "tlsstack/x509_parse.h"

#define SCALAR_MAX	48

static const uint8_t EC[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 };
static const uint8_t RSA[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01 };
static const uint8_t P256[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 };
static const uint8_t P384[] = { 0x2b, 0x81, 0x04, 0x00, 0x22 };

#define IS(oid, known)	((oid).len == sizeof (known) && memcmp((oid).ptr, known, sizeof (known)) == 0)

static enum crypto_key_kind
kind_of_curve(struct span oid)
{
	return IS(oid, P256) ? CRYPTO_KEY_P256 : IS(oid, P384) ? CRYPTO_KEY_P384 : CRYPTO_KEY_OTHER;
}

/* The scalar, with as many bytes as the curve has: some writers leave leading zeros out, some add one. */
static struct span
fit(struct span scalar, enum crypto_key_kind kind)
{
	size_t len = kind == CRYPTO_KEY_P256 ? 32 : SCALAR_MAX;
	uint8_t *bytes = calloc(1, SCALAR_MAX);

	while (scalar.len > len && scalar.ptr[0] == 0)
		scalar = (struct span){ scalar.ptr + 1, scalar.len - 1 };
	if (bytes == NULL || scalar.len > len)
		load_die("key", "is longer than its curve");
	memcpy(bytes + len - scalar.len, scalar.ptr, scalar.len);
	return (struct span){ bytes, len };
}

/* SEC1 (RFC 5915): SEQUENCE { 1, OCTET STRING scalar, [0] curve OPTIONAL, ... }; in PKCS#8 the curve is outside. */
static enum crypto_key_kind
take_sec1(struct span *key, enum crypto_key_kind kind)
{
	struct cursor in = cursor_of(*key), fields, scalar, parameters;
	struct span oid;
	uint32_t version;

	if (!der_take(&in, DER_SEQUENCE, &fields) || !der_uint32(&fields, &version) || version != 1 ||
	    !der_take(&fields, DER_OCTET_STRING, &scalar))
		load_die("key", "is no ECPrivateKey");
	if (der_take(&fields, DER_CONTEXT(0), &parameters) && der_oid(&parameters, &oid))
		kind = kind_of_curve(oid);
	if (kind == CRYPTO_KEY_P256 || kind == CRYPTO_KEY_P384)
		*key = fit(cursor_rest(&scalar), kind);
	return kind;
}

static enum crypto_key_kind
take_pkcs1(struct span key)
{
	struct rsa_private numbers;
	size_t bits;

	if (!rsa_private_parse(&numbers, key))
		load_die("key", "is no RSAPrivateKey of two primes");
	bits = rsa_bits(numbers.modulus);
	return bits < CRYPTO_RSA_BITS_MIN || bits > CRYPTO_RSA_BITS_MAX ? CRYPTO_KEY_OTHER : CRYPTO_KEY_RSA;
}

/* PKCS#8 (RFC 5208): SEQUENCE { 0, AlgorithmIdentifier, OCTET STRING key, ... }. */
static enum crypto_key_kind
take_pkcs8(struct span *key)
{
	struct cursor in = cursor_of(*key), body, algorithm, bytes;
	struct span oid, curve = { NULL, 0 };
	uint32_t version;

	if (!der_take(&in, DER_SEQUENCE, &body) || !der_uint32(&body, &version) ||
	    !der_take(&body, DER_SEQUENCE, &algorithm) || !der_oid(&algorithm, &oid) ||
	    !der_take(&body, DER_OCTET_STRING, &bytes))
		load_die("key", "is no PKCS#8");
	*key = cursor_rest(&bytes);
	if (IS(oid, RSA))
		return take_pkcs1(*key);
	if (!IS(oid, EC) || !der_oid(&algorithm, &curve))
		return CRYPTO_KEY_OTHER;
	return take_sec1(key, kind_of_curve(curve));
}

/* The first private key of a file. */
static enum crypto_key_kind
take_key(struct span *key, const char *path)
{
	const char *text = load_file(path);
	char label[64] = "";

	while (strstr(label, "PRIVATE KEY") == NULL)
		if (!load_pem_next(&text, label, key))
			load_die(path, "has no private key");
	if (strcmp(label, "EC PRIVATE KEY") == 0)
		return take_sec1(key, CRYPTO_KEY_OTHER);
	if (strcmp(label, "RSA PRIVATE KEY") == 0)
		return take_pkcs1(*key);
	if (strcmp(label, "PRIVATE KEY") == 0)
		return take_pkcs8(key);
	load_die(path, strcmp(label, "ENCRYPTED PRIVATE KEY") == 0 ? "is encrypted" : "has another kind of key");
}

/* Sign something and look whether the certificate's key agrees.  A certificate that does not parse is not judged. */
static void
check_pair(const struct tls_credential *credential, const char *path)
{
	static const uint8_t SEED[TLS_SEED_LEN];
	uint8_t digest[CRYPTO_HASH_MAX] = { 1 }, room[CRYPTO_SIGNATURE_MAX];
	struct outbuf signature = outbuf_of(room, sizeof room);
	struct crypto_drbg drbg;
	struct x509_cert cert;

	if (x509_parse(&cert, credential->chain[0]) != X509_OK)
		return;
	drbg_init(&drbg, SEED);
	credential->scheme->sign(credential->scheme, &signature, credential->private_key, digest, &drbg);
	if (!credential->scheme->verify(credential->scheme, &cert.key, digest, outbuf_span(&signature)))
		load_die(path, "is not the certificate's key");
}

size_t
load_credentials(struct tls_credential **credentials, const char *cert_path, const char *key_path)
{
	struct span *chain, key = { NULL, 0 };
	size_t num_chain = load_chain(&chain, cert_path), num = 0;
	enum crypto_key_kind kind = take_key(&key, key_path);

	*credentials = calloc(LOAD_NUM_SCHEMES, sizeof **credentials);
	if (*credentials == NULL)
		load_die("memory", "none left");
	for (size_t i = 0; kind != CRYPTO_KEY_OTHER && i < LOAD_NUM_SCHEMES; i++)
		if (LOAD_SCHEMES[i]->key == kind)
			(*credentials)[num++] = (struct tls_credential){ LOAD_SCHEMES[i], chain, num_chain, key };
	if (num != 0)
		check_pair(*credentials, key_path);
	return num;
}
