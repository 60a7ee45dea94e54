/*
 * x509_verify.c: the search for a path, over any certificates: every field of each is anything, every view is empty or a
 * piece of one message whose length is a function, any one, of where it begins: nothing here looks into a view, but one that
 * is given away with another's length is seen.  Up to TLS_CERTIFICATES_MAX certificates, which is all that there can be;
 * as many schemes as tls.h has, and four anchors.
 *
 * The stubs check what they are given (views, and what they write) and answer anything that the contracts of the real ones
 * allow; `verify` and x509_constraint_allows note what they answered about what.  given_F stands in for F in rows that
 * say so; what it promises, F's own row proves.
 *
 * The invariant: steps are of presented certificates, each reached from an earlier step; reached[] has one for each step; no
 * more signatures were checked than X509_CHECKS_MAX; the reason kept is none.  Together the rows say: x509_verify answers
 * X509_OK only for a certificate that parsed, that check_leaf found good, and that is an anchor or from which a chain of steps
 * leads to an anchor, the signature of each found good under the key of the next, whose constraints allow all below it.
 */
#include "tests/proofs/harness/shared.h"

#include "tlsstack/x509_verify.c"

#define MAX		TLS_CERTIFICATES_MAX
#define SCHEMES		12
#define ANCHORS		4
#define READABLE(bytes)	ASSERT(is_view(bytes))

bool nondet_bool(void);
unsigned nondet_unsigned(void);
uint8_t nondet_uint8(void);
uint16_t nondet_uint16(void);
uint32_t nondet_uint32(void);
size_t nondet_size(void);
struct x509_cert nondet_cert(void);
struct x509_request nondet_request(void);
void *malloc(size_t len);
void other_side(void) { }

static uint8_t message[0x20000];
static uint16_t lengths;
static struct x509_request request;
static const struct crypto_hash any_hash = { .len = CRYPTO_HASH_MAX };
static struct tls_scheme pool[SCHEMES], other_scheme;
static const struct tls_scheme *schemes[SCHEMES];
static struct tls_anchor anchors[ANCHORS];
static struct search search;
static struct x509_cert *certs[MAX];	/* those of the search, or (quicker to prove) as many that are objects of their own */
static struct x509_name wanted;

/* What the stubs answered. */
static unsigned num_verified;
static bool verified, names_equal, name_good, strict_good, leaf_good, path_good, trusted_good, issuer_good, signature_good;
static const struct tls_scheme *verified_scheme;
static const struct crypto_public_key *verified_key;
static struct span hashed, verified_signature, parsed;
static const struct x509_cert *parsed_cert;
static bool parse_good, constraints_good, anchored;
static bool is_issued[MAX], allowed[MAX], self_issued[MAX], issued[MAX][MAX];
static size_t anchored_at, step_of[MAX], before;

static struct span
any_view(void)
{
	uint16_t at = nondet_uint16(), len = at ^ lengths;

	return len == 0 ? (struct span){ NULL, 0 } : (struct span){ message + at, len };
}

static bool
is_view(struct span bytes)
{
	size_t at;

	if (bytes.len == 0)
		return true;
	if (!__CPROVER_same_object(bytes.ptr, message))
		return false;
	at = (size_t)(bytes.ptr - message);
	return at < sizeof message / 2 && bytes.len == (at ^ lengths);
}

static bool same(struct span a, struct span b) { return a.len == b.len && (a.len == 0 || a.ptr == b.ptr); }

static struct x509_cert
any_cert(void)
{
	struct x509_cert cert = nondet_cert();

	cert.whole = any_view(); cert.tbs = any_view(); cert.serial = any_view(); cert.spki = any_view(); cert.signature = any_view();
	cert.issuer = any_view(); cert.subject = any_view(); cert.subject_alt_name = any_view(); cert.name_constraints = any_view();
	cert.key.point = any_view(); cert.key.modulus = any_view(); cert.key.exponent = any_view();
	cert.subject_key_id = any_view(); cert.authority_key_id = any_view();
	cert.is_ca = nondet_bool(); cert.has_path_len = nondet_bool();
	return cert;
}

