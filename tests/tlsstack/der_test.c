/* der_test.c: der.c: what is DER and what only looks like it; every reader, every truncation. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/hex.h"
#include "tlsstack/der.h"

/* One reader's verdict as a number: its value, or -1 when it refuses. */
typedef long long verdict(struct cursor *in);

static long long
as_element(struct cursor *in)
{
	struct cursor content;
	uint8_t tag;

	return der_any(in, &tag, &content) ? tag * 65536 + (long long)cursor_left(&content) : -1;
}

static long long
as_bool(struct cursor *in)
{
	bool value;

	return der_bool(in, &value) ? value : -1;
}

static long long
as_positive(struct cursor *in)
{
	struct span magnitude;

	return der_positive(in, &magnitude) ? magnitude.ptr[0] * 256 + (long long)magnitude.len : -1;
}

static long long
as_uint32(struct cursor *in)
{
	uint32_t value;

	return der_uint32(in, &value) ? (long long)value : -1;
}

static long long
as_oid(struct cursor *in)
{
	struct span oid;

	return der_oid(in, &oid) ? (long long)oid.len : -1;
}

static long long
as_bits(struct cursor *in)
{
	struct span bytes;

	return der_bits(in, &bytes) ? (long long)bytes.len : -1;
}

static long long
as_named_bits(struct cursor *in)
{
	uint16_t bits;

	return der_named_bits(in, &bits) ? bits : -1;
}

static long long
as_time(struct cursor *in)
{
	uint64_t seconds;

	return der_time(in, &seconds) ? (long long)seconds : -1;
}

struct sample { verdict *read; const char *hex; long long want; };

static const struct sample samples[] = {
	/* lengths: definite, minimal, what is there */
	{ as_element, "0500", 0x50000 }, { as_element, "040161", 0x40001 }, { as_element, "3000ff", 0x300000 },
	{ as_element, "048000", -1 }, { as_element, "04800000", -1 }, { as_element, "04810161", -1 },
	{ as_element, "04817f", -1 }, { as_element, "0482000161", -1 }, { as_element, "0484000000016161", -1 },
	{ as_element, "04ff", -1 }, { as_element, "1f0100", -1 }, { as_element, "bf0100", -1 },
	/* BOOLEAN */
	{ as_bool, "010100", 0 }, { as_bool, "0101ff", 1 }, { as_bool, "010101", -1 }, { as_bool, "0100", -1 },
	{ as_bool, "0102ffff", -1 }, { as_bool, "0201ff", -1 },
	/* INTEGER */
	{ as_positive, "020101", 0x0101 }, { as_positive, "02020080", 0x8001 }, { as_positive, "020100", -1 },
	{ as_positive, "020180", -1 }, { as_positive, "0200", -1 }, { as_positive, "0202007f", -1 },
	{ as_positive, "0203000080", -1 }, { as_positive, "02020000", -1 }, { as_positive, "0202ff80", -1 },
	{ as_uint32, "020100", 0 }, { as_uint32, "02017f", 127 }, { as_uint32, "020500ffffffff", 0xffffffffll },
	{ as_uint32, "02050100000000", -1 }, { as_uint32, "0204ffffffff", -1 },
	/* OBJECT IDENTIFIER */
	{ as_oid, "0603551d0f", 3 }, { as_oid, "0600", -1 }, { as_oid, "060180", -1 }, { as_oid, "06028001", -1 },
	{ as_oid, "0603558001", -1 }, { as_oid, "0603558180", -1 }, { as_oid, "0603558101", 3 },
	/* BIT STRING */
	{ as_bits, "030100", 0 }, { as_bits, "03020041", 1 }, { as_bits, "0300", -1 }, { as_bits, "03020140", -1 },
	{ as_named_bits, "03020780", 1 }, { as_named_bits, "03020204", 1 << 5 }, { as_named_bits, "0303070080", 1 << 8 },
	{ as_named_bits, "030100", 0 }, { as_named_bits, "03020700", -1 }, { as_named_bits, "03020080", -1 },
	{ as_named_bits, "030206c1", -1 }, { as_named_bits, "03020880", -1 }, { as_named_bits, "030107", -1 },
	{ as_named_bits, "0304000000ff", -1 }, { as_named_bits, "0300", -1 },
	/* times: 700101000000Z, 491231235959Z, 991231235959Z is 1999, 500101000000Z is before 1970 */
	{ as_time, "170d3730303130313030303030305a", 0 }, { as_time, "170d3439313233313233353935395a", 2524607999ll },
	{ as_time, "170d3939313233313233353935395a", 946684799ll }, { as_time, "170d3530303130313030303030305a", 0 },
	/* 20500101000000Z and 99991231235959Z; 20491231235959Z, which writers put into a UTCTime; 19491231235959Z */
	{ as_time, "180f32303530303130313030303030305a", 2524608000ll },
	{ as_time, "180f39393939313233313233353935395a", 253402300799ll },
	{ as_time, "180f32303439313233313233353935395a", 2524607999ll }, { as_time, "180f31393439313233313233353935395a", 0 },
	/* 000229 is a leap day, 210229 is none; 20000229, 21000229 by the century rule */
	{ as_time, "170d3030303232393030303030305a", 951782400ll }, { as_time, "170d3231303232393030303030305a", -1 },
	{ as_time, "180f32313030303232393030303030305a", -1 },
	/* month 13, day 0, day 32, hour 24, minute 60, second 60 */
	{ as_time, "170d3231313330313030303030305a", -1 }, { as_time, "170d3231303130303030303030305a", -1 },
	{ as_time, "170d3231303133323030303030305a", -1 }, { as_time, "170d3231303130313234303030305a", -1 },
	{ as_time, "170d3231303130313030363030305a", -1 }, { as_time, "170d3231303130313030303036305a", -1 },
	/* no seconds, no Z, an offset, a fraction, a blank */
	{ as_time, "170b323130313031303030305a", -1 }, { as_time, "170c323130313031303030303030", -1 },
	{ as_time, "17113231303130313030303030302b30303030", -1 }, { as_time, "1811323035303031303130303030302e355a", -1 },
	{ as_time, "170d2031303130313030303030305a", -1 }, { as_time, "170d3231303130313030303030307a", -1 },
	{ as_time, "040d3730303130313030303030305a", -1 },
	/* a colon for a digit; two Zs; no digit, digits that are right from there on, of either kind and of another */
	{ as_time, "170d32313031303130303030303a5a", -1 }, { as_time, "170e3231303130313030303030305a5a", -1 },
	{ as_time, "170c78303130313030303030305a", -1 }, { as_time, "180c78303130313030303030305a", -1 },
	{ as_time, "040b303130313030303030305a", -1 },
};

