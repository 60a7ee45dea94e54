/*
 * vectors_test.c: the published vectors of BIP-322, 340 and 341 against the tool's curve,
 * transactions, digests and verifier; and the appliance's own proofs against that verifier.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deploy/tool/bip322.h"
#include "deploy/tool/curve.h"
#include "deploy/tool/tool.h"
#include "deploy/tool/tx.h"
#include "wallet/wallet.h"

#define FOLDER	"tests/vectors/bips/"

static json_t *
load(const char *name)
{
	json_t *object = json_load_file(name, 0, NULL);

	assert_non_null(object);
	return object;
}

static const char *
text_at(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	assert_non_null(text);
	return text;
}

static void
read32(uint8_t bytes[32], const char *hex)
{
	assert_true(hex_decode(bytes, 32, hex));
}

/* index, secret key, public key, aux_rand, message, signature, result, comment */
static void
bip340(void **state)
{
	FILE *file = fopen(FOLDER "bip-0340_test-vectors.csv", "r");
	char line[1024];
	unsigned num_good = 0, num_bad = 0;

	(void)state;
	assert_non_null(file);
	assert_non_null(fgets(line, sizeof line, file));
	while (fgets(line, sizeof line, file) != NULL) {
		char *rest = line, *fields[7];
		uint8_t key[32], digest[32], signature[64];
		bool want;

		for (unsigned i = 0; i < 7; i++)
			fields[i] = strsep(&rest, ",");
		if (strlen(fields[4]) != 64)
			continue;	/* messages of other lengths: nothing here signs them */
		want = strcmp(fields[6], "TRUE") == 0;
		read32(key, fields[2]);
		read32(digest, fields[4]);
		assert_true(hex_decode(signature, 64, fields[5]));
		assert_int_equal(curve_schnorr_verify(signature, key, digest), want);
		*(want ? &num_good : &num_bad) += 1;
		if (fields[1][0] == '\0')
			continue;
		read32(key, fields[1]);
		curve_schnorr_sign(signature, key, NULL, digest);
		read32(key, fields[2]);
		assert_true(curve_schnorr_verify(signature, key, digest));
		signature[63] ^= 1;
		assert_false(curve_schnorr_verify(signature, key, digest));
	}
	fclose(file);
	assert_true(num_good >= 5 && num_bad >= 9);
}

/* Trees of no leaf and of one: the tweak, the output key, the address. */
static void
bip341_scripts(void **state)
{
	json_t *all = load(FOLDER "bip-0341_wallet-test-vectors.json"), *list = json_object_get(all, "scriptPubKey");
	unsigned num = 0;

	(void)state;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i), *middle = json_object_get(row, "intermediary");
		const json_t *root_text = json_object_get(middle, "merkleRoot");
		uint8_t internal[32], root[32], tweak[32], output[32], want[32], script[34] = { 0x51, 32 };
		char address[ADDRESS_MAX];
		bool odd;

		read32(internal, text_at(json_object_get(row, "given"), "internalPubkey"));
		if (!json_is_null(root_text))
			read32(root, json_string_value(root_text));
		assert_true(curve_tweak(output, tweak, &odd, internal, json_is_null(root_text) ? NULL : root));
		read32(want, text_at(middle, "tweak"));
		assert_memory_equal(tweak, want, 32);
		read32(want, text_at(middle, "tweakedPubkey"));
		assert_memory_equal(output, want, 32);
		memcpy(script + 2, output, 32);
		address_encode(address, chain_find("main"), SPAN_ARRAY(script));
		assert_string_equal(address, text_at(json_object_get(row, "expected"), "bip350Address"));
		num++;
	}
	json_decref(all);
	assert_true(num >= 7);
}

/* Every signed input of the BIP's big transaction: all seven types, digest and signature. */
static void
check_input(const json_t *row, const struct tx *tx, const struct tx_output *prevouts)
{
	const json_t *given = json_object_get(row, "given"), *middle = json_object_get(row, "intermediary");
	size_t at = (size_t)json_integer_value(json_object_get(given, "txinIndex"));
	uint8_t type = (uint8_t)json_integer_value(json_object_get(given, "hashType"));
	const char *witness = json_string_value(json_array_get(json_object_get(json_object_get(row, "expected"), "witness"), 0));
	uint8_t digest[32], want[32], signature[65], key[32], tweak[32];

	assert_true(tx_digest_taproot(digest, tx, at, prevouts, type, NULL, (struct span){ NULL, 0 }));
	read32(want, text_at(middle, "sigHash"));
	assert_memory_equal(digest, want, 32);
	assert_non_null(witness);
	assert_true(hex_decode(signature, strlen(witness) / 2, witness));
	assert_int_equal(strlen(witness) / 2, type == 0 ? 64 : 65);
	assert_true(curve_schnorr_verify(signature, prevouts[at].script.ptr + 2, digest));
	read32(key, text_at(given, "internalPrivkey"));
	read32(tweak, text_at(middle, "tweak"));
	curve_schnorr_sign(signature, key, tweak, digest);
	assert_true(curve_schnorr_verify(signature, prevouts[at].script.ptr + 2, digest));
}

