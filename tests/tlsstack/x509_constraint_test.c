/* x509_constraint_test.c: x509_constraint.c: a table of (constraints, name, verdict), and their syntax. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/hex.h"
#include "tlsstack/der.h"
#include "tlsstack/der_write.h"
#include "tlsstack/limits.h"
#include "tlsstack/x509_constraint.h"
#include "tlsstack/x509_name.h"

#define DNS	0x82
#define EMAIL	0x81
#define IP	0x87
#define URI	0x86
#define OTHER	0xa0

struct base { uint8_t tag; const char *value; size_t len; };	/* len 0: a string */

static size_t
len_of(const struct base *base) { return base->len != 0 ? base->len : strlen(base->value); }

static uint8_t room[512], san_room[256];

/* Content of NameConstraints with at most one permitted and two excluded bases. */
static struct span
write_constraints(const struct base *permitted, const struct base *excluded, const struct base *excluded_too)
{
	struct outbuf out = outbuf_of(room, sizeof room);
	size_t mark, subtree;

	if (permitted != NULL) {
		mark = der_write_begin(&out, DER_CONTEXT(0));
		subtree = der_write_begin(&out, DER_SEQUENCE);
		der_write(&out, permitted->tag, (struct span){ (const uint8_t *)permitted->value, len_of(permitted) });
		der_write_end(&out, subtree);
		der_write_end(&out, mark);
	}
	if (excluded != NULL) {
		mark = der_write_begin(&out, DER_CONTEXT(1));
		for (unsigned i = 0; i < 2; i++) {
			const struct base *base = i == 0 ? excluded : excluded_too;

			if (base == NULL)
				continue;
			subtree = der_write_begin(&out, DER_SEQUENCE);
			der_write(&out, base->tag, (struct span){ (const uint8_t *)base->value, len_of(base) });
			der_write_end(&out, subtree);
		}
		der_write_end(&out, mark);
	}
	return outbuf_span(&out);
}

/* CN=x, with one alternative name or none. */
static struct x509_cert
subject_with(const struct base *name)
{
	static const uint8_t subject[] = { 0x30, 12, 0x31, 10, 0x30, 8, 6, 3, 0x55, 4, 3, 0x0c, 1, 'x' };
	struct outbuf out = outbuf_of(san_room, sizeof san_room);
	struct x509_cert cert = { .subject = SPAN_ARRAY(subject) };

	if (name != NULL)
		der_write(&out, name->tag, (struct span){ (const uint8_t *)name->value, len_of(name) });
	cert.subject_alt_name = outbuf_span(&out);
	return cert;
}

static bool
allows(struct span constraints, const struct base *name)
{
	struct x509_cert cert = subject_with(name);
	uint32_t budget = 100;

	assert_true(x509_constraint_ok(constraints));
	return x509_constraint_allows(constraints, &cert, &budget);
}

struct row { struct base base, name; bool permitted, excluded; };	/* inside as a permitted, as an excluded base */

