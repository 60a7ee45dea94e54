/* key.h: the private key and its point on secp256k1: the only face of libsecp256k1.  No heap. */
#ifndef WALLET_KEY_H
#define WALLET_KEY_H

#include "platform/base/span.h"

#define KEY_LEN		32
#define KEY_PUBLIC_LEN	33	/* compressed: SEC 1, section 2.3.3 */

/*
 * Check `key` and compute its public key.  False if it is not in [1, n-1]; then `public_key` is
 * zero.  `blind_seed` randomises the library's context, so that the computation does not repeat
 * its power and timing pattern from boot to boot.  CT: the key's value does not leak, whether it
 * is in range does.  Its stack is wiped.
 */
MUST_CHECK bool key_public(uint8_t public_key[KEY_PUBLIC_LEN], const uint8_t key[KEY_LEN],
    const uint8_t blind_seed[32]);

#endif
