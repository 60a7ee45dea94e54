/*
 * proof.c: showing that the key is here: BIP-322, simple form, over a text that is composed here.
 * Not a signer of messages: nothing that comes from outside is signed as it came.
 *
 * The signature is a witness for a transaction that can not exist: it spends an output of amount
 * zero of another transaction whose input names no transaction at all (BIP-322, "Full").
 */
#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "platform/base/sha256.h"
#include "platform/base/text.h"
#include "wallet/state.h"
#include "wallet/tagged.h"

enum {
	TRANSACTION_MAX = 160,		/* bytes of what is hashed as to_spend: 127 or 139 */
	DIGESTED_MAX = 256,		/* bytes under BIP-143's and BIP-341's digests: 182 and 175 */
	WITNESS_MAX = 1 + 1 + KEY_DER_MAX + 1 + 1 + KEY_PUBLIC_LEN,
	SIGHASH_ALL = 1
};

_Static_assert(3 + (WITNESS_MAX + 2) / 3 * 4 <= WALLET_PROOF_MAX, "prefix and base64 fit");

static const uint8_t ZEROS[32];

static void
put_zeros(struct outbuf *out, size_t len) { outbuf_bytes(out, (struct span){ ZEROS, len }); }

/* Bitcoin writes integers with the least byte first; these fit one byte. */
static void
put_small(struct outbuf *out, uint8_t value, size_t width)
{
	outbuf_uint(out, value, 1);
	put_zeros(out, width - 1);
}

static void
put_script(struct outbuf *out, struct span script)
{
	outbuf_uint(out, script.len, 1);
	outbuf_bytes(out, script);
}

static void
sha256_twice(uint8_t digest[32], struct span bytes)
{
	uint8_t once[SHA256_LEN];

	sha256(once, bytes);
	sha256(digest, SPAN_ARRAY(once));
}

/* The outpoint that to_sign spends: the txid of to_spend, and index 0. */
static void
put_outpoint(struct outbuf *out, const uint8_t message[32])
{
	uint8_t room[TRANSACTION_MAX], txid[32];
	struct outbuf spend = outbuf_of(room, sizeof room);

	put_zeros(&spend, 4);				/* version 0 */
	put_small(&spend, 1, 1);			/* one input: no transaction's output 2^32 - 1 */
	put_zeros(&spend, 32);
	outbuf_uint(&spend, 0xffffffff, 4);
	outbuf_uint(&spend, 0x220020, 3);		/* its script: OP_0, then push the message's hash */
	outbuf_bytes(&spend, (struct span){ message, 32 });
	put_zeros(&spend, 4);				/* sequence 0 */
	put_small(&spend, 1, 1);			/* one output, of nothing, to our script */
	put_zeros(&spend, 8);
	put_script(&spend, wallet_script());
	put_zeros(&spend, 4);				/* lock time 0 */
	REQUIRE(!spend.overflow);
	sha256_twice(txid, outbuf_span(&spend));
	outbuf_bytes(out, SPAN_ARRAY(txid));
	put_zeros(out, 4);
}

/* The one output of to_sign: nothing, to OP_RETURN. */
static void
put_output(struct outbuf *out)
{
	put_zeros(out, 8);
	outbuf_uint(out, 0x016a, 2);
}

typedef void hash_fn(uint8_t digest[32], struct span bytes);

static void
put_hash(struct outbuf *out, hash_fn *hash, const struct outbuf *part)
{
	uint8_t digest[32];

	REQUIRE(!part->overflow);
	hash(digest, outbuf_span(part));
	outbuf_bytes(out, SPAN_ARRAY(digest));
}

/* BIP-143 of to_sign's input. */
static void
digest_v0(uint8_t digest[32], const uint8_t message[32])
{
	uint8_t room[DIGESTED_MAX], part_room[48];
	struct outbuf out = outbuf_of(room, sizeof room), part = outbuf_of(part_room, sizeof part_room);

	put_zeros(&out, 4);				/* version 0 */
	put_outpoint(&part, message);
	put_hash(&out, sha256_twice, &part);
	part.len = 0;
	put_zeros(&part, 4);				/* sequence 0 */
	put_hash(&out, sha256_twice, &part);
	put_outpoint(&out, message);
	outbuf_uint(&out, 0x1976a914, 4);		/* the script that P2WPKH stands for */
	outbuf_bytes(&out, (struct span){ wallet_script().ptr + 2, 20 });
	outbuf_uint(&out, 0x88ac, 2);
	put_zeros(&out, 8 + 4);				/* amount 0, sequence 0 */
	part.len = 0;
	put_output(&part);
	put_hash(&out, sha256_twice, &part);
	put_zeros(&out, 4);				/* lock time 0 */
	put_small(&out, SIGHASH_ALL, 4);
	REQUIRE(!out.overflow);
	sha256_twice(digest, outbuf_span(&out));
}

