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

/* ECParameters: namedCurve alone (RFC 5480, 2.1.1); the point uncompressed (SEC 1, 2.3.4). */
static bool
read_ec_key(struct crypto_public_key *key, struct cursor *parameters, struct span bits)
{
	struct span curve;

	if (!der_oid(parameters, &curve) || !cursor_done(parameters))
		return false;
	key->kind = (enum crypto_key_kind)x509_oid_find(curves, sizeof curves / sizeof *curves, curve);
	if (key->kind == CRYPTO_KEY_OTHER)
		return true;
	key->point = bits;
	return bits.len == (key->kind == CRYPTO_KEY_P256 ? 65 : 97) && bits.ptr[0] == 4;
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
	if (x509_oid_is(oid, OID_EC_PUBLIC_KEY, sizeof OID_EC_PUBLIC_KEY - 1))
		return read_ec_key(key, &algorithm, bits);
	return true;
}

bool
x509_spki_signature_parse(enum crypto_signature *signature, struct span der)
{
	struct cursor in = cursor_of(der), algorithm;
	struct span oid;

	if (!der_take(&in, DER_SEQUENCE, &algorithm) || !cursor_done(&in) || !der_oid(&algorithm, &oid))
		return false;
	*signature = (enum crypto_signature)x509_oid_find(ecdsa, sizeof ecdsa / sizeof *ecdsa, oid);
	return *signature == CRYPTO_SIG_OTHER || cursor_done(&algorithm);	/* RFC 5758, 3.2: no parameters */
}
