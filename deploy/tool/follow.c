/* follow.c: following one address through a node.  See follow.h. */
#include "deploy/tool/follow.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deploy/tool/tool.h"
#include "platform/base/panic.h"

enum {
	CHUNK = 100,			/* blocks asked for at once */
	AHEAD_S = 2 * 3600,		/* consensus: no block's time is further ahead */
	BEHIND_MAX = 3,			/* blocks that two honest nodes may be apart */
	TRIES = 5			/* of a round in which the tip moves */
};

void
follow_open(struct follow *follow, const struct manifest *manifest, struct rpc *rpc, struct rpc *second,
    const char *folder, int64_t max_tip_age_s)
{
	*follow = (struct follow){ .manifest = manifest, .rpc = rpc, .second = second, .folder = folder,
	    .max_tip_age_s = max_tip_age_s, .bundles = json_object() };
	if (folder != NULL)
		evidence_load(follow);
}

bool
follow_trouble(struct follow *follow, const char *format, ...)
{
	va_list list;

	if (follow->trouble[0] != '\0')
		return false;
	va_start(list, format);
	vsnprintf(follow->trouble, sizeof follow->trouble, format, list);
	va_end(list);
	return false;
}

void
activities_add(struct activities *activities, const struct activity *activity)
{
	if (activities->num == activities->room) {
		activities->room = 2 * activities->room + 16;
		activities->list = tool_grow(activities->list, activities->room * sizeof *activities->list);
	}
	activities->list[activities->num++] = *activity;
}

int32_t
follow_tip(const struct follow *follow)
{
	return follow->manifest->birth_height + (int32_t)follow->num_blocks - 1;
}

struct status_view
follow_view(const struct follow *follow)
{
	return (struct status_view){ follow->trouble[0] == '\0' ? NULL : follow->trouble, follow_tip(follow),
	    follow->chain.list, follow->mempool.list, follow->kept.list, follow->chain.num, follow->mempool.num,
	    follow->kept.num };
}

/* A call whose failure is the node's trouble. */
static json_t *
ask(struct follow *follow, struct rpc *rpc, const char *method, json_t *params)
{
	json_t *result = rpc_call(rpc, method, params);

	if (result == NULL)
		follow_trouble(follow, "%s", rpc_error(rpc));
	return result;
}

/* Is this the right chain, and does the node itself think that it is up to date? */
static bool
check_info(struct follow *follow, const json_t *info, int32_t *num_blocks)
{
	const char *chain = json_string_value(json_object_get(info, "chain"));
	const json_t *blocks = json_object_get(info, "blocks"), *headers = json_object_get(info, "headers");

	if (chain != NULL && strcmp(chain, "test") == 0)
		chain = "testnet3";
	if (chain == NULL || strcmp(chain, follow->manifest->chain->name) != 0)
		return follow_trouble(follow, "the node is on chain %s, the manifest on %s", chain == NULL ? "?" : chain,
		    follow->manifest->chain->name);
	if (!json_is_integer(blocks) || !json_is_integer(headers) || json_integer_value(blocks) > INT32_MAX)
		return follow_trouble(follow, "the node does not say how many blocks it has");
	*num_blocks = (int32_t)json_integer_value(blocks);
	if (!json_is_false(json_object_get(info, "initialblockdownload")) ||
	    json_integer_value(headers) > *num_blocks + 1)
		return follow_trouble(follow, "the node is still syncing: block %d of %lld", *num_blocks,
		    (long long)json_integer_value(headers));
	if (*num_blocks < follow->manifest->birth_height)
		return follow_trouble(follow, "the node has %d blocks, fewer than the manifest's birth height %d",
		    *num_blocks, follow->manifest->birth_height);
	return true;
}

/* Forget blocks that are no longer in the best chain, and what they held. */
static bool
unwind(struct follow *follow, int32_t num_blocks)
{
	while (follow->num_blocks > 0) {
		int32_t tip = follow_tip(follow);
		bool same = false;

		if (tip <= num_blocks) {
			json_t *hash = ask(follow, follow->rpc, "getblockhash", json_pack("[i]", (int)tip));

			if (hash == NULL)
				return false;
			same = json_is_string(hash) &&
			    strcmp(json_string_value(hash), follow->blocks[follow->num_blocks - 1].hash) == 0;
			json_decref(hash);
		}
		if (same)
			break;
		while (follow->chain.num > 0 && follow->chain.list[follow->chain.num - 1].height == tip)
			follow->chain.num--;
		follow->num_blocks--;
	}
	return true;
}

