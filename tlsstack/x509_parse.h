/*
 * x509_parse.h: one certificate (RFC 5280), from DER to a struct of views and scalars.
 *
 * Sees bytes only: no connection, no clock, no trust, no cryptography.  Strict DER: every
 * length minimal, nothing left over, at any level that is read.  What can not be decided from
 * one certificate alone is x509_verify's.
 */
#ifndef X509_PARSE_H
#define X509_PARSE_H

#include "platform/base/span.h"
#include "tlsstack/crypto/crypto.h"

/*
 * Why a certificate or a chain is refused.  The alert of each (RFC 8446, 6.2) is x509_alert().
 */
enum x509_result {
	X509_OK,
	X509_BAD_DER,			/* bad_certificate: not strict DER, or not a Certificate */
	X509_BAD_VERSION,		/* bad_certificate: not v3 */
	X509_BAD_SERIAL,		/* bad_certificate: not positive (zero: only of peers), or over 20 octets */
	X509_BAD_NAME,			/* bad_certificate: malformed Name, or no issuer */
	X509_BAD_TIME,			/* bad_certificate: not a time of RFC 5280, 4.1.2.5 */
	X509_BAD_KEY,			/* bad_certificate: malformed SubjectPublicKeyInfo */
	X509_BAD_ALGORITHM,		/* bad_certificate: inner and outer algorithm differ */
	X509_BAD_EXTENSION,		/* bad_certificate: malformed, or breaks its own rule */
	X509_DUPLICATE_EXTENSION,	/* bad_certificate */
	X509_TOO_LARGE,			/* bad_certificate: over a limit of limits.h */
	X509_BAD_SIGNATURE,		/* bad_certificate: issuer found, its key does not verify it */
	X509_UNKNOWN_CRITICAL,		/* unsupported_certificate: critical, and not understood */
	X509_UNSUPPORTED_KEY,		/* unsupported_certificate: no scheme uses such a key */
	X509_UNSUPPORTED_SIGNATURE,	/* unsupported_certificate: no scheme has such a signature */
	X509_WRONG_PURPOSE,		/* unsupported_certificate: key usage or extended key usage */
	X509_NOT_YET_VALID,		/* certificate_expired (there is no other alert for it) */
	X509_EXPIRED,			/* certificate_expired */
	X509_UNKNOWN_CA,		/* unknown_ca: no path to an anchor */
	X509_NOT_CA,			/* unknown_ca: an issuer that may not sign certificates */
	X509_PATH_LENGTH,		/* unknown_ca: pathLenConstraint or the depth limit */
	X509_TOO_MUCH_WORK,		/* unknown_ca: the limit of signature checks was reached */
	X509_WRONG_NAME,		/* bad_certificate: not the host that was asked for */
	X509_NOT_PROFILE,		/* bad_certificate: strict, and not as RFC 5280 has CAs do it */
	X509_NAME_CONSTRAINT,		/* unknown_ca: a name outside an issuer's constraints */
	X509_NUM_RESULTS
};

uint8_t x509_alert(enum x509_result result);		/* X509_OK: close_notify, never asked */
const char *x509_reason(enum x509_result result);	/* "expired", ... */

/* Extensions that are understood (RFC 5280, 4.2.1): bits of `present` and `critical`. */
#define X509_EXT_SUBJECT_KEY_ID		(1u << 0)
#define X509_EXT_KEY_USAGE		(1u << 1)
#define X509_EXT_SUBJECT_ALT_NAME	(1u << 2)
#define X509_EXT_BASIC_CONSTRAINTS	(1u << 3)
#define X509_EXT_NAME_CONSTRAINTS	(1u << 4)
#define X509_EXT_AUTHORITY_KEY_ID	(1u << 5)
#define X509_EXT_EXT_KEY_USAGE		(1u << 6)
#define X509_EXT_POLICY			(1u << 7)	/* policyConstraints, inhibitAnyPolicy: not processed */
#define X509_EXT_UNKNOWN		(1u << 8)	/* some other one */

/* Critical and not processed: a certificate with one of these is refused (RFC 5280, 4.2). */
#define X509_EXT_NOT_PROCESSED		(X509_EXT_POLICY | X509_EXT_UNKNOWN)

