/*
 * chain.h: the four chains, their addresses and keys as text.  Decoding is here; encoding is
 * the wallet's (bech32.h, base58.h), so that the tool and the image can not disagree.
 */
#ifndef TOOL_CHAIN_H
#define TOOL_CHAIN_H

#include "platform/base/span.h"

#define SCRIPT_MAX	42	/* bytes of any script that an address stands for */
#define ADDRESS_MAX	91	/* bytes, NUL included */

struct chain {
	const char *name, *prefix;			/* as -chain= takes it; BIP-173 */
	uint8_t p2pkh_version, p2sh_version, wif_version;
	uint16_t rpc_port;
	const char *folder;				/* of its cookie, below the node's data folder */
	uint32_t easiest_bits;				/* no block's target is easier (compact form) */
};

/* NULL if there is no such chain. */
const struct chain *chain_find(const char *name);

/* The output script of an address; false if it is not one, or of another chain. */
MUST_CHECK bool address_decode(uint8_t script[SCRIPT_MAX], size_t *len, const struct chain *chain, const char *text);

/* The address of a P2WPKH or P2TR script; panics on another. */
void address_encode(char text[ADDRESS_MAX], const struct chain *chain, struct span script);

/* A compressed private key in Wallet Import Format; false if it is not one of this chain. */
MUST_CHECK bool wif_decode(uint8_t key[32], const struct chain *chain, const char *text);

#endif
