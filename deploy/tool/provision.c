/*
 * provision.c: `pinata-tool provision`: makes one Pinata's boot module, manifest and funding sheet.
 * The module is checked with the appliance's own parser before it is written.
 */
#include "deploy/tool/tool.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appliance/boot.h"
#include "deploy/tool/args.h"
#include "deploy/tool/curve.h"
#include "deploy/tool/image.h"
#include "deploy/tool/rpc.h"
#include "deploy/tool/secret.h"
#include "deploy/tool/sheet.h"
#include "platform/base/bytes.h"
#include "platform/base/sha256.h"
#include "platform/base/text.h"

static const char *const FILES[] = { "boot-module", "manifest.json", "funding.html" };
enum { MODULE, MANIFEST, SHEET, NUM_FILES };

static void
put_line(struct outbuf *out, const char *key, const char *value)
{
	text_string(out, key);
	text_string(out, " ");
	text_string(out, value);
	text_string(out, "\n");
}

static void
put_hex(struct outbuf *out, const char *key, struct span bytes)
{
	text_string(out, key);
	text_string(out, " ");
	text_hex(out, bytes);
	text_string(out, "\n");
}

/* An outside authority for practice, DER in a file. */
static void
put_authority(struct outbuf *out, const struct args *args, const char *name)
{
	const char *path = args_get(args, name);
	size_t len;
	char *der;

	if (path == NULL)
		return;
	if (!args_flag(args, "practice"))
		tool_die(TOOL_USAGE, "--%s is for --practice only: on a real prize no outside certificate may win", name);
	der = tool_read(path, &len);
	if (der == NULL)
		tool_die(TOOL_FILE, "can not read %s: %s", path, strerror(errno));
	put_hex(out, name, (struct span){ (uint8_t *)der, len });
	free(der);
}

static void
make_module(struct outbuf *out, const struct args *args, const struct manifest *manifest, const struct secret *secret)
{
	struct boot_error error;
	struct boot boot;
	uint8_t digest[32], seed[32], room[128];
	struct outbuf why = outbuf_of(room, sizeof room);
	char *bitmap = sheet_bitmap(manifest);
	uint8_t leaf[32];

	tool_random(seed, sizeof seed);
	text_string(out, "pinata-boot-module 1\n");
	put_line(out, "address", args_need(args, "address"));
	put_line(out, "netmask", args_need(args, "netmask"));
	put_line(out, "gateway", args_need(args, "gateway"));
	put_line(out, "chain", manifest->chain->name);
	put_hex(out, "private-key", SPAN_ARRAY(secret->key));
	put_hex(out, "seed", SPAN_ARRAY(seed));
	if (manifest->script_len == 34) {
		manifest_leaf_hash(leaf, manifest);
		put_hex(out, "owner-leaf", SPAN_ARRAY(leaf));
	}
	put_authority(out, args, "peer-authority");
	put_authority(out, args, "server-authority");
	put_line(out, "qr", bitmap);
	free(bitmap);
	if (args_get(args, "contact") != NULL)
		put_line(out, "contact", args_get(args, "contact"));
	if (args_get(args, "event-address") != NULL)
		put_line(out, "event-address", args_get(args, "event-address"));
	sha256(digest, outbuf_span(out));
	put_hex(out, "checksum", SPAN_ARRAY(digest));
	wipe(seed, sizeof seed);
	if (out->overflow)
		tool_die(TOOL_USAGE, "the boot module would be too long; are the authorities DER of one certificate each?");
	if (!boot_parse(&boot, &error, outbuf_span(out))) {
		boot_refusal(&why, &error);
		wipe(out->ptr, out->len);
		tool_die(TOOL_USAGE, "the appliance would refuse this boot module: %.*s", (int)why.len, (char *)why.ptr);
	}
	wipe(&boot, sizeof boot);
}

/* The height below which nothing can be: given, or the node's now. */
static int32_t
birth_height(const struct args *args, const struct chain *chain)
{
	struct rpc *rpc;
	json_t *count;
	int32_t height;

	if (args_get(args, "birth-height") != NULL)
		return (int32_t)args_number(args, "birth-height", 0, 0, INT32_MAX);
	rpc = rpc_from_args(args, chain);
	count = rpc_call(rpc, "getblockcount", json_array());
	if (!json_is_integer(count))
		tool_die(TOOL_SOURCE, "%s; or say --birth-height yourself", rpc_error(rpc));
	height = (int32_t)json_integer_value(count);
	json_decref(count);
	rpc_close(rpc);
	return height;
}

static void
hash_image(struct manifest *manifest, const char *path)
{
	size_t len;
	char *elf;

	if (path == NULL)
		return;
	elf = tool_read(path, &len);
	if (elf == NULL)
		tool_die(TOOL_FILE, "can not read the image %s: %s", path, strerror(errno));
	if (!image_hash(manifest->image, (struct span){ (uint8_t *)elf, len }))
		tool_die(TOOL_USAGE, "%s is no image of a Pinata", path);
	manifest->has_image = true;
	free(elf);
}

