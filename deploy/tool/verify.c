/*
 * verify.c: `pinata-tool verify`: what a sceptical visitor can check about a Pinata, and with
 * --bundle about a claimed breach.  Each check says pass, fail or not checked, and why.
 */
#include "deploy/tool/tool.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "deploy/tool/args.h"
#include "deploy/tool/base64.h"
#include "deploy/tool/bip322.h"
#include "deploy/tool/bundle.h"
#include "deploy/tool/claimtext.h"
#include "deploy/tool/image.h"
#include "deploy/tool/rpc.h"
#include "deploy/tool/web.h"
#include "platform/base/bytes.h"
#include "platform/base/sha256.h"

enum result { PASS, FAIL, NOT_CHECKED, NUM_RESULTS };

static const char *const RESULTS[NUM_RESULTS] = { "pass", "fail", "not checked" };

enum { AUTHORITY_MAX = 2048, AHEAD_S = 600 };

struct visit {
	const struct args *args;
	struct web_host host;
	json_t *checks;
	unsigned num[NUM_RESULTS];
	char *authority;			/* PEM of the web authority, as told over HTTP */
	uint8_t authority_hash[32];
	uint8_t nonce[32];
	struct manifest manifest;		/* .chain NULL: none was given */
	struct claimtext claim;
	bool proved;
};

/* One check's outcome: a line on the screen at once, or an entry of the JSON. */
static void __attribute__((format(printf, 4, 5)))
say(struct visit *visit, const char *name, enum result result, const char *format, ...)
{
	char detail[512];
	va_list list;

	va_start(list, format);
	vsnprintf(detail, sizeof detail, format, list);
	va_end(list);
	visit->num[result]++;
	json_array_append_new(visit->checks, json_pack("{s:s, s:s, s:s}", "check", name, "result", RESULTS[result],
	    "detail", detail));
	if (!args_flag(visit->args, "json"))
		printf("%-12s %-10s %s\n", RESULTS[result], name, detail);
	fflush(stdout);
}

/* The page over plain HTTP.  Without any answer there is nothing more to do. */
static void
check_page(struct visit *visit)
{
	struct web_page page;

	web_get(&page, &visit->host, "/", NULL);
	if (page.status == 0)
		tool_die(TOOL_SOURCE, "%s port %d does not answer: %s", visit->host.name, visit->host.http_port, page.error);
	say(visit, "page", page.status == 200 && page.len > 0 ? PASS : FAIL, "port %d answers HTTP %ld with %zu bytes",
	    visit->host.http_port, page.status, page.len);
	web_free(&page);
}

/* The first certificate of a PEM text, cut out with its lines, and the hash of its DER. */
static char *
first_certificate(uint8_t hash[32], const char *pem)
{
	static const char BEGIN[] = "-----BEGIN CERTIFICATE-----", END[] = "-----END CERTIFICATE-----";
	const char *begin = strstr(pem, BEGIN), *end = begin == NULL ? NULL : strstr(begin, END);
	uint8_t letters[2 * AUTHORITY_MAX], der[AUTHORITY_MAX];
	size_t num = 0, len;

	if (end == NULL)
		return NULL;
	for (const char *c = begin + sizeof BEGIN - 1; c < end; c++) {
		if (*c == '\n' || *c == '\r')
			continue;
		if (num == sizeof letters)
			return NULL;
		letters[num++] = (uint8_t)*c;
	}
	if (!base64_decode(der, &len, sizeof der, (struct span){ letters, num }) || len == 0)
		return NULL;
	sha256(hash, (struct span){ der, len });
	return tool_format("%.*s\n", (int)(end + sizeof END - 1 - begin), begin);
}

static void
check_authority(struct visit *visit)
{
	struct web_page page;

	web_get(&page, &visit->host, "/ca.pem", NULL);
	visit->authority = page.status == 200 ? first_certificate(visit->authority_hash, page.body) : NULL;
	if (visit->authority == NULL)
		say(visit, "authority", FAIL, "/ca.pem: HTTP %ld and no certificate that can be read", page.status);
	web_free(&page);
}

/* HTTPS must chain to what HTTP told; and tell the same.  Who changes one must be on the way of both. */
static void
check_tls(struct visit *visit)
{
	struct web_page page;
	uint8_t hash[32];
	char *again;

	if (visit->authority == NULL) {
		say(visit, "tls", NOT_CHECKED, "there is no authority to check against");
		return;
	}
	web_get(&page, &visit->host, "/ca.pem", visit->authority);
	if (page.status == 0) {
		say(visit, "tls", FAIL, "port %d: %s", visit->host.https_port, page.error);
		free(visit->authority);
		visit->authority = NULL;
	} else {
		say(visit, "tls", PASS, "port %d shows a certificate for \"pinata\" of the authority in /ca.pem",
		    visit->host.https_port);
		again = first_certificate(hash, page.body);
		say(visit, "authority", again != NULL && memcmp(hash, visit->authority_hash, 32) == 0 ? PASS : FAIL,
		    "/ca.pem over HTTPS %s the one over HTTP", again != NULL && memcmp(hash, visit->authority_hash, 32) == 0 ?
		    "is" : "is not");
		free(again);
	}
	web_free(&page);
}

