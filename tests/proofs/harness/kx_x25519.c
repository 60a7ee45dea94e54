/*
 * kx_x25519.c: a peer's bytes of any length; BearSSL's multiplication is bearssl.h's and gives any value, zero among them.
 * Copies are exact here: what is refused leaves zeros, what is taken is not zero (RFC 8446, 7.4.2).
 */
#define EXACT_BYTES
#include "tests/proofs/harness/any_hash.h"
#include "tests/proofs/harness/bearssl.h"

#include "tlsstack/crypto/kx_x25519.c"
#include "tlsstack/limits.h"

void other_side(void) { }

void
drbg_bytes(struct crypto_drbg *drbg, uint8_t *out, size_t len)
{
	ASSERT(__CPROVER_w_ok(drbg, sizeof *drbg) && len <= 65536 && __CPROVER_w_ok(out, len));
	__CPROVER_havoc_slice(out, len);
}

void prove_multiply(void) { multiply(any_object(tls_x25519.public_len), any_object(tls_x25519.secret_len)); REACHED(); }
void prove_keygen(void) { struct crypto_drbg drbg;
    tls_x25519.keygen(any_object(tls_x25519.secret_len), any_object(tls_x25519.public_len), &drbg); REACHED(); }

void
prove_shared(void)
{
	uint8_t *value = any_object(tls_x25519.shared_len), sum = 0;
	struct span peer = any_span(TLS_MESSAGE_TOP);
	bool good = tls_x25519.shared(value, any_object(tls_x25519.secret_len), peer);

	for (size_t i = 0; i < LEN; i++)
		sum |= value[i];
	ASSERT(good == (sum != 0) && (!good || peer.len == LEN));
	REACHED();
}
