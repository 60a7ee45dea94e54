/* wallet_test.c: the winner's text to the byte, the address, and that nothing secret stays behind. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/hex.h"
#include "tests/panics.h"
#include "wallet/wallet.h"

static const uint8_t SEED[32] = { 9 };
static const uint8_t THREE[WALLET_KEY_LEN] = { [31] = 3 };

static const char THREE_REGTEST[] =
    "You have opened the Pinata.  This key is yours.\n"
    "\n"
    "network: regtest\n"
    "address: bcrt1q0ht9tyks4vh7p5p904t340cr9nvahy7uevmqwj\n"
    "scriptPubKey: 00147dd65592d0ab2fe0d0257d571abf032cd9db93dc\n"
    "private key (hex): 0000000000000000000000000000000000000000000000000000000000000003\n"
    "private key (WIF, compressed): cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87KcLPVfXz\n"
    "descriptor: wpkh(cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87KcLPVfXz)#anykrf2p\n"
    "Electrum: p2wpkh:cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87KcLPVfXz\n"
    "Bitcoin Core: bitcoin-cli -chain=regtest importdescriptors "
    "'[{\"desc\":\"wpkh(cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87KcLPVfXz)#anykrf2p\",\"timestamp\":0}]'\n";

static int
fresh(void **state)
{
	(void)state;
	wallet_wipe();
	return 0;
}

static bool
contains(struct span text, const char *part)
{
	return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

static void
winners_text_to_the_byte(void **state)
{
	struct span prize;

	(void)state;
	assert_true(wallet_init(WALLET_REGTEST, THREE, NULL, SEED));
	prize = wallet_reveal();
	assert_int_equal(prize.len, sizeof THREE_REGTEST - 1);
	assert_memory_equal(prize.ptr, THREE_REGTEST, prize.len);
}

/* Prefix, WIF version and name of each chain; the longest text is that of testnet4 or regtest. */
static void
chains(void **state)
{
	static const struct { enum wallet_chain chain; const char *address, *wif, *name; } CASES[] = {
		{ WALLET_MAIN, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
		    "KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn", "-chain=main " },
		{ WALLET_TESTNET4, "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx",
		    "cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87JcbXMTcA", "-chain=testnet4 " },
		{ WALLET_SIGNET, "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx",
		    "cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87JcbXMTcA", "-chain=signet " },
	};
	static const uint8_t ONE[WALLET_KEY_LEN] = { [31] = 1 };

	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
		char address[WALLET_ADDRESS_MAX];
		struct span prize;

		assert_true(wallet_init(CASES[i].chain, ONE, NULL, SEED));
		wallet_address(address);
		assert_string_equal(address, CASES[i].address);
		prize = wallet_reveal();
		assert_true(contains(prize, CASES[i].address));
		assert_true(contains(prize, CASES[i].wif));
		assert_true(contains(prize, CASES[i].name));
		wallet_wipe();
	}
}

/* BIP-143, "Native P2WPKH": its key and the script that pays it. */
static void
example_of_bip143(void **state)
{
	uint8_t key[WALLET_KEY_LEN];

	(void)state;
	hex_read(key, "619c335025c7f4012e556c2a58b2506e30b8511b53ade95ea316fd8c3286feb9");
	assert_true(wallet_init(WALLET_MAIN, key, NULL, SEED));
	assert_true(contains(wallet_reveal(), "00141d0f172a0ecb48aee1be1f2687d2963ae33f71a1"));
}

static void
bad_keys_leave_nothing(void **state)
{
	static const uint8_t ZERO[WALLET_KEY_LEN] = { 0 };
	char address[WALLET_ADDRESS_MAX];

	(void)state;
	assert_false(wallet_init(WALLET_REGTEST, ZERO, NULL, SEED));
	assert_panics(wallet_address(address));
	assert_panics((void)wallet_reveal());
	assert_true(wallet_init(WALLET_REGTEST, THREE, NULL, SEED));
}

static void
one_wallet_only(void **state)
{
	(void)state;
	assert_true(wallet_init(WALLET_REGTEST, THREE, NULL, SEED));
	assert_panics((void)!wallet_init(WALLET_REGTEST, THREE, NULL, SEED));
}

/* The text is gone after conceal, can be made again, and is gone with the key after wipe. */
static void
conceal_and_wipe(void **state)
{
	static const uint8_t NOTHING[sizeof THREE_REGTEST - 1] = { 0 };
	struct span prize;

	(void)state;
	assert_true(wallet_init(WALLET_REGTEST, THREE, NULL, SEED));
	prize = wallet_reveal();
	wallet_conceal();
	assert_memory_equal(prize.ptr, NOTHING, prize.len);
	prize = wallet_reveal();
	assert_memory_equal(prize.ptr, THREE_REGTEST, prize.len);
	wallet_wipe();
	assert_memory_equal(prize.ptr, NOTHING, prize.len);
	wallet_wipe();
	assert_panics((void)wallet_reveal());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(winners_text_to_the_byte, fresh),
		cmocka_unit_test_setup(chains, fresh),
		cmocka_unit_test_setup(example_of_bip143, fresh),
		cmocka_unit_test_setup(bad_keys_leave_nothing, fresh),
		cmocka_unit_test_setup(one_wallet_only, fresh),
		cmocka_unit_test_setup(conceal_and_wipe, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
