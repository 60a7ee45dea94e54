/*
 * key.c: the private key and its point, over libsecp256k1 0.5.0 with a context in static
 * storage.  The library's four demands on its surroundings are met here too: its two callbacks
 * and its malloc and free (the Makefile renames these to ours) are bugs when they are called.
 */
#include "wallet/key.h"

#include <secp256k1.h>
#include <secp256k1_extrakeys.h>
#include <secp256k1_preallocated.h>
#include <secp256k1_schnorrsig.h>

#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "wallet/tagged.h"

enum { CONTEXT_LEN = 208 };

void secp256k1_default_illegal_callback_fn(const char *text, void *data);
void secp256k1_default_error_callback_fn(const char *text, void *data);
void *key_no_malloc(size_t len);
void key_no_free(void *at);

_Noreturn void
secp256k1_default_illegal_callback_fn(const char *text, void *data)
{
	(void)text;
	(void)data;
	PANIC();
}

_Noreturn void
secp256k1_default_error_callback_fn(const char *text, void *data)
{
	(void)text;
	(void)data;
	PANIC();
}

_Noreturn void *
key_no_malloc(size_t len)
{
	(void)len;
	PANIC();
}

_Noreturn void
key_no_free(void *at)
{
	(void)at;
	PANIC();
}

__attribute__((noinline)) static bool
compute(secp256k1_context *context, uint8_t public_key[KEY_PUBLIC_LEN], const uint8_t key[KEY_LEN])
{
	secp256k1_pubkey point;
	size_t len = KEY_PUBLIC_LEN;

	bytes_set(public_key, 0, KEY_PUBLIC_LEN);
	if (secp256k1_ec_seckey_verify(context, key) != 1)
		return false;
	REQUIRE(secp256k1_ec_pubkey_create(context, &point, key) == 1);
	REQUIRE(secp256k1_ec_pubkey_serialize(context, public_key, &len, &point,
	    SECP256K1_EC_COMPRESSED) == 1 && len == KEY_PUBLIC_LEN);
	return true;
}

/* A context of one call.  What is in it is secret: the blinding of the key's multiplication. */
union store { uint64_t align[2]; uint8_t bytes[CONTEXT_LEN]; };

static secp256k1_context *
open_context(union store *store, const uint8_t blind_seed[32])
{
	secp256k1_context *context;

	REQUIRE(secp256k1_context_preallocated_size(SECP256K1_CONTEXT_NONE) <= sizeof *store);
	context = secp256k1_context_preallocated_create(store, SECP256K1_CONTEXT_NONE);
	REQUIRE(secp256k1_context_randomize(context, blind_seed) == 1);
	return context;
}

/* 0.5.0 clears its scalars with plain stores, which the compiler may drop: so the stack below too. */
static void
close_context(secp256k1_context *context, union store *store)
{
	secp256k1_context_preallocated_destroy(context);
	wipe(store, sizeof *store);
	wipe_stack();
}

bool
key_public(uint8_t public_key[KEY_PUBLIC_LEN], const uint8_t key[KEY_LEN], const uint8_t blind_seed[32])
{
	union store store;
	secp256k1_context *context = open_context(&store, blind_seed);
	bool ok = compute(context, public_key, key);

	close_context(context, &store);
	return ok;
}

void
key_tweaked(uint8_t tweaked[KEY_LEN], const uint8_t key[KEY_LEN], const uint8_t leaf[32],
    const uint8_t blind_seed[32])
{
	union store store;
	secp256k1_context *context = open_context(&store, blind_seed);
	secp256k1_xonly_pubkey internal;
	secp256k1_keypair pair;
	uint8_t text[64], tweak[32];

	REQUIRE(secp256k1_keypair_create(context, &pair, key) == 1);
	REQUIRE(secp256k1_keypair_xonly_pub(context, &internal, NULL, &pair) == 1);
	REQUIRE(secp256k1_xonly_pubkey_serialize(context, text, &internal) == 1);
	bytes_copy(text + 32, leaf, 32);
	tagged(tweak, SPAN_LITERAL("TapTweak"), SPAN_ARRAY(text));
	REQUIRE(secp256k1_keypair_xonly_tweak_add(context, &pair, tweak) == 1);
	REQUIRE(secp256k1_keypair_sec(context, tweaked, &pair) == 1);
	wipe(&pair, sizeof pair);
	close_context(context, &store);
}

size_t
key_sign_ecdsa(uint8_t der[KEY_DER_MAX], const uint8_t key[KEY_LEN], const uint8_t digest[32],
    const uint8_t blind_seed[32])
{
	union store store;
	secp256k1_context *context = open_context(&store, blind_seed);
	secp256k1_ecdsa_signature signature;
	secp256k1_pubkey point;
	size_t len = KEY_DER_MAX;

	REQUIRE(secp256k1_ec_pubkey_create(context, &point, key) == 1);
	REQUIRE(secp256k1_ecdsa_sign(context, &signature, digest, key, NULL, NULL) == 1);
	REQUIRE(secp256k1_ecdsa_verify(context, &signature, digest, &point) == 1);
	REQUIRE(secp256k1_ecdsa_signature_serialize_der(context, der, &len, &signature) == 1);
	close_context(context, &store);
	return len;
}

void
key_sign_schnorr(uint8_t signature[64], const uint8_t key[KEY_LEN], const uint8_t digest[32],
    const uint8_t blind_seed[32])
{
	union store store;
	secp256k1_context *context = open_context(&store, blind_seed);
	secp256k1_xonly_pubkey point;
	secp256k1_keypair pair;

	REQUIRE(secp256k1_keypair_create(context, &pair, key) == 1);
	REQUIRE(secp256k1_keypair_xonly_pub(context, &point, NULL, &pair) == 1);
	/* No auxiliary randomness: BIP-340's nonce is safe without, and a proof is a function of its text. */
	REQUIRE(secp256k1_schnorrsig_sign32(context, signature, digest, &pair, NULL) == 1);
	REQUIRE(secp256k1_schnorrsig_verify(context, signature, digest, 32, &point) == 1);
	wipe(&pair, sizeof pair);
	close_context(context, &store);
}
