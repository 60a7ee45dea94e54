/* manifest.c: the public manifest, from JSON and to JSON.  See manifest.h. */
#include "deploy/tool/manifest.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "deploy/tool/curve.h"
#include "deploy/tool/tool.h"
#include "deploy/tool/tx.h"
#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "platform/base/sha256.h"
#include "wallet/ripemd160.h"

#define FORMAT	"pinata-manifest 1"

struct span
manifest_script(const struct manifest *manifest)
{
	return (struct span){ manifest->script, manifest->script_len };
}

void
manifest_p2wpkh(struct manifest *manifest, const uint8_t public_key[33])
{
	uint8_t digest[32];

	sha256(digest, (struct span){ public_key, 33 });
	manifest->script[0] = 0;
	manifest->script[1] = RIPEMD160_LEN;
	ripemd160(manifest->script + 2, SPAN_ARRAY(digest));
	manifest->script_len = 22;
	address_encode(manifest->address, manifest->chain, manifest_script(manifest));
}

/* <owner> OP_CHECKSIGVERIFY <height> OP_CHECKLOCKTIMEVERIFY, as miniscript writes it. */
static void
make_leaf(struct manifest *manifest)
{
	struct outbuf out = outbuf_of(manifest->leaf, sizeof manifest->leaf);
	uint32_t height = manifest->lock_height;
	size_t width = 1;

	wire_uint(&out, 0x20, 1);
	outbuf_bytes(&out, SPAN_ARRAY(manifest->owner));
	wire_uint(&out, 0xad, 1);
	if (height <= 16) {
		wire_uint(&out, 0x50 + height, 1);
	} else {
		while (height >> (8 * width - 1) != 0)		/* the top bit is the sign: keep it free */
			width++;
		wire_uint(&out, width, 1);
		wire_uint(&out, height, width);
	}
	wire_uint(&out, 0xb1, 1);
	REQUIRE(!out.overflow);
	manifest->leaf_len = out.len;
}

void
manifest_leaf_hash(uint8_t hash[32], const struct manifest *manifest)
{
	uint8_t room[LEAF_MAX + 2];
	struct outbuf out = outbuf_of(room, sizeof room);

	wire_uint(&out, 0xc0, 1);
	wire_size(&out, manifest->leaf_len);
	outbuf_bytes(&out, (struct span){ manifest->leaf, manifest->leaf_len });
	REQUIRE(!out.overflow);
	tagged_hash(hash, "TapLeaf", outbuf_span(&out));
}

bool
manifest_p2tr(struct manifest *manifest)
{
	uint8_t root[32];
	bool odd;

	if (manifest->lock_height == 0 || manifest->lock_height >= 500000000 || !curve_x_only_ok(manifest->owner))
		return false;
	make_leaf(manifest);
	manifest_leaf_hash(root, manifest);
	manifest->script[0] = 0x51;
	manifest->script[1] = 32;
	if (!curve_tweak(manifest->script + 2, NULL, &odd, manifest->internal, root))
		return false;
	manifest->script_len = 34;
	manifest->control[0] = odd ? 0xc1 : 0xc0;
	bytes_copy(manifest->control + 1, manifest->internal, 32);
	address_encode(manifest->address, manifest->chain, manifest_script(manifest));
	return true;
}

static const char *
text_at(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? "" : text;
}

/* A whole number in [least, most]; `otherwise` when it is absent; false when it is anything else. */
static bool
number_at(int64_t *value, const json_t *object, const char *name, int64_t otherwise, int64_t least, int64_t most)
{
	const json_t *number = json_object_get(object, name);

	*value = number == NULL ? otherwise : json_integer_value(number);
	return (number == NULL || json_is_integer(number)) && *value >= least && *value <= most;
}

static bool
parse_commitments(struct manifest *manifest, const json_t *list)
{
	if (list == NULL)
		return true;
	if (!json_is_array(list) || json_array_size(list) > MANIFEST_COMMITMENTS_MAX)
		return false;
	manifest->num_commitments = json_array_size(list);
	for (size_t i = 0; i < manifest->num_commitments; i++) {
		const char *text = json_string_value(json_array_get(list, i));

		if (text == NULL || !hex_decode(manifest->commitments[i], 32, text))
			return false;
	}
	return true;
}

/* The owner's leaf is computed again from its three parts, so a manifest can not smuggle another. */
static bool
parse_p2tr(struct manifest *manifest, const json_t *object)
{
	struct manifest computed = *manifest;
	int64_t height;

	if (!hex_decode(computed.internal, 32, text_at(object, "internal_key")) ||
	    !hex_decode(computed.owner, 32, text_at(object, "owner_key")) ||
	    !number_at(&height, object, "lock_height", 0, 1, 499999999))
		return false;
	computed.lock_height = (uint32_t)height;
	if (!manifest_p2tr(&computed) || strcmp(computed.address, manifest->address) != 0)
		return false;
	*manifest = computed;
	return true;
}