/* keyUsage: bit n of RFC 5280, 4.2.1.3 is 1 << n. */
#define X509_KU_DIGITAL_SIGNATURE	(1u << 0)
#define X509_KU_CERT_SIGN		(1u << 5)

/* extendedKeyUsage: those that are known here.  anyExtendedKeyUsage is not: it serves no role. */
#define X509_EKU_SERVER		(1u << 0)
#define X509_EKU_CLIENT		(1u << 1)

/* Views into the caller's bytes: valid as long as those are. */
struct x509_cert {
	struct span whole;		/* the certificate */
	struct span tbs;		/* what is signed, header included */
	struct span serial;		/* the INTEGER's magnitude; empty when zero */
	struct span issuer, subject;	/* whole Names */
	uint64_t not_before_s, not_after_s;	/* seconds since 1970; 0 for earlier */
	struct crypto_public_key key;
	struct span spki;		/* whole SubjectPublicKeyInfo */
	enum crypto_signature signature_algorithm;
	struct span signature;		/* content of the BIT STRING */

	uint16_t present, critical;	/* X509_EXT_ */
	uint16_t key_usage;		/* X509_KU_; 0 when absent */
	uint16_t ext_key_usage;		/* X509_EKU_ */
	bool is_ca, has_path_len;	/* basicConstraints */
	uint32_t path_len;
	struct span subject_key_id, authority_key_id;	/* empty when absent */
	struct span subject_alt_name;	/* content of the GeneralNames SEQUENCE */
	struct span name_constraints;	/* content of the NameConstraints SEQUENCE */
};

/* For proofs: what extensions fill; and that each view lies in the bytes that were read. */
#define X509_EXTENSION_FIELDS(cert)	(cert)->present, (cert)->critical, (cert)->key_usage, (cert)->ext_key_usage,	\
	(cert)->is_ca, (cert)->has_path_len, (cert)->path_len, (cert)->subject_key_id, (cert)->authority_key_id,	\
	(cert)->subject_alt_name, (cert)->name_constraints
#define X509_NO_EXTENSIONS(cert)	((cert)->subject_key_id.len == 0 && (cert)->authority_key_id.len == 0 &&	\
	(cert)->subject_alt_name.len == 0 && (cert)->name_constraints.len == 0)
#define X509_EXTENSION_VIEWS(base, end, cert)	(LIES_IN(base, end, (cert)->subject_key_id) &&	\
	LIES_IN(base, end, (cert)->authority_key_id) && LIES_IN(base, end, (cert)->subject_alt_name) &&	\
	LIES_IN(base, end, (cert)->name_constraints))
#define X509_BODY_VIEWS(base, end, cert)	(LIES_IN(base, end, (cert)->serial) && LIES_IN(base, end, (cert)->issuer) &&	\
	LIES_IN(base, end, (cert)->subject) && LIES_IN(base, end, (cert)->spki) && CRYPTO_KEY_VIEWS(base, end, &(cert)->key) &&	\
	X509_EXTENSION_VIEWS(base, end, cert))
#define X509_VIEWS(base, end, cert)	(LIES_IN(base, end, (cert)->whole) && LIES_IN(base, end, (cert)->tbs) &&	\
	LIES_IN(base, end, (cert)->signature) && X509_BODY_VIEWS(base, end, cert))
#define X509_IS_ZERO(cert)	(X509_NO_EXTENSIONS(cert) && (cert)->whole.len == 0 && (cert)->tbs.len == 0 && (cert)->serial.len == 0 &&	\
	(cert)->issuer.len == 0 && (cert)->subject.len == 0 && (cert)->spki.len == 0 && (cert)->key.point.len == 0 &&	\
	(cert)->key.modulus.len == 0 && (cert)->key.exponent.len == 0 && (cert)->signature.len == 0 && (cert)->present == 0 &&	\
	(cert)->critical == 0 && !(cert)->is_ca && (cert)->key.kind == CRYPTO_KEY_OTHER && (cert)->not_after_s == 0)

/* Parse exactly one certificate that fills `der`.  On failure *cert is all zero. */
MUST_CHECK enum x509_result x509_parse(struct x509_cert *cert, struct span der)
PRE(FRESH(cert) && SPAN_VALUE(der))
ASSIGNS(*cert)
POST(RETVAL == X509_OK ? X509_VIEWS(der.ptr, der.len, cert) : X509_IS_ZERO(cert));

#endif
