/* x509_name_test.c: x509_name.c: what is a host name, and which certificate is whose. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "tlsstack/x509_name.h"

static struct span
text(const char *string) { return (struct span){ (const uint8_t *)string, strlen(string) }; }

static void
hosts(void **state)
{
	static const char *const good[] = { "a", "example.com", "EXAMPLE.com", "1.example.com", "xn--bcher-kva.example",
	    "a-b.c", "localhost", "3com.com", "a.1b" };
	static const char *const bad[] = { "", ".", "example.com.", ".example.com", "a..b", "-a.com", "a-.com", "a.-b", "a-",
	    "under_score.com", "exa mple.com", "a/b", "*", "*.com", "10.0.2.15", "127.1", "1", "a:b", "[::1]", "caf\xc3\xa9.com" };
	char label[70] = "", host[300] = "";

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(x509_name_host_ok(text(good[i])));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (x509_name_host_ok(text(bad[i])))
			fail_msg("%s is a host", bad[i]);
	memset(label, 'a', 63);
	assert_true(x509_name_host_ok(text(label)));
	label[63] = 'a';
	assert_false(x509_name_host_ok(text(label)));
	for (size_t i = 0; i < 253; i++)
		host[i] = i % 2 == 0 ? 'a' : '.';
	assert_true(x509_name_host_ok(text(host)));
	host[253] = 'b';
	assert_false(x509_name_host_ok(text(host)));
	assert_false(x509_name_host_ok((struct span){ (const uint8_t *)"a\0b", 3 }));	/* the NUL of 2009 */
}

/* One presented name against one wanted. */
static bool
match(enum x509_name_form form, const char *presented, size_t presented_len, const char *wanted, size_t wanted_len)
{
	uint8_t names[300] = { (uint8_t)(0x80 | form), (uint8_t)presented_len };
	struct x509_cert cert = { .subject_alt_name = { names, presented_len + 2 } };
	const struct x509_name name = { form, { (const uint8_t *)wanted, wanted_len } };

	memcpy(names + 2, presented, presented_len);
	return x509_name_matches(&cert, &name);
}

static bool
match_text(enum x509_name_form form, const char *presented, const char *wanted)
{
	return match(form, presented, strlen(presented), wanted, strlen(wanted));
}

static void
dns(void **state)
{
	static const struct { const char *presented, *wanted; bool match; } rows[] = {
		{ "example.com", "example.com", true }, { "EXAMPLE.com", "example.COM", true },
		{ "example.com", "www.example.com", false }, { "www.example.com", "example.com", false },
		{ "example.com", "example.comm", false }, { "example.com", "", false },
		/* the wildcard: whole leftmost label, exactly one label, never the bare domain */
		{ "*.example.com", "www.example.com", true }, { "*.example.com", "WWW.Example.com", true },
		{ "*.example.com", "example.com", false }, { "*.example.com", "a.b.example.com", false },
		{ "*.example.com", ".example.com", false }, { "*.example.com", "under_score.example.com", false },
		{ "*.example.com", "-a.example.com", false }, { "*.com", "example.com", false }, { "*", "localhost", false },
		{ "w*.example.com", "www.example.com", false }, { "*w.example.com", "www.example.com", false },
		{ "www.*.com", "www.example.com", false }, { "*.*.com", "www.example.com", false },
		{ "xn--*.example.com", "xn--bcher-kva.example.com", false },
		/* nobody asks for a wildcard, an address or a name with an end in a period */
		{ "*.example.com", "*.example.com", false }, { "10.0.2.15", "10.0.2.15", false },
		{ "example.com.", "example.com.", false }, { "example.com", "example.com.", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (match_text(X509_NAME_DNS, rows[i].presented, rows[i].wanted) != rows[i].match)
			fail_msg("%s for %s", rows[i].presented, rows[i].wanted);
	assert_false(match(X509_NAME_DNS, "example.com\0.evil.com", 21, "example.com", 11));
	assert_false(match(X509_NAME_DNS, "example.com", 11, "example.com\0.evil.com", 21));
}

static void
addresses_and_mailboxes(void **state)
{
	(void)state;
	assert_true(match(X509_NAME_IP, "\x0a\x00\x02\x0f", 4, "\x0a\x00\x02\x0f", 4));
	assert_false(match(X509_NAME_IP, "\x0a\x00\x02\x0f", 4, "\x0a\x00\x02\x10", 4));
	assert_false(match(X509_NAME_IP, "\x0a\x00\x02", 3, "\x0a\x00\x02", 3));
	assert_false(match(X509_NAME_IP, "\x0a\x00\x02\x0f\xff\xff\xff\xff", 8, "\x0a\x00\x02\x0f", 4));
	assert_true(match(X509_NAME_IP, "0123456789abcdef", 16, "0123456789abcdef", 16));
	assert_true(match_text(X509_NAME_EMAIL, "who@example.com", "who@EXAMPLE.com"));
	assert_false(match_text(X509_NAME_EMAIL, "who@example.com", "Who@example.com"));
	assert_false(match_text(X509_NAME_EMAIL, "who@example.com", "who@example.org"));
	assert_false(match_text(X509_NAME_EMAIL, "who@example.com", "example.com"));
	assert_false(match_text(X509_NAME_EMAIL, "example.com", "example.com"));
	assert_false(match_text(X509_NAME_EMAIL, "a@b@example.com", "a@b@example.com"));
	assert_false(match_text(X509_NAME_EMAIL, "@example.com", "@example.com"));
	assert_false(match_text(X509_NAME_URI, "http://example.com", "http://example.com"));	/* not a form to ask for */
	assert_false(match_text(X509_NAME_DNS, "", "example.com"));
}

/* The second of two names counts as the first does; another form does not. */
static void
among_others(void **state)
{
	static const uint8_t names[] = "\x86\x01x" "\x82\x03" "a.b" "\x81\x03" "c@d" "\x82\x03" "e.f" "\x82\x04" "g.hi";
	const struct x509_cert cert = { .subject_alt_name = { names, sizeof names - 1 } };
	const struct x509_name wanted[] = { { X509_NAME_DNS, text("a.b") }, { X509_NAME_DNS, text("e.f") },
	    { X509_NAME_EMAIL, text("c@d") }, { X509_NAME_EMAIL, text("e.f") }, { X509_NAME_DNS, text("x") },
	    { X509_NAME_IP, text("g.hi") } };
	const struct x509_cert none = { .is_ca = false };

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(x509_name_matches(&cert, &wanted[i]), i < 3);
		assert_false(x509_name_matches(&none, &wanted[i]));
	}
}

static void
what_is_no_name(void **state)
{
	static const struct { const char *bytes; size_t len; } bad[] = {
		{ "", 0 }, { "\x82", 1 }, { "\x82\x02" "a", 3 }, { "\xa2\x01" "a", 3 }, { "\x16\x01" "a", 3 }, { "\x89\x01" "a", 3 },
		{ "\x80\x01" "a", 3 }, { "\x84\x02\x30\x00", 4 }, { "\xa4\x02\x31\x00", 4 }, { "\xa4\x04\x30\x00\x05\x00", 6 }, { "\xa4\x00", 2 },
	};
	struct x509_name name;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct cursor in = cursor_of((struct span){ (const uint8_t *)bad[i].bytes, bad[i].len });

		assert_false(x509_name_parse(&name, &in));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts), cmocka_unit_test(dns), cmocka_unit_test(addresses_and_mailboxes),
		cmocka_unit_test(among_others), cmocka_unit_test(what_is_no_name)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
