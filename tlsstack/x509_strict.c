/* x509_strict.c: the profile of RFC 5280, section 4, where it binds authorities.  See x509_strict.h. */
#include "tlsstack/x509_strict.h"

#include "tlsstack/x509_directory.h"

static bool
has(const struct x509_cert *cert, uint16_t extension)
PRE(FRESH(cert))
ASSIGNS()
{ return (cert->present & extension) != 0; }

static bool
is_critical(const struct x509_cert *cert, uint16_t extension)
PRE(FRESH(cert))
ASSIGNS()
{ return (cert->critical & extension) != 0; }

bool
x509_strict_ok(const struct x509_cert *cert)
{
	bool no_subject = cert->subject.len == 2;

	/* 4.2.1.1, 4.2.1.2: an authority key identifier but in self-signed ones; neither is critical. */
	if ((cert->authority_key_id.len == 0 && !x509_self_issued(cert)) ||
	    is_critical(cert, X509_EXT_AUTHORITY_KEY_ID | X509_EXT_SUBJECT_KEY_ID))
		return false;
	/* 4.2.1.3, 4.2.1.10: keyCertSign and name constraints are for authorities; the latter critical. */
	if (!cert->is_ca && ((cert->key_usage & X509_KU_CERT_SIGN) != 0 || has(cert, X509_EXT_NAME_CONSTRAINTS)))
		return false;
	if (has(cert, X509_EXT_NAME_CONSTRAINTS) && !is_critical(cert, X509_EXT_NAME_CONSTRAINTS))
		return false;
	/* 4.2.1.6: where the subject is empty, the alternative name stands for it, critical. */
	if (no_subject && !is_critical(cert, X509_EXT_SUBJECT_ALT_NAME))
		return false;
	/* 4.2.1.11, 4.2.1.14: policy constraints are critical (and then refused as not processed). */
	return !has(cert, X509_EXT_POLICY);
}

bool
x509_strict_issuer_ok(const struct x509_cert *cert)
{
	/* 4.2.1.2, 4.2.1.9: a key identifier, basicConstraints critical.  (4.1.2.6, a subject: nobody's issuer is empty.) */
	return x509_strict_ok(cert) && has(cert, X509_EXT_SUBJECT_KEY_ID) &&
	    is_critical(cert, X509_EXT_BASIC_CONSTRAINTS);
}
