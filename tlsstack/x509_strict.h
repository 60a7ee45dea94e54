/*
 * x509_strict.h: what RFC 5280 forbids who writes certificates, though it asks no verifier to
 * refuse it.  For x509_request's `strict`: section 4's rules, one per line of x509_strict.c.
 */
#ifndef X509_STRICT_H
#define X509_STRICT_H

#include "tlsstack/x509_parse.h"

MUST_CHECK bool x509_strict_ok(const struct x509_cert *cert)
PRE(FRESH(cert) && SPAN_VALUE(cert->subject) && SPAN_VALUE(cert->issuer))
ASSIGNS();		/* any certificate */
MUST_CHECK bool x509_strict_issuer_ok(const struct x509_cert *cert)
PRE(FRESH(cert) && SPAN_VALUE(cert->subject) && SPAN_VALUE(cert->issuer))
ASSIGNS();	/* an authority's */

#endif
