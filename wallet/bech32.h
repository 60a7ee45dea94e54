/* bech32.h: the address of a version 0 witness program (BIP-173).  Pure; encodes only. */
#ifndef WALLET_BECH32_H
#define WALLET_BECH32_H

#include "platform/base/span.h"

/* Append the address of the 20-byte witness program to `out`; `prefix` is "bc", "tb" or "bcrt". */
void bech32_p2wpkh(struct outbuf *out, const char *prefix, const uint8_t program[20]);

#endif
