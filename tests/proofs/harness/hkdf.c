/*
 * hkdf.c: any descriptor, salts, keys and infos of any length, as much output as RFC 5869 allows; HMAC is any_hmac.h.
 * What goes in and what comes out ends where its object does.
 */
#include "tests/proofs/harness/any_hmac.h"

#include "tlsstack/crypto/hkdf.c"
#include "tlsstack/limits.h"

void other_side(void) { }

void prove_hkdf_extract(void) { any_hash_choose(nondet_unsigned());
    hkdf_extract(&any_hash, any_object(any_hash.len), any_span(TLS_PLAINTEXT_MAX), any_span(TLS_PLAINTEXT_MAX)); REACHED(); }

void
prove_hkdf_expand(void)
{
	struct span out;

	any_hash_choose(nondet_unsigned());
	out = any_span(255 * any_hash.len);
	hkdf_expand(&any_hash, (uint8_t *)(uintptr_t)out.ptr, out.len, any_object(any_hash.len), any_span(TLS_PLAINTEXT_MAX));
	REACHED();
}
