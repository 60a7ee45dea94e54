/* x509_spki.c: public keys and signature algorithms of certificates.  See x509_spki.h. */
#include "tlsstack/x509_spki.h"

#include "tlsstack/der.h"
#include "tlsstack/x509_oid.h"

static const struct x509_oid curves[] = {
	X509_OID_ROW(CRYPTO_KEY_P256, OID_SECP256R1),
	X509_OID_ROW(CRYPTO_KEY_P384, OID_SECP384R1),
};

static const struct x509_oid ecdsa[] = {
	X509_OID_ROW(CRYPTO_SIG_ECDSA_SHA256, OID_ECDSA_SHA256),
	X509_OID_ROW(CRYPTO_SIG_ECDSA_SHA384, OID_ECDSA_SHA384),
	X509_OID_ROW(CRYPTO_SIG_ECDSA_SHA512, OID_ECDSA_SHA512),
};

static const struct x509_oid rsa_pkcs1[] = {
	X509_OID_ROW(CRYPTO_SIG_RSA_PKCS1_SHA256, OID_RSA_SHA256),
	X509_OID_ROW(CRYPTO_SIG_RSA_PKCS1_SHA384, OID_RSA_SHA384),
	X509_OID_ROW(CRYPTO_SIG_RSA_PKCS1_SHA512, OID_RSA_SHA512),
};

static const struct x509_oid rsa_pss[] = {
	X509_OID_ROW(CRYPTO_SIG_RSA_PSS_SHA256, OID_SHA256),
	X509_OID_ROW(CRYPTO_SIG_RSA_PSS_SHA384, OID_SHA384),
	X509_OID_ROW(CRYPTO_SIG_RSA_PSS_SHA512, OID_SHA512),
};

#define FIND(table, oid)	x509_oid_find(table, sizeof table / sizeof *table, oid)
#define IS(oid, content)	x509_oid_is(oid, content, sizeof content - 1)

/* Parameters NULL, and nothing behind. */
static bool
null_parameters(struct cursor *in)
PRE(CURSOR_FRESH(in))
ASSIGNS(in->pos)
{
	struct cursor content;

	return der_take(in, DER_NULL, &content) && cursor_done(&content) && cursor_done(in);
}

/* ECParameters: namedCurve alone (RFC 5480, 2.1.1); the point uncompressed (SEC 1, 2.3.4). */
static bool
read_ec_key(struct crypto_public_key *key, struct cursor *parameters, struct span bits)
PRE(FRESH(key) && CURSOR_FRESH(parameters) && SPAN_VALUE(bits))
ASSIGNS(parameters->pos, key->kind, key->point)
{
	struct span curve;

	if (!der_oid(parameters, &curve) || !cursor_done(parameters))
		return false;
	key->kind = (enum crypto_key_kind)FIND(curves, curve);
	if (key->kind == CRYPTO_KEY_OTHER)
		return true;
	key->point = bits;
	return bits.len == (key->kind == CRYPTO_KEY_P256 ? 65 : 97) && bits.ptr[0] == 4;
}

/* Is the modulus of a length that verifying accepts?  Export keys (FREAK) and giants are not. */
static bool
rsa_length_ok(struct span modulus)
PRE(SPAN_VALUE(modulus))
ASSIGNS()
POST(!RETVAL || (modulus.len >= CRYPTO_RSA_BITS_MIN / 8 && modulus.len <= CRYPTO_RSA_BITS_MAX / 8))
{
	if (modulus.len == CRYPTO_RSA_BITS_MIN / 8)
		return modulus.ptr[0] >= 0x80;
	return modulus.len > CRYPTO_RSA_BITS_MIN / 8 && modulus.len <= CRYPTO_RSA_BITS_MAX / 8;
}

/* RSAPublicKey ::= SEQUENCE { modulus, publicExponent } (RFC 3279, 2.3.1; parameters NULL). */
static bool
read_rsa_key(struct crypto_public_key *key, struct cursor *parameters, struct span bits)
PRE(FRESH(key) && CURSOR_FRESH(parameters) && SPAN_VALUE(bits))
ASSIGNS(parameters->pos, key->kind, key->modulus, key->exponent)
{
	struct cursor in = cursor_of(bits), numbers;

	if (!null_parameters(parameters) || !der_take(&in, DER_SEQUENCE, &numbers) || !cursor_done(&in) ||
	    !der_positive(&numbers, &key->modulus) || !der_positive(&numbers, &key->exponent) || !cursor_done(&numbers))
		return false;
	if (rsa_length_ok(key->modulus))
		key->kind = CRYPTO_KEY_RSA;
	return true;
}

