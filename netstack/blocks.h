/*
 * blocks.h: bytes received and not yet consumed: queues of small blocks from one pool.
 *
 * A queue may always have NET_BLOCKS_OWN blocks, whatever the others do: more only while enough stay
 * free for every queue that has fewer (there are at most NET_CONNS).  What does not fit is dropped
 * before TCP acknowledges it, and comes again.
 */
#ifndef NET_BLOCKS_H
#define NET_BLOCKS_H

#include "platform/base/span.h"

/* All zero: empty. */
struct blocks {
	uint16_t first, last;	/* 1 + index of the block; 0: none */
	uint16_t num;
	uint16_t start;		/* consumed bytes of the first */
	uint16_t end;		/* used bytes of the last */
};

void blocks_init(void);

/* May `len` bytes be put now? */
MUST_CHECK bool blocks_room(const struct blocks *queue, size_t len);

/* Append.  Panics if blocks_room would have said no. */
void blocks_put(struct blocks *queue, struct span bytes);

/* The first contiguous piece; valid until the next call on this queue. */
struct span blocks_peek(const struct blocks *queue);

/* Drop `len` bytes from the front of that piece. */
void blocks_drop(struct blocks *queue, size_t len);

/* Drop everything. */
void blocks_clear(struct blocks *queue);

size_t blocks_len(const struct blocks *queue);

/* Blocks that no queue holds. */
size_t blocks_free(void);

#endif
