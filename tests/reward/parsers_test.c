/*
 * parsers_test.c: what pinata-tool reads, right and wrong: addresses, keys, base64, signed texts,
 * transactions; and every truncation and single-byte change of what fuzz/corpus/tool holds.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "deploy/tool/tool.h"

/* The fuzz target is the list of readers and of what they promise. */
#include "fuzz/tool_fuzz.c"

static bool
decodes(const char *chain, const char *text)
{
	uint8_t script[SCRIPT_MAX];
	size_t len;

	return address_decode(script, &len, chain_find(chain), text);
}

/* BIP-173 and BIP-350, invalid addresses; with the reason that the BIP gives. */
static void
wrong_addresses(void **state)
{
	static const char *const WRONG[] = {
		"", "1", "bc1", "bc1gmk9yu",
		"tc1qw508d6qejxtdg4y5r3zarvary0c5xw7kg3g4ty",			/* prefix */
		"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",			/* checksum */
		"BC13W508D6QEJXTDG4Y5R3ZARVARY0C5XW7KN40WF2",			/* version 17 */
		"bc1rw5uspcuh", "bc10w508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kw5rljs90",
		"BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",				/* program length of version 0 */
		"bc1zw508d6qejxtdg4y5r3zarvaryvqyzf3du",			/* zero padding of more than 4 bits */
		"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",	/* Bech32 for version 1 */
		"BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
		"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",			/* Bech32m for version 0 */
		"bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",	/* a letter that is none */
		"BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",
		"bc1pw5dgrnzv", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav",
		"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf",
		"bc1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",			/* both cases */
		"1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN0", "11111111111111111111",
		"BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "11BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
		"mrzKXEpXfEDHk7vFS3LBXVXoa4YXFcCkje", "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx",	/* other chains */
	};
	static const char *const RIGHT[] = {
		"BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "BC1SW50QGDZ25J", "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs",
		"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
		"1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "1111111111111111111114oLvT2",
	};

	(void)state;
	for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++)
		if (decodes("main", WRONG[i]))
			fail_msg("accepted: %s", WRONG[i]);
	for (size_t i = 0; i < sizeof RIGHT / sizeof RIGHT[0]; i++)
		if (!decodes("main", RIGHT[i]))
			fail_msg("refused: %s", RIGHT[i]);
}

/* No address or key survives one changed character: what people mistype. */
static void
one_character_changed(void **state)
{
	static const char LETTERS[] = "023456789ABCDEFGHJKLMNPQRSTUVWXYZacdefghjkmnpqrstuvwxyz!";
	static const char *const TEXTS[] = {
		"bcrt1q0ht9tyks4vh7p5p904t340cr9nvahy7uevmqwj", "mrzKXEpXfEDHk7vFS3LBXVXoa4YXFcCkje",
		"bcrt1pgxxyvcmdncdxs06cudd5yvmwwahaesaj6n3eu7st7x4sw9hrchaqg4dc89",
		"cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87KcLPVfXz",
	};
	char text[ADDRESS_MAX];
	uint8_t key[32];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		bool wif = i == 3;

		assert_true(wif ? wif_decode(key, chain_find("regtest"), TEXTS[i]) : decodes("regtest", TEXTS[i]));
		snprintf(text, sizeof text, "%s", TEXTS[i]);
		for (size_t at = 0; text[at] != '\0'; at++) {
			for (const char *c = LETTERS; *c != '\0'; c++) {
				if (*c == TEXTS[i][at])
					continue;
				text[at] = *c;
				assert_false(wif ? wif_decode(key, chain_find("regtest"), text) : decodes("regtest", text));
			}
			text[at] = TEXTS[i][at];
		}
	}
	assert_false(wif_decode(key, chain_find("main"), TEXTS[3]));
}

