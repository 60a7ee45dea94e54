/* spend.c: judging one input that spends our script.  See spend.h. */
#include "deploy/tool/spend.h"

#include <string.h>

#include "deploy/tool/curve.h"
#include "platform/base/bytes.h"
#include "platform/base/sha256.h"
#include "wallet/ripemd160.h"

/* Witness: signature and type, public key whose hash is the program (BIP-141). */
static bool
p2wpkh_ok(const struct tx *tx, size_t input, int64_t amount_sat, const struct manifest *manifest)
{
	const struct tx_input *in = &tx->inputs[input];
	uint8_t digest[32], hash[RIPEMD160_LEN];
	struct span signature;

	if (in->num_witness != 2 || in->witness[0].len < 9 || in->witness[1].len != 33 || in->script.len != 0)
		return false;
	sha256(digest, in->witness[1]);
	ripemd160(hash, SPAN_ARRAY(digest));
	if (memcmp(hash, manifest->script + 2, sizeof hash) != 0)
		return false;
	signature = (struct span){ in->witness[0].ptr, in->witness[0].len - 1 };
	tx_digest_v0(digest, tx, input, hash, amount_sat, signature.ptr[signature.len]);
	return curve_ecdsa_verify(signature, in->witness[1].ptr, digest);
}

/* A Schnorr signature of 64 bytes, or 65 with a type that is not 0 (BIP-341). */
static bool
schnorr_ok(const struct tx *tx, size_t input, const struct tx_output *prevouts, struct span signature,
    const uint8_t x_only[32], const uint8_t *leaf, struct span annex)
{
	uint8_t digest[32], type = signature.len == 65 ? signature.ptr[64] : 0;

	if (signature.len != 64 && (signature.len != 65 || type == 0))
		return false;
	return tx_digest_taproot(digest, tx, input, prevouts, type, leaf, annex) &&
	    curve_schnorr_verify(signature.ptr, x_only, digest);
}

static bool
is_owner_leaf(const struct span *witness, size_t num, const struct manifest *manifest)
{
	return num == 3 && bytes_equal(witness[1], (struct span){ manifest->leaf, manifest->leaf_len }) &&
	    bytes_equal(witness[2], SPAN_ARRAY(manifest->control));
}

static enum spend
judge_p2tr(const struct tx *tx, size_t input, const struct tx_output *prevouts, const struct manifest *manifest)
{
	const struct span *witness = tx->inputs[input].witness;
	size_t num = tx->inputs[input].num_witness;
	struct span annex = { NULL, 0 };
	uint8_t leaf[32];

	if (tx->inputs[input].script.len != 0)
		return SPEND_INVALID;
	if (num >= 2 && witness[num - 1].len > 0 && witness[num - 1].ptr[0] == 0x50)
		annex = witness[--num];
	if (num == 1)
		return schnorr_ok(tx, input, prevouts, witness[0], manifest->script + 2, NULL, annex) ?
		    SPEND_BY_KEY : SPEND_INVALID;
	if (!is_owner_leaf(witness, num, manifest))
		return SPEND_INVALID;
	manifest_leaf_hash(leaf, manifest);
	return schnorr_ok(tx, input, prevouts, witness[0], manifest->owner, leaf, annex) ?
	    SPEND_BY_OWNER_LEAF : SPEND_INVALID;
}

enum spend
spend_judge(const struct tx *tx, size_t input, const struct tx_output *prevouts, const struct manifest *manifest)
{
	if (input >= tx->num_inputs || !bytes_equal(prevouts[input].script, manifest_script(manifest)))
		return SPEND_INVALID;
	if (manifest->script_len == 34)
		return judge_p2tr(tx, input, prevouts, manifest);
	return p2wpkh_ok(tx, input, prevouts[input].amount_sat, manifest) ? SPEND_BY_KEY : SPEND_INVALID;
}
