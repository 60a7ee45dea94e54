/* ripemd160.h: RIPEMD-160, for HASH160 of a public key only.  Pure.  Public data: nothing is wiped. */
#ifndef WALLET_RIPEMD160_H
#define WALLET_RIPEMD160_H

#include "platform/base/span.h"

#define RIPEMD160_LEN	20

/* One call hashes at most RIPEMD160_INPUT_MAX bytes: one block.  Panics on more. */
#define RIPEMD160_INPUT_MAX	55

void ripemd160(uint8_t digest[RIPEMD160_LEN], struct span bytes);

#endif