/* BIP-341 of to_sign's input, a spend by the key, all of it signed (type 0). */
static void
digest_v1(uint8_t digest[32], const uint8_t message[32])
{
	uint8_t room[DIGESTED_MAX], part_room[48];
	struct outbuf out = outbuf_of(room, sizeof room), part = outbuf_of(part_room, sizeof part_room);

	put_zeros(&out, 1 + 1 + 4 + 4);			/* epoch, type, version, lock time */
	put_outpoint(&part, message);
	put_hash(&out, sha256, &part);
	part.len = 0;
	put_zeros(&part, 8);				/* amounts */
	put_hash(&out, sha256, &part);
	part.len = 0;
	put_script(&part, wallet_script());
	put_hash(&out, sha256, &part);
	part.len = 0;
	put_zeros(&part, 4);				/* sequences */
	put_hash(&out, sha256, &part);
	part.len = 0;
	put_output(&part);
	put_hash(&out, sha256, &part);
	put_zeros(&out, 1 + 4);				/* by the key, no annex; input 0 */
	REQUIRE(!out.overflow);
	tagged(digest, SPAN_LITERAL("TapSighash"), outbuf_span(&out));
}

/* Number of elements, then each with its length. */
static void
make_witness(struct outbuf *out, const uint8_t message[32])
{
	const struct wallet_state *state = wallet_state();
	uint8_t digest[32], signature[KEY_DER_MAX], key[KEY_LEN], seed[32];
	size_t len = 64;

	wallet_blind(seed);
	if (state->taproot) {
		digest_v1(digest, message);
		key_tweaked(key, state->key, state->leaf, seed);
		wallet_blind(seed);
		key_sign_schnorr(signature, key, digest, seed);
		wipe(key, sizeof key);
		put_small(out, 1, 1);
		put_script(out, (struct span){ signature, len });
	} else {
		digest_v0(digest, message);
		len = key_sign_ecdsa(signature, state->key, digest, seed);
		put_small(out, 2, 1);
		outbuf_uint(out, len + 1, 1);
		outbuf_bytes(out, (struct span){ signature, len });
		put_small(out, SIGHASH_ALL, 1);
		put_script(out, SPAN_ARRAY(state->public_key));
	}
	wipe(seed, sizeof seed);
	REQUIRE(!out->overflow);
}

static void
put_text(struct outbuf *out, const struct wallet_claim *claim)
{
	char address[WALLET_ADDRESS_MAX];

	wallet_address(address);
	text_string(out, "pinata-proof-v2 net=");
	text_string(out, wallet_chain_name(wallet_state()->chain));
	text_string(out, " addr=");
	text_string(out, address);
	text_string(out, " version=");
	text_string(out, claim->version);
	text_string(out, " image=sha256:");
	text_hex(out, SPAN_ARRAY(claim->image));
	text_string(out, " ca=sha256:");
	text_hex(out, SPAN_ARRAY(claim->authority));
	text_string(out, " boot=");
	text_decimal(out, claim->boot_s);
	text_string(out, " nonce=");
	text_hex(out, SPAN_ARRAY(claim->nonce));
}

bool
wallet_prove(struct outbuf *text, struct outbuf *proof, const struct wallet_claim *claim)
{
	uint8_t text_room[WALLET_PROOF_TEXT_MAX], witness_room[WITNESS_MAX], message[32];
	struct outbuf composed = outbuf_of(text_room, sizeof text_room);
	struct outbuf witness = outbuf_of(witness_room, sizeof witness_room);

	put_text(&composed, claim);
	REQUIRE(!composed.overflow);
	tagged(message, SPAN_LITERAL("BIP0322-signed-message"), outbuf_span(&composed));
	make_witness(&witness, message);
	outbuf_bytes(text, outbuf_span(&composed));
	text_string(proof, "smp");			/* BIP-322 1.0.0: the simple form */
	text_base64(proof, outbuf_span(&witness));
	return true;
}
