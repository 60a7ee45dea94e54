/* bech32.h: the address of a witness program (BIP-173, BIP-350).  Pure; encodes only. */
#ifndef WALLET_BECH32_H
#define WALLET_BECH32_H

#include "platform/base/span.h"

/*
 * Append the address of a witness program to `out`: Bech32 for version 0, Bech32m for 1 to 16.
 * `prefix` is "bc", "tb" or "bcrt".  Panics unless the program has 2 to 40 bytes.
 */
void bech32_address(struct outbuf *out, const char *prefix, unsigned version, struct span program);

#endif
