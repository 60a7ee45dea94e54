/*
 * tool_fuzz.c: what pinata-tool reads from nodes, machines, files and people.  The first byte
 * chooses the reader, the rest is its input.  Not here: what ends the program with advice.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "deploy/tool/base64.h"
#include "deploy/tool/bip322.h"
#include "deploy/tool/bundle.h"
#include "deploy/tool/claimtext.h"
#include "deploy/tool/header.h"
#include "deploy/tool/image.h"
#include "deploy/tool/tx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What was read is written the same way again. */
static void
transaction(struct span bytes)
{
	struct tx tx;

	if (tx_parse(&tx, bytes)) {
		bool witness = bytes.len > 5 && bytes.ptr[4] == 0 && bytes.ptr[5] == 1;
		struct span again = tx_write(&tx, witness);

		if (again.len != bytes.len || memcmp(again.ptr, bytes.ptr, bytes.len) != 0)
			abort();
		free((void *)again.ptr);
	}
	tx_free(&tx);
}

/* A decoded P2WPKH or P2TR address encodes to itself, in small letters. */
static void
address(const char *text)
{
	uint8_t script[SCRIPT_MAX], key[32];
	const struct chain *chain = chain_find("regtest");
	char again[ADDRESS_MAX];
	size_t len;

	if (address_decode(script, &len, chain, text) && ((len == 22 && script[0] == 0) || (len == 34 && script[0] == 0x51))) {
		address_encode(again, chain, (struct span){ script, len });
		if (strcasecmp(again, text) != 0)
			abort();
	}
	if (wif_decode(key, chain, text) && strlen(text) != 52)
		abort();
}

static void
manifest(const char *text)
{
	struct manifest read, again;
	const char *why;
	char *written;

	if (!manifest_parse(&read, &why, text)) {
		if (why == NULL)
			abort();
		return;
	}
	written = manifest_text(&read);
	if (!manifest_parse(&again, &why, written) || memcmp(&read, &again, sizeof read) != 0)
		abort();
	free(written);
}

/* Against a manifest of the key 3, whose address the corpus' bundles spend from. */
static void
evidence(const char *text)
{
	static const char MANIFEST[] = "{\"format\":\"pinata-manifest 1\",\"chain\":\"regtest\",\"birth_height\":0,"
	    "\"address\":\"bcrt1q0ht9tyks4vh7p5p904t340cr9nvahy7uevmqwj\"}";
	json_t *bundle = json_loads(text, 0, NULL);
	struct manifest own;
	struct verdict verdict;
	const char *why;

	if (!manifest_parse(&own, &why, MANIFEST))
		abort();
	if (bundle != NULL) {
		if (bundle_check(&verdict, &why, bundle, &own) != (why == NULL))
			abort();
		free(verdict.spends);
	}
	(void)!bip322_verify(&own, SPAN_LITERAL("text"), text);
	json_decref(bundle);
}

static void
bytes_of(uint8_t which, struct span bytes)
{
	uint8_t room[300], hash[32] = { 1 };
	struct header header;
	size_t len;

	switch (which % 8) {
	case 0:
		transaction(bytes);
		break;
	case 1:
		if (bytes.len >= HEADER_LEN) {
			(void)!header_parse(&header, chain_find("regtest"), bytes.ptr);
			(void)!header_proves(bytes.ptr, bytes, hash);
		}
		break;
	case 2:
		if (base64_decode(room, &len, sizeof room, bytes) && len > sizeof room)
			abort();
		break;
	case 3:
		(void)!image_hash(hash, bytes);
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct claimtext claim;
	char *text;

	if (len == 0)
		return 0;
	bytes_of(data[0], (struct span){ data + 1, len - 1 });
	text = malloc(len);
	if (text == NULL)
		abort();
	memcpy(text, data + 1, len - 1);
	text[len - 1] = '\0';
	switch (data[0] % 8) {
	case 4: (void)!claimtext_parse(&claim, text); break;
	case 5: address(text); break;
	case 6: manifest(text); break;
	case 7: evidence(text); break;
	}
	free(text);
	return 0;
}