/* One more block on top of ours: its header must say so itself. */
static bool
add_block(struct follow *follow, const char *hash, const char *header_hex)
{
	uint8_t bytes[HEADER_LEN], shown[32];
	char text[65];
	struct header header;
	struct follow_block *block;

	if (strlen(hash) != 64 || !hex_decode(bytes, sizeof bytes, header_hex) ||
	    !header_parse(&header, follow->manifest->chain, bytes))
		return follow_trouble(follow, "the node's header of block %d does not show its work", follow_tip(follow) + 1);
	hash_reverse(shown, header.hash);
	hex_encode(text, shown, 32);
	if (strcmp(text, hash) != 0)
		return follow_trouble(follow, "the node's block %d does not have the hash that it says",
		    follow_tip(follow) + 1);
	hash_reverse(shown, header.previous);
	hex_encode(text, shown, 32);
	if (follow->num_blocks > 0 && strcmp(text, follow->blocks[follow->num_blocks - 1].hash) != 0)
		return follow_trouble(follow, "the node's block %d does not follow its block %d", follow_tip(follow) + 1,
		    follow_tip(follow));
	if (follow->num_blocks == follow->room_blocks) {
		follow->room_blocks = 2 * follow->room_blocks + 256;
		follow->blocks = tool_grow(follow->blocks, follow->room_blocks * sizeof *follow->blocks);
	}
	block = &follow->blocks[follow->num_blocks++];
	memcpy(block->hash, hash, 65);
	snprintf(block->header_hex, sizeof block->header_hex, "%s", header_hex);
	block->time_s = header.time_s;
	return true;
}

/* Headers of blocks first..last. */
static bool
add_blocks(struct follow *follow, int32_t first, int32_t last)
{
	json_t *params = json_array(), *hashes, *headers = NULL;
	bool ok = true;

	for (int32_t height = first; height <= last; height++)
		json_array_append_new(params, json_pack("[i]", (int)height));
	hashes = rpc_batch(follow->rpc, "getblockhash", params);
	if (hashes != NULL) {
		params = json_array();
		for (size_t i = 0; i < json_array_size(hashes); i++)
			json_array_append_new(params, json_pack("[O, b]", json_array_get(hashes, i), 0));
		headers = rpc_batch(follow->rpc, "getblockheader", params);
	}
	if (headers == NULL)
		ok = follow_trouble(follow, "%s", rpc_error(follow->rpc));
	for (size_t i = 0; ok && i < json_array_size(headers); i++) {
		const char *hash = json_string_value(json_array_get(hashes, i));
		const char *header = json_string_value(json_array_get(headers, i));

		ok = hash != NULL && header != NULL ? add_block(follow, hash, header) :
		    follow_trouble(follow, "the node's list of blocks is no list of hashes");
	}
	json_decref(hashes);
	json_decref(headers);
	return ok;
}

/* One entry of getdescriptoractivity; false if it makes no sense or is not about our script. */
static bool
read_activity(struct activity *activity, const struct follow *follow, const json_t *entry)
{
	const char *type = json_string_value(json_object_get(entry, "type")), *txid, *from, *script, *want;
	const json_t *height = json_object_get(entry, "height"), *index;
	char own[2 * SCRIPT_MAX + 1];
	bool spend = type != NULL && strcmp(type, "spend") == 0;

	memset(activity, 0, sizeof *activity);
	txid = rpc_hex(entry, spend ? "spend_txid" : "txid", 64);
	from = spend ? rpc_hex(entry, "prevout_txid", 64) : txid;
	index = json_object_get(entry, spend ? "prevout_vout" : "vout");
	script = json_string_value(json_object_get(json_object_get(entry, spend ? "prevout_spk" : "output_spk"), "hex"));
	hex_encode(own, follow->manifest->script, follow->manifest->script_len);
	want = own;
	if (type == NULL || (!spend && strcmp(type, "receive") != 0) || txid == NULL || from == NULL ||
	    !json_is_integer(index) || script == NULL || strcmp(script, want) != 0)
		return false;
	activity->kind = spend ? ACTIVITY_SPEND : ACTIVITY_RECEIVE;
	memcpy(activity->txid, txid, TXID_TEXT);
	if (spend)
		memcpy(activity->from_txid, from, TXID_TEXT);
	activity->index = (uint32_t)json_integer_value(index);
	activity->amount_sat = rpc_amount(json_object_get(entry, "amount"));
	activity->height = (int32_t)json_integer_value(height);
	return activity->amount_sat >= 0;
}