static void
set_script(struct manifest *manifest, const struct args *args, const struct secret *secret)
{
	const char *owner = args_get(args, "owner-key");

	if (owner == NULL) {
		if (args_get(args, "lock-height") != NULL)
			tool_die(TOOL_USAGE, "--lock-height goes with --owner-key");
		manifest_p2wpkh(manifest, secret->public_key);
		return;
	}
	args_need(args, "lock-height");
	memcpy(manifest->internal, secret->public_key + 1, 32);
	manifest->lock_height = (uint32_t)args_number(args, "lock-height", 0, 1, 499999999);
	if ((int64_t)manifest->lock_height <= manifest->birth_height)
		tool_die(TOOL_USAGE, "--lock-height %u is not above the birth height %d: the owner could withdraw at once",
		    manifest->lock_height, manifest->birth_height);
	if (!hex_decode(manifest->owner, 32, owner) || !manifest_p2tr(manifest))
		tool_die(TOOL_USAGE, "--owner-key is no x-only public key: 64 hex digits are wanted (BIP-340)");
	if (memcmp(manifest->owner, manifest->internal, 32) == 0)
		tool_die(TOOL_USAGE, "--owner-key is the prize's own key");
}

static void
make_manifest(struct manifest *manifest, const struct args *args, const struct secret *secret)
{
	manifest->practice = args_flag(args, "practice");
	if (manifest->practice && strcmp(manifest->chain->name, "main") == 0)
		tool_die(TOOL_USAGE, "practice is not for chain main");
	manifest->birth_height = birth_height(args, manifest->chain);
	manifest->confirmations = (int32_t)args_number(args, "confirmations", 6, 1, 1000);
	manifest->funded_sat = args_number(args, "funded-sat", 10000, 1, INT64_C(2100000000000000));
	hash_image(manifest, args_get(args, "image"));
	set_script(manifest, args, secret);
}

static void
write_text(const char *path, char *text)
{
	tool_create(path, (struct span){ (uint8_t *)text, strlen(text) }, 0644);
	free(text);
}

static void
report(const struct args *args, const struct manifest *manifest, char *const paths[NUM_FILES])
{
	if (args_flag(args, "json")) {
		json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s}", "chain", manifest->chain->name, "address",
		    manifest->address, "module", paths[MODULE], "manifest", paths[MANIFEST], "funding", paths[SHEET]);

		json_dumpf(object, stdout, JSON_INDENT(2));
		putchar('\n');
		json_decref(object);
		return;
	}
	printf("%s\n", manifest->address);
	tool_note("%s holds the key: give it to the machine (-initrd), to nobody else.\n"
	    "%s is to be published before anybody plays; %s shows where to send the prize.", paths[MODULE],
	    paths[MANIFEST], paths[SHEET]);
	if (manifest->script_len == 22)
		tool_note("When it is funded, commit to your withdrawal: pinata-tool withdraw --prepare");
}

int
provision_main(const struct args *args)
{
	const struct chain *chain = chain_find(args_need(args, "chain")), *named = chain;
	const char *folder = args_need(args, "dir"), *key_file = args_get(args, "key-file");
	static uint8_t room[BOOT_MODULE_MAX];
	struct outbuf module = outbuf_of(room, sizeof room);
	struct manifest manifest = { .chain = chain };
	struct secret secret;
	char *paths[NUM_FILES];

	if (chain == NULL)
		tool_die(TOOL_USAGE, "--chain is none of main, testnet4, signet, regtest");
	for (unsigned i = 0; i < NUM_FILES; i++) {
		paths[i] = tool_format("%s/%s", folder, FILES[i]);
		if (access(paths[i], F_OK) == 0)
			tool_die(TOOL_FILE, "%s exists and is not overwritten; it may hold the only copy of a key", paths[i]);
	}
	if (key_file == NULL)
		secret_make(&secret);
	else
		secret_read(&secret, &named, key_file);
	if (named != chain)
		tool_die(TOOL_USAGE, "the key's text says chain %s, --chain says %s", named->name, chain->name);
	make_manifest(&manifest, args, &secret);
	make_module(&module, args, &manifest, &secret);
	secret_wipe(&secret);
	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		tool_die(TOOL_FILE, "can not make %s: %s", folder, strerror(errno));
	tool_create(paths[MODULE], outbuf_span(&module), 0600);
	wipe(room, sizeof room);
	write_text(paths[MANIFEST], manifest_text(&manifest));
	write_text(paths[SHEET], sheet_page(&manifest, args_number(args, "amount", 0, 1, INT64_C(2100000000000000))));
	report(args, &manifest, paths);
	for (unsigned i = 0; i < NUM_FILES; i++)
		free(paths[i]);
	return TOOL_DONE;
}