/* SHA-256 of the newest block's hash and our own randomness: the proof can not be older than the block. */
static void
make_nonce(struct visit *visit, const struct chain *chain)
{
	uint8_t text[64] = { 0 };
	struct rpc *rpc;
	json_t *best;

	tool_random(text + 32, 32);
	if (args_get(visit->args, "rpc") == NULL && args_get(visit->args, "cookie") == NULL) {
		say(visit, "fresh", NOT_CHECKED, "the nonce is random; with --rpc it also names the newest block, for others");
		sha256(visit->nonce, (struct span){ text + 32, 32 });
		return;
	}
	rpc = rpc_from_args(visit->args, chain);
	best = rpc_call(rpc, "getbestblockhash", json_array());
	if (!json_is_string(best) || !hex_decode(text, 32, json_string_value(best)))
		say(visit, "fresh", NOT_CHECKED, "%s", rpc_error(rpc));
	else
		say(visit, "fresh", PASS, "the nonce is SHA-256 of block %s and our 32 random bytes", json_string_value(best));
	json_decref(best);
	rpc_close(rpc);
	sha256(visit->nonce, SPAN_ARRAY(text));
}

static const char *
text_at(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? "" : text;
}

/* The signature by the address that the text names, and with a manifest by the manifest's. */
static void
check_signature(struct visit *visit, const char *text, const char *signature)
{
	struct manifest own = { .chain = NULL };
	bool good;

	if (!claimtext_parse(&visit->claim, text)) {
		say(visit, "proof", FAIL, "the signed text is not of the form that a Pinata signs");
		return;
	}
	own.chain = visit->claim.chain;
	good = address_decode(own.script, &own.script_len, own.chain, visit->claim.address) &&
	    (own.script_len == 22 || own.script_len == 34) &&
	    bip322_verify(&own, (struct span){ (const uint8_t *)text, strlen(text) }, signature);
	visit->proved = good && memcmp(visit->claim.nonce, visit->nonce, 32) == 0;
	if (!good)
		say(visit, "proof", FAIL, "the signature is not that of %s", visit->claim.address);
	else if (!visit->proved)
		say(visit, "proof", FAIL, "the signature is over another nonce than ours: an old proof, or somebody else's");
	else
		say(visit, "proof", PASS, "the key of %s signed our nonce just now", visit->claim.address);
}

static void
check_proof(struct visit *visit)
{
	struct web_page page;
	char hex[65], *path;
	json_t *object;

	if (visit->authority == NULL) {
		say(visit, "proof", NOT_CHECKED, "without TLS a proof could come from anywhere");
		return;
	}
	hex_encode(hex, visit->nonce, 32);
	path = tool_format("/proof?nonce=%s", hex);
	web_get(&page, &visit->host, path, visit->authority);
	object = json_loads(page.body, JSON_REJECT_DUPLICATES, NULL);
	if (page.status != 200 || !json_is_object(object))
		say(visit, "proof", FAIL, "/proof answers HTTP %ld%s; without a proof nothing shows that the key is inside",
		    page.status, page.status == 429 ? " (too many at once: try again)" : "");
	else
		check_signature(visit, text_at(object, "text"), text_at(object, "signature"));
	json_decref(object);
	web_free(&page);
	free(path);
}

/* What the signed text says, held against what we know ourselves. */
static void
check_claim(struct visit *visit)
{
	bool same;

	if (!visit->proved)
		return;
	same = memcmp(visit->claim.authority, visit->authority_hash, 32) == 0;
	say(visit, "binding", same ? PASS : FAIL, same ? "the proof names the authority of this very connection" :
	    "the proof names another authority: the connection ends at somebody who passes proofs on");
	say(visit, "boot", (int64_t)visit->claim.boot_s <= (int64_t)time(NULL) + AHEAD_S ? PASS : FAIL,
	    "started %lld minutes ago, it says", ((long long)time(NULL) - (long long)visit->claim.boot_s) / 60);
	if (visit->manifest.chain == NULL) {
		say(visit, "address", NOT_CHECKED, "no --manifest: is %s the address that was published?", visit->claim.address);
		return;
	}
	same = strcmp(visit->claim.address, visit->manifest.address) == 0 && visit->claim.chain == visit->manifest.chain;
	say(visit, "address", same ? PASS : FAIL, same ? "it is the manifest's address" :
	    "the manifest's address is %s, on %s", visit->manifest.address, visit->manifest.chain->name);
}