static void
base64_right_and_wrong(void **state)
{
	static const char *const WRONG[] = { "Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zm9v=", "====", "Z===", "=g==", "Zg==Zg==", "Zm\n9",
	    "Zm9v\n", "Zm9-", "Zm9_" };
	uint8_t room[8];
	size_t len;

	(void)state;
	assert_true(base64_decode(room, &len, sizeof room, SPAN_LITERAL("")) && len == 0);
	assert_true(base64_decode(room, &len, sizeof room, SPAN_LITERAL("Zg==")) && len == 1 && room[0] == 'f');
	assert_true(base64_decode(room, &len, sizeof room, SPAN_LITERAL("Zm8=")) && len == 2);
	assert_true(base64_decode(room, &len, 6, SPAN_LITERAL("Zm9vYmFy")) && len == 6 && memcmp(room, "foobar", 6) == 0);
	assert_false(base64_decode(room, &len, 5, SPAN_LITERAL("Zm9vYmFy")));
	for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++)
		assert_false(base64_decode(room, &len, sizeof room, (struct span){ (const uint8_t *)WRONG[i], strlen(WRONG[i]) }));
}

/* A signed text says what it says, or is refused: no cut, and no change that leaves it the same. */
static void
signed_text(void **state)
{
	static const char GOOD[] = "pinata-proof-v2 net=regtest addr=bcrt1q0ht9tyks4vh7p5p904t340cr9nvahy7uevmqwj "
	    "version=1.2.3 image=sha256:1111111111111111111111111111111111111111111111111111111111111111 "
	    "ca=sha256:2222222222222222222222222222222222222222222222222222222222222222 "
	    "boot=1795305844 nonce=3333333333333333333333333333333333333333333333333333333333333333";
	struct claimtext good, changed;
	char text[sizeof GOOD + 1];

	(void)state;
	memset(&good, 0, sizeof good);
	assert_true(claimtext_parse(&good, GOOD));
	assert_int_equal(good.boot_s, 1795305844);
	assert_int_equal(good.nonce[31], 0x33);
	for (size_t at = 0; at < sizeof GOOD - 1; at++) {
		static const uint8_t CHANGES[] = { 0x01, 0x80, 0xff };

		memcpy(text, GOOD, sizeof GOOD);
		text[at] = '\0';
		assert_false(claimtext_parse(&changed, text));
		for (size_t i = 0; i < sizeof CHANGES; i++) {
			memcpy(text, GOOD, sizeof GOOD);
			text[at] = (char)((uint8_t)text[at] ^ CHANGES[i]);
			memset(&changed, 0, sizeof changed);
			if (claimtext_parse(&changed, text))
				assert_memory_not_equal(&changed, &good, sizeof good);
		}
	}
	snprintf(text, sizeof text, "%s ", GOOD);
	assert_false(claimtext_parse(&changed, text));
}

static size_t
read_file(uint8_t *room, size_t cap, const char *name)
{
	char *path = tool_format("fuzz/corpus/tool/%s", name);
	FILE *file = fopen(path, "rb");
	size_t len;

	assert_non_null(file);
	len = fread(room, 1, cap, file);
	fclose(file);
	free(path);
	return len;
}

/* Transactions, proofs, manifests, evidence: the target aborts when a promise is broken. */
static void
every_cut_and_change(void **state)
{
	static const uint8_t CHANGES[] = { 0x01, 0x80, 0xff };
	static uint8_t room[4096];
	DIR *dir = opendir("fuzz/corpus/tool");
	struct dirent *entry;
	unsigned num = 0;

	(void)state;
	assert_non_null(dir);
	LLVMFuzzerTestOneInput(room, 0);
	while ((entry = readdir(dir)) != NULL) {
		size_t len = entry->d_name[0] == '.' ? 0 : read_file(room, sizeof room, entry->d_name);

		if (len == 0 || len > 1024)
			continue;
		for (size_t at = 1; at < len; at++) {
			uint8_t *cut = malloc(at);

			memcpy(cut, room, at);
			LLVMFuzzerTestOneInput(cut, at);
			free(cut);
			for (size_t i = 0; i < sizeof CHANGES; i++) {
				room[at] ^= CHANGES[i];
				LLVMFuzzerTestOneInput(room, len);
				room[at] ^= CHANGES[i];
			}
		}
		num++;
	}
	closedir(dir);
	assert_true(num >= 15);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_addresses), cmocka_unit_test(one_character_changed),
		cmocka_unit_test(base64_right_and_wrong), cmocka_unit_test(signed_text),
		cmocka_unit_test(every_cut_and_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
