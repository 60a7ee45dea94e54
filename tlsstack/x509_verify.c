/*
 * x509_verify.c: is this chain good for this purpose now?  See x509_verify.h.
 *
 * The search is breadth first, from the peer's certificate towards the anchors, over the graph
 * "issuer's name and key verify me".  Each presented certificate joins the search at most once,
 * by its shortest path, so at most TLS_CERTIFICATES_MAX are expanded and the work is quadratic at
 * worst.  Considered and refused: trying all paths.  It would accept a few contrived graphs more
 * (a certificate good only by a longer path) and is exponential in what the peer presents.
 */
#include "tlsstack/x509_verify.h"

#include "platform/base/bytes.h"
#include "tlsstack/limits.h"
#include "tlsstack/x509_constraint.h"
#include "tlsstack/x509_directory.h"
#include "tlsstack/x509_strict.h"

/* A certificate that the search has reached, and how. */
struct step {
	const struct x509_cert *cert;
	size_t from;		/* the step whose certificate this one issued; of the peer's own: itself */
	uint32_t below;		/* intermediates on the way, this one included, self-issued ones not */
};

struct search {
	const struct x509_request *request;
	struct x509_cert certs[TLS_CERTIFICATES_MAX];	/* all zero: did not parse, or was reached */
	size_t num_certs;
	bool reached[TLS_CERTIFICATES_MAX];
	struct step steps[TLS_CERTIFICATES_MAX];
	size_t num_steps;
	unsigned checks;	/* signatures checked so far */
	uint32_t name_checks;	/* comparisons with name constraints that are left */
	enum x509_result reason;	/* of a refusal: the first that tells something, or too much work */
};

static void
note(struct search *search, enum x509_result result)
PRE(FRESH(search))
ASSIGNS(search->reason)
{
	if (search->reason == X509_UNKNOWN_CA || result == X509_TOO_MUCH_WORK)
		search->reason = result;
}

/* Validity, 4.1.2.5: both ends included. */
static enum x509_result
check_time(const struct x509_cert *cert, uint64_t now_s)
PRE(FRESH(cert))
ASSIGNS()
POST(RETVAL != X509_OK || (now_s >= cert->not_before_s && now_s <= cert->not_after_s))
{
	if (now_s < cert->not_before_s)
		return X509_NOT_YET_VALID;
	return now_s > cert->not_after_s ? X509_EXPIRED : X509_OK;
}

/* Extended key usage, 4.2.1.12: where it stands, it must name the purpose; in issuers as well. */
static bool
serves_purpose(const struct x509_cert *cert, enum x509_purpose purpose)
PRE(FRESH(cert))
ASSIGNS()
{
	uint16_t wanted = purpose == X509_PURPOSE_SERVER ? X509_EKU_SERVER : X509_EKU_CLIENT;

	return (cert->present & X509_EXT_EXT_KEY_USAGE) == 0 || (cert->ext_key_usage & wanted) != 0;
}

static bool
may(const struct x509_cert *cert, uint16_t usage)
PRE(FRESH(cert))
ASSIGNS()
{
	return (cert->present & X509_EXT_KEY_USAGE) == 0 || (cert->key_usage & usage) != 0;
}

static bool
key_is_known(const struct x509_cert *cert, const struct x509_request *request)
{
	for (size_t i = 0; i < request->num_schemes; i++)
		if (request->schemes[i]->key == cert->key.kind)
			return true;
	return false;
}

