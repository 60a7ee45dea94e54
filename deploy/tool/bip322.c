/* bip322.c: checking a BIP-322 simple signature.  See bip322.h. */
#include "deploy/tool/bip322.h"

#include <string.h>

#include "deploy/tool/base64.h"
#include "deploy/tool/spend.h"
#include "deploy/tool/tx.h"
#include "platform/base/bytes.h"

enum { WITNESS_MAX = 1024, ELEMENTS_MAX = 4 };

/* "to_spend": pays nothing to the script; its input names no output, and carries the text's hash. */
static void
make_to_spend(uint8_t txid[32], struct span script, struct span text)
{
	uint8_t script_sig[34] = { 0x00, 0x20 };
	struct tx_input input = { .index = 0xffffffff, .script = SPAN_ARRAY(script_sig) };
	struct tx_output output = { 0, script };
	struct tx tx = { .inputs = &input, .outputs = &output, .num_inputs = 1, .num_outputs = 1 };

	tagged_hash(script_sig + 2, "BIP0322-signed-message", text);
	tx_id(txid, &tx);
}

/* "to_sign": spends that output to OP_RETURN.  `tx` points into its two neighbours. */
static void
make_to_sign(struct tx *tx, struct tx_input *input, struct tx_output *output, struct span script, struct span text)
{
	static const uint8_t RETURN[] = { 0x6a };

	*input = (struct tx_input){ .index = 0 };
	make_to_spend(input->txid, script, text);
	*output = (struct tx_output){ 0, SPAN_ARRAY(RETURN) };
	*tx = (struct tx){ .inputs = input, .outputs = output, .num_inputs = 1, .num_outputs = 1 };
}

void
bip322_ids(uint8_t to_spend[32], uint8_t to_sign[32], struct span script, struct span text)
{
	struct tx_input input;
	struct tx_output output;
	struct tx tx;

	make_to_sign(&tx, &input, &output, script, text);
	bytes_copy(to_spend, input.txid, 32);
	tx_id(to_sign, &tx);
}

/* Number of elements, then each with its length, and nothing more. */
static bool
parse_witness(struct span items[ELEMENTS_MAX], size_t *num, struct span bytes)
{
	struct cursor in = cursor_of(bytes), part;

	if (!wire_read_size(&in, num) || *num > ELEMENTS_MAX)
		return false;
	for (size_t i = 0; i < *num; i++) {
		size_t len;

		if (!wire_read_size(&in, &len) || !cursor_take(&in, &part, len))
			return false;
		items[i] = cursor_rest(&part);
	}
	return cursor_done(&in);
}

bool
bip322_verify(const struct manifest *manifest, struct span text, const char *signature)
{
	uint8_t bytes[WITNESS_MAX];
	struct span items[ELEMENTS_MAX];
	struct tx_output prevout = { 0, manifest_script(manifest) }, output;
	struct tx_input input;
	struct tx tx;
	size_t len, num;

	if (strncmp(signature, "smp", 3) == 0)
		signature += 3;
	if (!base64_decode(bytes, &len, sizeof bytes, (struct span){ (const uint8_t *)signature, strlen(signature) }) ||
	    !parse_witness(items, &num, (struct span){ bytes, len }))
		return false;
	make_to_sign(&tx, &input, &output, manifest_script(manifest), text);
	input.witness = items;
	input.num_witness = num;
	return spend_judge(&tx, 0, &prevout, manifest) == SPEND_BY_KEY;
}
