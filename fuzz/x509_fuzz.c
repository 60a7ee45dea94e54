/*
 * x509_fuzz.c: a chain of certificates from any bytes, parsed and verified.  Each certificate has
 * two bytes of length in front; what is left over is an anchor.
 */
#include <stdint.h>
#include <stdlib.h>

#include "fuzz/outcome.h"
#include "tlsstack/limits.h"
#include "tlsstack/x509_verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

const char *fuzz_outcome;

/* A well-formed certificate is inside its bytes. */
static void
check_views(struct span der)
{
	struct x509_cert cert;
	enum x509_result result = x509_parse(&cert, der);

	fuzz_outcome = x509_reason(result);
	if (result != X509_OK)
		return;
	if (cert.whole.ptr != der.ptr || cert.whole.len != der.len ||
	    cert.tbs.ptr < der.ptr || cert.tbs.len > der.len || cert.signature.len > der.len ||
	    cert.serial.len == 0 || cert.issuer.len <= 2)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct tls_scheme *const schemes[] = { &tls_ecdsa_secp256r1_sha256 };
	struct span chain[TLS_CERTIFICATES_MAX + 1];
	struct cursor in = cursor_of((struct span){ data, size }), one;
	struct x509_request request = { .schemes = schemes, .num_schemes = 1, .now_s = 1800000000 };
	struct tls_anchor anchor;
	struct x509_cert leaf;
	size_t num = 0;

	while (num <= TLS_CERTIFICATES_MAX && cursor_vector(&in, &one, 2)) {
		chain[num] = cursor_rest(&one);
		check_views(chain[num++]);
	}
	anchor.cert = cursor_rest(&in);
	request.anchors = &anchor;
	request.num_anchors = 1;
	(void)tls_anchor_ok(anchor.cert);
	if (num > 0)
		(void)x509_verify(&leaf, chain, num, &request);
	check_views((struct span){ data, size });	/* corpora hold bare certificates: the outcome that counts */
	return 0;
}