/* The peer's own certificate, for itself. */
static enum x509_result
check_leaf(const struct x509_cert *cert, bool is_anchor, const struct x509_request *request)
{
	enum x509_result result;

	if ((cert->critical & X509_EXT_NOT_PROCESSED) != 0)
		return X509_UNKNOWN_CRITICAL;
	if ((result = check_time(cert, request->now_s)) != X509_OK)
		return result;
	if (!key_is_known(cert, request))
		return X509_UNSUPPORTED_KEY;
	/* An authority's own key signs certificates, not handshakes: roles are not to be confused. */
	if ((cert->is_ca && !is_anchor) || !may(cert, X509_KU_DIGITAL_SIGNATURE) || !serves_purpose(cert, request->purpose))
		return X509_WRONG_PURPOSE;
	if (request->strict && !x509_strict_ok(cert))
		return X509_NOT_PROFILE;
	if (request->name != NULL && !x509_name_matches(cert, request->name))
		return X509_WRONG_NAME;
	return X509_OK;
}

/* 6.1.4 (b): the constraints hold for all below, but for self-issued intermediates. */
static bool
constraints_hold(struct search *search, const struct x509_cert *issuer, size_t at)
{
	if ((issuer->present & X509_EXT_NAME_CONSTRAINTS) == 0)
		return true;
	for (;; at = search->steps[at].from) {
		const struct x509_cert *cert = search->steps[at].cert;

		if ((at == 0 || !x509_self_issued(cert)) &&
		    !x509_constraint_allows(issuer->name_constraints, cert, &search->name_checks))
			return false;
		if (at == 0)
			return true;
	}
}

/* May this certificate issue that of step `at`?  All that can be said before the signature. */
static enum x509_result
check_issuer(struct search *search, const struct x509_cert *issuer, size_t at)
{
	const struct x509_request *request = search->request;

	if ((issuer->critical & X509_EXT_NOT_PROCESSED) != 0)
		return X509_UNKNOWN_CRITICAL;
	if (!issuer->is_ca || !may(issuer, X509_KU_CERT_SIGN))	/* 4.2.1.9, 4.2.1.3 */
		return X509_NOT_CA;
	if (issuer->has_path_len && search->steps[at].below > issuer->path_len)
		return X509_PATH_LENGTH;
	if (!serves_purpose(issuer, request->purpose))
		return X509_WRONG_PURPOSE;
	if (request->strict && !x509_strict_issuer_ok(issuer))
		return X509_NOT_PROFILE;
	if (!constraints_hold(search, issuer, at))
		return search->name_checks == 0 ? X509_TOO_MUCH_WORK : X509_NAME_CONSTRAINT;
	return check_time(issuer, request->now_s);
}

/* The names, and the key identifiers where both say one (4.2.1.1): no work for strangers. */
static bool
names_match(const struct x509_cert *issuer, const struct x509_cert *subject)
PRE(FRESH(issuer) && FRESH(subject) && SPAN_VALUE(issuer->subject) && SPAN_VALUE(subject->issuer))
PRE(SPAN_VALUE(issuer->subject_key_id) && SPAN_VALUE(subject->authority_key_id))
ASSIGNS()
{
	if (!x509_directory_equal(issuer->subject, subject->issuer))
		return false;
	return issuer->subject_key_id.len == 0 || subject->authority_key_id.len == 0 ||
	    bytes_equal(issuer->subject_key_id, subject->authority_key_id);
}

/* The scheme of (issuer's key, subject's signature algorithm), or NULL. */
static const struct tls_scheme *
find_scheme(const struct x509_request *request, const struct x509_cert *issuer, const struct x509_cert *subject)
{
	for (size_t i = 0; i < request->num_schemes; i++)
		if (request->schemes[i]->key == issuer->key.kind &&
		    request->schemes[i]->signature == subject->signature_algorithm)
			return request->schemes[i];
	return NULL;
}

static enum x509_result
check_signature(struct search *search, const struct x509_cert *issuer, const struct x509_cert *subject)
{
	const struct tls_scheme *scheme = find_scheme(search->request, issuer, subject);
	uint8_t digest[CRYPTO_HASH_MAX];

	if (scheme == NULL)
		return X509_UNSUPPORTED_SIGNATURE;
	if (search->checks == X509_CHECKS_MAX)
		return X509_TOO_MUCH_WORK;
	search->checks++;
	hash_of(scheme->hash, digest, subject->tbs);
	return scheme->verify(scheme, &issuer->key, digest, subject->signature) ? X509_OK : X509_BAD_SIGNATURE;
}