static void
bip341_signatures(void **state)
{
	json_t *all = load(FOLDER "bip-0341_wallet-test-vectors.json");
	const json_t *row = json_array_get(json_object_get(all, "keyPathSpending"), 0);
	const json_t *given = json_object_get(row, "given"), *spent = json_object_get(given, "utxosSpent");
	const json_t *inputs = json_object_get(row, "inputSpending");
	struct tx_output prevouts[16];
	struct span raw;
	struct tx tx;

	(void)state;
	raw.ptr = hex_decode_any(text_at(given, "rawUnsignedTx"), &raw.len);
	assert_true(tx_parse(&tx, raw));
	assert_int_equal(tx.num_inputs, json_array_size(spent));
	for (size_t i = 0; i < tx.num_inputs; i++) {
		const json_t *output = json_array_get(spent, i);

		prevouts[i].amount_sat = json_integer_value(json_object_get(output, "amountSats"));
		prevouts[i].script.ptr = hex_decode_any(text_at(output, "scriptPubKey"), &prevouts[i].script.len);
	}
	for (size_t i = 0; i < json_array_size(inputs); i++)
		check_input(json_array_get(inputs, i), &tx, prevouts);
	assert_int_equal(json_array_size(inputs), 7);
	for (size_t i = 0; i < tx.num_inputs; i++)
		free((void *)prevouts[i].script.ptr);
	free((void *)raw.ptr);
	tx_free(&tx);
	json_decref(all);
}

/* A manifest of just an address, as far as a signature is concerned. */
static bool
stand_in(struct manifest *manifest, const char *address)
{
	memset(manifest, 0, sizeof *manifest);
	manifest->chain = chain_find("main");
	return address_decode(manifest->script, &manifest->script_len, manifest->chain, address);
}

static void
bip322_transactions(void **state)
{
	json_t *all = load(FOLDER "bip-0322_basic-test-vectors.json"), *list = json_object_get(all, "tx_hashes");

	(void)state;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);
		const char *text = text_at(row, "message");
		uint8_t to_spend[32], to_sign[32], shown[32], want[32];
		struct manifest manifest;

		assert_true(stand_in(&manifest, text_at(row, "address")));
		bip322_ids(to_spend, to_sign, manifest_script(&manifest), (struct span){ (const uint8_t *)text, strlen(text) });
		hash_reverse(shown, to_spend);
		read32(want, text_at(row, "to_spend_tx_hash"));
		assert_memory_equal(shown, want, 32);
		hash_reverse(shown, to_sign);
		read32(want, text_at(row, "to_sign_tx_hash"));
		assert_memory_equal(shown, want, 32);
	}
	assert_int_equal(json_array_size(list), 3);
	json_decref(all);
}

/* The single-key rows of one file; each signature also with the text and each byte changed. */
static unsigned
check_simple(const char *name)
{
	json_t *all = load(name), *list = json_object_get(all, "simple");
	unsigned num = 0;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i), *signatures = json_object_get(row, "bip322_signatures");
		const char *type = text_at(row, "type"), *message = text_at(row, "message");
		struct span text = { (const uint8_t *)message, strlen(message) };
		struct manifest manifest;

		if (strcmp(type, "p2wpkh") != 0 && strcmp(type, "p2tr") != 0)
			continue;
		assert_true(stand_in(&manifest, text_at(row, "address")));
		for (size_t j = 0; j < json_array_size(signatures); j++) {
			char *good = strdup(json_string_value(json_array_get(signatures, j)));

			assert_true(bip322_verify(&manifest, text, good));
			assert_false(bip322_verify(&manifest, SPAN_LITERAL("another text"), good));
			for (size_t k = 0; good[k] != '\0'; k++) {
				char saved = good[k];

				good[k] = saved == 'A' ? 'B' : 'A';
				assert_false(bip322_verify(&manifest, text, good));
				good[k] = '\0';
				assert_false(bip322_verify(&manifest, text, good));
				good[k] = saved;
			}
			free(good);
			num++;
		}
	}
	json_decref(all);
	return num;
}

static void
bip322_signatures(void **state)
{
	(void)state;
	assert_int_equal(check_simple(FOLDER "bip-0322_basic-test-vectors.json"), 5);
	assert_true(check_simple(FOLDER "bip-0322_generated-test-vectors.json") >= 2);
}

static void
bip322_errors(void **state)
{
	json_t *all = load(FOLDER "bip-0322_basic-test-vectors.json"), *list = json_object_get(all, "error");
	unsigned num = 0;

	(void)state;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);
		const char *message = text_at(row, "message");
		struct manifest manifest;

		if (!stand_in(&manifest, text_at(row, "address")))
			continue;
		assert_false(bip322_verify(&manifest, (struct span){ (const uint8_t *)message, strlen(message) },
		    text_at(row, "signature")));
		num++;
	}
	json_decref(all);
	assert_int_equal(num, 8);
}

