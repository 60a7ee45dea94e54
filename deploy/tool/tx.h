/*
 * tx.h: Bitcoin transactions as bytes: reading, writing, naming (BIP-144), and the digests that
 * signatures cover (BIP-143, BIP-341).  No keys, no network.  Bytes from a node or a file are
 * hostile: read once, bounded, then used.
 */
#ifndef TOOL_TX_H
#define TOOL_TX_H

#include "platform/base/span.h"

#define TX_MAX	400000		/* bytes; nodes relay no larger one */

struct tx_input {
	uint8_t txid[32];		/* in the order of the wire, not as shown */
	uint32_t index, sequence;
	struct span script;
	struct span *witness;
	size_t num_witness;
};

struct tx_output { int64_t amount_sat; struct span script; };

struct tx {
	uint32_t version, lock_time;
	struct tx_input *inputs;
	struct tx_output *outputs;
	size_t num_inputs, num_outputs;
};

/* True when all of `bytes` is one transaction; scripts are views into it.  Free with tx_free. */
MUST_CHECK bool tx_parse(struct tx *tx, struct span bytes);

/* Frees the tables, not the scripts.  Safe after a failed tx_parse. */
void tx_free(struct tx *tx);

/* In fresh memory.  Without witnesses it is what txid names. */
struct span tx_write(const struct tx *tx, bool with_witness);

void tx_id(uint8_t txid[32], const struct tx *tx);

/* Virtual bytes as fees count them (BIP-141). */
size_t tx_virtual_len(const struct tx *tx);

/* The digest for an ECDSA signature on a P2WPKH input. */
void tx_digest_v0(uint8_t digest[32], const struct tx *tx, size_t input, const uint8_t program[20],
    int64_t amount_sat, uint8_t type);

/*
 * The digest for a Schnorr signature on a P2TR input; `prevouts` has one entry an input.  `leaf` is the leaf's
 * hash, or NULL for a spend by the key; `annex` has length 0 when there is none.  False if `type` is none of BIP-341's.
 */
MUST_CHECK bool tx_digest_taproot(uint8_t digest[32], const struct tx *tx, size_t input,
    const struct tx_output *prevouts, uint8_t type, const uint8_t *leaf, struct span annex);

/* BIP-340's tagged hash. */
void tagged_hash(uint8_t digest[32], const char *tag, struct span bytes);

/* Little-endian integers and compact sizes. */
void wire_uint(struct outbuf *out, uint64_t value, size_t width);
void wire_size(struct outbuf *out, size_t value);
MUST_CHECK bool wire_read_uint(struct cursor *in, uint64_t *value, size_t width);
MUST_CHECK bool wire_read_size(struct cursor *in, size_t *value);

#endif