bool
x509_spki_parse(struct crypto_public_key *key, struct span der)
{
	struct cursor in = cursor_of(der), info, algorithm;
	struct span oid, bits;

	*key = (struct crypto_public_key){ 0 };
	if (!der_take(&in, DER_SEQUENCE, &info) || !cursor_done(&in) ||
	    !der_take(&info, DER_SEQUENCE, &algorithm) || !der_oid(&algorithm, &oid) ||
	    !der_bits(&info, &bits) || !cursor_done(&info))
		return false;
	if (IS(oid, OID_EC_PUBLIC_KEY))
		return read_ec_key(key, &algorithm, bits);
	if (IS(oid, OID_RSA_ENCRYPTION))
		return read_rsa_key(key, &algorithm, bits);
	return true;
}

/* AlgorithmIdentifier of a hash: parameters absent or NULL (RFC 4055, 2.1). */
static bool
read_hash(struct cursor *in, uint8_t *signature)
PRE(CURSOR_FRESH(in) && FRESH(signature))
ASSIGNS(in->pos, *signature)
POST(ADVANCED(in))
POST(!RETVAL || *signature == 0 || (*signature >= CRYPTO_SIG_RSA_PSS_SHA256 && *signature <= CRYPTO_SIG_RSA_PSS_SHA512))
{
	struct cursor algorithm;
	struct span oid;

	if (!der_take(in, DER_SEQUENCE, &algorithm) || !der_oid(&algorithm, &oid))
		return false;
	*signature = FIND(rsa_pss, oid);
	return cursor_done(&algorithm) || null_parameters(&algorithm);
}

/* MGF1's AlgorithmIdentifier, whose parameter is that of its hash. */
static bool
read_mgf(struct cursor *in, uint8_t *signature)
PRE(CURSOR_FRESH(in) && FRESH(signature))
ASSIGNS(in->pos, *signature)
POST(ADVANCED(in))
{
	struct cursor algorithm;
	struct span oid;

	return der_take(in, DER_SEQUENCE, &algorithm) && der_oid(&algorithm, &oid) && IS(oid, OID_MGF1) &&
	    read_hash(&algorithm, signature) && cursor_done(&algorithm);
}

/*
 * RSASSA-PSS-params (RFC 4055, 3.1), in the one form per hash that TLS uses: MGF1 with the same
 * hash, the salt as long as it.  The defaults mean SHA-1: refused by not being spoken.
 */
static bool
read_pss(struct cursor *in, enum crypto_signature *signature)
PRE(CURSOR_FRESH(in) && FRESH(signature))
ASSIGNS(in->pos, *signature)
{
	static const uint8_t salt_lens[] = { 32, 48, 64 };
	struct cursor parameters, hash, mgf, salt;
	uint8_t of_hash, of_mgf;
	uint32_t salt_len;

	if (!der_take(in, DER_SEQUENCE, &parameters) || !cursor_done(in) ||
	    !der_take(&parameters, DER_CONTEXT(0), &hash) || !read_hash(&hash, &of_hash) || !cursor_done(&hash) ||
	    !der_take(&parameters, DER_CONTEXT(1), &mgf) || !read_mgf(&mgf, &of_mgf) || !cursor_done(&mgf) ||
	    !der_take(&parameters, DER_CONTEXT(2), &salt) || !der_uint32(&salt, &salt_len) || !cursor_done(&salt) ||
	    !cursor_done(&parameters))
		return false;
	if (of_hash != 0 && of_hash == of_mgf && salt_len == salt_lens[of_hash - CRYPTO_SIG_RSA_PSS_SHA256])
		*signature = (enum crypto_signature)of_hash;
	return true;
}

bool
x509_spki_signature_parse(enum crypto_signature *signature, struct span der)
{
	struct cursor in = cursor_of(der), algorithm;
	struct span oid;

	*signature = CRYPTO_SIG_OTHER;
	if (!der_take(&in, DER_SEQUENCE, &algorithm) || !cursor_done(&in) || !der_oid(&algorithm, &oid))
		return false;
	if (IS(oid, OID_RSA_PSS))
		return read_pss(&algorithm, signature);
	*signature = (enum crypto_signature)FIND(ecdsa, oid);
	if (*signature != CRYPTO_SIG_OTHER)
		return cursor_done(&algorithm);		/* RFC 5758, 3.2: no parameters */
	*signature = (enum crypto_signature)FIND(rsa_pkcs1, oid);
	return *signature == CRYPTO_SIG_OTHER || null_parameters(&algorithm);	/* RFC 4055, 5 */
}
