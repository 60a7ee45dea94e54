/*
 * any_hmac.h: HMAC for proofs of what calls it.  It demands what crypto.h says (readable bytes, a context that hmac_init
 * began and nobody wiped, which the outer hash's mark says, room for the digest) and answers any digest; proved in hmac.c of
 * this folder.
 */
#ifndef PROOFS_ANY_HMAC_H
#define PROOFS_ANY_HMAC_H

#include "tests/proofs/harness/any_hash.h"

void
hmac_init(struct crypto_hmac *hmac, const struct crypto_hash *hash, struct span key)
{
	ASSERT(__CPROVER_w_ok(hmac, sizeof *hmac) && hash == &any_hash && (key.len == 0 || __CPROVER_r_ok(key.ptr, key.len)));
	hmac->hash = hash;
	hmac->outer.opaque[0] = ANY_HASH_BEGAN;
}

static inline bool
hmac_began(const struct crypto_hmac *hmac)
{
	return __CPROVER_r_ok(hmac, sizeof *hmac) && hmac->hash == &any_hash && hmac->outer.opaque[0] == ANY_HASH_BEGAN;
}

void
hmac_update(struct crypto_hmac *hmac, struct span bytes)
{
	ASSERT(hmac_began(hmac) && (bytes.len == 0 || __CPROVER_r_ok(bytes.ptr, bytes.len)));
}

void
hmac_out(const struct crypto_hmac *hmac, uint8_t *mac)
{
	ASSERT(hmac_began(hmac) && __CPROVER_w_ok(mac, any_hash.len));
	__CPROVER_havoc_slice(mac, any_hash.len);
}

#endif
