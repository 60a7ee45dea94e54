/* kx_p256.c: the group's descriptor; see ec_group.h. */
#include "tests/proofs/harness/any_hash.h"
#include "tests/proofs/harness/bearssl.h"

#include "tlsstack/crypto/kx_p256.c"
#include "tlsstack/crypto/ec_p256.c"

#define DESCRIPTOR	tls_secp256r1
#include "tests/proofs/harness/ec_group.h"

void prove_kx_p256_public(void) { (void)kx_p256_public(any_object(TLS_POINT_LEN), any_object(TLS_KEY_LEN)); REACHED(); }
