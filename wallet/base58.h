/* base58.h: Base58Check, the old Bitcoin encoding, here for WIF keys.  Pure; encodes only. */
#ifndef WALLET_BASE58_H
#define WALLET_BASE58_H

#include "platform/base/span.h"

#define BASE58_INPUT_MAX	34	/* bytes: version, key, compression mark */

/*
 * Append `bytes` with their four-byte checksum in base 58.  Panics on more than
 * BASE58_INPUT_MAX bytes.  The input may be a secret: what was made of it is wiped, but the time
 * taken depends on it (the lookup of digits; see wallet/README.md).
 */
void base58_check(struct outbuf *out, struct span bytes);

#endif
