/* bundle.c: making and checking the evidence of a spend.  See bundle.h. */
#include "deploy/tool/bundle.h"

#include <stdlib.h>
#include <string.h>

#include "deploy/tool/header.h"
#include "deploy/tool/rpc.h"
#include "deploy/tool/spend.h"
#include "deploy/tool/tool.h"
#include "deploy/tool/tx.h"

#define FORMAT	"pinata-evidence 1"

json_t *
bundle_make(const struct manifest *manifest, const char *txid, const char *raw_hex, json_t *prevouts, int64_t seen_s)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:I}", "format", FORMAT, "chain", manifest->chain->name,
	    "address", manifest->address, "txid", txid, "raw", raw_hex, "prevouts", prevouts, "seen",
	    (json_int_t)seen_s);
}

void
bundle_set_block(json_t *bundle, const char *hash, int32_t height, json_t *headers, const char *proof_hex)
{
	json_object_set_new(bundle, "block", json_pack("{s:s, s:i, s:o, s:s}", "hash", hash, "height", (int)height,
	    "headers", headers, "proof", proof_hex));
}

static uint8_t *
bytes_at(const json_t *object, const char *name, size_t *len)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? NULL : hex_decode_any(text, len);
}

/* One entry an input; scripts in fresh memory.  False if the list does not fit the transaction. */
static bool
read_prevouts(struct tx_output *prevouts, const json_t *list, size_t num)
{
	if (!json_is_array(list) || json_array_size(list) != num)
		return false;
	for (size_t i = 0; i < num; i++) {
		const json_t *entry = json_array_get(list, i), *amount = json_object_get(entry, "sat");

		prevouts[i].script.ptr = bytes_at(entry, "script", &prevouts[i].script.len);
		prevouts[i].amount_sat = json_integer_value(amount);
		if (prevouts[i].script.ptr == NULL || !json_is_integer(amount) || prevouts[i].amount_sat < 0)
			return false;
	}
	return true;
}

static void
add_spend(struct verdict *verdict, const struct tx_input *input, int64_t amount_sat, bool owner_leaf)
{
	struct activity *spend = &verdict->spends[verdict->num_spends++];
	uint8_t from[32];

	*spend = (struct activity){ .kind = ACTIVITY_SPEND, .owner_leaf = owner_leaf, .index = input->index,
	    .amount_sat = amount_sat };
	memcpy(spend->txid, verdict->txid, TXID_TEXT);
	hash_reverse(from, input->txid);
	hex_encode(spend->from_txid, from, 32);
}

/* Every input that spends our script must carry a good signature. */
static const char *
check_inputs(struct verdict *verdict, const struct tx *tx, const struct tx_output *prevouts,
    const struct manifest *manifest)
{
	verdict->spends = tool_alloc(tx->num_inputs * sizeof *verdict->spends);
	for (size_t i = 0; i < tx->num_inputs; i++) {
		enum spend spend;

		if (prevouts[i].script.len != manifest->script_len ||
		    memcmp(prevouts[i].script.ptr, manifest->script, manifest->script_len) != 0)
			continue;
		spend = spend_judge(tx, i, prevouts, manifest);
		if (spend == SPEND_INVALID)
			return "a signature on an input of the address is wrong";
		verdict->by_key = verdict->by_key || spend == SPEND_BY_KEY;
		verdict->by_owner_leaf = verdict->by_owner_leaf || spend == SPEND_BY_OWNER_LEAF;
		add_spend(verdict, &tx->inputs[i], prevouts[i].amount_sat, spend == SPEND_BY_OWNER_LEAF);
	}
	return verdict->num_spends == 0 ? "the transaction spends nothing of the address" : NULL;
}

