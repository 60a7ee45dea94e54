/*
 * witness.c: the three checks and the door.  x509_verify(), a scheme's verify and ct_equal() assert what they demand and answer
 * anything; a witness is made when they say good, and only then.  enter_connected() is called with any witnesses: who comes through
 * has all that the policy demands, of one certificate (a panic just ends that proof: that no handler runs into one, their own show).
 */
#define EXACT_BYTES
#include "tests/proofs/harness/shared.h"

#define BASE_CT_H	/* in place of platform/base/ct.h */
static bool ct_equal(const uint8_t *a, const uint8_t *b, size_t len);

#include "tlsstack/witness.c"

bool nondet_bool(void);
size_t nondet_size(void);
unsigned nondet_unsigned(void);
struct tls_conn nondet_conn(void);
struct x509_request nondet_request(void);
void *malloc(size_t len);
void other_side(void) { }

static struct witnesses before, is;
static struct tls_conn conn;
static struct x509_cert leaf;
static bool good;

static bool
ct_equal(const uint8_t *a, const uint8_t *b, size_t len)
{
	ASSERT(__CPROVER_r_ok(a, len) && __CPROVER_r_ok(b, len));
	return good = nondet_bool();
}

bool
bytes_equal(struct span a, struct span b)
{
	bool same = a.len == b.len;

	for (size_t i = 0; same && i < a.len; i++)
		same = a.ptr[i] == b.ptr[i];
	return same;
}

void sha256(uint8_t digest[SHA256_LEN], struct span bytes) { ASSERT(__CPROVER_r_ok(bytes.ptr, bytes.len)); __CPROVER_havoc_slice(digest, SHA256_LEN); }

enum x509_result
x509_verify(struct x509_cert *to, const struct span *chain, size_t num_chain, const struct x509_request *request)
{
	ASSERT(__CPROVER_w_ok(to, sizeof *to) && num_chain <= TLS_CERTIFICATES_MAX && __CPROVER_r_ok(request, sizeof *request));
	ASSERT(__CPROVER_r_ok(chain, num_chain * sizeof *chain));
	good = num_chain > 0 && nondet_bool();	/* none is not good: x509_verify's row */
	return good ? X509_OK : X509_BAD_SIGNATURE;
}

static bool
any_verify(const struct tls_scheme *scheme, const struct crypto_public_key *key, const uint8_t *digest, struct span signature)
{
	ASSERT(__CPROVER_r_ok(digest, scheme->hash->len) && __CPROVER_r_ok(key, sizeof *key) && __CPROVER_r_ok(signature.ptr, signature.len));
	return good = nondet_bool();
}

static uint8_t *
any_object(size_t len)
{
	uint8_t *at = malloc(len);

	ASSUME(at != NULL);
	return at;
}

static bool any_flag(void) { return nondet_bool(); }

static void
any_witnesses(void)
{
	__CPROVER_havoc_object(&is);
	is.cert.made = any_flag();
	is.sig.made = any_flag();
	is.finished.made = any_flag();
	before = is;
}

void
prove_witness_cert(void)
{
	struct x509_request request = nondet_request();
	struct span chain[TLS_CERTIFICATES_MAX];
	size_t num = nondet_size(), len = nondet_size();

	any_witnesses();
	ASSUME(num <= TLS_CERTIFICATES_MAX && len <= INPUT_MAX);
	chain[0] = (struct span){ any_object(len), len };
	struct tls_err err = witness_cert(&is.cert, &leaf, chain, num, &request);
	ASSERT((err.code == TLS_ERR_NONE) == good && is.cert.made == (before.cert.made || good));
	ASSERT(is.sig.made == before.sig.made && is.finished.made == before.finished.made);
	REACHED();
}

void
prove_witness_sig(void)
{
	struct crypto_hash hash = { .len = CRYPTO_HASH_MAX };
	struct tls_scheme scheme = { .hash = &hash, .verify = any_verify };
	struct crypto_public_key key;
	size_t len = nondet_size();

	any_witnesses();
	ASSUME(is.cert.made && len <= INPUT_MAX);
	struct tls_err err = witness_sig(&is.sig, &is.cert, &scheme, &key, any_object(hash.len), (struct span){ any_object(len), len });
	ASSERT((err.code == TLS_ERR_NONE) == good && is.sig.made == (before.sig.made || good));
	ASSERT(!good || bytes_equal(SPAN_ARRAY(is.sig.leaf_sha256), SPAN_ARRAY(is.cert.leaf_sha256)));
	REACHED();
}

void
prove_witness_finished(void)
{
	size_t len = nondet_size(), expected = nondet_size();

	any_witnesses();
	good = false;
	ASSUME(len <= INPUT_MAX && expected <= CRYPTO_HASH_MAX);
	struct tls_err err = witness_finished(&is.finished, any_object(expected), expected, (struct span){ any_object(len), len });
	ASSERT((err.code == TLS_ERR_NONE) == good && is.finished.made == (before.finished.made || good) && (!good || len == expected));
	REACHED();
}

void given_base_panic(const char *file, unsigned line);

void given_base_panic(const char *file, unsigned line) { (void)file; (void)line; ASSUME(false); }

void
prove_enter_connected(void)
{
	struct tls_protocol protocol = { .peer = PEER_NONE };
	unsigned policy = nondet_unsigned();

	any_witnesses();
	ASSUME(policy < 3);
	protocol.peer = policy == 0 ? PEER_NONE : policy == 1 ? PEER_OPTIONAL : PEER_REQUIRED;
	conn = nondet_conn();
	conn.protocol = &protocol;
	enter_connected(&conn, &is.cert, &is.sig, &is.finished);
	ASSERT(is.finished.made && conn.established == EVENT_DUE && conn.has_peer == is.cert.made && is.cert.made == is.sig.made);
	ASSERT(policy == 0 ? !conn.has_peer : policy == 1 || conn.has_peer);
	ASSERT(!conn.has_peer || (bytes_equal(SPAN_ARRAY(is.cert.leaf_sha256), SPAN_ARRAY(is.sig.leaf_sha256)) &&
	    bytes_equal(SPAN_ARRAY(conn.peer.cert_sha256), SPAN_ARRAY(is.cert.leaf_sha256))));
	REACHED();
}
