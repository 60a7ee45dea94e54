/* ecdsa_p384.c: the schemes of P-384 keys; see ecdsa_schemes.h. */
#include "tests/proofs/harness/any_hash.h"
#include "tests/proofs/harness/bearssl.h"

#include "tlsstack/crypto/ecdsa_p384.c"
#include "tlsstack/crypto/ec_p384.c"
#include "tlsstack/limits.h"

#include "tests/proofs/harness/ecdsa_schemes.h"

void prove_sign_sha256(void) { signing(&tls_ecdsa_p384_sha256); REACHED(); }
void prove_sign_sha384(void) { signing(&tls_ecdsa_secp384r1_sha384); REACHED(); }
void prove_sign_sha512(void) { signing(&tls_ecdsa_p384_sha512); REACHED(); }
void prove_verify(void) { verifying(&tls_ecdsa_p384_sha256); verifying(&tls_ecdsa_secp384r1_sha384); verifying(&tls_ecdsa_p384_sha512); REACHED(); }