static size_t
index_of(const struct x509_cert *cert)
{
	size_t i = 0;

	while (i < MAX && cert != certs[i])
		i++;
	return i;
}

/* ---- Stubs ------------------------------------------------------------------------------ */

bool bytes_equal(struct span a, struct span b) { READABLE(a); READABLE(b); return a.len == b.len && nondet_bool(); }

enum x509_result
x509_parse(struct x509_cert *cert, struct span der)
{
	enum x509_result result = (enum x509_result)(nondet_unsigned() % X509_NUM_RESULTS);

	READABLE(der);
	ASSERT(__CPROVER_w_ok(cert, sizeof *cert));
	*cert = result == X509_OK ? any_cert() : (struct x509_cert){ 0 };
	parsed = der;
	parsed_cert = cert;
	parse_good = result == X509_OK;
	return result;
}

bool x509_directory_equal(struct span a, struct span b) { READABLE(a); READABLE(b); return names_equal = nondet_bool(); }

bool
x509_self_issued(const struct x509_cert *cert)
{
	READABLE(cert->subject);
	READABLE(cert->issuer);
	return index_of(cert) < MAX ? self_issued[index_of(cert)] : nondet_bool();
}

bool
x509_constraint_allows(struct span constraints, const struct x509_cert *subject, uint32_t *budget)
{
	uint32_t left = nondet_uint32();
	bool answer = nondet_bool();

	READABLE(constraints);
	READABLE(subject->subject);
	READABLE(subject->subject_alt_name);
	ASSERT(__CPROVER_w_ok(budget, sizeof *budget));
	ASSUME(left <= *budget);
	*budget = left;
	if (index_of(subject) < MAX)
		allowed[index_of(subject)] = answer;
	return answer;
}

bool x509_strict_ok(const struct x509_cert *cert) { READABLE(cert->subject); READABLE(cert->issuer); return strict_good = nondet_bool(); }
bool x509_strict_issuer_ok(const struct x509_cert *cert) { READABLE(cert->subject); READABLE(cert->issuer); return strict_good = nondet_bool(); }

bool x509_name_matches(const struct x509_cert *cert, const struct x509_name *name)
    { READABLE(cert->subject_alt_name); READABLE(name->value); return name_good = nondet_bool(); }
void hash_of(const struct crypto_hash *hash, uint8_t *digest, struct span bytes)
    { READABLE(bytes); ASSERT(__CPROVER_w_ok(digest, hash->len)); hashed = bytes; }

static bool
verify(const struct tls_scheme *scheme, const struct crypto_public_key *key, const uint8_t *digest, struct span signature)
{
	ASSERT(__CPROVER_r_ok(digest, scheme->hash->len));
	READABLE(key->point); READABLE(key->modulus); READABLE(key->exponent); READABLE(signature);
	num_verified++;
	verified_scheme = scheme;
	verified_key = key;
	verified_signature = signature;
	return verified = nondet_bool();
}

static struct tls_scheme
any_scheme(void)
{
	return (struct tls_scheme){ .hash = &any_hash, .verify = verify, .key = (enum crypto_key_kind)nondet_uint8(),
	    .signature = (enum crypto_signature)nondet_uint8() };
}

/* ---- What rows with given: have in place of functions with rows of their own --------------- */

static enum x509_result any_result(void) { return (enum x509_result)(nondet_unsigned() % X509_NUM_RESULTS); }

static enum x509_result any_refusal(void) { return (enum x509_result)(1 + nondet_unsigned() % (X509_NUM_RESULTS - 1)); }

