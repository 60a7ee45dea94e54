/* blocks_test.c: netstack/blocks.c: bytes come out as they went in, and everyone has his share. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "netstack/blocks.h"
#include "netstack/limits.h"

static int
setup(void **state)
{
	(void)state;
	blocks_init();
	return 0;
}

static void
a_queue_is_a_queue(void **state)
{
	struct blocks queue = { 0 };
	uint8_t bytes[1000], in = 0, out = 0;
	size_t len = 0;
	uint32_t random = 1;

	(void)state;
	for (int turn = 0; turn < 5000; turn++) {
		size_t num = (random = random * 1664525 + 1013904223) >> 22;
		struct span piece;

		num = num < sizeof bytes ? num : sizeof bytes;
		if (len + num < 20000 && blocks_room(&queue, num)) {
			for (size_t i = 0; i < num; i++)
				bytes[i] = in++;
			blocks_put(&queue, (struct span){ bytes, num });
			len += num;
		}
		piece = blocks_peek(&queue);
		assert_true((piece.len == 0) == (len == 0));
		num = turn % 3 == 0 ? piece.len : piece.len / 2;
		for (size_t i = 0; i < num; i++)
			assert_int_equal(piece.ptr[i], out++);
		blocks_drop(&queue, num);
		len -= num;
		assert_int_equal(blocks_len(&queue), len);
	}
	blocks_clear(&queue);
	assert_int_equal(blocks_len(&queue), 0);
	assert_int_equal(blocks_free(), NET_BLOCKS);
}

static void
everyone_has_his_share(void **state)
{
	static struct blocks queue[NET_CONNS];
	static uint8_t bytes[NET_BLOCK_LEN * NET_BLOCKS_OWN];

	(void)state;
	for (int order = 0; order < 2; order++) {
		for (size_t i = 0; i < NET_CONNS - 1; i++) {		/* each takes all it can */
			for (int j = 0; j < (order == 0 ? NET_BLOCKS : 1); j++) {
				if (blocks_room(&queue[i], sizeof bytes))
					blocks_put(&queue[i], SPAN_ARRAY(bytes));
			}
		}
		for (size_t i = 0; i < NET_CONNS - 1; i++) {
			assert_true(blocks_len(&queue[i]) >= sizeof bytes);
			while (blocks_room(&queue[i], sizeof bytes))
				blocks_put(&queue[i], SPAN_ARRAY(bytes));
		}
		assert_true(blocks_room(&queue[NET_CONNS - 1], sizeof bytes));
		assert_false(blocks_room(&queue[NET_CONNS - 1], sizeof bytes + 1));
		blocks_put(&queue[NET_CONNS - 1], SPAN_ARRAY(bytes));
		assert_int_equal(blocks_free(), 0);
		for (size_t i = 0; i < NET_CONNS; i++)
			blocks_clear(&queue[i]);
		assert_int_equal(blocks_free(), NET_BLOCKS);
	}
}

/* Crumbs do not cost a block each. */
static void
small_pieces_share_a_block(void **state)
{
	struct blocks queue = { 0 };

	(void)state;
	for (int i = 0; i < NET_BLOCK_LEN; i++) {
		assert_true(blocks_room(&queue, 1));
		blocks_put(&queue, (struct span){ (const uint8_t *)"x", 1 });
	}
	assert_int_equal(blocks_free(), NET_BLOCKS - 1);
	assert_int_equal(blocks_peek(&queue).len, NET_BLOCK_LEN);
	blocks_put(&queue, (struct span){ NULL, 0 });
	assert_int_equal(blocks_free(), NET_BLOCKS - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_queue_is_a_queue, setup), cmocka_unit_test_setup(everyone_has_his_share, setup),
		cmocka_unit_test_setup(small_pieces_share_a_block, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
