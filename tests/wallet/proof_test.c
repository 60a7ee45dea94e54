/*
 * proof_test.c: what wallet_prove says and does not do.  That its signatures are good is for
 * tests/reward (vectors_test.c, proof_test.py): other people's verifiers.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/panics.h"
#include "wallet/wallet.h"

static const uint8_t KEY[WALLET_KEY_LEN] = { [31] = 3 }, SEED[32] = { 5 }, LEAF[32] = { 6 };

struct proof {
	uint8_t text[WALLET_PROOF_TEXT_MAX], proof[WALLET_PROOF_MAX];
	size_t text_len, proof_len;
};

static struct wallet_claim
some_claim(void)
{
	struct wallet_claim claim = { .version = "1.2.3", .boot_s = 1795305844 };

	memset(claim.image, 0x11, 32);
	memset(claim.authority, 0x22, 32);
	memset(claim.nonce, 0x33, 32);
	return claim;
}

static struct proof
prove(const struct wallet_claim *claim)
{
	struct proof made = { .text_len = 0 };
	struct outbuf text = outbuf_of(made.text, sizeof made.text), proof = outbuf_of(made.proof, sizeof made.proof);

	assert_true(wallet_prove(&text, &proof, claim));
	assert_false(text.overflow || proof.overflow);
	made.text_len = text.len;
	made.proof_len = proof.len;
	return made;
}

static int
open_p2wpkh(void **state)
{
	(void)state;
	wallet_wipe();
	assert_true(wallet_init(WALLET_REGTEST, KEY, NULL, SEED));
	return 0;
}

static int
open_p2tr(void **state)
{
	(void)state;
	wallet_wipe();
	assert_true(wallet_init(WALLET_TESTNET4, KEY, LEAF, SEED));
	return 0;
}

static void
text_to_the_byte(void **state)
{
	static const char WANT[] = "pinata-proof-v2 net=regtest addr=bcrt1q0ht9tyks4vh7p5p904t340cr9nvahy7uevmqwj "
	    "version=1.2.3 image=sha256:1111111111111111111111111111111111111111111111111111111111111111 "
	    "ca=sha256:2222222222222222222222222222222222222222222222222222222222222222 "
	    "boot=1795305844 nonce=3333333333333333333333333333333333333333333333333333333333333333";
	struct wallet_claim claim = some_claim();
	struct proof made = prove(&claim);

	(void)state;
	assert_int_equal(made.text_len, sizeof WANT - 1);
	assert_memory_equal(made.text, WANT, made.text_len);
	assert_memory_equal(made.proof, "smp", 3);
}

/* Each fact is in the signature: change one bit of any, and another proof comes. */
static void
every_fact_is_signed(void **state)
{
	struct wallet_claim claim = some_claim(), changed;
	struct proof first = prove(&claim), again = prove(&claim), other;

	(void)state;
	/* The same claim gives the same bytes: the blinding does not show. */
	assert_int_equal(first.proof_len, again.proof_len);
	assert_memory_equal(first.proof, again.proof, first.proof_len);
	for (unsigned i = 0; i < 3 * 32; i += 31) {
		changed = claim;
		(i < 32 ? changed.image : i < 64 ? changed.authority : changed.nonce)[i % 32] ^= 0x80;
		other = prove(&changed);
		assert_false(first.proof_len == other.proof_len && memcmp(first.proof, other.proof, first.proof_len) == 0);
	}
	changed = claim;
	changed.version = "1.2.4";
	other = prove(&changed);
	assert_false(first.proof_len == other.proof_len && memcmp(first.proof, other.proof, first.proof_len) == 0);
	changed = claim;
	changed.boot_s++;
	other = prove(&changed);
	assert_false(first.proof_len == other.proof_len && memcmp(first.proof, other.proof, first.proof_len) == 0);
}

/* The longest text (testnet4, P2TR, the largest time) and every length of signature fit. */
static void
the_longest_fits(void **state)
{
	struct wallet_claim claim = some_claim();

	(void)state;
	claim.boot_s = UINT64_MAX;
	claim.version = "123456.1234.123";
	assert_int_equal(strlen(claim.version), WALLET_VERSION_MAX);
	for (unsigned i = 0; i < 100; i++) {
		struct proof made;

		claim.nonce[0] = (uint8_t)i;
		made = prove(&claim);
		assert_true(made.text_len <= WALLET_PROOF_TEXT_MAX && made.proof_len <= WALLET_PROOF_MAX);
	}
}

static void
room_and_what_was_there(void **state)
{
	struct wallet_claim claim = some_claim();
	struct proof good = prove(&claim);
	uint8_t room[WALLET_PROOF_TEXT_MAX + 1] = "x", small[WALLET_PROOF_MAX];
	struct outbuf text = outbuf_of(room, sizeof room), proof = outbuf_of(small, good.proof_len - 1);

	(void)state;
	text.len = 1;
	assert_true(wallet_prove(&text, &proof, &claim));
	assert_true(proof.overflow);			/* latched, nothing written beyond */
	assert_int_equal(text.len, 1 + good.text_len);
	assert_memory_equal(room, "x", 1);
	assert_memory_equal(room + 1, good.text, good.text_len);
}

static void
no_key_no_proof(void **state)
{
	struct wallet_claim claim = some_claim();

	(void)state;
	wallet_wipe();
	assert_panics(prove(&claim));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(text_to_the_byte, open_p2wpkh),
		cmocka_unit_test_setup(every_fact_is_signed, open_p2wpkh),
		cmocka_unit_test_setup(every_fact_is_signed, open_p2tr),
		cmocka_unit_test_setup(the_longest_fits, open_p2wpkh),
		cmocka_unit_test_setup(the_longest_fits, open_p2tr),
		cmocka_unit_test_setup(room_and_what_was_there, open_p2wpkh),
		cmocka_unit_test(no_key_no_proof),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
