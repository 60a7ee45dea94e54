/*
 * follow.h: follows one address through a node: the best chain since the manifest's birth
 * height, the mempool, and the evidence of every spend ever seen.  It believes no summary: it
 * links and weighs the headers itself, and checks the signature of each spend.
 */
#ifndef TOOL_FOLLOW_H
#define TOOL_FOLLOW_H

#include "deploy/tool/bundle.h"
#include "deploy/tool/header.h"
#include "deploy/tool/rpc.h"

struct follow_block { char hash[65], header_hex[2 * HEADER_LEN + 1]; uint32_t time_s; };

struct activities { struct activity *list; size_t num, room; };

struct follow {
	const struct manifest *manifest;
	struct rpc *rpc, *second;		/* second: a second opinion, or NULL */
	const char *folder;			/* evidence is kept below it; NULL keeps it in memory only */
	int64_t max_tip_age_s;
	struct follow_block *blocks;		/* from birth_height on */
	size_t num_blocks, room_blocks;
	struct activities chain, mempool, kept;
	json_t *bundles;			/* txid -> bundle */
	char trouble[640];			/* empty: the node can be trusted now */
};

/* Loads kept evidence.  Ends the program with TOOL_FILE if a kept file does not check. */
void follow_open(struct follow *follow, const struct manifest *manifest, struct rpc *rpc, struct rpc *second,
    const char *folder, int64_t max_tip_age_s);

/* One round.  Afterwards `trouble` says if and why the node can not be trusted; nothing ends the program. */
void follow_round(struct follow *follow, int64_t now_s);

int32_t follow_tip(const struct follow *follow);

/* What status_of wants to see. */
struct status_view follow_view(const struct follow *follow);

/* ---- for follow.c and its other half, evidence.c ---- */

/* Sets the trouble, once; always false. */
bool follow_trouble(struct follow *follow, const char *format, ...) __attribute__((format(printf, 2, 3)));

void activities_add(struct activities *activities, const struct activity *activity);

/* Loads, checks and keeps every bundle of the folder. */
void evidence_load(struct follow *follow);

/*
 * Makes sure that the evidence of this spend is kept and good, and tells whose it is.  False
 * with trouble set, or with `*gone` set when the transaction left the mempool meanwhile.
 */
MUST_CHECK bool evidence_keep(struct follow *follow, struct activity *spend, const char *block_hash, bool *gone,
    int64_t now_s);

/* Brings the block part of each bundle up to date with the best chain. */
MUST_CHECK bool evidence_settle(struct follow *follow);

#endif
