/* der_write_test.c: der_write.c: what is written is read back, at every length of a length. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/hex.h"
#include "tlsstack/der.h"
#include "tlsstack/der_write.h"

static uint8_t room[0x10020], content[0x10001];

static void
lengths_are_minimal(void **state)
{
	static const struct { size_t len, header; } rows[] = {
		{ 0, 2 }, { 1, 2 }, { 0x7f, 2 }, { 0x80, 3 }, { 0xff, 3 }, { 0x100, 4 }, { 0xffff, 4 }
	};

	(void)state;
	for (size_t i = 0; i < sizeof content; i++)
		content[i] = (uint8_t)(i * 7 + i / 256);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct outbuf out = outbuf_of(room, rows[i].header + rows[i].len);
		struct cursor in, got;

		der_write(&out, DER_OCTET_STRING, (struct span){ content, rows[i].len });
		assert_false(out.overflow);
		assert_int_equal(out.len, out.cap);
		in = cursor_of(outbuf_span(&out));
		assert_true(der_take(&in, DER_OCTET_STRING, &got) && cursor_done(&in));
		assert_int_equal(cursor_left(&got), rows[i].len);
		assert_memory_equal(room + rows[i].header, content, rows[i].len);
	}
}

static void
overflow_latches(void **state)
{
	struct outbuf out;

	(void)state;
	for (size_t cap = 0; cap < 3 + 0x80; cap++) {
		out = outbuf_of(room, cap);
		der_write(&out, DER_OCTET_STRING, (struct span){ content, 0x80 });
		assert_true(out.overflow);
	}
	out = outbuf_of(room, sizeof room);
	der_write(&out, DER_OCTET_STRING, (struct span){ content, 0x10000 });
	assert_true(out.overflow);
}

static void
expect_positive(const char *magnitude, const char *hex)
{
	uint8_t bytes[32], want[32];
	struct outbuf out = outbuf_of(room, sizeof room);
	size_t len = hex_read(bytes, magnitude), want_len = hex_read(want, hex);

	der_write_positive(&out, (struct span){ bytes, len });
	assert_int_equal(out.len, want_len);
	assert_memory_equal(room, want, want_len);
}

static void
integers_are_minimal(void **state)
{
	(void)state;
	expect_positive("01", "020101");
	expect_positive("7f", "02017f");
	expect_positive("80", "02020080");
	expect_positive("000080", "02020080");
	expect_positive("00007f01", "02027f01");
	expect_positive("", "020100");
	expect_positive("0000", "020100");
}

/* Every day from 1970 to 2106 and some far ones: the reader finds what was written. */
static void
times_are_read_back(void **state)
{
	(void)state;
	for (uint64_t day = 0; day < 2932896; day += day < 50000 ? 1 : 365) {
		uint64_t seconds = day * 86400 + day % 86400, got;
		struct outbuf out = outbuf_of(room, sizeof room);
		struct cursor in;

		der_write_time(&out, seconds);
		in = cursor_of(outbuf_span(&out));
		assert_true(der_time(&in, &got) && cursor_done(&in));
		assert_true(got == seconds);
		assert_int_equal(room[0], seconds < 2524608000u ? DER_UTC_TIME : DER_GENERALIZED_TIME);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lengths_are_minimal), cmocka_unit_test(overflow_latches),
		cmocka_unit_test(integers_are_minimal), cmocka_unit_test(times_are_read_back)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