/* Everything that the node tells of our script in blocks [first, end) of ours, or in its mempool. */
static json_t *
ask_activity(struct follow *follow, size_t first, size_t end, bool mempool)
{
	json_t *hashes = json_array(), *result, *list;
	char script[2 * SCRIPT_MAX + 1], *descriptor;

	for (size_t i = first; i < end; i++)
		json_array_append_new(hashes, json_string(follow->blocks[i].hash));
	hex_encode(script, follow->manifest->script, follow->manifest->script_len);
	descriptor = tool_format("raw(%s)", script);
	result = ask(follow, follow->rpc, "getdescriptoractivity", json_pack("[o, [s], b]", hashes, descriptor, mempool));
	free(descriptor);
	list = json_incref(json_object_get(result, "activity"));
	if (result != NULL && !json_is_array(list))
		follow_trouble(follow, "the node's getdescriptoractivity gives no list");
	json_decref(result);
	return list;
}

/* The activities of new blocks, in the chain's order, spends with their evidence. */
static bool
add_activities(struct follow *follow, size_t first, size_t end, int64_t now_s)
{
	json_t *list = ask_activity(follow, first, end, false);
	bool ok = json_is_array(list), gone = false;

	for (size_t block = first; ok && block < end; block++) {
		for (size_t i = 0; ok && i < json_array_size(list); i++) {
			const json_t *entry = json_array_get(list, i);
			const char *hash = rpc_hex(entry, "blockhash", 64);
			struct activity activity;

			if (hash == NULL || strcmp(hash, follow->blocks[block].hash) != 0)
				continue;
			if (!read_activity(&activity, follow, entry)) {
				ok = follow_trouble(follow, "the node's getdescriptoractivity makes no sense");
				break;
			}
			activity.height = follow->manifest->birth_height + (int32_t)block;
			if (activity.kind == ACTIVITY_SPEND && !evidence_keep(follow, &activity, hash, &gone, now_s))
				ok = follow_trouble(follow, "the node can not show a transaction of its own block: %s",
				    activity.txid);
			else
				activities_add(&follow->chain, &activity);
		}
	}
	json_decref(list);
	return ok;
}

/* `*moved` when a spend left the mempool while it was looked at: look again. */
static bool
read_mempool(struct follow *follow, bool *moved, int64_t now_s)
{
	json_t *list = ask_activity(follow, 0, 0, true);
	bool ok = json_is_array(list);

	follow->mempool.num = 0;
	for (size_t i = 0; ok && i < json_array_size(list); i++) {
		struct activity activity;
		bool gone = false;

		if (!read_activity(&activity, follow, json_array_get(list, i)) || activity.height != 0) {
			ok = follow_trouble(follow, "the node's getdescriptoractivity makes no sense");
			break;
		}
		if (activity.kind == ACTIVITY_SPEND && !evidence_keep(follow, &activity, NULL, &gone, now_s)) {
			ok = *moved = gone;
			continue;
		}
		activities_add(&follow->mempool, &activity);
	}
	json_decref(list);
	return ok;
}

static bool
check_tip_time(struct follow *follow, int64_t now_s)
{
	int64_t age_s = now_s - (int64_t)follow->blocks[follow->num_blocks - 1].time_s;

	if (age_s > follow->max_tip_age_s)
		return follow_trouble(follow, "the node's last block is %lld minutes old (limit %lld): it is cut off, or "
		    "miners are slow", (long long)age_s / 60, (long long)follow->max_tip_age_s / 60);
	if (age_s < -AHEAD_S)
		return follow_trouble(follow, "the node's last block is more than two hours ahead of this clock");
	return true;
}