/* A signature was checked, or was not. */
static void
worked(struct search *in)
{
	uint32_t left = nondet_uint32();

	ASSUME(left <= in->name_checks);
	in->name_checks = left;
	if (in->checks < X509_CHECKS_MAX && nondet_bool())
		in->checks++;
	in->reason = any_refusal();
}

const struct tls_scheme *
given_find_scheme(const struct x509_request *from, const struct x509_cert *issuer, const struct x509_cert *subject)
{
	ASSERT(from == &request && __CPROVER_r_ok(issuer, sizeof *issuer) && __CPROVER_r_ok(subject, sizeof *subject));
	other_scheme = any_scheme();
	return nondet_bool() ? NULL : &other_scheme;
}

bool
given_constraints_hold(struct search *in, const struct x509_cert *issuer, size_t at)
{
	uint32_t left = nondet_uint32();

	ASSERT(at < in->num_steps && __CPROVER_r_ok(issuer, sizeof *issuer));
	ASSUME(left <= in->name_checks);
	in->name_checks = left;
	return constraints_good = nondet_bool();
}

enum x509_result
given_check_issuer(struct search *in, const struct x509_cert *issuer, size_t at)
{
	enum x509_result result = any_result();

	ASSERT(at < in->num_steps && __CPROVER_r_ok(issuer, sizeof *issuer));
	issuer_good = result == X509_OK;
	return result;
}

enum x509_result
given_check_signature(struct search *in, const struct x509_cert *issuer, const struct x509_cert *subject)
{
	enum x509_result result = any_result();

	ASSERT(__CPROVER_r_ok(issuer, sizeof *issuer) && __CPROVER_r_ok(subject, sizeof *subject));
	if (in->checks < X509_CHECKS_MAX && nondet_bool())
		in->checks++;
	verified_key = &issuer->key;
	hashed = subject->tbs;
	signature_good = result == X509_OK;
	return result;
}

bool
given_try_issuer(struct search *in, const struct x509_cert *issuer, size_t at)
{
	bool answer = nondet_bool();
	size_t i = index_of(issuer);

	ASSERT(at < in->num_steps && __CPROVER_r_ok(issuer, sizeof *issuer));
	READABLE(issuer->subject);
	worked(in);
	if (i < MAX) {
		ASSERT(!in->reached[i] && !issued[i][at]);
		issued[i][at] = answer;
	} else if (answer) {
		ASSERT(issuer == parsed_cert && parse_good);
		anchored = true;
		anchored_at = at;
	}
	return answer;
}

bool given_reaches_anchor(struct search *in, size_t at)
    { ASSERT(at < in->num_steps); worked(in); anchored_at = at; return anchored = nondet_bool(); }

/* More steps, from this one: what check_search asserts of those that expand adds. */
void
given_expand(struct search *in, size_t at)
{
	size_t num_steps = nondet_size();

	ASSERT(at < in->num_steps && in->num_steps <= in->num_certs);
	ASSUME(num_steps >= in->num_steps && num_steps <= in->num_certs);
	for (size_t i = 0; i < MAX; i++) {
		if (i < in->num_steps || i >= num_steps)
			continue;
		in->steps[i] = (struct step){ certs[nondet_uint8() % MAX], at, nondet_uint8() % MAX };
		ASSUME(in->steps[i].below <= i);
		is_issued[i] = true;
	}
	in->num_steps = num_steps;
	worked(in);
}

enum x509_result
given_parse_presented(struct x509_cert *cert, struct span der)
{
	enum x509_result result = any_result();

	READABLE(der);
	*cert = result == X509_OK ? any_cert() : (struct x509_cert){ 0 };
	return result;
}

bool given_is_anchor(const struct x509_cert *cert, const struct x509_request *from)
    { ASSERT(cert->whole.len == 0 || from == &request); return trusted_good = nondet_bool(); }

