/* hash_sha512.c: the descriptor of SHA-512 over BearSSL's interface: any context, bytes of any length. */
#include "tests/proofs/harness/any_hash.h"
#include "tests/proofs/harness/bearssl.h"

#include "tlsstack/crypto/hash_sha512.c"

#define DESCRIPTOR	hash_sha512
#include "tests/proofs/harness/hash_descriptor.h"
