/* kx_p384.c: the group's descriptor; see ec_group.h. */
#include "tests/proofs/harness/any_hash.h"
#include "tests/proofs/harness/bearssl.h"

#include "tlsstack/crypto/kx_p384.c"
#include "tlsstack/crypto/ec_p384.c"

#define DESCRIPTOR	tls_secp384r1
#include "tests/proofs/harness/ec_group.h"