enum x509_result
given_check_leaf(const struct x509_cert *cert, bool is_trusted, const struct x509_request *from)
{
	enum x509_result result = any_result();

	ASSERT(from == &request && is_trusted == trusted_good && __CPROVER_r_ok(cert, sizeof *cert));
	parsed_cert = cert;
	parsed = cert->tbs;
	leaf_good = result == X509_OK;
	return result;
}

/* Of a search that has not begun. */
enum x509_result
given_search_path(struct search *in)
{
	enum x509_result result = any_result();

	ASSERT(in->request == &request && in->num_certs >= 1 && in->num_certs <= MAX && in->num_steps == 0 && in->checks == 0);
	ASSERT(in->reason != X509_OK && in->name_checks == X509_NAME_CHECKS_MAX && parsed_cert == &in->certs[0]);
	for (size_t i = 0; i < MAX; i++)
		ASSERT(!in->reached[i] && (i < in->num_certs || in->certs[i].whole.len == 0));
	path_good = result == X509_OK;
	return result;
}

/* ---- The state --------------------------------------------------------------------------- */

static void
any_request(void)
{
	lengths = nondet_uint16();
	request = nondet_request();
	request.strict = nondet_bool();
	request.has_max_depth = nondet_bool();
	for (size_t i = 0; i < SCHEMES; i++) {
		pool[i] = any_scheme();
		schemes[i] = &pool[i];
	}
	for (size_t i = 0; i < ANCHORS; i++)
		anchors[i].cert = any_view();
	ASSUME(request.num_schemes <= SCHEMES && request.num_anchors <= ANCHORS);
	request.schemes = schemes;
	request.anchors = anchors;
	wanted.value = any_view();
	request.name = nondet_bool() ? &wanted : NULL;
}

/* Certificates that were parsed, or were not and are zero; nothing is searched. */
static void
any_certs(void)
{
	any_request();
	search.request = &request;
	search.num_certs = nondet_size();
	search.num_steps = 0;
	search.checks = nondet_unsigned();
	search.name_checks = nondet_uint32();
	search.reason = any_refusal();
	ASSUME(search.num_certs >= 1 && search.num_certs <= MAX && search.checks <= X509_CHECKS_MAX);
	for (size_t i = 0; i < MAX; i++) {
		search.certs[i] = any_cert();
		search.reached[i] = false;
		certs[i] = &search.certs[i];
		self_issued[i] = nondet_bool();
	}
}

/* A search in any state. */
static void
any_search(bool apart)
{
	any_certs();
	for (size_t i = 0; apart && i < MAX; i++) {
		certs[i] = malloc(sizeof *certs[i]);
		ASSUME(certs[i] != NULL);
		*certs[i] = any_cert();
	}
	search.num_steps = 0;
	for (size_t i = 0; i < MAX; i++) {
		search.reached[i] = i == 0 || nondet_bool();
		ASSUME(!search.reached[i] || i < search.num_certs);
		search.num_steps += search.reached[i] ? 1 : 0;
	}
	for (size_t i = 0; i < MAX; i++) {
		size_t from = nondet_uint8() % MAX, of = nondet_uint8() % MAX;
		uint32_t below = nondet_uint8() % MAX;

		for (size_t k = 0; k < MAX; k++)
			issued[k][i] = nondet_bool();
		ASSUME(below <= i && search.reached[of] && (i == 0 ? from == 0 && of == 0 : from < i && of > 0));
		search.steps[i] = (struct step){ certs[of], from, below };
		step_of[i] = of;
	}
	for (size_t i = 1; i < MAX; i++)
		ASSUME(i >= search.num_steps || issued[step_of[i]][search.steps[i].from]);
	before = search.num_steps;
}

static size_t any_step(void) { size_t at = nondet_uint8() % MAX; ASSUME(at < search.num_steps); return at; }

