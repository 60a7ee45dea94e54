/*
 * bip322.h: checking a signed message, BIP-322 simple form, for a manifest's address.  Pure.
 * The signer is wallet/proof.c; this is the other side, written over the tool's own transactions.
 */
#ifndef TOOL_BIP322_H
#define TOOL_BIP322_H

#include "deploy/tool/manifest.h"

/* Hashes of the two transactions of BIP-322, in the order of the wire; for tests. */
void bip322_ids(uint8_t to_spend[32], uint8_t to_sign[32], struct span script, struct span text);

/*
 * True if `signature` (base64, with or without the prefix "smp") is the address's signature of
 * `text` by the prize's key.  The owner's leaf does not count.
 */
MUST_CHECK bool bip322_verify(const struct manifest *manifest, struct span text, const char *signature);

#endif