static void
verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		uint8_t bytes[64];
		struct cursor in = cursor_of((struct span){ bytes, hex_read(bytes, samples[i].hex) });
		long long got = samples[i].read(&in);

		if (got != samples[i].want)
			fail_msg("%s: got %lld, want %lld", samples[i].hex, got, samples[i].want);
		assert_int_equal(in.pos != 0, got != -1);	/* consumed exactly when it read */
	}
}

/* An element that is cut anywhere is none, whoever reads it, and nothing is consumed. */
static void
truncations(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		uint8_t bytes[64];
		size_t len = hex_read(bytes, samples[i].hex);
		struct cursor in = cursor_of((struct span){ bytes, len });

		if (samples[i].want == -1 || samples[i].read(&in) == -1)
			continue;
		len = in.pos;
		for (size_t cut = 0; cut < len; cut++) {
			in = cursor_of((struct span){ bytes, cut });
			assert_int_equal(samples[i].read(&in), -1);
			assert_int_equal(in.pos, 0);
		}
	}
}

static void
long_lengths(void **state)
{
	static const struct { const char *header; size_t len; bool ok; } rows[] = {
		{ "0481 80", 0x80, true }, { "0481 ff", 0xff, true }, { "0482 0100", 0x100, true },
		{ "0482 ffff", 0xffff, true }, { "0482 00ff", 0xff, false }, { "0483 010000", 0x10000, true },
		{ "0483 00ffff", 0xffff, false }, { "0484 00010000", 0x10000, false },
	};
	static uint8_t bytes[0x10010];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t header = 2 + hex_read(bytes + 2, rows[i].header + 5);
		struct cursor in, content;

		hex_read(bytes, (const char[]){ rows[i].header[0], rows[i].header[1], rows[i].header[2], rows[i].header[3], 0 });
		in = cursor_of((struct span){ bytes, header + rows[i].len });
		assert_int_equal(der_take(&in, DER_OCTET_STRING, &content), rows[i].ok);
		if (rows[i].ok)
			assert_int_equal(cursor_left(&content), rows[i].len);
		in = cursor_of((struct span){ bytes, header + rows[i].len - 1 });
		assert_false(der_take(&in, DER_OCTET_STRING, &content));
	}
}

static void
whole_elements(void **state)
{
	uint8_t bytes[16];
	struct cursor in, content;
	struct span whole;

	(void)state;
	in = cursor_of((struct span){ bytes, hex_read(bytes, "05003003020105ff") });
	assert_false(der_whole(&in, DER_SEQUENCE, &whole, &content));
	assert_true(der_take(&in, DER_NULL, &content) && cursor_done(&content));
	assert_true(der_next_is(&in, DER_SEQUENCE));
	assert_true(der_whole(&in, DER_SEQUENCE, &whole, &content));
	assert_ptr_equal(whole.ptr, bytes + 2);
	assert_int_equal(whole.len, 5);
	assert_int_equal(cursor_left(&content), 3);
	assert_int_equal(cursor_left(&in), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts), cmocka_unit_test(truncations), cmocka_unit_test(long_lengths),
		cmocka_unit_test(whole_elements)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
