/* console_test.c: any text, any reader: never waits, never writes outside the ring. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "platform/xen/console.h"
#include "tests/platform/xen/world.h"

enum { ROOM = 2048, GUARD = 0x5a };

static struct { uint8_t before[64]; struct xencons_interface ring; uint8_t after[64]; } shared;
static char seen[1 << 16];
static size_t seen_len;

static int
setup(void **state)
{
	(void)state;
	world_reset();
	memset(&shared, 0, sizeof shared);
	memset(shared.before, GUARD, sizeof shared.before);
	memset(shared.after, GUARD, sizeof shared.after);
	console_start(&shared.ring, WORLD_CONSOLE_PORT);
	seen_len = 0;
	return 0;
}

static void
look_at_guards(void)
{
	for (unsigned i = 0; i < sizeof shared.before; i++)
		assert_true(shared.before[i] == GUARD && shared.after[i] == GUARD);
}

/* xenconsoled, honest. */
static void
drain(void)
{
	while (shared.ring.out_cons != shared.ring.out_prod && seen_len < sizeof seen)
		seen[seen_len++] = shared.ring.out[shared.ring.out_cons++ % ROOM];
}

static void
text_arrives(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		console_write(SPAN_LITERAL("one\ntwo\n"));
		drain();
		assert_int_equal(seen_len, 10);
		assert_memory_equal(seen, "one\r\ntwo\r\n", 10);
		seen_len = 0;
	}
	assert_int_equal(world.sends[WORLD_CONSOLE_PORT], 2000);
}

static void
every_length(void **state)
{
	static uint8_t text[5000];

	for (size_t len = 0; len <= sizeof text; len++) {
		(void)setup(state);
		memset(text, 'x', len);
		console_write((struct span){ text, len });
		drain();
		assert_int_equal(seen_len, len < ROOM ? len : ROOM);
		look_at_guards();
	}
}

/* Nobody reads: what does not fit is dropped, what is there stays. */
static void
a_full_ring_drops(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 1000; i++)
		console_write(SPAN_LITERAL("line\n"));
	assert_int_equal(shared.ring.out_prod, ROOM);
	drain();
	assert_int_equal(seen_len, ROOM);
	assert_memory_equal(seen, "line\r\nline\r\n", 12);
	console_write(SPAN_LITERAL("again\n"));
	drain();
	assert_memory_equal(seen + ROOM, "again\r\n", 7);
}

static void
a_reader_without_sense(void **state)
{
	static const uint32_t BAD[] = { 1, 2049, 4096, 0x7fffffff, 0x80000000, 0xffffffff };

	for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
		(void)setup(state);
		shared.ring.out_cons = BAD[i];
		console_write(SPAN_LITERAL("text\n"));
		look_at_guards();
		shared.ring.out_prod = BAD[i];		/* only written by us: no matter */
		shared.ring.out_cons = 0;
		console_write(SPAN_LITERAL("text\n"));
		assert_in_range(shared.ring.out_prod, 0, 2 * ROOM);
		look_at_guards();
	}
}

/* The indices have run around 2^32. */
static void
indices_run_around(void **state)
{
	(void)state;
	shared.ring.out_prod = shared.ring.out_cons = 0xfffffffa;
	console_start(&shared.ring, WORLD_CONSOLE_PORT);
	console_write(SPAN_LITERAL("0123456789"));
	drain();
	assert_memory_equal(seen, "0123456789", 10);
	assert_int_equal(shared.ring.out_prod, 4);
}

static void
the_end_waits_for_the_reader(void **state)
{
	(void)state;
	console_write(SPAN_LITERAL("last words\n"));
	world.on_sleep = drain;
	console_drain();
	assert_memory_equal(seen, "last words\r\n", 12);
	console_write(SPAN_LITERAL("unread"));
	world.on_sleep = NULL;
	console_drain();			/* and not for ever */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(text_arrives, setup),
		cmocka_unit_test_setup(every_length, setup),
		cmocka_unit_test_setup(a_full_ring_drops, setup),
		cmocka_unit_test_setup(a_reader_without_sense, setup),
		cmocka_unit_test_setup(indices_run_around, setup),
		cmocka_unit_test_setup(the_end_waits_for_the_reader, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
