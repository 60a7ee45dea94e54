/*
 * manifest.h: the public manifest of one Pinata: what the owner publishes before anybody
 * plays.  JSON, format "pinata-manifest 1" (deploy/tool/README.md).  Nothing in it is secret.
 */
#ifndef TOOL_MANIFEST_H
#define TOOL_MANIFEST_H

#include "deploy/tool/chain.h"
#include "deploy/tool/status.h"

#define MANIFEST_COMMITMENTS_MAX	16
#define LEAF_MAX			64	/* bytes of the owner's leaf script; 39 today */
#define CONTROL_LEN			33	/* of a tree with one leaf */

struct manifest {
	const struct chain *chain;
	char address[ADDRESS_MAX];
	uint8_t script[SCRIPT_MAX];
	size_t script_len;			/* 22: P2WPKH, 34: P2TR */
	int32_t birth_height;			/* no transaction of ours is below it */
	int32_t confirmations;
	int64_t funded_sat;
	bool has_image;
	uint8_t image[32];			/* SHA-256 of the image */
	bool practice;
	/* P2TR only: tr(internal, and_v(v:pk(owner), after(lock_height))) */
	uint8_t internal[32], owner[32];
	uint32_t lock_height;
	uint8_t leaf[LEAF_MAX], control[CONTROL_LEN];
	size_t leaf_len;
	uint8_t commitments[MANIFEST_COMMITMENTS_MAX][32];
	size_t num_commitments;
};

/* Ends the program with TOOL_USAGE or TOOL_FILE, and says what is wrong. */
void manifest_read(struct manifest *manifest, const char *path);

/* False, and one sentence in `why`, if the text is not a manifest in which all parts agree. */
MUST_CHECK bool manifest_parse(struct manifest *manifest, const char **why, const char *text);

/* In fresh memory. */
char *manifest_text(const struct manifest *manifest);

/* Fills script and address from a P2WPKH public key. */
void manifest_p2wpkh(struct manifest *manifest, const uint8_t public_key[33]);

/*
 * Fills leaf, control, script and address from internal, owner and lock_height.  False if a key
 * is on no point or the height is not in 1..499999999 (above it is a time: BIP-65).
 */
MUST_CHECK bool manifest_p2tr(struct manifest *manifest);

/* The hash of the owner's leaf, which is the root of its tree too (BIP-341). */
void manifest_leaf_hash(uint8_t hash[32], const struct manifest *manifest);

struct span manifest_script(const struct manifest *manifest);

/* Adds an opening's file (JSON: txid, salt). */
void opening_read(struct opening *opening, const char *path);

#endif
