/* x509_directory_test.c: x509_directory.c: which directory names are the same, and which begin another. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/hex.h"
#include "tlsstack/der.h"
#include "tlsstack/der_write.h"
#include "tlsstack/x509_directory.h"

#define UTF8	DER_UTF8_STRING
#define PRINT	0x13
#define T61	0x14
#define BMP	0x1e

/* An attribute: its type's last byte (2.5.4.n), its string. */
struct attribute { uint8_t n, tag; const char *text; };

static struct span
build(struct outbuf *out, const struct attribute *attributes, size_t num, bool one_rdn)
{
	size_t name = der_write_begin(out, DER_SEQUENCE), set = 0;

	for (size_t i = 0; i < num; i++) {
		size_t pair;

		if (i == 0 || !one_rdn)
			set = der_write_begin(out, DER_SET);
		pair = der_write_begin(out, DER_SEQUENCE);
		der_write(out, DER_OID, (struct span){ (const uint8_t[]){ 0x55, 4, attributes[i].n }, 3 });
		der_write(out, attributes[i].tag, (struct span){ (const uint8_t *)attributes[i].text, strlen(attributes[i].text) });
		der_write_end(out, pair);
		if (i + 1 == num || !one_rdn)
			der_write_end(out, set);
	}
	der_write_end(out, name);
	assert_false(out->overflow);
	return outbuf_span(out);
}

static bool
same(const struct attribute *a, size_t num_a, const struct attribute *b, size_t num_b)
{
	uint8_t room_a[128], room_b[128];
	struct outbuf out_a = outbuf_of(room_a, sizeof room_a), out_b = outbuf_of(room_b, sizeof room_b);
	struct span name_a = build(&out_a, a, num_a, false), name_b = build(&out_b, b, num_b, false);
	bool equal = x509_directory_equal(name_a, name_b);

	assert_int_equal(equal, x509_directory_equal(name_b, name_a));
	return equal;
}

static bool
same_text(uint8_t tag_a, const char *a, uint8_t tag_b, const char *b)
{
	return same(&(struct attribute){ 3, tag_a, a }, 1, &(struct attribute){ 3, tag_b, b }, 1);
}

static void
texts(void **state)
{
	(void)state;
	assert_true(same_text(UTF8, "Good CA", UTF8, "Good CA"));
	assert_true(same_text(UTF8, "Good CA", PRINT, "gOOD ca"));
	assert_true(same_text(T61, "Good CA", DER_IA5_STRING, "Good CA"));
	assert_true(same_text(PRINT, "  Good    CA ", UTF8, "Good CA"));
	assert_true(same_text(PRINT, "", PRINT, "   "));
	assert_false(same_text(UTF8, "GoodCA", UTF8, "Good CA"));
	assert_false(same_text(UTF8, "Good C", UTF8, "Good CA"));
	assert_false(same_text(UTF8, "Good CA x", UTF8, "Good CA"));
	assert_false(same_text(UTF8, "Good\tCA", UTF8, "Good CA"));
	assert_false(same_text(UTF8, "[", UTF8, "{"));		/* 0x5b and 0x7b are no letters */
	assert_false(same_text(UTF8, "", UTF8, "x"));
	assert_true(same_text(BMP, "ab", BMP, "ab"));		/* others: as bytes */
	assert_false(same_text(BMP, "ab", BMP, "AB"));
	assert_false(same_text(BMP, "ab", UTF8, "ab"));
}

static void
attributes(void **state)
{
	static const struct attribute XY[] = { { 10, UTF8, "x" }, { 3, UTF8, "y" } }, OY[] = { { 10, UTF8, "X" }, { 10, UTF8, "y" } };

	(void)state;
	assert_true(same(XY, 2, (struct attribute[]){ { 10, PRINT, "X" }, { 3, PRINT, "Y" } }, 2));
	assert_false(same(XY, 2, OY, 2));				/* another type */
	assert_false(same(XY, 2, (struct attribute[]){ XY[1], XY[0] }, 2));
	assert_false(same(XY, 2, OY, 1));				/* fewer, more */
	assert_false(same(XY, 0, OY, 1));
	assert_true(same(XY, 0, OY, 0));
}

/* {O=x, CN=y} in one RDN is another name than in two; half of an RDN is none of it. */
static void
sets(void **state)
{
	static const struct attribute XY[] = { { 10, UTF8, "x" }, { 3, UTF8, "y" } }, XY_UPPER[] = { { 10, PRINT, "X" }, { 3, UTF8, "Y" } };
	uint8_t rooms[4][64];
	struct outbuf outs[4];
	struct span one, one_upper, two, half;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		outs[i] = outbuf_of(rooms[i], sizeof rooms[i]);
	one = build(&outs[0], XY, 2, true);
	one_upper = build(&outs[1], XY_UPPER, 2, true);
	two = build(&outs[2], XY, 2, false);
	half = build(&outs[3], XY_UPPER, 1, true);
	assert_true(x509_directory_equal(one, one_upper));
	assert_false(x509_directory_equal(one, two));
	assert_false(x509_directory_equal(one, half));
	assert_false(x509_directory_equal(half, one));
}

/* Only the first RDNs count; inside compares contents, two bytes into these short names. */
static void
inside(void **state)
{
	static const struct attribute XY[] = { { 10, UTF8, "x" }, { 3, UTF8, "y" } };
	uint8_t room_base[64], room_name[64];
	struct outbuf out_base = outbuf_of(room_base, sizeof room_base), out_name = outbuf_of(room_name, sizeof room_name);
	struct span base = build(&out_base, &(struct attribute){ 10, PRINT, " X" }, 1, false), name = build(&out_name, XY, 2, false);
	struct span base_content = { base.ptr + 2, base.len - 2 }, name_content = { name.ptr + 2, name.len - 2 };

	(void)state;
	assert_true(x509_directory_inside(name_content, base_content));
	assert_true(x509_directory_inside(name_content, (struct span){ NULL, 0 }));
	assert_false(x509_directory_inside(base_content, name_content));
	assert_false(x509_directory_inside((struct span){ NULL, 0 }, base_content));
	assert_false(x509_directory_inside((struct span){ name.ptr + 2 + base.len - 3, name.len - 2 - base.len + 3 }, base_content));
}

static void
self_issued(void **state)
{
	uint8_t room_a[64], room_b[64];
	struct outbuf out_a = outbuf_of(room_a, sizeof room_a), out_b = outbuf_of(room_b, sizeof room_b);
	struct x509_cert cert = { .subject = build(&out_a, &(struct attribute){ 3, UTF8, "ca" }, 1, false),
	    .issuer = build(&out_b, &(struct attribute){ 3, PRINT, "CA" }, 1, false) };

	(void)state;
	assert_true(x509_self_issued(&cert));
	room_b[out_b.len - 1] = 'B';
	assert_false(x509_self_issued(&cert));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts), cmocka_unit_test(attributes), cmocka_unit_test(sets), cmocka_unit_test(inside),
		cmocka_unit_test(self_issued),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
