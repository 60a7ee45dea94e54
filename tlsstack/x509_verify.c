/*
 * x509_verify.c: is this chain good for this purpose now?  See x509_verify.h.
 *
 * The search is breadth first, from the peer's certificate towards the anchors, over the graph
 * "issuer's name and key verify me".  Each presented certificate joins the search at most once,
 * by its shortest path, so at most X509_PRESENTED_MAX are expanded and the work is quadratic at
 * worst.  Considered and refused: trying all paths.  It would accept a few contrived graphs more
 * (a certificate good only by a longer path) and is exponential in what the peer presents.
 */
#include "tlsstack/x509_verify.h"

#include "platform/base/bytes.h"
#include "tlsstack/x509_limits.h"

/* A certificate that the search has reached, and how. */
struct step {
	const struct x509_cert *cert;
	uint32_t below;		/* intermediates on the way, this one included, self-issued ones not */
};

struct search {
	const struct x509_request *request;
	struct x509_cert certs[X509_PRESENTED_MAX];	/* all zero: did not parse, or was reached */
	size_t num_certs;
	bool reached[X509_PRESENTED_MAX];
	struct step steps[X509_PRESENTED_MAX];
	size_t num_steps;
	unsigned checks;	/* signatures checked so far */
	enum x509_result reason;	/* of a refusal: the first that tells something, or too much work */
};

static void
note(struct search *search, enum x509_result result)
{
	if (search->reason == X509_UNKNOWN_CA || result == X509_TOO_MUCH_WORK)
		search->reason = result;
}

/* Validity, 4.1.2.5: both ends included. */
static enum x509_result
check_time(const struct x509_cert *cert, uint64_t now_s)
{
	if (now_s < cert->not_before_s)
		return X509_NOT_YET_VALID;
	return now_s > cert->not_after_s ? X509_EXPIRED : X509_OK;
}

/* Extended key usage, 4.2.1.12: where it stands, it must name the purpose; in issuers as well. */
static bool
serves_purpose(const struct x509_cert *cert, enum x509_purpose purpose)
{
	uint16_t wanted = purpose == X509_PURPOSE_SERVER ? X509_EKU_SERVER : X509_EKU_CLIENT;

	return (cert->present & X509_EXT_EXT_KEY_USAGE) == 0 || (cert->ext_key_usage & wanted) != 0;
}

static bool
may(const struct x509_cert *cert, uint16_t usage)
{
	return (cert->present & X509_EXT_KEY_USAGE) == 0 || (cert->key_usage & usage) != 0;
}

/* The peer's own certificate, for itself. */
static enum x509_result
check_leaf(const struct x509_cert *cert, const struct x509_request *request)
{
	enum x509_result result;
	bool key_known = false;

	if ((cert->critical & X509_EXT_UNKNOWN) != 0)
		return X509_UNKNOWN_CRITICAL;
	if ((result = check_time(cert, request->now_s)) != X509_OK)
		return result;
	for (size_t i = 0; i < request->num_schemes; i++)
		key_known = key_known || request->schemes[i]->key == cert->key.kind;
	if (!key_known)
		return X509_UNSUPPORTED_KEY;
	/* An authority's own key signs certificates, not handshakes: roles are not to be confused. */
	if (cert->is_ca || !may(cert, X509_KU_DIGITAL_SIGNATURE) || !serves_purpose(cert, request->purpose))
		return X509_WRONG_PURPOSE;
	return X509_OK;
}

/* May this certificate issue that one?  All that can be said before the signature. */
static enum x509_result
check_issuer(const struct x509_cert *issuer, const struct step *step, const struct x509_request *request)
{
	if ((issuer->critical & X509_EXT_UNKNOWN) != 0)
		return X509_UNKNOWN_CRITICAL;
	if (!issuer->is_ca || !may(issuer, X509_KU_CERT_SIGN))	/* 4.2.1.9, 4.2.1.3 */
		return X509_NOT_CA;
	if (issuer->has_path_len && step->below > issuer->path_len)
		return X509_PATH_LENGTH;
	if (!serves_purpose(issuer, request->purpose))
		return X509_WRONG_PURPOSE;
	if ((issuer->present & X509_EXT_NAME_CONSTRAINTS) != 0)
		return X509_NAME_CONSTRAINT;
	return check_time(issuer, request->now_s);
}

/* Names as bytes, and the key identifiers where both say one (4.2.1.1): no work for strangers. */
static bool
names_match(const struct x509_cert *issuer, const struct x509_cert *subject)
{
	if (!bytes_equal(issuer->subject, subject->issuer))
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

/* Did `issuer` issue step's certificate?  A name that does not match is no finding. */
static bool
try_issuer(struct search *search, const struct x509_cert *issuer, const struct step *step)
{
	enum x509_result result;

	if (!names_match(issuer, step->cert))
		return false;
	result = check_issuer(issuer, step, search->request);
	if (result == X509_OK)
		result = check_signature(search, issuer, step->cert);
	if (result != X509_OK)
		note(search, result);
	return result == X509_OK;
}

static bool
reaches_anchor(struct search *search, const struct step *step)
{
	struct x509_cert anchor;

	for (size_t i = 0; i < search->request->num_anchors; i++)
		if (x509_parse(&anchor, search->request->anchors[i].cert) == X509_OK &&
		    try_issuer(search, &anchor, step))
			return true;
	return false;
}

/* Add every presented issuer of this step's certificate that was not reached before. */
static void
expand(struct search *search, const struct step *step)
{
	for (size_t i = 0; i < search->num_certs; i++) {
		const struct x509_cert *cert = &search->certs[i];
		bool self_issued = bytes_equal(cert->subject, cert->issuer);

		if (search->reached[i] || cert->whole.len == 0 || !try_issuer(search, cert, step))
			continue;
		search->reached[i] = true;
		search->steps[search->num_steps++] = (struct step){ cert, step->below + (self_issued ? 0 : 1) };
	}
}

static enum x509_result
search_path(struct search *search)
{
	search->steps[search->num_steps++] = (struct step){ &search->certs[0], 0 };
	search->reached[0] = true;
	for (size_t i = 0; i < search->num_steps; i++) {
		if (reaches_anchor(search, &search->steps[i]))
			return X509_OK;
		expand(search, &search->steps[i]);
	}
	return search->reason;
}

enum x509_result
x509_verify(struct x509_cert *leaf, const struct span *chain, size_t num_chain,
    const struct x509_request *request)
{
	struct search search = { .request = request, .num_certs = num_chain, .reason = X509_UNKNOWN_CA };
	enum x509_result result;

	*leaf = (struct x509_cert){ 0 };
	if (num_chain == 0 || num_chain > X509_PRESENTED_MAX)
		return X509_TOO_LARGE;
	for (size_t i = 0; i < num_chain; i++) {
		result = x509_parse(&search.certs[i], chain[i]);
		if (result != X509_OK && i == 0)
			return result;
		if (result != X509_OK)		/* never used; it may be one that no path needs */
			note(&search, result);
	}
	if ((result = check_leaf(&search.certs[0], request)) != X509_OK)
		return result;
	if ((result = search_path(&search)) != X509_OK)
		return result;
	*leaf = search.certs[0];
	return X509_OK;
}
