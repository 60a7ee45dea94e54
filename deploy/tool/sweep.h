/*
 * sweep.h: one transaction that spends every output of the prize's script to one address:
 * finding the outputs, fee, signing, sending.  Used by claim and withdraw.
 */
#ifndef TOOL_SWEEP_H
#define TOOL_SWEEP_H

#include <jansson.h>

#include "deploy/tool/manifest.h"
#include "deploy/tool/rpc.h"
#include "deploy/tool/secret.h"

struct args;

enum sweep_path { SWEEP_P2WPKH, SWEEP_P2TR_KEY, SWEEP_P2TR_LEAF };

struct sweep {
	enum sweep_path path;
	char txid[TXID_TEXT];
	char *raw_hex;			/* signed; free it */
	int64_t total_sat, fee_sat;
	size_t num_coins, virtual_len;
};

/*
 * Builds and signs.  Coins come from --coins (a JSON list of txid, vout, sat) or from the node;
 * fee from --fee-rate, receiver from --to.  Dies with advice when there are none, when the fee
 * would leave dust, or when the key is not that of the manifest's address.
 */
void sweep_make(struct sweep *sweep, const struct args *args, struct rpc *rpc, const struct manifest *manifest,
    const struct secret *secret, enum sweep_path path);

/*
 * Prints the transaction (hex, or JSON with --json), or with --broadcast sends it and prints its
 * txid.  Returns the exit code: TOOL_REFUSED when the node does not take it.
 */
int sweep_deliver(const struct sweep *sweep, const struct args *args, struct rpc *rpc);

/* Sends signed bytes; the exit code. */
int sweep_send(struct rpc *rpc, const char *raw_hex);

#endif
