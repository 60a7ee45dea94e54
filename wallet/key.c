/*
 * key.c: the private key and its point, over libsecp256k1 0.5.0 with a context in static
 * storage.  The library's four demands on its surroundings are met here too: its two callbacks
 * and its malloc and free (the Makefile renames these to ours) are bugs when they are called.
 */
#include "wallet/key.h"

#include <secp256k1.h>
#include <secp256k1_preallocated.h>

#include "platform/base/bytes.h"
#include "platform/base/panic.h"

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

bool
key_public(uint8_t public_key[KEY_PUBLIC_LEN], const uint8_t key[KEY_LEN], const uint8_t blind_seed[32])
{
	union { uint64_t align[2]; uint8_t bytes[CONTEXT_LEN]; } store;
	secp256k1_context *context;
	bool ok;

	REQUIRE(secp256k1_context_preallocated_size(SECP256K1_CONTEXT_NONE) <= sizeof store);
	context = secp256k1_context_preallocated_create(&store, SECP256K1_CONTEXT_NONE);
	REQUIRE(secp256k1_context_randomize(context, blind_seed) == 1);
	ok = compute(context, public_key, key);
	secp256k1_context_preallocated_destroy(context);
	wipe(&store, sizeof store);
	wipe_stack();	/* 0.5.0 clears its scalars with plain stores, which the compiler may drop */
	return ok;
}
