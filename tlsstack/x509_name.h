/*
 * x509_name.h: the names of a certificate's subjectAltName: reading them, their syntax, and
 * whether one of them is the peer that was asked for (RFC 5280, 4.2.1.6; RFC 6125, 6.4).
 *
 * Pure.  The subject's common name is never a host name here (RFC 9525, 2).
 */
#ifndef X509_NAME_H
#define X509_NAME_H

#include "tlsstack/x509_parse.h"

/* GeneralName's alternatives: the number of the context tag. */
enum x509_name_form {
	X509_NAME_OTHER = 0, X509_NAME_EMAIL = 1, X509_NAME_DNS = 2, X509_NAME_DIRECTORY = 4,
	X509_NAME_URI = 6, X509_NAME_IP = 7, X509_NAME_NUM_FORMS = 9
};

/* A GeneralName: the content of its element; for a directory name the Name's RDNs. */
struct x509_name { enum x509_name_form form; struct span value; };

/* The next name of GeneralNames.  False for what is none. */
MUST_CHECK bool x509_name_parse(struct x509_name *name, struct cursor *in);

/*
 * True if the syntax is right: dNSName a host name in the preferred syntax (RFC 1034, 3.5, with
 * leading digits; `*` alone as the leftmost of at least three labels), iPAddress 4 or 16 bytes,
 * rfc822Name local@host.  Of other forms nothing is known: true.
 */
MUST_CHECK bool x509_name_ok(const struct x509_name *name);
MUST_CHECK bool x509_name_host_ok(struct span host);	/* without wildcard */

/* Equal but for the case of ASCII letters. */
MUST_CHECK bool x509_name_equal(struct span a, struct span b);

/*
 * True if the certificate names `wanted`: a DNS name or its wildcard (which stands for exactly
 * one label), an address of 4 or 16 bytes, or a mailbox (local part exact, host by name).  A
 * `wanted` of wrong syntax is nobody's.
 */
MUST_CHECK bool x509_name_matches(const struct x509_cert *cert, const struct x509_name *wanted);

#endif
