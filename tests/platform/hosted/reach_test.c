/* reach_test.c: what may leave the guest when it may call out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "platform/hosted/reach.h"

static const uint16_t PORTS[] = { 40001, 40002 };

/* 10.0.2.15:12345 to 10.0.2.2:40001, SYN. */
static const uint8_t OPENING[] = {
	0x52, 0x55, 10, 0, 2, 2, 2, 0x50, 0x49, 0x4e, 0x41, 0x54, 8, 0,
	0x45, 0, 0, 40, 0, 1, 0x40, 0, 64, 6, 0, 0, 10, 0, 2, 15, 10, 0, 2, 2,
	0x30, 0x39, 0x9c, 0x41, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0x20, 0, 0, 0, 0, 0
};

enum { TYPE_LOW = 13, VERSION = 14, FRAGMENT_HIGH = 20, FRAGMENT_LOW = 21, PROTOCOL = 23, TO_IP = 30, TO_PORT = 36, FLAGS = 47 };

/* A copy on the heap of exactly `len` bytes, one of them changed: the sanitizer sees any over-read. */
static bool
allows(size_t len, size_t at, uint8_t value)
{
	uint8_t *frame = malloc(len == 0 ? 1 : len);
	bool answer;

	assert_non_null(frame);
	memcpy(frame, OPENING, len);
	if (at < len)
		frame[at] = value;
	answer = reach_allows((struct span){ frame, len }, PORTS, 2);
	free(frame);
	return answer;
}

static bool
with(size_t at, uint8_t value) { return allows(sizeof OPENING, at, value); }

static void
opens_named_ports_only(void **state)
{
	(void)state;
	assert_true(with(TO_PORT + 1, 0x41));
	assert_true(with(TO_PORT + 1, 0x42));
	assert_false(with(TO_PORT + 1, 0x43));
	assert_false(with(TO_PORT, 0x9d));
	assert_false(reach_allows(SPAN_ARRAY(OPENING), PORTS, 0));
	for (size_t i = 0; i < 4; i++)
		assert_false(with(TO_IP + i, 0x77));
}

static void
opens_by_syn_alone(void **state)
{
	(void)state;
	for (unsigned flags = 0; flags < 256; flags++) {
		uint8_t frame[sizeof OPENING];

		memcpy(frame, OPENING, sizeof frame);
		frame[TO_PORT] = 0;
		frame[FLAGS] = (uint8_t)flags;
		assert_int_equal(reach_allows(SPAN_ARRAY(frame), PORTS, 2), (flags & 0x12) != 0x02);
	}
}

static void
passes_arp_and_tcp_only(void **state)
{
	(void)state;
	assert_true(with(TYPE_LOW, 6));
	assert_false(with(TYPE_LOW - 1, 0x86));
	assert_false(with(PROTOCOL, 17));
	assert_false(with(PROTOCOL, 1));
	assert_false(with(VERSION, 0x46));
	assert_false(with(VERSION, 0x65));
}

/* A fragment could open a connection behind our back. */
static void
drops_fragments(void **state)
{
	(void)state;
	assert_true(with(FRAGMENT_HIGH, 0x00));
	assert_false(with(FRAGMENT_HIGH, 0x20));
	assert_false(with(FRAGMENT_HIGH, 0x01));
	assert_false(with(FRAGMENT_LOW, 1));
}

static void
survives_every_truncation_and_mutation(void **state)
{
	static const uint8_t MASKS[] = { 0x01, 0x80, 0xff };
	unsigned allowed = 0;

	(void)state;
	for (size_t len = 0; len <= FLAGS; len++)
		assert_false(allows(len, SIZE_MAX, 0));
	assert_true(allows(FLAGS + 1, SIZE_MAX, 0));
	for (size_t i = 0; i < sizeof OPENING; i++)
		for (size_t m = 0; m < sizeof MASKS; m++)
			allowed += with(i, OPENING[i] ^ MASKS[m]);
	assert_true(allowed > 0 && allowed < 3 * sizeof OPENING);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_named_ports_only),
		cmocka_unit_test(opens_by_syn_alone),
		cmocka_unit_test(passes_arp_and_tcp_only),
		cmocka_unit_test(drops_fragments),
		cmocka_unit_test(survives_every_truncation_and_mutation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
