/*
 * blocks.c: one queue of any shape, all others, and the free list; of few blocks, the solver takes no more.
 *
 * The invariant speaks of every block, so it is written for one: whose it is (`who`) and at which place of its chain (`at`),
 * and of every place, which block stands there.  A proof may assume it of the blocks that the code meets, and must show it
 * of one chosen freely.  Places count from the front of a chain, and a chain may begin at any number.  The code writes no byte of a block but at the end of this queue's last one (`copy` checks that).
 *
 * A queue never holds more than a TCP window: what conn.c's proof shows of its only user, and blocks_put demands here.
 */
#include "tests/proofs/harness/shared.h"

#include "netstack/limits.h"

#undef NET_CONNS
#undef NET_BLOCKS
#define NET_CONNS	3
#define NET_BLOCKS	(NET_CONNS * NET_BLOCKS_OWN + 3)

static void copy(uint8_t *to, const uint8_t *from, size_t len);
#define bytes_copy copy
#include "netstack/blocks.c"

#define QUEUE_MAX	(NET_WINDOW / NET_BLOCK_LEN + 1u)	/* blocks of a window, wherever it starts */

bool nondet_bool(void);
uint16_t nondet_uint16(void);
size_t nondet_size(void);
struct blocks nondet_blocks(void);
void other_side(void) { }

enum who { FREE, OURS, OTHERS };

static struct blocks queue;
static uint8_t input[NET_MSS];
static enum who who[NET_BLOCKS];
static uint16_t at[NET_BLOCKS], any_next[NET_BLOCKS];
static uint16_t free_at[NET_BLOCKS + 2 * QUEUE_MAX], ours_at[NET_BLOCKS + 2 * QUEUE_MAX];
static uint16_t from, free_from;		/* the places of the firsts */
static size_t others, others_owned;		/* blocks in all other queues */
static uint16_t some_block, some_free, some_ours, some_next;

static void
copy(uint8_t *to, const uint8_t *bytes, size_t len)
{
	ASSERT(queue.num > 0 && queue.last >= 1 && queue.last <= NET_BLOCKS);
	ASSERT(to == pool.bytes[queue.last - 1] + queue.end && queue.end + len <= NET_BLOCK_LEN);
	ASSERT(__CPROVER_r_ok(bytes, len));
}

/* The place names a block, and the block names the place. */
static bool
free_holds(uint16_t place)
{
	uint16_t block = free_at[place];

	return block >= 1 && block <= NET_BLOCKS && who[block - 1] == FREE && at[block - 1] == place &&
	    pool.next[block - 1] == (place == free_from + pool.num_free - 1 ? 0 : free_at[place + 1]);
}

static bool
ours_holds(uint16_t place)
{
	uint16_t block = ours_at[place];

	return block >= 1 && block <= NET_BLOCKS && who[block - 1] == OURS && at[block - 1] == place &&
	    pool.next[block - 1] == (place == from + queue.num - 1 ? 0 : ours_at[place + 1]);
}

static bool
block_holds(uint16_t block)
{
	uint16_t place = at[block - 1];

	if (who[block - 1] == FREE)
		return place >= free_from && place < free_from + pool.num_free && free_at[place] == block;
	return who[block - 1] != OURS || (place >= from && place < from + queue.num && ours_at[place] == block);
}

/* What needs no "every". */
static bool
heads_hold(void)
{
	if (pool.num_free + queue.num + others != NET_BLOCKS || pool.num_owned != owned(queue.num) + others_owned)
		return false;
	if (others_owned > others || others_owned > (size_t)(NET_CONNS - 1) * NET_BLOCKS_OWN || others > NET_BLOCKS ||
	    (size_t)pool.num_free + pool.num_owned < (size_t)NET_CONNS * NET_BLOCKS_OWN)
		return false;
	if (pool.num_free == 0 ? pool.free != 0 : pool.free != free_at[free_from])
		return false;
	if (queue.num == 0)
		return queue.first == 0 && queue.last == 0 && queue.start == 0 && queue.end == 0;
	return queue.num <= QUEUE_MAX && queue.first == ours_at[from] && queue.last == ours_at[from + queue.num - 1] &&
	    queue.end <= NET_BLOCK_LEN && queue.end > 0 && queue.start < (queue.num == 1 ? queue.end : NET_BLOCK_LEN) &&
	    blocks_len(&queue) <= NET_WINDOW;
}

static void
any_state(void)
{
	pool.free = nondet_uint16();
	pool.num_free = nondet_uint16();
	pool.num_owned = nondet_uint16();
	__CPROVER_havoc_object(any_next);
	__CPROVER_array_copy(pool.next, any_next);
	__CPROVER_havoc_object(who);
	__CPROVER_havoc_object(at);
	__CPROVER_havoc_object(free_at);
	__CPROVER_havoc_object(ours_at);
	queue = nondet_blocks();
	from = 0;
	free_from = QUEUE_MAX;		/* a queue's blocks may come before */
	others = nondet_size();
	others_owned = nondet_size();
	some_block = nondet_uint16();
	some_free = nondet_uint16();
	some_ours = nondet_uint16();
	ASSUME(pool.num_free <= NET_BLOCKS && others <= NET_BLOCKS && others_owned <= NET_BLOCKS && heads_hold());
	for (uint16_t i = 0; i <= QUEUE_MAX; i++) {		/* those that the code may meet */
		ASSUME(i >= queue.num || ours_holds(from + i));
		ASSUME(i >= pool.num_free || free_holds(free_from + i));
	}
	ASSUME(some_block >= 1 && some_block <= NET_BLOCKS && block_holds(some_block));
	ASSUME(some_free < free_from || some_free >= free_from + pool.num_free || free_holds(some_free));
	some_next = pool.next[some_block - 1];
}

