/*
 * blocks.c: see blocks.h.
 */
#include "netstack/blocks.h"

#include "netstack/limits.h"
#include "platform/base/bytes.h"
#include "platform/base/panic.h"

static struct {
	uint16_t free;			/* 1 + index; 0: none */
	uint16_t num_free;		/* never below NET_CONNS * NET_BLOCKS_OWN - num_owned */
	uint16_t num_owned;		/* blocks that are some queue's own: of each at most NET_BLOCKS_OWN */
	uint16_t next[NET_BLOCKS];	/* in its queue or in the free list */
	uint8_t bytes[NET_BLOCKS][NET_BLOCK_LEN];
} pool;

void
blocks_init(void)
{
	for (uint16_t i = 0; i < NET_BLOCKS; i++)
		pool.next[i] = i;	/* block i is followed by the one whose name is i, block i - 1 */
	pool.free = NET_BLOCKS;
	pool.num_free = NET_BLOCKS;
}

size_t
blocks_free(void) { return pool.num_free; }

size_t
blocks_len(const struct blocks *queue)
{
	return queue->num == 0 ? 0 : (size_t)queue->num * NET_BLOCK_LEN - queue->start -
	    ((size_t)NET_BLOCK_LEN - queue->end);
}

/* Of `num` blocks of one queue, how many are its own. */
static size_t
owned(size_t num) { return num < NET_BLOCKS_OWN ? num : NET_BLOCKS_OWN; }

bool
blocks_room(const struct blocks *queue, size_t len)
{
	size_t tail = queue->num == 0 ? 0 : (size_t)NET_BLOCK_LEN - queue->end;
	size_t more;

	if (len <= tail)
		return true;
	more = (len - tail + NET_BLOCK_LEN - 1) / NET_BLOCK_LEN;
	return pool.num_free + (size_t)pool.num_owned + owned(queue->num + more) - owned(queue->num) >=
	    (size_t)NET_CONNS * NET_BLOCKS_OWN + more;
}

static void
append_block(struct blocks *queue)
{
	uint16_t block = pool.free;

	REQUIRE(block != 0);
	pool.free = pool.next[block - 1];
	pool.num_free--;
	pool.next[block - 1] = 0;
	if (queue->num < NET_BLOCKS_OWN)
		pool.num_owned++;
	if (queue->num == 0)
		*queue = (struct blocks){ .first = block };
	else
		pool.next[queue->last - 1] = block;
	queue->last = block;
	queue->end = 0;
	queue->num++;
}

void
blocks_put(struct blocks *queue, struct span bytes)
{
	while (bytes.len > 0) {
		size_t len;

		if (queue->num == 0 || queue->end == NET_BLOCK_LEN)
			append_block(queue);
		len = (size_t)NET_BLOCK_LEN - queue->end;
		if (len > bytes.len)
			len = bytes.len;
		bytes_copy(pool.bytes[queue->last - 1] + queue->end, bytes.ptr, len);
		queue->end = (uint16_t)(queue->end + len);
		bytes = (struct span){ bytes.ptr + len, bytes.len - len };
	}
}

struct span
blocks_peek(const struct blocks *queue)
{
	if (queue->num == 0)
		return (struct span){ NULL, 0 };
	return (struct span){ pool.bytes[queue->first - 1] + queue->start,
	    (size_t)(queue->num == 1 ? queue->end : NET_BLOCK_LEN) - queue->start };
}

static void
drop_first(struct blocks *queue)
{
	uint16_t block = queue->first;

	queue->first = pool.next[block - 1];
	queue->start = 0;
	queue->num--;
	pool.next[block - 1] = pool.free;
	pool.free = block;
	pool.num_free++;
	if (queue->num < NET_BLOCKS_OWN)
		pool.num_owned--;
	if (queue->num == 0)
		*queue = (struct blocks){ 0 };
}

void
blocks_drop(struct blocks *queue, size_t len)
{
	size_t piece = blocks_peek(queue).len;

	REQUIRE(len <= piece);
	queue->start = (uint16_t)(queue->start + len);
	if (len == piece && piece != 0)
		drop_first(queue);
}

void
blocks_clear(struct blocks *queue)
{
	while (queue->num > 0)
		drop_first(queue);
}