static const struct row rows[] = {
	{ { DNS, "example.com", 0 }, { DNS, "example.com", 0 }, true, true },
	{ { DNS, "example.com", 0 }, { DNS, "a.b.EXAMPLE.com", 0 }, true, true },
	{ { DNS, "example.com", 0 }, { DNS, "badexample.com", 0 }, false, false },
	{ { DNS, "example.com", 0 }, { DNS, "example.com.org", 0 }, false, false },
	{ { DNS, "", 0 }, { DNS, "example.com", 0 }, true, true },
	/* a wildcard may become what is excluded (CVE-2025-61727), and all of it must be permitted */
	{ { DNS, "example.com", 0 }, { DNS, "*.example.com", 0 }, true, true },
	{ { DNS, "www.example.com", 0 }, { DNS, "*.example.com", 0 }, false, true },
	{ { DNS, "a.www.example.com", 0 }, { DNS, "*.example.com", 0 }, false, false },
	{ { DNS, "other.com", 0 }, { DNS, "*.example.com", 0 }, false, false },
	{ { DNS, "www.example.com", 0 }, { DNS, "b.example.com", 0 }, false, false },
	{ { DNS, "www.example.com", 0 }, { DNS, "e.com", 0 }, false, false },
	{ { IP, "\x0a\x00\x02\x00\xff\xff\xff\x00", 8 }, { IP, "\x0a\x00\x02\x0f", 4 }, true, true },
	{ { IP, "\x0a\x00\x02\x00\xff\xff\xff\x00", 8 }, { IP, "\x0a\x00\x03\x0f", 4 }, false, false },
	{ { IP, "\x0a\x00\x02\x0f\xff\xff\xff\xff", 8 }, { IP, "\x0a\x00\x02\x0e", 4 }, false, false },
	{ { IP, "\0\0\0\0\0\0\0\0", 8 }, { IP, "\x0a\x00\x02\x0e", 4 }, true, true },
	{ { IP, "\0\0\0\0\0\0\0\0", 8 }, { IP, "0123456789abcdef", 16 }, false, false },
	{ { IP, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 32 }, { IP, "\x0a\x00\x02\x0e", 4 }, false, false },
	{ { EMAIL, "example.com", 0 }, { EMAIL, "a@EXAMPLE.com", 0 }, true, true },
	{ { EMAIL, "example.com", 0 }, { EMAIL, "a@b.example.com", 0 }, false, false },
	{ { EMAIL, ".example.com", 0 }, { EMAIL, "a@b.example.com", 0 }, true, true },
	{ { EMAIL, ".example.com", 0 }, { EMAIL, "a@example.com", 0 }, false, false },
	{ { EMAIL, ".example.com", 0 }, { EMAIL, "a@b.example.org", 0 }, false, false },
	{ { EMAIL, ".example.com", 0 }, { EMAIL, "a@example.communication", 0 }, false, false },
	{ { EMAIL, "a@example.com", 0 }, { EMAIL, "a@example.COM", 0 }, true, true },
	{ { EMAIL, "a@example.com", 0 }, { EMAIL, "A@example.com", 0 }, false, false },
	{ { EMAIL, "a@example.com", 0 }, { EMAIL, "aa@example.com", 0 }, false, false },
	/* of another form: no say */
	{ { DNS, "example.com", 0 }, { EMAIL, "a@other.com", 0 }, true, false },
	{ { EMAIL, "example.com", 0 }, { DNS, "other.com", 0 }, true, false },
	/* of a form that is not processed: refused both ways */
	{ { URI, "example.com", 0 }, { URI, "http://example.com", 0 }, false, true },
	{ { URI, "example.com", 0 }, { DNS, "example.com", 0 }, true, false },
	/* syntactically no name: refused under any constraint */
	{ { DNS, "example.com", 0 }, { DNS, ".example.com", 0 }, false, true },
	{ { DNS, "example.com", 0 }, { DNS, "a_b.example.com", 0 }, false, true },
	{ { IP, "\x0a\x00\x02\x00\xff\xff\xff\x00", 8 }, { IP, "\x0a\x00\x02\x0f\xff\xff\xff\xff", 8 }, false, true },
	{ { EMAIL, "example.com", 0 }, { EMAIL, "a@b@example.com", 0 }, false, true },
};

static void
verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		static const struct base unrelated = { DNS, "unrelated.test", 0 };

		if (allows(write_constraints(&rows[i].base, NULL, NULL), &rows[i].name) != rows[i].permitted)
			fail_msg("permitted, row %zu", i);
		if (allows(write_constraints(NULL, &rows[i].base, NULL), &rows[i].name) == rows[i].excluded)
			fail_msg("excluded, row %zu", i);
		if (allows(write_constraints(NULL, &unrelated, &rows[i].base), &rows[i].name) == rows[i].excluded)
			fail_msg("excluded second, row %zu", i);
	}
	/* excluded wins over permitted */
	assert_false(allows(write_constraints(&rows[0].base, &rows[0].base, NULL), &rows[0].name));
}

