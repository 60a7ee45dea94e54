/*
 * header.h: block headers and gettxoutproof's Merkle proofs, checked without a node.  Pure.
 * A header shows work at the difficulty that it claims; that it is on the best chain it can not show.
 */
#ifndef TOOL_HEADER_H
#define TOOL_HEADER_H

#include "deploy/tool/chain.h"

#define HEADER_LEN	80

struct header {
	uint8_t hash[32], previous[32], root[32];	/* in the order of the wire */
	uint32_t time_s;
};

/* False if the hash does not meet the claimed target, or the target is easier than the chain allows. */
MUST_CHECK bool header_parse(struct header *header, const struct chain *chain, const uint8_t bytes[HEADER_LEN]);

/*
 * True if `proof` (header, number of transactions, hashes, flag bits: a BIP-37 merkleblock) shows
 * exactly the transaction `txid` in the block of `bytes`.
 */
MUST_CHECK bool header_proves(const uint8_t bytes[HEADER_LEN], struct span proof, const uint8_t txid[32]);

#endif
