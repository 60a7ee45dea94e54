/*
 * proof_test.c: proofs for visitors: the statement of the boot, the JSON, the rate.  That the
 * signatures are good is for tests/reward.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "appliance/identity.h"
#include "appliance/page.h"
#include "appliance/proof.h"
#include "platform/base/version.h"
#include "tests/appliance/fakes.h"
#include "wallet/wallet.h"

enum { BOOT_S = 1700000000 };

static const uint64_t SECOND_NS = 1000000000;
static const uint8_t KEY[WALLET_KEY_LEN] = { [31] = 3 }, SEED[32] = { 5 }, IMAGE[32] = { 0x77 };

static int
once(void **state)
{
	static struct boot boot = { .chain = WALLET_REGTEST };

	(void)state;
	wallet_wipe();
	assert_true(wallet_init(WALLET_REGTEST, KEY, NULL, SEED));
	identity_init(&boot, BOOT_S);
	page_init(&boot, IMAGE, BOOT_S);
	proof_init(IMAGE, BOOT_S);
	return 0;
}

static bool
has(struct span text, const char *part)
{
	return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

static void
statement_of_the_boot(void **state)
{
	struct span text = proof_statement_text();

	(void)state;
	assert_true(has(text, "net=regtest addr=bcrt1q0ht9tyks4vh7p5p904t340cr9nvahy7uevmqwj version=" BASE_VERSION " image=sha256:7700"));
	assert_true(has(text, " boot=1700000000 nonce=0000000000000000000000000000000000000000000000000000000000000000"));
	assert_true(proof_statement_signature().len > 140);
	assert_memory_equal(proof_statement_signature().ptr, "smp", 3);
}

static void
answer_names_its_nonce(void **state)
{
	uint8_t room[1024], nonce[32];
	struct outbuf out = outbuf_of(room, sizeof room);

	(void)state;
	memset(nonce, 0xcd, sizeof nonce);
	assert_true(proof_body(&out, nonce));
	assert_false(out.overflow);
	assert_true(has(outbuf_span(&out), "\"format\": \"pinata-proof 1\""));
	assert_true(has(outbuf_span(&out), "\"address\": \"bcrt1q0ht9tyks4vh7p5p904t340cr9nvahy7uevmqwj\""));
	assert_true(has(outbuf_span(&out),
	    "nonce=cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd\",\n  \"signature\": \"smp"));
	/* The statement is as it was: a visitor's nonce is in his answer only. */
	assert_true(has(proof_statement_text(), " nonce=0000"));
}

static unsigned
take_all(uint64_t now_ns)
{
	unsigned num = 0;

	while (num < 1000 && proof_take(now_ns))
		num++;
	return num;
}

/* A burst, then ten a second, and no saving up beyond the burst; a clock that stands gives nothing. */
static void
rate(void **state)
{
	uint64_t now_ns = 1000 * SECOND_NS;
	unsigned num = 0;

	(void)state;
	assert_int_equal(take_all(0), PROOF_BURST);		/* who asks as the machine boots is not sent away */
	assert_int_equal(take_all(now_ns), PROOF_BURST);
	assert_int_equal(take_all(now_ns), 0);
	assert_int_equal(take_all(now_ns + PROOF_COST_NS - 1), 0);
	assert_int_equal(take_all(now_ns + PROOF_COST_NS), 1);
	for (unsigned i = 1; i <= 2000; i++)
		num += take_all(now_ns + PROOF_COST_NS + i * SECOND_NS / 200);
	assert_int_equal(num, 10 * PROOF_PER_S);
	assert_int_equal(take_all(now_ns + 3600 * SECOND_NS), PROOF_BURST);
	assert_int_equal(take_all(now_ns), 0);
}

/* Over the pages: 200, and when the rate is used up 429 with advice, keeping the connection. */
static void
over_http(void **state)
{
	static uint8_t room[PAGE_MAX];
	struct http_request request = { HTTP_200, HTTP_PROOF, false, true, { 0xab } };
	uint64_t now_ns = 9000 * SECOND_NS, made = proof_num_made(), withheld = proof_num_withheld();
	struct span page;

	(void)state;
	for (unsigned i = 0; i < PROOF_BURST; i++) {
		page = page_answer(room, &request, NULL, now_ns);
		assert_true(has(page, "HTTP/1.1 200 OK\r\nContent-Type: application/json"));
		assert_true(has(page, "nonce=ab00"));
	}
	page = page_answer(room, &request, NULL, now_ns);
	assert_true(has(page, "HTTP/1.1 429 Too Many Requests"));
	assert_true(has(page, "\r\nRetry-After: 1\r\n"));
	assert_false(has(page, "nonce="));
	assert_false(has(page, "Connection: close"));
	assert_int_equal(proof_num_made(), made + PROOF_BURST);
	assert_int_equal(proof_num_withheld(), withheld + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statement_of_the_boot), cmocka_unit_test(answer_names_its_nonce),
		cmocka_unit_test(rate), cmocka_unit_test(over_http),
	};

	return cmocka_run_group_tests(tests, once, NULL);
}
