/* curve.c: libsecp256k1 behind curve.h: one context, randomised once.  See curve.h. */
#include "deploy/tool/curve.h"

#include <secp256k1.h>
#include <secp256k1_extrakeys.h>
#include <secp256k1_preallocated.h>
#include <secp256k1_schnorrsig.h>

#include "deploy/tool/tool.h"
#include "deploy/tool/tx.h"
#include "platform/base/bytes.h"
#include "platform/base/panic.h"

static secp256k1_context *
context(void)
{
	static secp256k1_context *made;
	uint8_t seed[32];

	if (made != NULL)
		return made;
	made = secp256k1_context_preallocated_create(tool_alloc(
	    secp256k1_context_preallocated_size(SECP256K1_CONTEXT_NONE)), SECP256K1_CONTEXT_NONE);
	tool_random(seed, sizeof seed);
	REQUIRE(secp256k1_context_randomize(made, seed) == 1);
	wipe(seed, sizeof seed);
	return made;
}

bool
curve_public(uint8_t public_key[33], const uint8_t key[32])
{
	secp256k1_pubkey point;
	size_t len = 33;

	if (secp256k1_ec_pubkey_create(context(), &point, key) != 1)
		return false;
	REQUIRE(secp256k1_ec_pubkey_serialize(context(), public_key, &len, &point, SECP256K1_EC_COMPRESSED) == 1);
	return true;
}

size_t
curve_ecdsa_sign(uint8_t der[CURVE_DER_MAX], const uint8_t key[32], const uint8_t digest[32])
{
	secp256k1_ecdsa_signature signature;
	size_t len = CURVE_DER_MAX;

	REQUIRE(secp256k1_ecdsa_sign(context(), &signature, digest, key, NULL, NULL) == 1);
	REQUIRE(secp256k1_ecdsa_signature_serialize_der(context(), der, &len, &signature) == 1);
	return len;
}

bool
curve_ecdsa_verify(struct span der, const uint8_t public_key[33], const uint8_t digest[32])
{
	secp256k1_ecdsa_signature signature;
	secp256k1_pubkey point;

	if (secp256k1_ec_pubkey_parse(context(), &point, public_key, 33) != 1 ||
	    secp256k1_ecdsa_signature_parse_der(context(), &signature, der.ptr, der.len) != 1)
		return false;
	/* Consensus takes a high S too, and the library's verify does not. */
	secp256k1_ecdsa_signature_normalize(context(), &signature, &signature);
	return secp256k1_ecdsa_verify(context(), &signature, digest, &point) == 1;
}

void
curve_schnorr_sign(uint8_t signature[64], const uint8_t key[32], const uint8_t *tweak, const uint8_t digest[32])
{
	secp256k1_keypair pair;
	uint8_t auxiliary[32];

	REQUIRE(secp256k1_keypair_create(context(), &pair, key) == 1);
	if (tweak != NULL)
		REQUIRE(secp256k1_keypair_xonly_tweak_add(context(), &pair, tweak) == 1);
	tool_random(auxiliary, sizeof auxiliary);
	REQUIRE(secp256k1_schnorrsig_sign32(context(), signature, digest, &pair, auxiliary) == 1);
	wipe(&pair, sizeof pair);
	wipe(auxiliary, sizeof auxiliary);
}

bool
curve_schnorr_verify(const uint8_t signature[64], const uint8_t x_only[32], const uint8_t digest[32])
{
	secp256k1_xonly_pubkey point;

	return secp256k1_xonly_pubkey_parse(context(), &point, x_only) == 1 &&
	    secp256k1_schnorrsig_verify(context(), signature, digest, 32, &point) == 1;
}

bool
curve_tweak(uint8_t output[32], uint8_t *tweak, bool *odd, const uint8_t internal[32], const uint8_t *root)
{
	secp256k1_xonly_pubkey point, tweaked_x;
	secp256k1_pubkey tweaked;
	uint8_t text[64], hash[32];
	int parity;

	bytes_copy(text, internal, 32);
	if (root != NULL)
		bytes_copy(text + 32, root, 32);
	tagged_hash(hash, "TapTweak", (struct span){ text, root == NULL ? 32 : 64 });
	if (secp256k1_xonly_pubkey_parse(context(), &point, internal) != 1 ||
	    secp256k1_xonly_pubkey_tweak_add(context(), &tweaked, &point, hash) != 1)
		return false;
	REQUIRE(secp256k1_xonly_pubkey_from_pubkey(context(), &tweaked_x, &parity, &tweaked) == 1);
	REQUIRE(secp256k1_xonly_pubkey_serialize(context(), output, &tweaked_x) == 1);
	if (tweak != NULL)
		bytes_copy(tweak, hash, 32);
	if (odd != NULL)
		*odd = parity != 0;
	return true;
}

bool
curve_x_only_ok(const uint8_t x_only[32])
{
	secp256k1_xonly_pubkey point;

	return secp256k1_xonly_pubkey_parse(context(), &point, x_only) == 1;
}
