/*
 * withdraw.c: `pinata-tool withdraw`: how the owner takes the prize back without it looking like a breach.
 *
 *   P2WPKH  --prepare FILE right after the funding: signs the withdrawal, keeps it in FILE (mode 0600),
 *           and adds its commitment to the manifest, which is then published.
 *           --send FILE later: writes the opening for `watch`, then sends it.
 *   P2TR    after the lock height: spends by the owner's leaf, with the owner's key.
 */
#include "deploy/tool/tool.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deploy/tool/args.h"
#include "deploy/tool/sweep.h"

#define FORMAT	"pinata-withdrawal 1"

/* The signed withdrawal and its salt: who has this file can only pay the owner, but may see the opening early. */
static void
keep(const char *path, const struct manifest *manifest, const struct sweep *sweep, const struct opening *opening)
{
	char salt[65], *text;
	json_t *object;

	hex_encode(salt, opening->salt, 32);
	object = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "format", FORMAT, "chain", manifest->chain->name, "address",
	    manifest->address, "txid", sweep->txid, "salt", salt, "raw", sweep->raw_hex);
	text = json_dumps(object, JSON_INDENT(2));
	if (text == NULL)
		tool_die(TOOL_FILE, "out of memory");
	tool_create(path, (struct span){ (uint8_t *)text, strlen(text) }, 0600);
	free(text);
	json_decref(object);
}

static int
prepare(const struct args *args, struct manifest *manifest, struct rpc *rpc, const struct secret *secret)
{
	const char *path = args_need(args, "prepare");
	struct opening opening;
	struct sweep sweep;
	char hex[65], *text;
	uint8_t *commitment;

	if (manifest->script_len != 22)
		tool_die(TOOL_USAGE, "a P2TR prize needs no commitment: its owner's leaf is enough");
	if (manifest->num_commitments == MANIFEST_COMMITMENTS_MAX)
		tool_die(TOOL_REFUSED, "the manifest has %d commitments already", MANIFEST_COMMITMENTS_MAX);
	sweep_make(&sweep, args, rpc, manifest, secret, SWEEP_P2WPKH);
	memcpy(opening.txid, sweep.txid, TXID_TEXT);
	tool_random(opening.salt, sizeof opening.salt);
	keep(path, manifest, &sweep, &opening);
	commitment = manifest->commitments[manifest->num_commitments++];
	status_commit(commitment, &opening);
	text = manifest_text(manifest);
	tool_replace(args_need(args, "manifest"), (struct span){ (uint8_t *)text, strlen(text) }, 0644);
	hex_encode(hex, commitment, 32);
	printf("%s\n", hex);
	tool_note("%s holds the signed withdrawal: keep it, and keep it private.  Publish the manifest now: a commitment "
	    "counts only if it was seen before the withdrawal.  After a top-up, prepare again.", path);
	free(text);
	free(sweep.raw_hex);
	return TOOL_DONE;
}

static int
send_kept(const struct args *args, const struct manifest *manifest, struct rpc *rpc)
{
	const char *path = args_need(args, "send"), *out = args_need(args, "opening"), *raw, *txid, *salt;
	json_t *object = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	struct status_rules rules = { 0, 0, (const uint8_t (*)[32])manifest->commitments, manifest->num_commitments,
	    NULL, 1 };
	struct opening opening;
	char *text, *old;
	int code;

	raw = json_string_value(json_object_get(object, "raw"));
	txid = rpc_hex(object, "txid", 64);
	salt = rpc_hex(object, "salt", 64);
	if (raw == NULL || txid == NULL || salt == NULL || !hex_decode(opening.salt, 32, salt))
		tool_die(TOOL_USAGE, "%s is not what `withdraw --prepare` wrote", path);
	memcpy(opening.txid, txid, TXID_TEXT);
	rules.openings = &opening;
	if (!status_withdrawal(&rules, txid))
		tool_die(TOOL_REFUSED, "the manifest has no commitment to this withdrawal: sent now, it would count as a breach");
	text = tool_format("{\n  \"txid\": \"%s\",\n  \"salt\": \"%s\"\n}\n", txid, salt);
	old = tool_read(out, NULL);
	if (old == NULL || strcmp(old, text) != 0)	/* the same again: shown first, sent now */
		tool_create(out, (struct span){ (uint8_t *)text, strlen(text) }, 0644);
	free(old);
	free(text);
	if (args_flag(args, "broadcast")) {
		code = sweep_send(rpc, raw);
		if (code == TOOL_DONE)
			printf("%s\n", txid);
	} else {
		printf("%s\n", raw);
		tool_note("not sent: publish %s first (watch --opening), then send with --broadcast", out);
		code = TOOL_DONE;
	}
	json_decref(object);
	return code;
}

static int
by_leaf(const struct args *args, const struct manifest *manifest, struct rpc *rpc, const struct secret *secret)
{
	struct sweep sweep;
	int code;

	if (manifest->script_len != 34)
		tool_die(TOOL_USAGE, "this prize is P2WPKH: withdraw with --prepare (once, after funding) and --send");
	sweep_make(&sweep, args, rpc, manifest, secret, SWEEP_P2TR_LEAF);
	tool_note("the network takes it after block %u", manifest->lock_height);
	code = sweep_deliver(&sweep, args, rpc);
	free(sweep.raw_hex);
	return code;
}

int
withdraw_main(const struct args *args)
{
	const char *key_file = args_get(args, "key-file");
	const struct chain *chain;
	struct manifest manifest;
	struct secret secret;
	struct rpc *rpc;
	int code;

	manifest_read(&manifest, args_need(args, "manifest"));
	chain = manifest.chain;
	rpc = rpc_from_args(args, chain);
	if (args_get(args, "send") != NULL) {
		code = send_kept(args, &manifest, rpc);
	} else {
		args_need(args, "to");
		secret_read(&secret, &chain, key_file == NULL ? "-" : key_file);
		code = args_get(args, "prepare") != NULL ? prepare(args, &manifest, rpc, &secret) :
		    by_leaf(args, &manifest, rpc, &secret);
		secret_wipe(&secret);
	}
	rpc_close(rpc);
	return code;
}