/* Bit for bit the same image as one that was built here, or as the manifest names. */
static void
check_image(struct visit *visit)
{
	const char *path = args_get(visit->args, "image");
	uint8_t hash[32];
	char said[65];
	size_t len;
	char *elf;

	if (!visit->proved)
		return;
	hex_encode(said, visit->claim.image, 32);
	if (path != NULL) {
		elf = tool_read(path, &len);
		if (elf == NULL || !image_hash(hash, (struct span){ (uint8_t *)elf, len }))
			tool_die(TOOL_FILE, "%s can not be read as an image", path);
		free(elf);
		say(visit, "image", memcmp(hash, visit->claim.image, 32) == 0 ? PASS : FAIL, memcmp(hash, visit->claim.image,
		    32) == 0 ? "it says that it runs the image that you built, %s" : "it says that it runs another image: %s", said);
	} else if (visit->manifest.chain != NULL && visit->manifest.has_image) {
		say(visit, "image", memcmp(visit->manifest.image, visit->claim.image, 32) == 0 ? PASS : FAIL,
		    memcmp(visit->manifest.image, visit->claim.image, 32) == 0 ? "it says that it runs the manifest's image, %s" :
		    "it says that it runs another image than the manifest's: %s", said);
	} else {
		say(visit, "image", NOT_CHECKED, "build version %s and name its image with --image; the machine says %s",
		    visit->claim.version, said);
	}
}

static void
check_status(struct visit *visit)
{
	struct web_page page;
	json_t *object;
	char hash[65];
	bool same;

	if (!visit->proved)
		return;
	web_get(&page, &visit->host, "/status.json", visit->authority);
	object = json_loads(page.body, JSON_REJECT_DUPLICATES, NULL);
	hex_encode(hash, visit->claim.image, 32);
	same = strcmp(text_at(object, "address"), visit->claim.address) == 0 &&
	    strcmp(text_at(object, "chain"), visit->claim.chain->name) == 0 && strcmp(text_at(object, "image_sha256"), hash) == 0 &&
	    strcmp(text_at(object, "version"), visit->claim.version) == 0;
	say(visit, "status", page.status == 200 && same ? PASS : FAIL, "/status.json %s the proof on address, chain, version and image",
	    page.status == 200 && same ? "agrees with" : "does not agree with");
	json_decref(object);
	web_free(&page);
}

static int
visit_host(struct visit *visit)
{
	const char *path = args_get(visit->args, "manifest");

	visit->host = (struct web_host){ visit->args->operand, (int)args_number(visit->args, "http-port", 80, 1, 65535),
	    (int)args_number(visit->args, "https-port", 443, 1, 65535) };
	if (path != NULL)
		manifest_read(&visit->manifest, path);
	check_page(visit);
	check_authority(visit);
	check_tls(visit);
	make_nonce(visit, path != NULL ? visit->manifest.chain : chain_find("main"));
	check_proof(visit);
	check_claim(visit);
	check_status(visit);
	check_image(visit);
	say(visit, "limits", NOT_CHECKED, "no signature shows that this image holds the key, or that no copy of the key exists; "
	    "whether the prize was spent is for `pinata-tool watch`");
	free(visit->authority);
	return visit->num[FAIL] == 0 ? TOOL_DONE : TOOL_REFUSED;
}

/* A breach's evidence, without any network. */
static int
check_bundle(struct visit *visit, const char *path)
{
	json_t *bundle = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	struct verdict verdict;
	const char *why;

	if (bundle == NULL)
		tool_die(TOOL_FILE, "%s can not be read as JSON", path);
	manifest_read(&visit->manifest, args_need(visit->args, "manifest"));
	if (!bundle_check(&verdict, &why, bundle, &visit->manifest)) {
		say(visit, "spend", FAIL, "%s", why);
	} else {
		say(visit, "spend", PASS, "transaction %s spends %zu outputs of %s, signed %s", verdict.txid, verdict.num_spends,
		    visit->manifest.address, verdict.by_key ? "by the prize's key" : "by the owner's leaf");
		if (verdict.in_block)
			say(visit, "block", PASS, "it is in a block with work, %d headers from there on; said to be height %d",
			    (int)verdict.num_headers, (int)verdict.height);
		else
			say(visit, "block", NOT_CHECKED, "no block: it was seen in a mempool");
		say(visit, "owner", NOT_CHECKED, verdict.by_key ? "an opened withdrawal commitment would make it the owner's" :
		    "the owner's leaf is no breach");
		say(visit, "best", NOT_CHECKED, "that the block is on the best chain needs a node");
	}
	free(verdict.spends);
	json_decref(bundle);
	return visit->num[FAIL] == 0 ? TOOL_DONE : TOOL_REFUSED;
}

int
verify_main(const struct args *args)
{
	struct visit visit = { .args = args, .checks = json_array() };
	const char *bundle = args_get(args, "bundle");
	json_t *object;
	int code;

	if ((bundle == NULL) == (args->operand == NULL))
		tool_die(TOOL_USAGE, "verify needs a HOST, or --bundle FILE");
	code = bundle != NULL ? check_bundle(&visit, bundle) : visit_host(&visit);
	if (args_flag(args, "json")) {
		object = json_pack("{s:o, s:i, s:i, s:i}", "checks", visit.checks, "passed", (int)visit.num[PASS], "failed",
		    (int)visit.num[FAIL], "not_checked", (int)visit.num[NOT_CHECKED]);
		json_dumpf(object, stdout, JSON_INDENT(2));
		putchar('\n');
		json_decref(object);
	} else {
		printf("%u passed, %u failed, %u not checked\n", visit.num[PASS], visit.num[FAIL], visit.num[NOT_CHECKED]);
		json_decref(visit.checks);
	}
	return code;
}
