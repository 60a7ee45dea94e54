/* drbg.c: the generator over BearSSL's interface: a seed of its length, up to 65536 bytes (SP 800-90A, table 2) of output. */
#include "tests/proofs/harness/any_hash.h"
#include "tests/proofs/harness/bearssl.h"

#include "tlsstack/crypto/drbg.c"

void other_side(void) { }

void prove_drbg_init(void) { struct crypto_drbg drbg; drbg_init(&drbg, any_object(TLS_SEED_LEN)); REACHED(); }
void prove_drbg_bytes(void) { struct crypto_drbg drbg; struct span out = any_span(65536);
    drbg_bytes(&drbg, (uint8_t *)(uintptr_t)out.ptr, out.len); REACHED(); }
