/*
 * x509_peers_fuzz.c: one certificate through our parser, OpenSSL's and BearSSL's.
 *
 * Ours is the strictest, so what must hold is one-sided: a certificate that we accept, OpenSSL accepts too, and
 * (unless a value in a name is no string of its type, as we compare names as bytes; or the key or
 * signature is of an algorithm unknown to us, whose parameters nobody here reads) and
 * both read the same serial number, names, times, key, key usage, authority and extensions' presence; BearSSL reads the
 * same key and authority, where it accepts (it knows no RSA-PSS and refuses critical extensions by itself).
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <bearssl.h>
#include <openssl/x509v3.h>

#include "fuzz/outcome.h"
#include "tlsstack/x509_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

const char *fuzz_outcome;

#define CHECK(what)	do { if (!(what)) abort(); } while (0)

static bool
same(struct span ours, const void *theirs, size_t len)
{
	return ours.len == len && (len == 0 || memcmp(ours.ptr, theirs, len) == 0);
}

static bool
same_name(struct span ours, const X509_NAME *theirs)
{
	const unsigned char *der;
	size_t len;

	return X509_NAME_get0_der(theirs, &der, &len) == 1 && same(ours, der, len);
}

/* Ours has 0 for whatever was before 1970. */
static bool
same_time(uint64_t ours_s, const ASN1_TIME *theirs)
{
	time_t t = (time_t)ours_s;

	return ASN1_TIME_cmp_time_t(theirs, t) == 0 || (ours_s == 0 && ASN1_TIME_cmp_time_t(theirs, 0) < 0);
}

static void
compare_openssl(const struct x509_cert *cert, X509 *x)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(x);
	uint32_t flags = X509_get_extension_flags(x);
	unsigned char *spki = NULL;
	int spki_len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &spki);

	CHECK(same(cert->serial, ASN1_STRING_get0_data(serial), (size_t)ASN1_STRING_length(serial)));
	CHECK(same_name(cert->issuer, X509_get_issuer_name(x)) && same_name(cert->subject, X509_get_subject_name(x)));
	CHECK(same_time(cert->not_before_s, X509_get0_notBefore(x)) && same_time(cert->not_after_s, X509_get0_notAfter(x)));
	CHECK(spki_len >= 0 && same(cert->spki, spki, (size_t)spki_len));
	OPENSSL_free(spki);
	if ((flags & EXFLAG_INVALID) != 0)
		return;		/* it looks into extensions that we do not process, and says no more */
	CHECK(((flags & EXFLAG_CA) != 0) == cert->is_ca);
	CHECK(!cert->has_path_len || X509_get_pathlen(x) == (long)cert->path_len);
	CHECK(((cert->present & X509_EXT_KEY_USAGE) != 0) == ((flags & EXFLAG_KUSAGE) != 0));
	CHECK(((cert->present & X509_EXT_EXT_KEY_USAGE) != 0) == ((flags & EXFLAG_XKUSAGE) != 0));
	if ((flags & EXFLAG_KUSAGE) != 0) {
		CHECK(((cert->key_usage & X509_KU_DIGITAL_SIGNATURE) != 0) == ((X509_get_key_usage(x) & KU_DIGITAL_SIGNATURE) != 0));
		CHECK(((cert->key_usage & X509_KU_CERT_SIGN) != 0) == ((X509_get_key_usage(x) & KU_KEY_CERT_SIGN) != 0));
	}
	if ((flags & EXFLAG_XKUSAGE) != 0) {
		CHECK(((cert->ext_key_usage & X509_EKU_SERVER) != 0) == ((X509_get_extended_key_usage(x) & XKU_SSL_SERVER) != 0));
		CHECK(((cert->ext_key_usage & X509_EKU_CLIENT) != 0) == ((X509_get_extended_key_usage(x) & XKU_SSL_CLIENT) != 0));
	}
	CHECK(((cert->present & X509_EXT_NAME_CONSTRAINTS) != 0) == (X509_get_ext_by_NID(x, NID_name_constraints, -1) >= 0));
	CHECK(((cert->present & X509_EXT_SUBJECT_ALT_NAME) != 0) == (X509_get_ext_by_NID(x, NID_subject_alt_name, -1) >= 0));
}

static bool
same_number(struct span ours, const unsigned char *theirs, size_t len)
{
	while (len > 0 && theirs[0] == 0)
		theirs++, len--;
	return same(ours, theirs, len);
}

static void
compare_bearssl(const struct x509_cert *cert)
{
	br_x509_decoder_context decoder;
	const br_x509_pkey *key;

	br_x509_decoder_init(&decoder, NULL, NULL);
	br_x509_decoder_push(&decoder, cert->whole.ptr, cert->whole.len);
	key = br_x509_decoder_get_pkey(&decoder);
	if (key == NULL)
		return;
	CHECK((br_x509_decoder_isCA(&decoder) != 0) == cert->is_ca);
	if (cert->key.kind == CRYPTO_KEY_RSA)
		CHECK(key->key_type == BR_KEYTYPE_RSA && same_number(cert->key.modulus, key->key.rsa.n, key->key.rsa.nlen) &&
		    same_number(cert->key.exponent, key->key.rsa.e, key->key.rsa.elen));
	else if (cert->key.kind != CRYPTO_KEY_OTHER)
		CHECK(key->key_type == BR_KEYTYPE_EC && same(cert->key.point, key->key.ec.q, key->key.ec.qlen));
}

/* Does OpenSSL read this Name?  We compare names as bytes and leave their values' types and letters alone. */
static bool
is_their_name(struct span name)
{
	const unsigned char *at = name.ptr;
	X509_NAME *theirs = d2i_X509_NAME(NULL, &at, (long)name.len);
	bool good = theirs != NULL;

	X509_NAME_free(theirs);
	return good;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const unsigned char *at = data;
	struct x509_cert cert;
	enum x509_result result = x509_parse(&cert, (struct span){ data, len });
	X509 *x;

	fuzz_outcome = x509_reason(result);
	if (result != X509_OK)
		return 0;
	x = d2i_X509(NULL, &at, (long)len);
	if (x == NULL && (!is_their_name(cert.issuer) || !is_their_name(cert.subject) || cert.key.kind == CRYPTO_KEY_OTHER ||
	    cert.signature_algorithm == CRYPTO_SIG_OTHER))
		return 0;
	CHECK(x != NULL && at == data + len);
	compare_openssl(&cert, x);
	compare_bearssl(&cert);
	X509_free(x);
	return 0;
}
