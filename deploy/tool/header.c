/* header.c: block headers and Merkle proofs.  See header.h. */
#include "deploy/tool/header.h"

#include <string.h>

#include "deploy/tool/tool.h"
#include "deploy/tool/tx.h"
#include "platform/base/bytes.h"
#include "platform/base/panic.h"

enum { LEVELS_MAX = 24 };	/* of the tree: a block has fewer than 2^17 transactions */

/* The 256-bit target of a compact one, most significant byte first; false if it is no target. */
static bool
target_of(uint8_t target[32], uint32_t bits)
{
	uint32_t size = bits >> 24, mantissa = bits & 0x7fffff;

	memset(target, 0, 32);
	if (size < 3 || size > 32 || mantissa == 0 || (bits & 0x800000) != 0)
		return false;
	for (unsigned i = 0; i < 3; i++)
		target[32 - size + i] = (uint8_t)(mantissa >> 8 * (2 - i));
	return true;
}

bool
header_parse(struct header *header, const struct chain *chain, const uint8_t bytes[HEADER_LEN])
{
	uint8_t target[32], easiest[32], shown[32];
	struct cursor in = cursor_of((struct span){ bytes, HEADER_LEN });
	uint64_t version, time_s, bits;

	REQUIRE(wire_read_uint(&in, &version, 4) && cursor_copy(&in, header->previous, 32) &&
	    cursor_copy(&in, header->root, 32) && wire_read_uint(&in, &time_s, 4) && wire_read_uint(&in, &bits, 4));
	header->time_s = (uint32_t)time_s;
	hash_twice(header->hash, (struct span){ bytes, HEADER_LEN });
	hash_reverse(shown, header->hash);
	REQUIRE(target_of(easiest, chain->easiest_bits));
	return target_of(target, (uint32_t)bits) && memcmp(target, easiest, 32) <= 0 && memcmp(shown, target, 32) <= 0;
}

struct walk {
	const uint8_t *hashes, *flags;
	size_t num_hashes, num_flags, next_hash, next_flag;
	uint32_t num_transactions;
	const uint8_t *txid;
	unsigned num_matches;
	bool bad;
};

static uint32_t
width_at(const struct walk *walk, unsigned height)
{
	return (uint32_t)(((uint64_t)walk->num_transactions + (1u << height) - 1) >> height);
}

static bool
take_flag(struct walk *walk)
{
	size_t at = walk->next_flag++;

	if (at >= walk->num_flags * 8) {
		walk->bad = true;
		return false;
	}
	return walk->flags[at / 8] >> at % 8 & 1;
}

static void
take_hash(struct walk *walk, uint8_t hash[32])
{
	if (walk->next_hash >= walk->num_hashes) {
		walk->bad = true;
		return;
	}
	bytes_copy(hash, walk->hashes + 32 * walk->next_hash++, 32);
}

/* Two nodes under one.  Equal neighbours would let one tree stand for two lists (CVE-2012-2459). */
static void
join(struct walk *walk, uint8_t left[32], const uint8_t right[32], bool has_right)
{
	uint8_t both[64];

	if (has_right && memcmp(left, right, 32) == 0)
		walk->bad = true;
	bytes_copy(both, left, 32);
	bytes_copy(both + 32, has_right ? right : left, 32);
	hash_twice(left, SPAN_ARRAY(both));
}

/* The tree depth first with a stack of its own: level[h] waits for its right neighbour. */
static void
walk_tree(struct walk *walk, uint8_t root[32], unsigned top)
{
	struct { uint8_t left[32]; uint32_t position; bool waits_right; } level[LEVELS_MAX + 1] = { 0 };
	unsigned height = top;
	uint32_t position = 0;

	while (!walk->bad) {
		uint8_t hash[32] = { 0 };
		bool on_path = take_flag(walk);

		if (on_path && height > 0) {		/* go down on the left */
			level[height].position = position;
			level[height].waits_right = false;
			position *= 2;
			height--;
			continue;
		}
		take_hash(walk, hash);
		if (on_path && !walk->bad) {
			walk->num_matches++;
			walk->bad = walk->bad || memcmp(hash, walk->txid, 32) != 0;
		}
		for (;;) {				/* go up until a right neighbour is missing */
			if (height == top) {
				bytes_copy(root, hash, 32);
				return;
			}
			height++;
			if (!level[height].waits_right && 2 * level[height].position + 1 < width_at(walk, height - 1)) {
				bytes_copy(level[height].left, hash, 32);
				level[height].waits_right = true;
				position = 2 * level[height].position + 1;
				height--;
				break;
			}
			if (level[height].waits_right) {
				join(walk, level[height].left, hash, true);
				bytes_copy(hash, level[height].left, 32);
			} else {
				join(walk, hash, hash, false);
			}
			position = level[height].position;
		}
	}
}

bool
header_proves(const uint8_t bytes[HEADER_LEN], struct span proof, const uint8_t txid[32])
{
	struct cursor in = cursor_of(proof), part;
	struct walk walk = { .txid = txid };
	uint64_t num_transactions;
	uint8_t root[32] = { 0 };
	unsigned top = 0;

	if (!cursor_take(&in, &part, HEADER_LEN) || memcmp(cursor_rest(&part).ptr, bytes, HEADER_LEN) != 0 ||
	    !wire_read_uint(&in, &num_transactions, 4) || num_transactions == 0 || num_transactions > 1u << 17)
		return false;
	if (!wire_read_size(&in, &walk.num_hashes) || walk.num_hashes > cursor_left(&in) / 32 ||
	    !cursor_take(&in, &part, 32 * walk.num_hashes))
		return false;
	walk.hashes = cursor_rest(&part).ptr;
	if (!wire_read_size(&in, &walk.num_flags) || !cursor_take(&in, &part, walk.num_flags) || !cursor_done(&in))
		return false;
	walk.flags = cursor_rest(&part).ptr;
	walk.num_transactions = (uint32_t)num_transactions;
	while (width_at(&walk, top) > 1)
		top++;
	walk_tree(&walk, root, top);
	return !walk.bad && walk.num_matches == 1 && walk.next_hash == walk.num_hashes &&
	    (walk.next_flag + 7) / 8 == walk.num_flags && memcmp(root, bytes + 36, 32) == 0;
}
