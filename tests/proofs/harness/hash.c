/* hash.c: any descriptor, any bytes; any_hash.h demands that what is updated has begun. */
#include "tests/proofs/harness/any_hash.h"

#include "tlsstack/crypto/hash.c"
#include "tlsstack/limits.h"

void other_side(void) { }

void prove_hash_of(void) { any_hash_choose(nondet_unsigned()); hash_of(&any_hash, any_object(any_hash.len), any_span(TLS_MESSAGE_TOP)); REACHED(); }
