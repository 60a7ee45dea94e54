/*
 * bundle.h: the evidence of one spend, kept so that anybody can check it without a node: the
 * raw transaction, the outputs that it spends, and once it is in a block, headers from that
 * block on and gettxoutproof's proof.  JSON, format "pinata-evidence 1" (deploy/tool/README.md).
 */
#ifndef TOOL_BUNDLE_H
#define TOOL_BUNDLE_H

#include <jansson.h>

#include "deploy/tool/manifest.h"

#define BUNDLE_HEADERS_MAX	6

/* What a bundle shows, each part checked. */
struct verdict {
	char txid[TXID_TEXT];
	bool by_key, by_owner_leaf;	/* some input of ours was signed by the prize's key, by the owner's */
	bool in_block;
	int32_t height;			/* claimed: no header says it */
	int32_t num_headers;		/* linked, with work, from the transaction's block on */
	struct activity *spends;	/* our inputs, as kept activities; free it */
	size_t num_spends;
};

/*
 * True when the transaction's signatures on our inputs are good, and its block's proof if there
 * is one.  Otherwise false and one sentence in `why`.
 */
MUST_CHECK bool bundle_check(struct verdict *verdict, const char **why, const json_t *bundle,
    const struct manifest *manifest);

/* A bundle without a block. */
json_t *bundle_make(const struct manifest *manifest, const char *txid, const char *raw_hex, json_t *prevouts,
    int64_t seen_s);

/* Sets or replaces the block; `headers` and `proof_hex` as the node gave them. */
void bundle_set_block(json_t *bundle, const char *hash, int32_t height, json_t *headers, const char *proof_hex);

#endif