static void
directory_names(void **state)
{
	/* base O=x; names O=x (other string type, other case), O=x CN=y, O=y, CN=y O=x */
	static const struct { const char *subject; bool inside; } names[] = {
		{ "300c310a300806035504" "0a0c0178", true }, { "300c310a300806035504" "0a130158", true },
		{ "3018310a300806035504" "0a0c0178310a3008060355" "04030c0179", true }, { "300c310a300806035504" "0a0c0179", false },
		{ "3018310a300806035504" "030c0179310a3008060355" "040a0c0178", false }, { "3000", true },
		{ "300c310a300806035504" "0a040178", false },
	};
	uint8_t base[32], subject[64];
	struct span constraints;

	(void)state;
	hex_read(base, "300c310a3008060355040a0c0178");
	constraints = write_constraints(&(struct base){ 0xa4, (const char *)base, 14 }, NULL, NULL);
	assert_true(x509_constraint_ok(constraints));
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct x509_cert cert = { .subject = { subject, hex_read(subject, names[i].subject) } };
		uint32_t budget = 100;

		if (x509_constraint_allows(constraints, &cert, &budget) != names[i].inside)
			fail_msg("name %zu", i);
	}
}

/* Without alternative names, a mailbox in the subject's directory name is under the constraint. */
static void
mailbox_in_the_directory_name(void **state)
{
	uint8_t subject[64];
	struct x509_cert cert = { .subject = { subject, hex_read(subject, "301a31183016" "06092a864886f70d010901" "160961406578612e636f6d") } };
	uint32_t budget = 100;

	(void)state;
	assert_true(x509_constraint_allows(write_constraints(&(struct base){ EMAIL, "exa.com", 0 }, NULL, NULL), &cert, &budget));
	assert_false(x509_constraint_allows(write_constraints(&(struct base){ EMAIL, "other.com", 0 }, NULL, NULL), &cert, &budget));
	assert_false(x509_constraint_allows(write_constraints(NULL, &(struct base){ EMAIL, "exa.com", 0 }, NULL), &cert, &budget));
}

static void
syntax(void **state)
{
	static const struct { const char *hex; bool ok; } samples[] = {
		{ "", false }, { "a000", false }, { "a0053003820161", true }, { "a1053003820161", true },
		{ "a1053003820161a0053003820161", false }, { "a2053003820161", false }, { "a00530038201610500", false },
		{ "a0083006820161800100", false },		/* minimum 0 is the default, and is not written */
		{ "a0083006820161810101", false },		/* maximum must be absent */
		{ "a00630048202" "2e61", false },		/* dNSName with a leading period */
		{ "a00730058203" "2a2e61", false },		/* and a wildcard */
		{ "a0083006870401020304", false },		/* an address without mask */
		{ "a00c300a8708" "01020304ffffff00", true }, { "a00c300a8708" "01020304ff00ff00", false },
		{ "a00930078105" "6140624063", false }, { "a0053003" "820161" "82", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		uint8_t bytes[64];

		if (x509_constraint_ok((struct span){ bytes, hex_read(bytes, samples[i].hex) }) != samples[i].ok)
			fail_msg("%s", samples[i].hex);
	}
}

/* Every comparison costs; with nothing left, the answer is no. */
static void
the_budget_ends(void **state)
{
	const struct base base = { DNS, "a.com", 0 }, name = { DNS, "a.com", 0 };
	struct x509_cert cert = subject_with(&name);
	struct span constraints = write_constraints(&base, NULL, NULL);
	uint32_t budget = 2;			/* the directory name, the DNS name */

	(void)state;
	assert_true(x509_constraint_allows(constraints, &cert, &budget));
	assert_int_equal(budget, 0);
	budget = 1;
	assert_false(x509_constraint_allows(constraints, &cert, &budget));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts), cmocka_unit_test(directory_names), cmocka_unit_test(mailbox_in_the_directory_name),
		cmocka_unit_test(syntax), cmocka_unit_test(the_budget_ends)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
