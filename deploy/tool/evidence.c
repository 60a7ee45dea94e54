/* evidence.c: fetching, checking and keeping the evidence of spends.  The other half of follow.c. */
#include "deploy/tool/follow.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "deploy/tool/tool.h"
#include "deploy/tool/tx.h"

static void
save(const struct follow *follow, const char *txid, const json_t *bundle)
{
	char *path, *text;

	if (follow->folder == NULL)
		return;
	path = tool_format("%s/evidence/%s.json", follow->folder, txid);
	text = json_dumps(bundle, JSON_INDENT(1));
	if (text == NULL)
		tool_die(TOOL_FILE, "out of memory");
	tool_replace(path, (struct span){ (uint8_t *)text, strlen(text) }, 0644);
	free(text);
	free(path);
}

/* Takes over the bundle; its spends join `kept`. */
static void
take(struct follow *follow, json_t *bundle, struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->num_spends; i++)
		activities_add(&follow->kept, &verdict->spends[i]);
	json_object_set_new(follow->bundles, verdict->txid, bundle);
}

static void
load_one(struct follow *follow, const char *path)
{
	json_t *bundle = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	struct verdict verdict = { .spends = NULL };
	const char *why = "it is not JSON";

	if (bundle == NULL || !bundle_check(&verdict, &why, bundle, follow->manifest))
		tool_die(TOOL_FILE, "the kept evidence %s is bad: %s; restore it, or move it away if you know why", path, why);
	take(follow, bundle, &verdict);
	free(verdict.spends);
}

void
evidence_load(struct follow *follow)
{
	char *folder = tool_format("%s/evidence", follow->folder);
	struct dirent *entry;
	DIR *dir;

	if (mkdir(folder, 0755) != 0 && errno != EEXIST)
		tool_die(TOOL_FILE, "can not make %s: %s", folder, strerror(errno));
	dir = opendir(folder);
	if (dir == NULL)
		tool_die(TOOL_FILE, "can not read %s: %s", folder, strerror(errno));
	while ((entry = readdir(dir)) != NULL) {
		size_t len = strlen(entry->d_name);

		if (len == 69 && strcmp(entry->d_name + 64, ".json") == 0) {
			char *path = tool_format("%s/%s", folder, entry->d_name);

			load_one(follow, path);
			free(path);
		}
	}
	closedir(dir);
	free(folder);
}

/* The output that an input spends, from the node: amount and script. */
static json_t *
fetch_prevout(struct follow *follow, const struct tx_input *input)
{
	uint8_t shown[32];
	char txid[65];
	json_t *parent, *output, *entry = NULL;
	const char *script;
	int64_t amount;

	hash_reverse(shown, input->txid);
	hex_encode(txid, shown, 32);
	/* Unspent as of the last block, or made by a transaction that the node can still show. */
	output = rpc_call(follow->rpc, "gettxout", json_pack("[s, I, b]", txid, (json_int_t)input->index, 0));
	if (output == NULL || json_is_null(output)) {
		json_decref(output);
		parent = rpc_call(follow->rpc, "getrawtransaction", json_pack("[s, b]", txid, 1));
		output = json_incref(json_array_get(json_object_get(parent, "vout"), input->index));
		json_decref(parent);
	}
	amount = rpc_amount(json_object_get(output, "value"));
	script = json_string_value(json_object_get(json_object_get(output, "scriptPubKey"), "hex"));
	if (amount >= 0 && script != NULL)
		entry = json_pack("{s:I, s:s}", "sat", (json_int_t)amount, "script", script);
	json_decref(output);
	return entry;
}

/* In a block: the node keeps what each input spent beside the block, and shows it. */
static json_t *
prevouts_in_block(struct follow *follow, const char *txid, const char *block_hash)
{
	json_t *shown = rpc_call(follow->rpc, "getrawtransaction", json_pack("[s, i, s]", txid, 2, block_hash));
	json_t *inputs = json_object_get(shown, "vin"), *list = json_array();

	for (size_t i = 0; i < json_array_size(inputs); i++) {
		const json_t *output = json_object_get(json_array_get(inputs, i), "prevout");
		const char *script = json_string_value(json_object_get(json_object_get(output, "scriptPubKey"), "hex"));
		int64_t amount = rpc_amount(json_object_get(output, "value"));

		if (amount >= 0 && script != NULL)
			json_array_append_new(list, json_pack("{s:I, s:s}", "sat", (json_int_t)amount, "script", script));
	}
	json_decref(shown);
	return list;
}

