/* ec_p384.c: P-384 by BearSSL's generic constant-time code for prime curves.  See ec.h. */
#include "tlsstack/crypto/ec.h"

const struct ec_curve ec_p384 = { CRYPTO_KEY_P384, &br_ec_prime_i31, BR_EC_secp384r1, 48 };
