/*
 * state.h: what the wallet keeps, for wallet.c and proof.c.  Not for other folders: wallet_state
 * is not in exports.txt.
 */
#ifndef WALLET_STATE_H
#define WALLET_STATE_H

#include "wallet/key.h"
#include "wallet/wallet.h"

#define STATE_SCRIPT_MAX	34

struct wallet_state {
	bool ready, taproot;
	enum wallet_chain chain;
	uint8_t public_key[KEY_PUBLIC_LEN];
	uint8_t script[STATE_SCRIPT_MAX];	/* the output script: 0014<hash160> or 5120<x> */
	uint8_t leaf[32];			/* taproot: the hash of the owner's leaf */
	uint8_t key[WALLET_KEY_LEN];		/* the secret: this is its one place */
	uint8_t blind[32];			/* secret: the next computation's blinding */
	uint8_t prize[WALLET_PRIZE_MAX];	/* zero except between reveal and conceal */
};

/* Panics if there is no key. */
const struct wallet_state *wallet_state(void);

/* The output script. */
struct span wallet_script(void);

/* A blinding that was not used before, by hashing the last one forward. */
void wallet_blind(uint8_t seed[32]);

#endif
