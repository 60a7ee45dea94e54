/* hash_sha256.c: the descriptor of SHA-256 over BearSSL's interface: any context, bytes of any length. */
#include "tests/proofs/harness/any_hash.h"
#include "tests/proofs/harness/bearssl.h"

#include "tlsstack/crypto/hash_sha256.c"

#define DESCRIPTOR	hash_sha256
#include "tests/proofs/harness/hash_descriptor.h"