/* The same block at the lower of both heights, and every output that we think unspent is so there too. */
static bool
ask_second(struct follow *follow)
{
	json_t *count, *hash = NULL;
	int64_t theirs, ours = follow_tip(follow), both;
	bool same;

	if (follow->second == NULL)
		return true;
	count = ask(follow, follow->second, "getblockcount", json_array());
	if (count == NULL)
		return false;
	theirs = json_integer_value(count);
	json_decref(count);
	both = theirs < ours ? theirs : ours;
	if (theirs < ours - BEHIND_MAX || theirs > ours + BEHIND_MAX || both < follow->manifest->birth_height)
		return follow_trouble(follow, "the sources disagree: one has %lld blocks, the other %lld", (long long)ours,
		    (long long)theirs);
	hash = ask(follow, follow->second, "getblockhash", json_pack("[I]", (json_int_t)both));
	same = json_is_string(hash) && strcmp(json_string_value(hash),
	    follow->blocks[both - follow->manifest->birth_height].hash) == 0;
	json_decref(hash);
	return same ? true : follow_trouble(follow, "the sources disagree about block %lld", (long long)both);
}

static bool
is_spent(const struct follow *follow, const struct activity *output)
{
	for (size_t i = 0; i < follow->chain.num; i++)
		if (follow->chain.list[i].kind == ACTIVITY_SPEND && follow->chain.list[i].index == output->index &&
		    strcmp(follow->chain.list[i].from_txid, output->txid) == 0)
			return true;
	return false;
}

/* One request for all: dust from strangers must not cost a call each. */
static bool
second_agrees_unspent(struct follow *follow)
{
	json_t *params = json_array(), *found;
	bool same = true;

	for (size_t i = 0; follow->second != NULL && i < follow->chain.num; i++) {
		const struct activity *output = &follow->chain.list[i];

		if (output->kind == ACTIVITY_RECEIVE && !is_spent(follow, output))
			json_array_append_new(params, json_pack("[s, I, b]", output->txid, (json_int_t)output->index, 0));
	}
	if (json_array_size(params) == 0) {
		json_decref(params);
		return true;
	}
	found = rpc_batch(follow->second, "gettxout", params);
	if (found == NULL)
		return follow_trouble(follow, "%s", rpc_error(follow->second));
	for (size_t i = 0; i < json_array_size(found); i++)
		same = same && json_is_object(json_array_get(found, i));
	json_decref(found);
	return same ? true : follow_trouble(follow, "the sources disagree: the second knows an output of the address as spent "
	    "or never made");
}

/* Everything once.  `*moved` when the tip or the mempool changed underneath. */
static bool
try_round(struct follow *follow, bool *moved, int64_t now_s)
{
	json_t *info = ask(follow, follow->rpc, "getblockchaininfo", json_array()), *best;
	int32_t num_blocks = 0;
	bool ok = info != NULL && check_info(follow, info, &num_blocks);

	json_decref(info);
	if (!ok || !unwind(follow, num_blocks))
		return false;
	while (follow_tip(follow) < num_blocks) {
		int32_t first = follow_tip(follow) + 1, last = first + CHUNK - 1;
		size_t before = follow->num_blocks;

		last = last > num_blocks ? num_blocks : last;
		if (!add_blocks(follow, first, last) || !add_activities(follow, before, follow->num_blocks, now_s)) {
			while (follow->chain.num > 0 && follow->chain.list[follow->chain.num - 1].height >= first)
				follow->chain.num--;
			follow->num_blocks = before;	/* ask for them again in the next round */
			return false;
		}
		if (num_blocks - last >= CHUNK)
			tool_note("watch: block %d of %d", last, num_blocks);
	}
	if (!check_tip_time(follow, now_s) || !read_mempool(follow, moved, now_s) || !evidence_settle(follow) ||
	    !ask_second(follow) || !second_agrees_unspent(follow))
		return false;
	best = ask(follow, follow->rpc, "getbestblockhash", json_array());
	ok = json_is_string(best);
	*moved = *moved || !ok || strcmp(json_string_value(best), follow->blocks[follow->num_blocks - 1].hash) != 0;
	json_decref(best);
	return ok;
}

void
follow_round(struct follow *follow, int64_t now_s)
{
	bool moved = true;

	for (unsigned i = 0; i < TRIES && moved; i++) {
		moved = false;
		follow->trouble[0] = '\0';
		if (!try_round(follow, &moved, now_s))
			follow_trouble(follow, "the node changed its mind while it was asked");
	}
	if (moved)
		follow_trouble(follow, "the node does not stand still: its tip or mempool changes while it is asked");
}