/* Did `issuer` issue the certificate of step `at`?  A name that does not match is no finding. */
static bool
try_issuer(struct search *search, const struct x509_cert *issuer, size_t at)
{
	const struct x509_cert *subject = search->steps[at].cert;
	enum x509_result result;

	if (!names_match(issuer, subject))
		return false;
	result = check_issuer(search, issuer, at);
	if (result == X509_OK)
		result = check_signature(search, issuer, subject);
	if (result != X509_OK)
		note(search, result);
	return result == X509_OK;
}

static bool
reaches_anchor(struct search *search, size_t at)
{
	struct x509_cert anchor;

	for (size_t i = 0; i < search->request->num_anchors; i++)
		if (x509_parse(&anchor, search->request->anchors[i].cert) == X509_OK &&
		    try_issuer(search, &anchor, at))
			return true;
	return false;
}

/* Add every presented issuer of this step's certificate that was not reached before. */
static void
expand(struct search *search, size_t at)
{
	const struct x509_request *request = search->request;

	for (size_t i = 0; i < search->num_certs; i++) {
		const struct x509_cert *cert = &search->certs[i];
		uint32_t below = search->steps[at].below + (x509_self_issued(cert) ? 0 : 1);

		if (search->reached[i] || cert->whole.len == 0 || !try_issuer(search, cert, at))
			continue;
		if (request->has_max_depth && below > request->max_depth) {
			note(search, X509_PATH_LENGTH);
			continue;
		}
		search->reached[i] = true;
		search->steps[search->num_steps++] = (struct step){ cert, at, below };
	}
}

static enum x509_result
search_path(struct search *search)
{
	search->steps[search->num_steps++] = (struct step){ &search->certs[0], 0, 0 };
	search->reached[0] = true;
	for (size_t at = 0; at < search->num_steps; at++) {
		if (reaches_anchor(search, at))
			return X509_OK;
		expand(search, at);
	}
	return search->reason;
}

static bool
is_anchor(const struct x509_cert *cert, const struct x509_request *request)
{
	for (size_t i = 0; i < request->num_anchors; i++)
		if (bytes_equal(cert->whole, request->anchors[i].cert))
			return true;
	return false;
}

/* Unlike an anchor, what a peer presents has a serial number that is positive (4.1.2.2). */
static enum x509_result
parse_presented(struct x509_cert *cert, struct span der)
{
	enum x509_result result = x509_parse(cert, der);

	if (result != X509_OK || cert->serial.len != 0)
		return result;
	*cert = (struct x509_cert){ 0 };
	return X509_BAD_SERIAL;
}

enum x509_result
x509_verify(struct x509_cert *leaf, const struct span *chain, size_t num_chain,
    const struct x509_request *request)
{
	struct search search = { .request = request, .num_certs = num_chain, .reason = X509_UNKNOWN_CA,
	    .name_checks = X509_NAME_CHECKS_MAX };
	enum x509_result result;
	bool trusted;

	*leaf = (struct x509_cert){ 0 };
	if (num_chain == 0 || num_chain > TLS_CERTIFICATES_MAX)
		return X509_TOO_LARGE;
	for (size_t i = 0; i < num_chain; i++) {
		result = parse_presented(&search.certs[i], chain[i]);
		if (result != X509_OK && i == 0)
			return result;
		if (result != X509_OK)		/* never used; it may be one that no path needs */
			note(&search, result);
	}
	trusted = is_anchor(&search.certs[0], request);
	if ((result = check_leaf(&search.certs[0], trusted, request)) != X509_OK)
		return result;
	if (!trusted && (result = search_path(&search)) != X509_OK)
		return result;
	*leaf = search.certs[0];
	return X509_OK;
}
