/*
 * x509_fuzz.c: a chain of certificates from any bytes, parsed and verified.  Each certificate has
 * two bytes of length in front; what is left over is an anchor.
 *
 * Signatures are taken on trust here: no fuzzer makes one, and behind them lies the search.  What
 * must hold: views stay inside their bytes, the number of checks stays within its limit, and what is
 * accepted with every rule on is accepted with fewer.
 */
#include <stdint.h>
#include <stdlib.h>

#include "tlsstack/limits.h"
#include "tlsstack/x509_verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned checks;

static bool
trust(const struct tls_scheme *scheme, const struct crypto_public_key *key, const uint8_t *digest, struct span signature)
{
	(void)scheme, (void)digest;
	checks++;
	return signature.len != 1 && key->kind != CRYPTO_KEY_OTHER;
}

static const struct tls_scheme ecdsa = { .key = CRYPTO_KEY_P256, .signature = CRYPTO_SIG_ECDSA_SHA256, .hash = &hash_sha256, .verify = trust };
static const struct tls_scheme by_p384 = { .key = CRYPTO_KEY_P384, .signature = CRYPTO_SIG_ECDSA_SHA256, .hash = &hash_sha256, .verify = trust };
static const struct tls_scheme by_rsa = { .key = CRYPTO_KEY_RSA, .signature = CRYPTO_SIG_RSA_PKCS1_SHA256, .hash = &hash_sha256, .verify = trust };
static const struct tls_scheme by_pss = { .key = CRYPTO_KEY_RSA, .signature = CRYPTO_SIG_RSA_PSS_SHA256, .hash = &hash_sha256, .verify = trust };
static const struct tls_scheme *const schemes[] = { &ecdsa, &by_p384, &by_rsa, &by_pss };

/* A well-formed certificate is inside its bytes. */
static void
check_views(struct span der)
{
	struct x509_cert cert;

	if (x509_parse(&cert, der) != X509_OK)
		return;
	if (cert.whole.ptr != der.ptr || cert.whole.len != der.len ||
	    cert.tbs.ptr < der.ptr || cert.tbs.len > der.len || cert.signature.len > der.len ||
	    cert.serial.len == 0 || cert.issuer.len <= 2)
		abort();
}

static bool
accepts(const struct span *chain, size_t num, const struct x509_request *request)
{
	struct x509_cert leaf;
	bool accepted;

	checks = 0;
	accepted = x509_verify(&leaf, chain, num, request) == X509_OK;
	if (checks > X509_CHECKS_MAX || accepted != (leaf.whole.len != 0))
		abort();
	return accepted;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct x509_name name = { X509_NAME_DNS, SPAN_LITERAL("www.good.test") };
	struct span chain[TLS_CERTIFICATES_MAX + 1];
	struct cursor in = cursor_of((struct span){ data, size }), one;
	struct x509_request request = { .schemes = schemes, .num_schemes = 4, .now_s = size % 2 == 0 ? 1800000000 : 1796000000 }, strict;
	struct tls_anchor anchor;
	size_t num = 0;

	check_views((struct span){ data, size });	/* corpora hold bare certificates */
	while (num <= TLS_CERTIFICATES_MAX && cursor_vector(&in, &one, 2)) {
		chain[num] = cursor_rest(&one);
		check_views(chain[num++]);
	}
	anchor.cert = cursor_rest(&in);
	request.anchors = &anchor;
	request.num_anchors = 1;
	(void)tls_anchor_ok(anchor.cert);
	strict = request;
	strict.strict = strict.has_max_depth = true;
	strict.max_depth = 2;
	strict.name = &name;
	if (accepts(chain, num, &strict) && !accepts(chain, num, &request))
		abort();
	request.purpose = X509_PURPOSE_CLIENT;
	(void)accepts(chain, num, &request);
	return 0;
}
