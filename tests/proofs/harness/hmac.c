/*
 * hmac.c: any descriptor, keys of any length; hash_of (proved in hash.c of this folder) is a function that checks its
 * arguments, the hash any_hash.h.  A digest and a key end where their objects do.
 */
#include "tests/proofs/harness/any_hash.h"

#include "tlsstack/crypto/hmac.c"
#include "tlsstack/limits.h"

void other_side(void) { }

void
hash_of(const struct crypto_hash *hash, uint8_t *digest, struct span bytes)
{
	ASSERT(hash == &any_hash && __CPROVER_w_ok(digest, hash->len) && __CPROVER_r_ok(bytes.ptr, bytes.len));
	__CPROVER_havoc_slice(digest, any_hash.len);
}

static struct crypto_hmac hmac;

static void
any_hmac(void)
{
	any_hash_choose(nondet_unsigned());
	__CPROVER_havoc_object(&hmac);
	hmac.hash = &any_hash;
	hmac.inner.opaque[0] = hmac.outer.opaque[0] = ANY_HASH_BEGAN;
}

/* Both hashes have begun, and are of this descriptor. */
static void
judge(void)
{
	ASSERT(hmac.hash == &any_hash && hmac.inner.opaque[0] == ANY_HASH_BEGAN && hmac.outer.opaque[0] == ANY_HASH_BEGAN);
}

void prove_start(void) { struct crypto_hash_ctx ctx; any_hmac(); start(&ctx, &any_hash, any_object(any_hash.block_len), 0x36);
    ASSERT(ctx.opaque[0] == ANY_HASH_BEGAN); REACHED(); }
void prove_hmac_init(void) { any_hmac(); __CPROVER_havoc_object(&hmac); hmac_init(&hmac, &any_hash, any_span(TLS_PLAINTEXT_MAX)); judge(); REACHED(); }
void prove_hmac_update(void) { any_hmac(); hmac_update(&hmac, any_span(TLS_MESSAGE_TOP)); judge(); REACHED(); }
void prove_hmac_out(void) { any_hmac(); hmac_out(&hmac, any_object(any_hash.len)); judge(); REACHED(); }
