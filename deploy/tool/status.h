/*
 * status.h: has the Pinata been breached?  A pure function of what a node's best chain and
 * mempool hold, of the spends ever seen, and of the public manifest.  No I/O, no clock, no heap.
 *
 * The rule: a breach is any input that spends our script, dust and partial spends included,
 * except the owner's: the withdrawal that was committed to before, or a spend by the owner's
 * leaf.  Amounts decide nothing but UNFUNDED, FUNDING and LIVE.  A seen spend that vanished
 * still shows that somebody has the key.
 */
#ifndef TOOL_STATUS_H
#define TOOL_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TXID_TEXT	65	/* 64 lowercase hex digits as nodes show them, NUL */

enum state {
	STATE_UNKNOWN,			/* the source can not be trusted now; never "unbreached" */
	STATE_UNFUNDED, STATE_FUNDING, STATE_LIVE,
	STATE_SPEND_SEEN,		/* in the mempool */
	STATE_KEY_USED,			/* seen, signed, and gone again */
	STATE_BREACHED_PENDING, STATE_BREACHED,
	STATE_WITHDRAWN_PENDING, STATE_WITHDRAWN,
	NUM_STATES
};

/* "UNKNOWN", "UNFUNDED", ... */
const char *status_name(enum state state);

/* One sentence for the public. */
const char *status_words(enum state state);

enum activity_kind { ACTIVITY_RECEIVE, ACTIVITY_SPEND };

/* One output of ours made, or one input that spends one. */
struct activity {
	enum activity_kind kind;
	bool owner_leaf;		/* a spend by the owner's leaf, byte for byte as in the manifest */
	char txid[TXID_TEXT];		/* the transaction that does it */
	char from_txid[TXID_TEXT];	/* spend only: the outpoint that it spends */
	uint32_t index;			/* output number: of txid, or of from_txid in a spend */
	int64_t amount_sat;
	int32_t height;			/* in the best chain; 0 in the mempool and in `kept` */
};

/* A withdrawal's opened commitment: SHA256("pinata-withdraw-v1" 00 txid salt), txid as shown. */
struct opening { char txid[TXID_TEXT]; uint8_t salt[32]; };

struct status_rules {
	int32_t confirmations;		/* that make a state final; the convention is 6 */
	int64_t funded_sat;		/* less than this is dust, not a prize */
	const uint8_t (*commitments)[32];
	size_t num_commitments;
	const struct opening *openings;
	size_t num_openings;
};

struct status_view {
	const char *trouble;		/* NULL, or why the source can not be trusted */
	int32_t tip_height;
	const struct activity *chain, *mempool, *kept;	/* chain: in its order */
	size_t num_chain, num_mempool, num_kept;
};

struct status {
	enum state state;
	const struct activity *cause;	/* the spend that decided, or NULL */
	bool owner;			/* that spend is the owner's */
	int32_t num_confirmations;	/* of the cause, or of the funding in FUNDING and LIVE */
	int64_t balance_sat, incoming_sat;	/* unspent in the chain; on its way in the mempool */
	size_t num_outputs;
};

/* Borrows everything; `cause` points into the view.  Work: quadratic in the activities. */
struct status status_of(const struct status_view *view, const struct status_rules *rules);

/* True if an opening names `txid` and one of the commitments is its hash. */
bool status_withdrawal(const struct status_rules *rules, const char txid[TXID_TEXT]);

/* The commitment of a withdrawal. */
void status_commit(uint8_t commitment[32], const struct opening *opening);

#endif
