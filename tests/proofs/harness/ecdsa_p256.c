/* ecdsa_p256.c: the schemes of P-256 keys; see ecdsa_schemes.h. */
#include "tests/proofs/harness/any_hash.h"
#include "tests/proofs/harness/bearssl.h"

#include "tlsstack/crypto/ecdsa_p256.c"
#include "tlsstack/crypto/ec_p256.c"
#include "tlsstack/limits.h"

#include "tests/proofs/harness/ecdsa_schemes.h"

void prove_sign_sha256(void) { signing(&tls_ecdsa_secp256r1_sha256); REACHED(); }
void prove_sign_sha384(void) { signing(&tls_ecdsa_p256_sha384); REACHED(); }
void prove_sign_sha512(void) { signing(&tls_ecdsa_p256_sha512); REACHED(); }
void prove_verify(void) { verifying(&tls_ecdsa_secp256r1_sha256); verifying(&tls_ecdsa_p256_sha384); verifying(&tls_ecdsa_p256_sha512); REACHED(); }
