/* page_test.c: the one answer: a correct header, the address, and practice said where it is practice. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "appliance/limits.h"
#include "appliance/page.h"
#include "tests/appliance/fakes.h"

static const uint8_t SEED[32] = { 1 };
static const uint8_t KEY[WALLET_KEY_LEN] = { [31] = 3 };

static bool
has(const char *text)
{
	struct span page = page_answer();

	return memmem(page.ptr, page.len, text, strlen(text)) != NULL;
}

static void
make(enum wallet_chain chain, size_t authority_len)
{
	struct boot boot = { .chain = chain, .peer = { .der_len = authority_len } };

	wallet_wipe();
	assert_true(wallet_init(chain, KEY, NULL, SEED));
	page_init(&boot);
}

static void
header_is_right(void **state)
{
	struct span page;
	const uint8_t *body;
	char length[64];

	(void)state;
	make(WALLET_REGTEST, 0);
	page = page_answer();
	assert_true(page.len < PAGE_MAX);
	assert_memory_equal(page.ptr, "HTTP/1.1 200 OK\r\n", 17);
	body = memmem(page.ptr, page.len, "\r\n\r\n", 4);
	assert_non_null(body);
	snprintf(length, sizeof length, "\r\nContent-Length: %zu\r\n", page.len - (size_t)(body + 4 - page.ptr));
	assert_true(has(length));
	assert_true(has("\r\nConnection: close\r\n"));
	assert_true(has("\r\nContent-Type: text/html; charset=utf-8\r\n"));
	assert_true(has("\r\nX-Content-Type-Options: nosniff\r\n"));
	for (size_t i = 0; i < page.len; i++)
		assert_true(page.ptr[i] == '\n' || page.ptr[i] == '\r' || (page.ptr[i] >= ' ' && page.ptr[i] <= '~'));
}

static void
practice_is_marked(void **state)
{
	(void)state;
	make(WALLET_REGTEST, 0);
	assert_true(has("bcrt1q0ht9tyks4vh7p5p904t340cr9nvahy7uevmqwj"));
	assert_true(has("<dd>regtest</dd>") && has("This is practice") && has("<dd>practice</dd>"));
	make(WALLET_SIGNET, 9);
	assert_true(has("<dd>signet</dd>") && has("This is practice"));
	assert_true(has("<dd>practice, open to an outside authority</dd>"));
	make(WALLET_MAIN, 0);
	assert_true(has("<dd>main</dd>") && has("<dd>live</dd>"));
	assert_false(has("This is practice") || has("<dd>practice"));
}

static void
no_secret_in_it(void **state)
{
	(void)state;
	make(WALLET_REGTEST, 0);
	assert_false(has("cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87KcLPVfXz"));
	assert_false(has("0000000000000003"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_is_right),
		cmocka_unit_test(practice_is_marked),
		cmocka_unit_test(no_secret_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
