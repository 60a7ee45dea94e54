/*
 * x509_verify.h: is this chain good for this purpose now?  (RFC 5280, section 6.)
 *
 * Pure: the time, the anchors and the schemes are arguments.  The order in which the
 * certificates are presented is not trusted except that the first is the peer's own
 * (RFC 8446, 4.4.2).  Work is bounded by the numbers in limits.h whatever is presented: at each
 * step a candidate is tried once, and none is tried in two paths.
 *
 * Not here: revocation (nothing here fetches), policies (critical ones are refused).
 */
#ifndef X509_VERIFY_H
#define X509_VERIFY_H

#include "tlsstack/x509_name.h"
#include "tlsstack/x509_parse.h"

enum x509_purpose { X509_PURPOSE_SERVER, X509_PURPOSE_CLIENT };	/* of the leaf */

/* What the owner of the connection asks for. */
struct x509_request {
	const struct tls_anchor *anchors;
	size_t num_anchors;
	const struct tls_scheme *const *schemes;	/* that may sign certificates of the chain */
	size_t num_schemes;
	enum x509_purpose purpose;
	uint64_t now_s;

	/* What may be left zero. */
	const struct x509_name *name;	/* the peer that is wanted; NULL: any */
	bool strict;			/* also refuse what RFC 5280 forbids authorities: see x509_strict.h */
	bool has_max_depth;
	uint32_t max_depth;		/* intermediates, self-issued ones not counted */
};

/*
 * `chain`: certificates as presented, DER, the peer's own first, num_chain >= 1.  X509_OK: *leaf
 * is the peer's own, parsed, and a path from it to an anchor exists in which every certificate
 * is good.  Otherwise the most telling reason found, and *leaf is all zero.  An anchor that does
 * not parse or is no authority is skipped.  A peer's own certificate that is itself an anchor,
 * byte for byte, needs no path; only then may it be an authority's.
 */
MUST_CHECK enum x509_result x509_verify(struct x509_cert *leaf, const struct span *chain,
    size_t num_chain, const struct x509_request *request);

#endif