static json_t *
prevouts_in_mempool(struct follow *follow, const char *raw_hex)
{
	json_t *list = json_array();
	struct span raw = { NULL, 0 };
	struct tx tx = { .num_inputs = 0 };

	raw.ptr = hex_decode_any(raw_hex, &raw.len);
	if (raw.ptr != NULL && tx_parse(&tx, raw))
		for (size_t i = 0; i < tx.num_inputs; i++) {
			json_t *entry = fetch_prevout(follow, &tx.inputs[i]);

			if (entry != NULL)
				json_array_append_new(list, entry);
		}
	tx_free(&tx);
	free((void *)raw.ptr);
	return list;
}

/* The part of `kept` that this spend is, if its evidence is there. */
static const struct activity *
find_kept(const struct follow *follow, const struct activity *spend)
{
	for (size_t i = 0; i < follow->kept.num; i++)
		if (strcmp(follow->kept.list[i].txid, spend->txid) == 0 &&
		    strcmp(follow->kept.list[i].from_txid, spend->from_txid) == 0 &&
		    follow->kept.list[i].index == spend->index)
			return &follow->kept.list[i];
	return NULL;
}

bool
evidence_keep(struct follow *follow, struct activity *spend, const char *block_hash, bool *gone, int64_t now_s)
{
	const struct activity *kept = find_kept(follow, spend);
	struct verdict verdict = { .spends = NULL };
	json_t *raw, *bundle;
	const char *why;

	if (kept != NULL) {
		spend->owner_leaf = kept->owner_leaf;
		return true;
	}
	raw = rpc_call(follow->rpc, "getrawtransaction", block_hash == NULL ? json_pack("[s, i]", spend->txid, 0) :
	    json_pack("[s, i, s]", spend->txid, 0, block_hash));
	if (!json_is_string(raw)) {
		json_decref(raw);
		*gone = rpc_code(follow->rpc) == -5;	/* no such transaction */
		return *gone ? false : follow_trouble(follow, "%s", rpc_error(follow->rpc));
	}
	bundle = bundle_make(follow->manifest, spend->txid, json_string_value(raw), block_hash == NULL ?
	    prevouts_in_mempool(follow, json_string_value(raw)) : prevouts_in_block(follow, spend->txid, block_hash),
	    now_s);
	json_decref(raw);
	if (bundle_check(&verdict, &why, bundle, follow->manifest)) {
		save(follow, verdict.txid, bundle);
		take(follow, bundle, &verdict);
		kept = find_kept(follow, spend);
	} else {
		json_decref(bundle);
	}
	free(verdict.spends);
	if (kept == NULL)
		return follow_trouble(follow, "the node shows a spend %s that does not check: %s", spend->txid,
		    why == NULL ? "it does not spend what the node says" : why);
	spend->owner_leaf = kept->owner_leaf;
	return true;
}

/* The headers from `height` to the tip, at most BUNDLE_HEADERS_MAX. */
static json_t *
headers_from(const struct follow *follow, int32_t height)
{
	json_t *list = json_array();
	size_t at = (size_t)(height - follow->manifest->birth_height);

	for (size_t i = at; i < follow->num_blocks && i < at + BUNDLE_HEADERS_MAX; i++)
		json_array_append_new(list, json_string(follow->blocks[i].header_hex));
	return list;
}

bool
evidence_settle(struct follow *follow)
{
	for (size_t i = 0; i < follow->chain.num; i++) {
		const struct activity *spend = &follow->chain.list[i];
		json_t *bundle = json_object_get(follow->bundles, spend->txid), *headers, *proof;
		const char *hash = follow->blocks[spend->height - follow->manifest->birth_height].hash;

		if (spend->kind != ACTIVITY_SPEND || bundle == NULL)
			continue;
		headers = headers_from(follow, spend->height);
		if (json_equal(headers, json_object_get(json_object_get(bundle, "block"), "headers"))) {
			json_decref(headers);
			continue;
		}
		proof = rpc_call(follow->rpc, "gettxoutproof", json_pack("[[s], s]", spend->txid, hash));
		if (!json_is_string(proof)) {
			json_decref(proof);
			json_decref(headers);
			return follow_trouble(follow, "%s", rpc_error(follow->rpc));
		}
		bundle_set_block(bundle, hash, spend->height, headers, json_string_value(proof));
		json_decref(proof);
		save(follow, spend->txid, bundle);
	}
	return true;
}