/* A block went from the queue's front to the free list. */
static void
note_dropped(uint16_t block)
{
	from++;
	free_from--;
	who[block - 1] = FREE;
	at[block - 1] = free_from;
	free_at[free_from] = block;
}

/* `num` blocks went from the free list to the end of the queue, which had `queued`. */
static void
note_appended(size_t num, uint16_t queued)
{
	for (uint16_t i = 0; i < QUEUE_MAX; i++) {
		if (i < num) {
			uint16_t block = free_at[free_from++];

			who[block - 1] = OURS;
			at[block - 1] = from + queued + i;
			ours_at[from + queued + i] = block;
		}
	}
}

/* The invariant after: of the heads, of any place and any block; and the others' blocks are as they were. */
static void
check_chains(void)
{
	ASSERT(who[some_block - 1] != OTHERS || pool.next[some_block - 1] == some_next);
	ASSERT(block_holds(some_block));
	ASSERT(some_free < free_from || some_free >= free_from + pool.num_free || free_holds(some_free));
	ASSERT(some_ours < from || some_ours >= from + queue.num || ours_holds(some_ours));
}

static void
check_all(void)
{
	ASSERT(heads_hold());
	check_chains();
}

void prove_owned(void) { size_t num = nondet_size(); ASSERT(owned(num) <= num && owned(num) <= NET_BLOCKS_OWN); REACHED(); }
void prove_blocks_free(void) { any_state(); ASSERT(blocks_free() <= NET_BLOCKS); REACHED(); }
void prove_blocks_len(void) { any_state(); ASSERT(blocks_len(&queue) <= NET_WINDOW && (blocks_len(&queue) == 0) == (queue.num == 0)); REACHED(); }

void
prove_blocks_init(void)
{
	uint16_t block = nondet_uint16();

	ASSUME(block >= 1 && block <= NET_BLOCKS);
	blocks_init();
	ASSERT(pool.free == NET_BLOCKS && pool.num_free == NET_BLOCKS && pool.num_owned == 0);
	ASSERT(pool.next[block - 1] == block - 1);	/* in order, from the last */
	REACHED();
}

/* No crowd makes a queue's own blocks wait. */
void
prove_blocks_room(void)
{
	size_t len = nondet_size(), own;

	any_state();
	ASSUME(len <= 0xffff);
	own = queue.num == 0 ? (size_t)NET_BLOCKS_OWN * NET_BLOCK_LEN : (size_t)NET_BLOCK_LEN - queue.end +
	    (NET_BLOCKS_OWN - owned(queue.num)) * NET_BLOCK_LEN;
	ASSERT(blocks_room(&queue, len) || len > own);
	check_all();
	REACHED();
}

void
prove_append_block(void)
{
	uint16_t queued, had;

	any_state();
	queued = queue.num;
	had = pool.num_free;
	ASSUME(pool.num_free > 0 && queue.num < QUEUE_MAX && (queue.num == 0 || queue.end == NET_BLOCK_LEN));
	append_block(&queue);
	note_appended(1, queued);
	ASSERT(queue.num == queued + 1 && queue.end == 0 && queue.last == ours_at[from + queued] && queue.first == ours_at[from]);
	ASSERT(pool.num_free == had - 1 && pool.num_owned == owned(queue.num) + others_owned);
	check_chains();
	REACHED();
}

void
prove_blocks_put(void)
{
	size_t len = nondet_size(), before;
	uint16_t queued;

	any_state();
	queued = queue.num;
	before = blocks_len(&queue);
	ASSUME(len <= sizeof input && before + len <= NET_WINDOW && blocks_room(&queue, len));
	blocks_put(&queue, (struct span){ input + (sizeof input - len), len });
	note_appended((size_t)queue.num - queued, queued);
	ASSERT(blocks_len(&queue) == before + len);
	check_all();
	REACHED();
}

void
prove_blocks_peek(void)
{
	struct span piece;

	any_state();
	piece = blocks_peek(&queue);
	ASSERT(piece.len <= blocks_len(&queue) && (piece.len != 0) == (queue.num != 0));
	ASSERT(piece.len == 0 || (piece.ptr == pool.bytes[queue.first - 1] + queue.start && queue.start + piece.len <= NET_BLOCK_LEN));
	REACHED();
}

void
prove_drop_first(void)
{
	uint16_t block, had;

	any_state();
	ASSUME(queue.num > 0);
	block = queue.first;
	had = pool.num_free;
	drop_first(&queue);
	note_dropped(block);
	ASSERT(pool.num_free == had + 1 && queue.start == 0);
	check_all();
	REACHED();
}

void
prove_blocks_drop(void)
{
	size_t len = nondet_size(), before;
	uint16_t block, queued;

	any_state();
	block = queue.first;
	queued = queue.num;
	before = blocks_len(&queue);
	ASSUME(len <= blocks_peek(&queue).len);
	blocks_drop(&queue, len);
	if (queue.num != queued)
		note_dropped(block);
	ASSERT(blocks_len(&queue) == before - len);
	check_all();
	REACHED();
}

void
prove_blocks_clear(void)
{
	uint16_t block[QUEUE_MAX + 1], queued, had;

	any_state();
	queued = queue.num;
	had = pool.num_free;
	for (uint16_t i = 0; i < QUEUE_MAX; i++)
		block[i] = ours_at[from + i];
	blocks_clear(&queue);
	for (uint16_t i = 0; i < QUEUE_MAX; i++) {
		if (i < queued) {
			note_dropped(block[i]);
		}
	}
	ASSERT(queue.num == 0 && pool.num_free == had + queued);
	check_all();
	REACHED();
}