static const char *
check_transaction(struct verdict *verdict, const json_t *bundle, const struct manifest *manifest, struct span raw)
{
	const char *why = "its raw transaction is none", *txid = rpc_hex(bundle, "txid", 64);
	struct tx_output *prevouts = NULL;
	uint8_t named[32], shown[32];
	struct tx tx;

	if (tx_parse(&tx, raw)) {
		tx_id(named, &tx);
		hash_reverse(shown, named);
		hex_encode(verdict->txid, shown, 32);
		prevouts = tool_alloc(tx.num_inputs * sizeof *prevouts);
		if (txid == NULL || strcmp(txid, verdict->txid) != 0)
			why = "its txid is not that of its transaction";
		else if (!read_prevouts(prevouts, json_object_get(bundle, "prevouts"), tx.num_inputs))
			why = "its prevouts do not fit its transaction";
		else
			why = check_inputs(verdict, &tx, prevouts, manifest);
		for (size_t i = 0; i < tx.num_inputs; i++)
			free((void *)prevouts[i].script.ptr);
	}
	free(prevouts);
	tx_free(&tx);
	return why;
}

/* Headers that follow each other, the first with the hash that is claimed, each with its work. */
static const char *
check_headers(struct verdict *verdict, uint8_t first[HEADER_LEN], const json_t *block, const struct chain *chain)
{
	const json_t *list = json_object_get(block, "headers");
	const char *hash = rpc_hex(block, "hash", 64);
	uint8_t previous[32] = { 0 }, bytes[HEADER_LEN], shown[32], claimed[32];

	if (hash == NULL || !hex_decode(claimed, 32, hash) || json_array_size(list) == 0 ||
	    json_array_size(list) > BUNDLE_HEADERS_MAX)
		return "its block has no hash or not 1 to 6 headers";
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *text = json_string_value(json_array_get(list, i));
		struct header header;

		if (text == NULL || !hex_decode(bytes, sizeof bytes, text) || !header_parse(&header, chain, bytes))
			return "a header of its block does not show the work that it claims";
		if (i > 0 && memcmp(header.previous, previous, 32) != 0)
			return "its headers do not follow each other";
		if (i == 0) {
			memcpy(first, bytes, sizeof bytes);
			hash_reverse(shown, header.hash);
			if (memcmp(shown, claimed, 32) != 0)
				return "its first header is not that of its block";
		}
		memcpy(previous, header.hash, 32);
		verdict->num_headers++;
	}
	return NULL;
}

static const char *
check_block(struct verdict *verdict, const json_t *block, const struct chain *chain)
{
	const json_t *height = json_object_get(block, "height");
	uint8_t first[HEADER_LEN], shown[32], txid[32], *proof;
	size_t proof_len = 0;
	const char *why;
	bool proved;

	if (block == NULL || json_is_null(block))
		return NULL;
	why = check_headers(verdict, first, block, chain);
	if (why != NULL)
		return why;
	if (!json_is_integer(height) || json_integer_value(height) < 0 || json_integer_value(height) > INT32_MAX)
		return "its block has no height";
	proof = bytes_at(block, "proof", &proof_len);
	if (proof == NULL || !hex_decode(shown, 32, verdict->txid))
		return "its proof is not hex";
	hash_reverse(txid, shown);
	proved = header_proves(first, (struct span){ proof, proof_len }, txid);
	free(proof);
	if (!proved)
		return "its proof does not show the transaction in the block";
	verdict->in_block = true;
	verdict->height = (int32_t)json_integer_value(height);
	return NULL;
}

bool
bundle_check(struct verdict *verdict, const char **why, const json_t *bundle, const struct manifest *manifest)
{
	const char *format = json_string_value(json_object_get(bundle, "format"));
	const char *chain = json_string_value(json_object_get(bundle, "chain"));
	struct span raw = { NULL, 0 };

	memset(verdict, 0, sizeof *verdict);
	raw.ptr = bytes_at(bundle, "raw", &raw.len);
	if (format == NULL || strcmp(format, FORMAT) != 0)
		*why = "its format is not \"" FORMAT "\"";
	else if (chain == NULL || strcmp(chain, manifest->chain->name) != 0)
		*why = "it is of another chain than the manifest";
	else if (raw.ptr == NULL)
		*why = "its raw transaction is not hex";
	else
		*why = check_transaction(verdict, bundle, manifest, raw);
	if (*why == NULL)
		*why = check_block(verdict, json_object_get(bundle, "block"), manifest->chain);
	free((void *)raw.ptr);
	return *why == NULL;
}
