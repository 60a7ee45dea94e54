/* rsa_pkcs1.c: signing with any key of ours, into the room that every caller has; rsa.c is any_rsa.h.  (verify, encode have contracts.) */
#include "tests/proofs/harness/any_hash.h"

#include "tlsstack/crypto/rsa_pkcs1.c"
#include "tlsstack/limits.h"

#include "tests/proofs/harness/any_rsa.h"

void
prove_sign(void)
{
	uint8_t room[CRYPTO_SIGNATURE_MAX];
	struct outbuf out = outbuf_of(room, sizeof room);

	any_scheme();
	scheme.signature = (enum crypto_signature)nondet_uint8();
	sign(&scheme, &out, any_span(TLS_PLAINTEXT_MAX), any_object(any_hash.len), NULL);
	ASSERT(!out.overflow && out.len >= CRYPTO_RSA_BITS_MIN / 8);
	REACHED();
}
