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
MUST_CHECK bool x509_name_parse(struct x509_name *name, struct cursor *in)
PRE(FRESH(name) && CURSOR_FRESH(in))
ASSIGNS(in->pos, *name)
POST(ADVANCED(in) && (!RETVAL || (in->pos > OLD(in->pos) && PIECE_OF(in, &name->value) && (unsigned)name->form < X509_NAME_NUM_FORMS)));

/*
 * True if the syntax is right: dNSName a host name in the preferred syntax (RFC 1034, 3.5, with
 * leading digits; `*` alone as the leftmost of at least three labels), iPAddress 4 or 16 bytes,
 * rfc822Name local@host.  Of other forms nothing is known: true.
 */
MUST_CHECK bool x509_name_ok(const struct x509_name *name)
PRE(FRESH(name) && SPAN_VALUE(name->value))
ASSIGNS()
POST(!RETVAL || (name->form != X509_NAME_DNS && name->form != X509_NAME_EMAIL) || name->value.len > 0);
MUST_CHECK bool x509_name_host_ok(struct span host)
PRE(SPAN_VALUE(host))
ASSIGNS()
POST(!RETVAL || (host.len > 0 && host.len <= 253));	/* without wildcard */

/* Equal but for the case of ASCII letters. */
MUST_CHECK bool x509_name_equal(struct span a, struct span b)
PRE(SPAN_VALUE(a) && SPAN_VALUE(b))
ASSIGNS()
POST(!RETVAL || a.len == b.len);

/*
 * True if the certificate names `wanted`: a DNS name or its wildcard (which stands for exactly
 * one label), an address of 4 or 16 bytes, or a mailbox (local part exact, host by name).  A
 * `wanted` of wrong syntax is nobody's.
 */
MUST_CHECK bool x509_name_matches(const struct x509_cert *cert, const struct x509_name *wanted)
PRE(FRESH(cert) && SPAN_VALUE(cert->subject_alt_name) && FRESH(wanted) && SPAN_VALUE(wanted->value))
ASSIGNS();

#endif