static const char *
parse_object(struct manifest *manifest, const json_t *object)
{
	const char *image = text_at(object, "image_sha256");
	int64_t birth, confirmations;

	if (strcmp(text_at(object, "format"), FORMAT) != 0)
		return "its format is not \"" FORMAT "\"";
	manifest->chain = chain_find(text_at(object, "chain"));
	if (manifest->chain == NULL)
		return "its chain is none of main, testnet4, signet, regtest";
	if (!address_decode(manifest->script, &manifest->script_len, manifest->chain, text_at(object, "address")))
		return "its address is not one of its chain";
	if (!((manifest->script_len == 22 && manifest->script[0] == 0) ||
	    (manifest->script_len == 34 && manifest->script[0] == 0x51)))
		return "its address is neither P2WPKH nor P2TR";
	address_encode(manifest->address, manifest->chain, manifest_script(manifest));
	if (!number_at(&birth, object, "birth_height", -1, 0, INT32_MAX))
		return "its birth_height is missing or no block height";
	if (!number_at(&confirmations, object, "confirmations", 6, 1, 1000))
		return "its confirmations are not in 1..1000";
	if (!number_at(&manifest->funded_sat, object, "funded_sat", 10000, 1, INT64_C(2100000000000000)))
		return "its funded_sat is no amount";
	manifest->birth_height = (int32_t)birth;
	manifest->confirmations = (int32_t)confirmations;
	manifest->practice = json_is_true(json_object_get(object, "practice"));
	manifest->has_image = *image != '\0';
	if (manifest->has_image && !hex_decode(manifest->image, 32, image))
		return "its image_sha256 is not 64 hex digits";
	if (!parse_commitments(manifest, json_object_get(object, "withdrawal_commitments")))
		return "its withdrawal_commitments are not at most 16 hashes in hex";
	if (manifest->script_len == 34 && !parse_p2tr(manifest, object))
		return "its internal_key, owner_key and lock_height do not give its address";
	return NULL;
}

bool
manifest_parse(struct manifest *manifest, const char **why, const char *text)
{
	json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	memset(manifest, 0, sizeof *manifest);
	*why = json_is_object(object) ? parse_object(manifest, object) : "it is not a JSON object";
	json_decref(object);
	return *why == NULL;
}

void
manifest_read(struct manifest *manifest, const char *path)
{
	char *text = tool_read(path, NULL);
	const char *why;

	if (text == NULL)
		tool_die(TOOL_FILE, "can not read the manifest %s: %s", path, strerror(errno));
	if (!manifest_parse(manifest, &why, text))
		tool_die(TOOL_USAGE, "%s is not a manifest: %s", path, why);
	free(text);
}

static void
set_hex(json_t *object, const char *name, struct span bytes)
{
	char *text = tool_alloc(2 * bytes.len + 1);

	hex_encode(text, bytes.ptr, bytes.len);
	json_object_set_new(object, name, json_string(text));
	free(text);
}

char *
manifest_text(const struct manifest *manifest)
{
	json_t *object = json_object(), *list = json_array();
	char *text, hex[65];

	json_object_set_new(object, "format", json_string(FORMAT));
	json_object_set_new(object, "chain", json_string(manifest->chain->name));
	json_object_set_new(object, "practice", json_boolean(manifest->practice));
	json_object_set_new(object, "address", json_string(manifest->address));
	set_hex(object, "script", manifest_script(manifest));
	json_object_set_new(object, "birth_height", json_integer(manifest->birth_height));
	json_object_set_new(object, "confirmations", json_integer(manifest->confirmations));
	json_object_set_new(object, "funded_sat", json_integer(manifest->funded_sat));
	if (manifest->has_image)
		set_hex(object, "image_sha256", SPAN_ARRAY(manifest->image));
	if (manifest->script_len == 34) {
		set_hex(object, "internal_key", SPAN_ARRAY(manifest->internal));
		set_hex(object, "owner_key", SPAN_ARRAY(manifest->owner));
		json_object_set_new(object, "lock_height", json_integer(manifest->lock_height));
		set_hex(object, "owner_leaf", (struct span){ manifest->leaf, manifest->leaf_len });
		set_hex(object, "control_block", SPAN_ARRAY(manifest->control));
	}
	for (size_t i = 0; i < manifest->num_commitments; i++) {
		hex_encode(hex, manifest->commitments[i], 32);
		json_array_append_new(list, json_string(hex));
	}
	json_object_set_new(object, "withdrawal_commitments", list);
	text = json_dumps(object, JSON_INDENT(2));
	json_decref(object);
	REQUIRE(text != NULL);
	return text;
}

void
opening_read(struct opening *opening, const char *path)
{
	char *text = tool_read(path, NULL);
	json_t *object;
	uint8_t txid[32];

	if (text == NULL)
		tool_die(TOOL_FILE, "can not read the opening %s: %s", path, strerror(errno));
	object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	if (!hex_decode(txid, 32, text_at(object, "txid")) || !hex_decode(opening->salt, 32, text_at(object, "salt")))
		tool_die(TOOL_USAGE, "%s is not an opening: it needs txid and salt, 64 hex digits each", path);
	hex_encode(opening->txid, txid, 32);
	json_decref(object);
	free(text);
}