/* The invariant holds, at any step; those that are new were reached from step `from`. */
static void
check_search(size_t from)
{
	size_t num_reached = 0, i = any_step();

	for (size_t k = 0; k < MAX; k++)
		num_reached += search.reached[k] ? 1 : 0;
	ASSERT(num_reached == search.num_steps && search.num_steps >= before && search.num_steps <= search.num_certs);
	ASSERT(search.reason != X509_OK && search.checks <= X509_CHECKS_MAX && search.steps[i].below <= i && (i == 0 || search.steps[i].from < i));
	ASSERT(i < before || index_of(search.steps[i].cert) < search.num_certs);
	ASSERT(i < before || search.steps[i].from == from);
	ASSERT(i < before || (i > 0 && issued[index_of(search.steps[i].cert)][search.steps[i].from]));
	ASSERT(i >= before || (search.steps[i].cert == certs[step_of[i]] && (i == 0 || issued[step_of[i]][search.steps[i].from])));
}

/* ---- Rows -------------------------------------------------------------------------------- */

void prove_key_is_known(void) { struct x509_cert cert = any_cert(); any_request(); bool known = key_is_known(&cert, &request);
    ASSERT(!known || request.num_schemes > 0); REACHED(); }

void
prove_find_scheme(void)
{
	struct x509_cert issuer = any_cert(), subject = any_cert();
	const struct tls_scheme *scheme;

	any_request();
	scheme = find_scheme(&request, &issuer, &subject);
	for (size_t i = 0; i < SCHEMES; i++)
		ASSERT(scheme != &pool[i] || (i < request.num_schemes && pool[i].key == issuer.key.kind && pool[i].signature == subject.signature_algorithm));
	ASSERT(scheme == NULL || (scheme >= &pool[0] && scheme <= &pool[SCHEMES - 1]));
	REACHED();
}

void prove_is_anchor(void) { any_request(); struct x509_cert cert = any_cert(); (void)is_anchor(&cert, &request); REACHED(); }

void
prove_parse_presented(void)
{
	struct x509_cert cert;
	enum x509_result result;

	any_request();
	result = parse_presented(&cert, any_view());
	ASSERT(result == X509_OK ? parse_good && cert.serial.len != 0 : cert.whole.len == 0 && cert.tbs.len == 0 && cert.key.kind == CRYPTO_KEY_OTHER);
	REACHED();
}

void
prove_check_leaf(void)
{
	struct x509_cert cert;
	bool trusted = nondet_bool(), good;

	any_request();
	cert = any_cert();
	good = check_leaf(&cert, trusted, &request) == X509_OK;
	ASSERT(!good || ((cert.critical & X509_EXT_NOT_PROCESSED) == 0 && request.now_s >= cert.not_before_s && request.now_s <= cert.not_after_s));
	ASSERT(!good || ((!cert.is_ca || trusted) && request.num_schemes > 0 && (request.name == NULL || name_good) && (!request.strict || strict_good)));
	REACHED();
}

/* The constraints were asked about each certificate on the way down, but for self-issued intermediates. */
void
prove_constraints_hold(void)
{
	struct x509_cert issuer;
	size_t at;

	any_search(true);
	issuer = any_cert();
	at = any_step();
	if (constraints_hold(&search, &issuer, at) && (issuer.present & X509_EXT_NAME_CONSTRAINTS) != 0)
		for (size_t i = 0; i < MAX; i++) {
			size_t of = index_of(search.steps[at].cert);

			ASSERT(allowed[of] || (at != 0 && self_issued[of]));
			if (at == 0)
				break;
			at = search.steps[at].from;
		}
	REACHED();
}

void
prove_check_issuer(void)
{
	struct x509_cert issuer;
	size_t at;
	bool good;

	any_search(true);
	issuer = any_cert();
	at = any_step();
	good = check_issuer(&search, &issuer, at) == X509_OK;
	ASSERT(!good || ((issuer.critical & X509_EXT_NOT_PROCESSED) == 0 && issuer.is_ca && may(&issuer, X509_KU_CERT_SIGN)));
	ASSERT(!good || !issuer.has_path_len || search.steps[at].below <= issuer.path_len);
	ASSERT(!good || (constraints_good && (!request.strict || strict_good)));
	ASSERT(!good || (request.now_s >= issuer.not_before_s && request.now_s <= issuer.not_after_s));
	check_search(at);
	REACHED();
}

