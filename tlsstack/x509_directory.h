/*
 * x509_directory.h: when two directory names are the same (RFC 5280, 7.1).
 *
 * Attributes of characters compare without the case of ASCII letters, without spaces at the ends,
 * with a run of spaces as one, whichever of UTF8, Printable, IA5 and Teletex string holds them; all others as bytes.
 * Not here: Unicode's own foldings, BMP and Universal strings, and the attributes of one RDN in another order than DER's:
 * an authority whose excluded subtrees are directory names has to trust those below it not to write names so.
 */
#ifndef X509_DIRECTORY_H
#define X509_DIRECTORY_H

#include "tlsstack/x509_parse.h"

/* Whole Names that x509_parse found well-formed. */
MUST_CHECK bool x509_directory_equal(struct span a, struct span b)
PRE(SPAN_VALUE(a) && SPAN_VALUE(b))
ASSIGNS();

/* The contents of two Names: the base's RDNs are the first of the name's (4.2.1.10). */
MUST_CHECK bool x509_directory_inside(struct span name, struct span base)
PRE(SPAN_VALUE(name) && SPAN_VALUE(base))
ASSIGNS();

/* The subject is the issuer (6.1). */
MUST_CHECK bool x509_self_issued(const struct x509_cert *cert)
PRE(FRESH(cert) && SPAN_VALUE(cert->subject) && SPAN_VALUE(cert->issuer))
ASSIGNS();

#endif
