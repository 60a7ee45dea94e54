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

#define KEY_DER_MAX	72	/* bytes of an ECDSA signature */

/*
 * The private key of the taproot output whose internal key is `key` and whose only leaf has the
 * hash `leaf` (BIP-341).  The output's own key is bytes 1..32 of its key_public.  It is as secret
 * as `key`: wipe it.  `key` is in range.
 */
void key_tweaked(uint8_t tweaked[KEY_LEN], const uint8_t key[KEY_LEN], const uint8_t leaf[32],
    const uint8_t blind_seed[32]);

/*
 * Sign a digest that this folder has made, and verify the signature before it is given out: a
 * fault in the machine must not leak the key through a wrong one.  ECDSA with RFC 6979, low S;
 * Schnorr of BIP-340 under the x of the key's own point.  `key` is in range.  Their stack is wiped.
 */
size_t key_sign_ecdsa(uint8_t der[KEY_DER_MAX], const uint8_t key[KEY_LEN], const uint8_t digest[32],
    const uint8_t blind_seed[32]);
void key_sign_schnorr(uint8_t signature[64], const uint8_t key[KEY_LEN], const uint8_t digest[32],
    const uint8_t blind_seed[32]);

#endif
