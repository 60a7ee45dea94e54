/*
 * curve.h: secp256k1 for the host: keys, ECDSA, Schnorr (BIP-340) and taproot's tweak (BIP-341).
 * Over the same libsecp256k1 source as the image.  Digests only: what is signed is decided elsewhere.
 */
#ifndef TOOL_CURVE_H
#define TOOL_CURVE_H

#include "platform/base/span.h"

#define CURVE_DER_MAX	72

/* False if `key` is not in [1, n-1]. */
MUST_CHECK bool curve_public(uint8_t public_key[33], const uint8_t key[32]);

/* RFC 6979, low S; returns the length of the DER. */
size_t curve_ecdsa_sign(uint8_t der[CURVE_DER_MAX], const uint8_t key[32], const uint8_t digest[32]);
MUST_CHECK bool curve_ecdsa_verify(struct span der, const uint8_t public_key[33], const uint8_t digest[32]);

/*
 * Schnorr under the key itself (`tweak` NULL) or under the key tweaked for an output whose
 * internal key it is (`tweak` is the 32-byte tweak of curve_tweak).
 */
void curve_schnorr_sign(uint8_t signature[64], const uint8_t key[32], const uint8_t *tweak, const uint8_t digest[32]);
MUST_CHECK bool curve_schnorr_verify(const uint8_t signature[64], const uint8_t x_only[32], const uint8_t digest[32]);

/*
 * BIP-341: the output key of an internal key and the root of its leaves (NULL: BIP-86, none).
 * `tweak` and `odd` may be NULL.  False if `internal` is on no point.
 */
MUST_CHECK bool curve_tweak(uint8_t output[32], uint8_t *tweak, bool *odd, const uint8_t internal[32],
    const uint8_t *root);

/* True if 32 bytes are the x of a point. */
MUST_CHECK bool curve_x_only_ok(const uint8_t x_only[32]);

#endif
