/*
 * wallet.h: the prize.  The only code that sees the private key.  Pure: no clock, no
 * randomness, no I/O, no heap.  libsecp256k1's headers are included in this folder and
 * nowhere else.
 */
#ifndef WALLET_H
#define WALLET_H

#include "platform/base/span.h"

#define WALLET_KEY_LEN		32
#define WALLET_ADDRESS_MAX	91	/* bytes, NUL included (BIP-173: at most 90 characters) */
#define WALLET_PRIZE_MAX	1024	/* bytes of the winner's text */

enum wallet_chain { WALLET_MAIN, WALLET_TESTNET4, WALLET_SIGNET, WALLET_REGTEST };

/* The chain's name as bitcoind's -chain= takes it: "main", "testnet4", "signet", "regtest". */
const char *wallet_chain_name(enum wallet_chain chain);

/*
 * Take the prize's private key.  False if it is not in [1, n-1], and nothing is kept.  `key` is
 * copied; wipe your copy.  `blind_seed` randomises the computation against side channels; wipe
 * yours.  There is one wallet: panics if it holds a key already.
 */
MUST_CHECK bool wallet_init(enum wallet_chain chain, const uint8_t key[WALLET_KEY_LEN],
    const uint8_t blind_seed[32]);

/* The P2WPKH address (BIP-173, BIP-141), NUL terminated.  Panics if there is no key. */
void wallet_address(char address[WALLET_ADDRESS_MAX]);

/*
 * The winner's text: network, address, scriptPubKey, key in hex, WIF, descriptor with checksum.
 * Made on the call in one static place, valid until wallet_conceal.  Panics if there is no key.
 * Called from appliance/prize.c and nowhere else (lint).
 */
struct span wallet_reveal(void);

/* Wipe what wallet_reveal made.  The key itself stays. */
void wallet_conceal(void);

/* Wipe everything.  Safe at any time, any number of times. */
void wallet_wipe(void);

#endif
