/* x509_extension.h: the extensions of a certificate (RFC 5280, 4.2); called by x509_parse alone. */
#ifndef X509_EXTENSION_H
#define X509_EXTENSION_H

#include "tlsstack/x509_parse.h"

/* The content of [3]: SEQUENCE OF Extension.  Fills the extension fields of *cert. */
MUST_CHECK enum x509_result x509_extension_parse(struct x509_cert *cert, struct cursor *in)
PRE(FRESH(cert) && CURSOR_FRESH(in) && X509_NO_EXTENSIONS(cert))
ASSIGNS(in->pos, X509_EXTENSION_FIELDS(cert))
POST(ADVANCED(in) && (RETVAL != X509_OK || X509_EXTENSION_VIEWS(in->base, in->end, cert)));

#endif
