/* sweep.c: one transaction that takes everything.  See sweep.h. */
#include "deploy/tool/sweep.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deploy/tool/args.h"
#include "deploy/tool/curve.h"
#include "deploy/tool/tool.h"
#include "deploy/tool/tx.h"
#include "platform/base/bytes.h"
#include "platform/base/panic.h"

enum {
	COINS_MAX = 1000,		/* outputs spent at once: well below what nodes relay */
	DUST_SAT = 546,			/* the strictest dust limit of the usual script types */
	REPLACEABLE = 0xfffffffd	/* BIP-125; and it lets the lock time count (BIP-65) */
};

/* A witness before and after signing: at most three elements. */
struct witness { struct span items[3]; uint8_t signature[CURVE_DER_MAX + 1]; };

struct job {
	const struct manifest *manifest;
	const struct secret *secret;
	enum sweep_path path;
	struct tx tx;
	struct tx_output *prevouts;
	struct witness *witnesses;
};

static bool
add_coin(struct job *job, size_t at, const json_t *coin)
{
	const char *txid = rpc_hex(coin, "txid", 64);
	const json_t *index = json_object_get(coin, "vout"), *sat = json_object_get(coin, "sat");
	int64_t amount = json_is_integer(sat) ? json_integer_value(sat) : rpc_amount(json_object_get(coin, "amount"));
	uint8_t shown[32];

	if (txid == NULL || !json_is_integer(index) || json_integer_value(index) < 0 || amount <= 0 ||
	    amount > INT64_C(2100000000000000) || !hex_decode(shown, 32, txid))
		return false;
	hash_reverse(job->tx.inputs[at].txid, shown);
	job->tx.inputs[at].index = (uint32_t)json_integer_value(index);
	job->tx.inputs[at].sequence = REPLACEABLE;
	job->prevouts[at] = (struct tx_output){ amount, manifest_script(job->manifest) };
	return true;
}

/* The list of --coins, or what the node's set of unspent outputs has. */
static json_t *
find_coins(const struct args *args, struct rpc *rpc, const struct manifest *manifest)
{
	const char *path = args_get(args, "coins");
	char script[2 * SCRIPT_MAX + 1], *descriptor;
	json_t *found, *list;

	if (path != NULL) {
		list = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
		if (!json_is_array(list))
			tool_die(TOOL_USAGE, "%s is not a JSON list of {\"txid\", \"vout\", \"sat\"}", path);
		return list;
	}
	hex_encode(script, manifest->script, manifest->script_len);
	descriptor = tool_format("raw(%s)", script);
	tool_note("asking the node for the outputs of %s (it reads its whole set of them)", manifest->address);
	found = rpc_must(rpc, "scantxoutset", json_pack("[s, [s]]", "start", descriptor));
	list = json_incref(json_object_get(found, "unspents"));
	json_decref(found);
	free(descriptor);
	return list;
}

static int64_t
add_coins(struct job *job, const json_t *list)
{
	size_t num = json_array_size(list);
	int64_t total = 0;

	if (num == 0)
		tool_die(TOOL_REFUSED, "nothing is at %s (only confirmed outputs count)", job->manifest->address);
	if (num > COINS_MAX)
		tool_note("note: %zu outputs; taking the first %d, run this again for the rest", num, COINS_MAX);
	num = num > COINS_MAX ? COINS_MAX : num;
	job->tx.inputs = tool_alloc(num * sizeof *job->tx.inputs);
	job->tx.num_inputs = num;
	job->prevouts = tool_alloc(num * sizeof *job->prevouts);
	job->witnesses = tool_alloc(num * sizeof *job->witnesses);
	for (size_t i = 0; i < num; i++) {
		if (!add_coin(job, i, json_array_get(list, i)))
			tool_die(TOOL_USAGE, "output %zu of the list makes no sense", i + 1);
		total += job->prevouts[i].amount_sat;
	}
	return total;
}

/* Witnesses of the greatest length that signing can give. */
static void
make_witnesses(struct job *job)
{
	const struct manifest *manifest = job->manifest;

	for (size_t i = 0; i < job->tx.num_inputs; i++) {
		struct witness *witness = &job->witnesses[i];

		witness->items[0] = (struct span){ witness->signature, job->path == SWEEP_P2WPKH ? CURVE_DER_MAX + 1 : 64 };
		if (job->path == SWEEP_P2WPKH)
			witness->items[1] = SPAN_ARRAY(job->secret->public_key);
		if (job->path == SWEEP_P2TR_LEAF) {
			witness->items[1] = (struct span){ manifest->leaf, manifest->leaf_len };
			witness->items[2] = SPAN_ARRAY(manifest->control);
		}
		job->tx.inputs[i].witness = witness->items;
		job->tx.inputs[i].num_witness = job->path == SWEEP_P2WPKH ? 2 : job->path == SWEEP_P2TR_KEY ? 1 : 3;
	}
}

static void
sign(struct job *job)
{
	uint8_t digest[32], root[32], tweak[32], output[32];
	const bool leaf = job->path == SWEEP_P2TR_LEAF;

	if (job->path != SWEEP_P2WPKH) {
		manifest_leaf_hash(root, job->manifest);
		REQUIRE(curve_tweak(output, tweak, NULL, job->manifest->internal, root));
	}
	for (size_t i = 0; i < job->tx.num_inputs; i++) {
		struct witness *witness = &job->witnesses[i];
		size_t len;

		if (job->path != SWEEP_P2WPKH) {
			REQUIRE(tx_digest_taproot(digest, &job->tx, i, job->prevouts, 0, leaf ? root : NULL,
			    (struct span){ NULL, 0 }));
			curve_schnorr_sign(witness->signature, job->secret->key, leaf ? NULL : tweak, digest);
			continue;
		}
		tx_digest_v0(digest, &job->tx, i, job->manifest->script + 2, job->prevouts[i].amount_sat, 1);
		len = curve_ecdsa_sign(witness->signature, job->secret->key, digest);
		witness->signature[len] = 1;		/* SIGHASH_ALL */
		witness->items[0].len = len + 1;
	}
}

