/*
 * x509_constraint.h: name constraints (RFC 5280, 4.2.1.10).
 *
 * Forms that are enforced: dNSName, iPAddress, rfc822Name, directoryName.  A constraint of
 * another form refuses every certificate that has a name of that form: "process or reject".
 */
#ifndef X509_CONSTRAINT_H
#define X509_CONSTRAINT_H

#include "tlsstack/x509_parse.h"

/* True if the content of a NameConstraints SEQUENCE is well-formed, in every base of it too. */
MUST_CHECK bool x509_constraint_ok(struct span constraints)
PRE(SPAN_VALUE(constraints))
ASSIGNS();

/*
 * True if every name of `subject` is inside the constraints: its directory name, its alternative
 * names, and where it has none of those, mailboxes in its directory name.  Each comparison of a
 * name with a base costs one of *budget; at 0 the answer is false.  The constraints were found
 * well-formed when their certificate was parsed.
 */
MUST_CHECK bool x509_constraint_allows(struct span constraints, const struct x509_cert *subject, uint32_t *budget)
PRE(SPAN_VALUE(constraints) && FRESH(subject) && SPAN_VALUE(subject->subject) && SPAN_VALUE(subject->subject_alt_name) && FRESH(budget))
ASSIGNS(*budget)
POST(*budget <= OLD(*budget));

#endif