/* At most one signature is checked, and never more than the limit; it is the subject's, under the issuer's key. */
void
prove_check_signature(void)
{
	struct x509_cert issuer, subject;
	unsigned checks;
	bool good;

	any_certs();
	issuer = any_cert();
	subject = any_cert();
	checks = search.checks;
	num_verified = 0;
	good = check_signature(&search, &issuer, &subject) == X509_OK;
	ASSERT(num_verified <= 1 && search.checks == checks + num_verified && search.checks <= X509_CHECKS_MAX);
	ASSERT(!good || (num_verified == 1 && verified && verified_key == &issuer.key && same(hashed, subject.tbs) && same(verified_signature, subject.signature)));
	ASSERT(!good || verified_scheme == &other_scheme);	/* what find_scheme found */
	REACHED();
}

void
prove_try_issuer(void)
{
	struct x509_cert issuer;
	size_t at;
	bool good;

	any_search(true);
	issuer = any_cert();
	at = any_step();
	names_equal = issuer_good = signature_good = false;
	good = try_issuer(&search, &issuer, at);
	ASSERT(!good || (names_equal && issuer_good && signature_good && verified_key == &issuer.key && same(hashed, search.steps[at].cert->tbs)));
	check_search(at);
	REACHED();
}

void
prove_reaches_anchor(void)
{
	size_t at;

	any_search(true);
	at = any_step();
	anchored = false;
	if (reaches_anchor(&search, at)) {
		bool is_one = false;

		for (size_t i = 0; i < ANCHORS; i++)
			is_one = is_one || (i < request.num_anchors && same(parsed, anchors[i].cert));
		ASSERT(anchored && anchored_at == at && is_one);
	}
	check_search(at);
	REACHED();
}

void prove_expand(void) { any_search(false); size_t at = any_step();
    for (size_t i = 0; i < MAX; i++) if (!search.reached[i]) issued[i][at] = false;
    expand(&search, at); check_search(at); REACHED(); }

void
prove_search_path(void)
{
	any_certs();
	before = 0;
	if (search_path(&search) == X509_OK) {
		size_t at = anchored_at;

		ASSERT(anchored && at < search.num_steps);
		for (size_t i = 0; i < MAX && at != 0; i++) {	/* the path, as x509_verify.h promises it */
			ASSERT(is_issued[at] && search.steps[at].from < at);
			at = search.steps[at].from;
		}
		ASSERT(at == 0 && search.steps[0].cert == &search.certs[0]);
	}
	ASSERT(search.num_steps <= search.num_certs && search.checks <= X509_CHECKS_MAX);
	REACHED();
}

void
prove_x509_verify(void)
{
	size_t num_chain = nondet_size();
	struct x509_cert leaf;
	struct span *chain;
	bool good;

	any_request();
	ASSUME(num_chain <= 2 * MAX);
	chain = malloc(num_chain * sizeof *chain);
	ASSUME(chain != NULL);
	for (size_t i = 0; i < num_chain; i++)
		chain[i] = any_view();
	leaf_good = path_good = trusted_good = false;
	good = x509_verify(&leaf, chain, num_chain, &request) == X509_OK;
	ASSERT(!good || (num_chain >= 1 && num_chain <= MAX && leaf_good && (trusted_good || path_good) && same(leaf.tbs, parsed)));
	ASSERT(good || (leaf.whole.len == 0 && leaf.tbs.len == 0 && leaf.key.kind == CRYPTO_KEY_OTHER && leaf.subject.len == 0));
	REACHED();
}
