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
 * copied; wipe your copy.  The prize is P2WPKH (BIP-141) when `owner_leaf` is NULL; otherwise it
 * is P2TR (BIP-341) with that key inside and one leaf, the owner's, of which only the hash is
 * needed (32 bytes).  `blind_seed` randomises the computations against side channels; wipe yours.
 * There is one wallet: panics if it holds a key already.
 */
MUST_CHECK bool wallet_init(enum wallet_chain chain, const uint8_t key[WALLET_KEY_LEN],
    const uint8_t *owner_leaf, const uint8_t blind_seed[32]);

/* The address (BIP-173, BIP-350), NUL terminated.  Panics if there is no key. */
void wallet_address(char address[WALLET_ADDRESS_MAX]);

/* What a proof states beside the address and the network: facts that the appliance knows. */
struct wallet_claim {
	const char *version;	/* of the sources: digits and dots, at most WALLET_VERSION_MAX */
	uint8_t image[32];	/* SHA-256 of the image that runs */
	uint8_t authority[32];	/* SHA-256 of this boot's web authority, DER */
	uint64_t boot_s;	/* when this machine started, seconds since 1970 */
	uint8_t nonce[32];	/* from the visitor; zero in the statement that is made at boot */
};

#define WALLET_PROOF_TEXT_MAX	448	/* bytes */
#define WALLET_VERSION_MAX	15	/* characters */
#define WALLET_PROOF_MAX	160	/* bytes: "smp" and base64 of at most 108 bytes */

/*
 * Prove that the key is here: append to `text` one line without '\n',
 *
 *	pinata-proof-v2 net=N addr=A version=V image=sha256:X ca=sha256:X boot=S nonce=X
 *
 * and to `proof` its BIP-322 signature, simple form.  The text is composed here from typed fields, so
 * nothing that a visitor sends is ever signed as it came; such a signature commits to a transaction that can not
 * exist, so it spends nothing.  One signature and one verification, about 100 us.  False without proofs in the image.
 */
MUST_CHECK bool wallet_prove(struct outbuf *text, struct outbuf *proof, const struct wallet_claim *claim);

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
