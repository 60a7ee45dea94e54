/* digest.c: what signatures cover: BIP-143 (version 0) and BIP-341 (taproot).  See tx.h. */
#include "deploy/tool/tx.h"

#include <stdlib.h>
#include <string.h>

#include "deploy/tool/tool.h"
#include "platform/base/panic.h"
#include "platform/base/sha256.h"

enum { ALL = 1, NONE = 2, SINGLE = 3, ANYONE = 0x80, BASE_MASK = 0x1f };

enum part { OUTPOINTS, SEQUENCES, OUTPUTS, AMOUNTS, SCRIPTS };

void
tagged_hash(uint8_t digest[32], const char *tag, struct span bytes)
{
	struct sha256 hash;
	uint8_t name[32];

	sha256(name, (struct span){ (const uint8_t *)tag, strlen(tag) });
	sha256_init(&hash);
	sha256_update(&hash, SPAN_ARRAY(name));
	sha256_update(&hash, SPAN_ARRAY(name));
	sha256_update(&hash, bytes);
	sha256_out(&hash, digest);
}

static void
put_script(struct outbuf *out, struct span script)
{
	wire_size(out, script.len);
	outbuf_bytes(out, script);
}

static void
put_outpoint(struct outbuf *out, const struct tx_input *input)
{
	outbuf_bytes(out, SPAN_ARRAY(input->txid));
	wire_uint(out, input->index, 4);
}

static void
put_output(struct outbuf *out, const struct tx_output *output)
{
	wire_uint(out, (uint64_t)output->amount_sat, 8);
	put_script(out, output->script);
}

/* SHA-256 over one part of entries [first, end). */
static void
hash_part(uint8_t digest[32], enum part part, const struct tx *tx, const struct tx_output *prevouts,
    size_t first, size_t end)
{
	struct outbuf out = outbuf_of(tool_alloc(TX_MAX), TX_MAX);

	for (size_t i = first; i < end; i++) {
		switch (part) {
		case OUTPOINTS: put_outpoint(&out, &tx->inputs[i]); break;
		case SEQUENCES: wire_uint(&out, tx->inputs[i].sequence, 4); break;
		case OUTPUTS: put_output(&out, &tx->outputs[i]); break;
		case AMOUNTS: wire_uint(&out, (uint64_t)prevouts[i].amount_sat, 8); break;
		case SCRIPTS: put_script(&out, prevouts[i].script); break;
		}
	}
	if (out.overflow)
		tool_die(TOOL_REFUSED, "the outputs that the transaction spends have scripts over %d bytes in all", TX_MAX);
	sha256(digest, outbuf_span(&out));
	free(out.ptr);
}

/* BIP-143 hashes each part twice. */
static void
put_part_twice(struct outbuf *out, bool present, enum part part, const struct tx *tx, size_t first, size_t end)
{
	uint8_t digest[32] = { 0 };

	if (present) {
		hash_part(digest, part, tx, NULL, first, end);
		sha256(digest, SPAN_ARRAY(digest));
	}
	outbuf_bytes(out, SPAN_ARRAY(digest));
}

void
tx_digest_v0(uint8_t digest[32], const struct tx *tx, size_t input, const uint8_t program[20],
    int64_t amount_sat, uint8_t type)
{
	static const uint8_t BEFORE[] = { 0x19, 0x76, 0xa9, 0x14 }, AFTER[] = { 0x88, 0xac };
	uint8_t room[256];
	struct outbuf out = outbuf_of(room, sizeof room);
	bool anyone = type & ANYONE, single = (type & BASE_MASK) == SINGLE, none = (type & BASE_MASK) == NONE;

	REQUIRE(input < tx->num_inputs);
	wire_uint(&out, tx->version, 4);
	put_part_twice(&out, !anyone, OUTPOINTS, tx, 0, tx->num_inputs);
	put_part_twice(&out, !anyone && !single && !none, SEQUENCES, tx, 0, tx->num_inputs);
	put_outpoint(&out, &tx->inputs[input]);
	outbuf_bytes(&out, SPAN_ARRAY(BEFORE));		/* the script that P2WPKH stands for */
	outbuf_bytes(&out, (struct span){ program, 20 });
	outbuf_bytes(&out, SPAN_ARRAY(AFTER));
	wire_uint(&out, (uint64_t)amount_sat, 8);
	wire_uint(&out, tx->inputs[input].sequence, 4);
	if (single)
		put_part_twice(&out, input < tx->num_outputs, OUTPUTS, tx, input, input + 1);
	else
		put_part_twice(&out, !none, OUTPUTS, tx, 0, tx->num_outputs);
	wire_uint(&out, tx->lock_time, 4);
	wire_uint(&out, type, 4);
	REQUIRE(!out.overflow);
	hash_twice(digest, outbuf_span(&out));
}

