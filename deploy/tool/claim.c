/* claim.c: `pinata-tool claim`: the winner sweeps the prize to an address of theirs. */
#include "deploy/tool/tool.h"

#include <stdlib.h>
#include <string.h>

#include "deploy/tool/args.h"
#include "deploy/tool/sweep.h"

/* With no manifest the prize is P2WPKH, and the chain is what the text or --chain says. */
static void
find_manifest(struct manifest *manifest, const struct args *args, struct secret *secret)
{
	const char *name = args_get(args, "chain"), *path = args_get(args, "manifest");
	const struct chain *chain = name == NULL ? NULL : chain_find(name);

	if (name != NULL && chain == NULL)
		tool_die(TOOL_USAGE, "--chain %s is none of main, testnet4, signet, regtest", name);
	memset(manifest, 0, sizeof *manifest);
	if (path != NULL) {
		manifest_read(manifest, path);
		chain = manifest->chain;
	}
	secret_read(secret, &chain, args_get(args, "key-file") == NULL ? "-" : args_get(args, "key-file"));
	if (chain == NULL)
		tool_die(TOOL_USAGE, "which chain is the prize on?  Say it with --chain or --manifest");
	if (path != NULL && chain != manifest->chain)
		tool_die(TOOL_USAGE, "the key's text says chain %s, the manifest %s", chain->name, manifest->chain->name);
	if (path == NULL) {
		manifest->chain = chain;
		manifest_p2wpkh(manifest, secret->public_key);
	}
}

int
claim_main(const struct args *args)
{
	struct manifest manifest;
	struct secret secret;
	struct sweep sweep;
	struct rpc *rpc;
	int code;

	args_need(args, "to");
	find_manifest(&manifest, args, &secret);
	rpc = rpc_from_args(args, manifest.chain);
	sweep_make(&sweep, args, rpc, &manifest, &secret, manifest.script_len == 34 ? SWEEP_P2TR_KEY : SWEEP_P2WPKH);
	secret_wipe(&secret);
	code = sweep_deliver(&sweep, args, rpc);
	free(sweep.raw_hex);
	rpc_close(rpc);
	return code;
}
