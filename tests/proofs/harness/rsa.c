/*
 * rsa.c: RSASP1 with any key of ours: parts of any length that the panics of rsa_sign allow, a modulus and exponent that rsa_public
 * takes.  BearSSL is bearssl.h's, which makes no error with a good key, and ct_equal says that no fault happened; the rest is real.
 * (What sees a peer's bytes has contracts in rsa.h.)
 */
#define BASE_CT_H	/* in place of platform/base/ct.h */
#include "tests/proofs/harness/any_hash.h"
#include "tests/proofs/harness/bearssl.h"

static bool
ct_equal(const uint8_t *a, const uint8_t *b, size_t len)
{
	ASSERT(__CPROVER_r_ok(a, len) && __CPROVER_r_ok(b, len));
	return true;
}

#include "tlsstack/crypto/rsa.c"
#include "tlsstack/limits.h"

void other_side(void) { }

bool der_take(struct cursor *in, uint8_t tag, struct cursor *content) { (void)in; (void)tag; (void)content; return false; }
bool der_positive(struct cursor *in, struct span *magnitude) { (void)in; (void)magnitude; return false; }
bool der_uint32(struct cursor *in, uint32_t *value) { (void)in; (void)value; return false; }

void
prove_rsa_sign(void)
{
	struct rsa_private key = { any_span(RSA_BYTES_MAX), any_span(EXPONENT_MAX), any_span(RSA_BYTES_MAX / 2), any_span(RSA_BYTES_MAX / 2),
	    any_span(RSA_BYTES_MAX), any_span(RSA_BYTES_MAX), any_span(RSA_BYTES_MAX) };

	ASSUME(RSA_MODULUS_OK(key.modulus) && exponent_ok(key.exponent));
	bearssl_key_good = true;
	rsa_sign(any_object(key.modulus.len), &key);
	REACHED();
}