static void
put_part(struct outbuf *out, enum part part, const struct tx *tx, const struct tx_output *prevouts,
    size_t first, size_t end)
{
	uint8_t digest[32];

	hash_part(digest, part, tx, prevouts, first, end);
	outbuf_bytes(out, SPAN_ARRAY(digest));
}

static void
put_taproot_input(struct outbuf *out, const struct tx *tx, size_t input, const struct tx_output *prevouts,
    bool anyone)
{
	if (!anyone) {
		wire_uint(out, input, 4);
		return;
	}
	put_outpoint(out, &tx->inputs[input]);
	put_output(out, &prevouts[input]);
	wire_uint(out, tx->inputs[input].sequence, 4);
}

static void
put_annex(struct outbuf *out, struct span annex)
{
	uint8_t digest[32];
	struct outbuf text = outbuf_of(tool_alloc(annex.len + 9), annex.len + 9);

	put_script(&text, annex);
	sha256(digest, outbuf_span(&text));
	outbuf_bytes(out, SPAN_ARRAY(digest));
	free(text.ptr);
}

/* BIP-341, "Common signature message"; BIP-342, its extension for a leaf. */
bool
tx_digest_taproot(uint8_t digest[32], const struct tx *tx, size_t input, const struct tx_output *prevouts,
    uint8_t type, const uint8_t *leaf, struct span annex)
{
	uint8_t room[4096];
	struct outbuf out = outbuf_of(room, sizeof room);
	bool anyone = type & ANYONE, single = (type & 3) == SINGLE, none = (type & 3) == NONE;

	REQUIRE(input < tx->num_inputs);
	if ((type & 0x7c) != 0 || type == ANYONE || (single && input >= tx->num_outputs))
		return false;
	if (anyone && prevouts[input].script.len > 1024)
		return false;		/* none of ours: P2TR scripts have 34 bytes */
	wire_uint(&out, 0, 1);
	wire_uint(&out, type, 1);
	wire_uint(&out, tx->version, 4);
	wire_uint(&out, tx->lock_time, 4);
	if (!anyone) {
		put_part(&out, OUTPOINTS, tx, prevouts, 0, tx->num_inputs);
		put_part(&out, AMOUNTS, tx, prevouts, 0, tx->num_inputs);
		put_part(&out, SCRIPTS, tx, prevouts, 0, tx->num_inputs);
		put_part(&out, SEQUENCES, tx, prevouts, 0, tx->num_inputs);
	}
	if (!single && !none)
		put_part(&out, OUTPUTS, tx, prevouts, 0, tx->num_outputs);
	wire_uint(&out, (leaf != NULL ? 2u : 0u) + (annex.len != 0 ? 1u : 0u), 1);
	put_taproot_input(&out, tx, input, prevouts, anyone);
	if (annex.len != 0)
		put_annex(&out, annex);
	if (single)
		put_part(&out, OUTPUTS, tx, prevouts, input, input + 1);
	if (leaf != NULL) {
		outbuf_bytes(&out, (struct span){ leaf, 32 });
		wire_uint(&out, 0, 1);			/* key version */
		wire_uint(&out, 0xffffffff, 4);		/* no OP_CODESEPARATOR */
	}
	REQUIRE(!out.overflow);
	tagged_hash(digest, "TapSighash", outbuf_span(&out));
	return true;
}
