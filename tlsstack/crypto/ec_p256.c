/* ec_p256.c: P-256 by BearSSL's fastest constant-time code of release 0.6.  See ec.h. */
#include "tlsstack/crypto/ec.h"

const struct ec_curve ec_p256 = { CRYPTO_KEY_P256, &br_ec_p256_m31, BR_EC_secp256r1, 32 };