/* Is the key the one that this path needs? */
static void
check_key(const struct job *job)
{
	struct manifest own = *job->manifest;
	const uint8_t *x_only = job->secret->public_key + 1;
	bool same;

	if (job->path == SWEEP_P2WPKH) {
		manifest_p2wpkh(&own, job->secret->public_key);
		same = strcmp(own.address, job->manifest->address) == 0;
	} else {
		same = memcmp(x_only, job->path == SWEEP_P2TR_LEAF ? job->manifest->owner : job->manifest->internal, 32) == 0;
	}
	if (!same)
		tool_die(TOOL_REFUSED, "this key is not the one that can spend from %s%s", job->manifest->address,
		    job->path == SWEEP_P2TR_LEAF ? " by the owner's leaf" : "");
}

static void
finish(struct sweep *sweep, struct job *job)
{
	struct span raw = tx_write(&job->tx, true);
	uint8_t txid[32], shown[32];

	sweep->raw_hex = tool_alloc(2 * raw.len + 1);
	hex_encode(sweep->raw_hex, raw.ptr, raw.len);
	free((void *)raw.ptr);
	tx_id(txid, &job->tx);
	hash_reverse(shown, txid);
	hex_encode(sweep->txid, shown, 32);
	sweep->num_coins = job->tx.num_inputs;
	free(job->tx.inputs);
	free(job->prevouts);
	free(job->witnesses);
}

void
sweep_make(struct sweep *sweep, const struct args *args, struct rpc *rpc, const struct manifest *manifest,
    const struct secret *secret, enum sweep_path path)
{
	struct job job = { .manifest = manifest, .secret = secret, .path = path, .tx = { .version = 2 } };
	const char *to = args_need(args, "to");
	uint8_t script[SCRIPT_MAX];
	struct tx_output output;
	json_t *coins;

	if (!address_decode(script, &output.script.len, manifest->chain, to))
		tool_die(TOOL_USAGE, "--to %s is no address of chain %s", to, manifest->chain->name);
	output.script.ptr = script;
	check_key(&job);
	coins = find_coins(args, rpc, manifest);
	sweep->path = path;
	sweep->total_sat = add_coins(&job, coins);
	json_decref(coins);
	make_witnesses(&job);
	job.tx.outputs = &output;
	job.tx.num_outputs = 1;
	job.tx.lock_time = path == SWEEP_P2TR_LEAF ? manifest->lock_height : 0;
	output.amount_sat = sweep->total_sat;
	sweep->virtual_len = tx_virtual_len(&job.tx);
	sweep->fee_sat = (int64_t)sweep->virtual_len * args_number(args, "fee-rate", 10, 1, 5000);
	output.amount_sat = sweep->total_sat - sweep->fee_sat;
	if (output.amount_sat < DUST_SAT)
		tool_die(TOOL_REFUSED, "of %" PRId64 " sat a fee of %" PRId64 " would leave %s; take a lower --fee-rate",
		    sweep->total_sat, sweep->fee_sat, output.amount_sat < 0 ? "less than nothing" : "dust");
	sign(&job);
	finish(sweep, &job);
	tool_note("%zu outputs, %" PRId64 " sat, fee %" PRId64 " sat (%zu vbytes), to %s: %" PRId64 " sat",
	    sweep->num_coins, sweep->total_sat, sweep->fee_sat, sweep->virtual_len, to, output.amount_sat);
}

int
sweep_send(struct rpc *rpc, const char *raw_hex)
{
	json_t *result = rpc_call(rpc, "sendrawtransaction", json_pack("[s]", raw_hex));
	int code = rpc_code(rpc);

	if (result == NULL)
		tool_note("pinata-tool: %s", rpc_error(rpc));
	json_decref(result);
	if (result != NULL || code == -27)	/* -27: it is in a block already */
		return TOOL_DONE;
	return code == 0 ? TOOL_SOURCE : TOOL_REFUSED;
}

int
sweep_deliver(const struct sweep *sweep, const struct args *args, struct rpc *rpc)
{
	bool broadcast = args_flag(args, "broadcast");
	int code = broadcast ? sweep_send(rpc, sweep->raw_hex) : TOOL_DONE;

	if (args_flag(args, "json")) {
		json_t *object = json_pack("{s:s, s:s, s:I, s:I, s:I, s:b}", "txid", sweep->txid, "raw", sweep->raw_hex,
		    "total_sat", (json_int_t)sweep->total_sat, "fee_sat", (json_int_t)sweep->fee_sat, "outputs",
		    (json_int_t)sweep->num_coins, "sent", broadcast && code == TOOL_DONE);

		json_dumpf(object, stdout, JSON_INDENT(2));
		putchar('\n');
		json_decref(object);
	} else if (code == TOOL_DONE) {
		puts(broadcast ? sweep->txid : sweep->raw_hex);
	}
	if (!broadcast)
		tool_note("not sent; --broadcast sends it, or give it to any node or explorer");
	return code;
}