/* The appliance signs, the tool verifies: two implementations of the same BIPs. */
static void
own_proofs(bool taproot)
{
	static const uint8_t KEY[32] = { [31] = 3 }, SEED[32] = { 1 };
	struct wallet_claim claim = { .version = "1.2.3", .boot_s = 1795305844 };
	struct manifest manifest = { .chain = chain_find("regtest"), .lock_height = 500 };
	uint8_t public_key[33], leaf[32], room[WALLET_PROOF_TEXT_MAX], proof_room[WALLET_PROOF_MAX + 1];
	char address[WALLET_ADDRESS_MAX];

	assert_true(curve_public(public_key, KEY));
	if (taproot) {
		memcpy(manifest.internal, public_key + 1, 32);
		read32(manifest.owner, "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
		assert_true(manifest_p2tr(&manifest));
		manifest_leaf_hash(leaf, &manifest);
	} else {
		manifest_p2wpkh(&manifest, public_key);
	}
	assert_true(wallet_init(WALLET_REGTEST, KEY, taproot ? leaf : NULL, SEED));
	wallet_address(address);
	assert_string_equal(address, manifest.address);
	for (unsigned i = 0; i < 20; i++) {
		struct outbuf text = outbuf_of(room, sizeof room), proof = outbuf_of(proof_room, WALLET_PROOF_MAX);

		claim.nonce[i] = (uint8_t)(i + 1);
		claim.image[0] = (uint8_t)i;
		assert_true(wallet_prove(&text, &proof, &claim));
		assert_false(text.overflow || proof.overflow);
		proof_room[proof.len] = '\0';
		assert_true(bip322_verify(&manifest, outbuf_span(&text), (char *)proof_room));
		room[text.len - 1] ^= 1;
		assert_false(bip322_verify(&manifest, outbuf_span(&text), (char *)proof_room));
	}
	wallet_wipe();
}

static void
appliance_proofs_p2wpkh(void **state)
{
	(void)state;
	own_proofs(false);
}

static void
appliance_proofs_p2tr(void **state)
{
	(void)state;
	own_proofs(true);
}

static enum wallet_chain
chain_of(const char *name)
{
	enum wallet_chain chain = WALLET_MAIN;

	while (strcmp(wallet_chain_name(chain), name) != 0)
		chain++;
	return chain;
}

/*
 * tests/vectors/proofs.json: what the appliance says for key 3, byte for byte.  proof_test.py has
 * the node and somebody else's verifier judge the same file.
 */
static void
appliance_known_texts(void **state)
{
	static const uint8_t KEY[32] = { [31] = 3 }, SEED[32] = { 2 };
	json_t *list = load("tests/vectors/proofs.json");
	struct wallet_claim claim = { .version = "1.2.3", .boot_s = 1795305844 };

	(void)state;
	memset(claim.image, 0x11, 32);
	memset(claim.authority, 0x22, 32);
	memset(claim.nonce, 0x33, 32);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);
		struct manifest manifest = { .chain = chain_find(text_at(row, "chain")), .lock_height = 500 };
		uint8_t public_key[33], leaf[32], room[WALLET_PROOF_TEXT_MAX], proof_room[WALLET_PROOF_MAX];
		struct outbuf text = outbuf_of(room, sizeof room), proof = outbuf_of(proof_room, sizeof proof_room);
		struct span prize;

		assert_true(curve_public(public_key, KEY));
		memcpy(manifest.internal, public_key + 1, 32);
		read32(manifest.owner, "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
		assert_true(manifest_p2tr(&manifest));
		manifest_leaf_hash(leaf, &manifest);
		assert_true(wallet_init(chain_of(text_at(row, "chain")), KEY,
		    json_is_true(json_object_get(row, "p2tr")) ? leaf : NULL, SEED));
		assert_true(wallet_prove(&text, &proof, &claim));
		assert_int_equal(text.len, strlen(text_at(row, "text")));
		assert_memory_equal(room, text_at(row, "text"), text.len);
		assert_int_equal(proof.len, strlen(text_at(row, "proof")));
		assert_memory_equal(proof_room, text_at(row, "proof"), proof.len);
		prize = wallet_reveal();
		assert_int_equal(prize.len, strlen(text_at(row, "prize")));
		assert_memory_equal(prize.ptr, text_at(row, "prize"), prize.len);
		wallet_wipe();
	}
	assert_int_equal(json_array_size(list), 8);
	json_decref(list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bip340), cmocka_unit_test(bip341_scripts), cmocka_unit_test(bip341_signatures),
		cmocka_unit_test(bip322_transactions), cmocka_unit_test(bip322_signatures),
		cmocka_unit_test(bip322_errors), cmocka_unit_test(appliance_proofs_p2wpkh),
		cmocka_unit_test(appliance_proofs_p2tr), cmocka_unit_test(appliance_known_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
