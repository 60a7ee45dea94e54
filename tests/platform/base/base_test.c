/* base_test.c: bytes, wipe, constant-time compare, text, SHA-256, panic. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "platform/base/bytes.h"
#include "platform/base/ct.h"
#include "platform/base/panic.h"
#include "platform/base/sha256.h"
#include "platform/base/text.h"

static void
compare_sees_every_byte(void **state)
{
	uint8_t a[33] = { 0 }, b[33] = { 0 };

	(void)state;
	assert_true(ct_equal(a, b, sizeof a));
	assert_true(bytes_equal(SPAN_ARRAY(a), SPAN_ARRAY(b)));
	for (size_t i = 0; i < sizeof a; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			b[i] = (uint8_t)(1u << bit);
			assert_false(ct_equal(a, b, sizeof a));
			assert_false(bytes_equal(SPAN_ARRAY(a), SPAN_ARRAY(b)));
			b[i] = 0;
		}
	assert_false(bytes_equal(SPAN_ARRAY(a), (struct span){ b, 32 }));
}

static void
wipe_zeroes_exactly_its_range(void **state)
{
	uint8_t bytes[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	static const uint8_t WANT[8] = { 1, 0, 0, 0, 0, 0, 7, 8 };

	(void)state;
	wipe(bytes + 1, 5);
	assert_memory_equal(bytes, WANT, sizeof WANT);
}

/* AddressSanitizer would give wipe_stack a false stack on the heap, and nothing would be wiped. */
const char *__asan_default_options(void);

const char *
__asan_default_options(void) { return "detect_stack_use_after_return=0"; }

/* A secret of a frame that is gone, read as its successor finds it. */
__attribute__((noinline, no_sanitize("address"))) static size_t
count_on_stack(bool leave)
{
	volatile uint8_t room[4096];
	size_t num = 0;

	for (size_t i = 0; i < sizeof room; i++) {
		if (leave)
			room[i] = 0xa5;
		num += room[i] == 0xa5;
	}
	return num;
}

static void
wipe_stack_reaches_below(void **state)
{
	(void)state;
	assert_int_equal(count_on_stack(true), 4096);
	wipe_stack();
	assert_true(count_on_stack(false) < 256);	/* the rim is taken by wipe_stack's own frame and its red zones */
}

static void
text_writes_numbers(void **state)
{
	static const char WANT[] = "0 18446744073709551615 0x0 0xfee00001 00ff 10.0.2.15";
	static const uint8_t RAW[] = { 0x00, 0xff };
	uint8_t room[80];
	struct outbuf out = outbuf_of(room, sizeof room);

	(void)state;
	text_decimal(&out, 0);
	text_string(&out, " ");
	text_decimal(&out, UINT64_MAX);
	text_string(&out, " ");
	text_hex_number(&out, 0);
	text_string(&out, " ");
	text_hex_number(&out, 0xfee00001);
	text_string(&out, " ");
	text_hex(&out, SPAN_ARRAY(RAW));
	text_string(&out, " ");
	text_ipv4(&out, 0x0a00020f);
	assert_int_equal(out.len, sizeof WANT - 1);
	assert_memory_equal(room, WANT, sizeof WANT - 1);
}

/* FIPS 180-4 example "abc", and the empty input. */
static void
sha256_known_answers(void **state)
{
	static const uint8_t ABC[32] = { 0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
	    0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff,
	    0x61, 0xf2, 0x00, 0x15, 0xad };
	static const uint8_t EMPTY[32] = { 0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4,
	    0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99,
	    0x1b, 0x78, 0x52, 0xb8, 0x55 };
	uint8_t digest[32];

	(void)state;
	sha256(digest, SPAN_LITERAL("abc"));
	assert_memory_equal(digest, ABC, sizeof ABC);
	sha256(digest, (struct span){ NULL, 0 });
	assert_memory_equal(digest, EMPTY, sizeof EMPTY);
}

static void
panic_faults(void **state)
{
	int status = 0;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		signal(SIGILL, SIG_DFL);
		PANIC();
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGILL);
}

/* RFC 4648, section 10, and every letter once. */
static void
base64_known_answers(void **state)
{
	static const struct { const char *bytes, *text; size_t len; } CASES[] = {
		{ "", "", 0 }, { "f", "Zg==", 1 }, { "fo", "Zm8=", 2 }, { "foo", "Zm9v", 3 }, { "foob", "Zm9vYg==", 4 },
		{ "fooba", "Zm9vYmE=", 5 }, { "foobar", "Zm9vYmFy", 6 },
		{ "\x00\x10\x83\x10\x51\x87\x20\x92\x8b\x30\xd3\x8f\x41\x14\x93\x51\x55\x97\x61\x96\x9b\x71\xd7\x9f"
		    "\x82\x18\xa3\x92\x59\xa7\xa2\x9a\xab\xb2\xdb\xaf\xc3\x1c\xb3\xd3\x5d\xb7\xe3\x9e\xbb\xf3\xdf\xbf",
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 48 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
		uint8_t room[64];
		struct outbuf out = outbuf_of(room, sizeof room);

		text_base64(&out, (struct span){ (const uint8_t *)CASES[i].bytes, CASES[i].len });
		assert_false(out.overflow);
		assert_memory_equal(room, CASES[i].text, out.len);
		assert_int_equal(CASES[i].text[out.len], 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compare_sees_every_byte),
		cmocka_unit_test(wipe_zeroes_exactly_its_range),
		cmocka_unit_test(wipe_stack_reaches_below),
		cmocka_unit_test(text_writes_numbers), cmocka_unit_test(base64_known_answers),
		cmocka_unit_test(sha256_known_answers),
		cmocka_unit_test(panic_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
