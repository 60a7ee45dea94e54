/* span_test.c: short reads consume nothing; overflow is latched; vectors close themselves. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "platform/base/span.h"

static const uint8_t BYTES[] = { 0, 3, 'a', 'b', 'c', 9 };

static void
cursor_reads_in_order(void **state)
{
	struct cursor in = cursor_of(SPAN_ARRAY(BYTES)), body;
	uint32_t value;

	(void)state;
	assert_true(cursor_vector(&in, &body, 2));
	assert_int_equal(cursor_left(&body), 3);
	assert_ptr_equal(cursor_rest(&body).ptr, BYTES + 2);
	assert_int_equal(cursor_left(&in), 1);
	assert_false(cursor_vector(&in, &body, 2));
	assert_int_equal(cursor_left(&in), 1);
	assert_false(cursor_done(&in));
	assert_true(cursor_uint(&in, &value, 1));
	assert_int_equal(value, 9);
	assert_true(cursor_done(&in));
	assert_false(cursor_uint(&in, &value, 1));
}

static void
empty_cursor_gives_nothing(void **state)
{
	struct cursor none = { 0 }, body;
	uint32_t value;
	uint8_t byte;

	(void)state;
	assert_true(cursor_take(&none, &body, 0));
	assert_true(cursor_done(&body));
	assert_false(cursor_take(&none, &body, 1));
	assert_false(cursor_uint(&none, &value, 5));
	assert_false(cursor_copy(&none, &byte, 1));
	assert_null(cursor_rest(&none).ptr);
}

static void
vector_longer_than_input_consumes_nothing(void **state)
{
	static const uint8_t LYING[] = { 4, 1, 2, 3 };
	struct cursor in = cursor_of(SPAN_ARRAY(LYING)), body;

	(void)state;
	assert_false(cursor_vector(&in, &body, 1));
	assert_int_equal(in.pos, 0);
}

static void
outbuf_latches_overflow(void **state)
{
	uint8_t room[4];
	struct outbuf out = outbuf_of(room, sizeof room);

	(void)state;
	outbuf_bytes(&out, (struct span){ BYTES, 3 });
	outbuf_bytes(&out, (struct span){ BYTES, 2 });
	outbuf_bytes(&out, (struct span){ BYTES, 1 });	/* would fit: refused */
	assert_true(out.overflow);
	assert_int_equal(out.len, 3);
}

static void
outbuf_vector_writes_its_length(void **state)
{
	static const uint8_t WANT[] = { 7, 0, 3, 'a', 'b', 'c' };
	uint8_t room[300];
	struct outbuf out = outbuf_of(room, sizeof room);
	size_t mark;

	(void)state;
	outbuf_uint(&out, 7, 1);
	mark = outbuf_vector(&out, 2);
	outbuf_bytes(&out, (struct span){ BYTES + 2, 3 });
	outbuf_vector_end(&out, mark, 2);
	assert_false(out.overflow);
	assert_int_equal(out.len, sizeof WANT);
	assert_memory_equal(room, WANT, sizeof WANT);
}

static void
outbuf_vector_too_long_for_its_prefix_overflows(void **state)
{
	uint8_t room[300] = { 0 };
	struct outbuf out = outbuf_of(room, sizeof room);
	size_t mark = outbuf_vector(&out, 1);

	(void)state;
	out.len += 256;
	outbuf_vector_end(&out, mark, 1);
	assert_true(out.overflow);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cursor_reads_in_order),
		cmocka_unit_test(empty_cursor_gives_nothing),
		cmocka_unit_test(vector_longer_than_input_consumes_nothing),
		cmocka_unit_test(outbuf_latches_overflow),
		cmocka_unit_test(outbuf_vector_writes_its_length),
		cmocka_unit_test(outbuf_vector_too_long_for_its_prefix_overflows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
