/*
 * any_hash.h: a hash descriptor for proofs of what calls one.  It demands what crypto.h says (a context that init began, not
 * one that was wiped; bytes that can be read; room for `len` bytes of digest) and answers any digest.  That the real three
 * keep to this is proved in hash_sha256.c and its siblings of this folder, over BearSSL's interface.
 */
#ifndef PROOFS_ANY_HASH_H
#define PROOFS_ANY_HASH_H

#include "tests/proofs/harness/shared.h"

#include "tlsstack/crypto/crypto.h"

#define ANY_HASH_BEGAN	0x6265676172u

bool nondet_bool(void);
uint8_t nondet_uint8(void);
uint32_t nondet_uint32(void);
unsigned nondet_unsigned(void);
size_t nondet_size(void);
void *malloc(size_t len);

static struct crypto_hash any_hash;

static void
any_hash_init(struct crypto_hash_ctx *ctx)
{
	ASSERT(__CPROVER_w_ok(ctx, sizeof *ctx));
	ctx->opaque[0] = ANY_HASH_BEGAN;
}

static void
any_hash_update(struct crypto_hash_ctx *ctx, struct span bytes)
{
	ASSERT(__CPROVER_w_ok(ctx, sizeof *ctx) && ctx->opaque[0] == ANY_HASH_BEGAN);
	ASSERT(bytes.len == 0 || __CPROVER_r_ok(bytes.ptr, bytes.len));
}

static void
any_hash_out(const struct crypto_hash_ctx *ctx, uint8_t *digest)
{
	ASSERT(__CPROVER_r_ok(ctx, sizeof *ctx) && ctx->opaque[0] == ANY_HASH_BEGAN);
	ASSERT(__CPROVER_w_ok(digest, any_hash.len));
	__CPROVER_havoc_object(digest);		/* more than it may write: cheaper, and no proof needs the rest */
}

/* The lengths of the three that there are; `which` below 3. */
static inline void
any_hash_choose(unsigned which)
{
	static const size_t lens[3] = { 32, 48, 64 };

	ASSUME(which < 3);
	any_hash = (struct crypto_hash){ lens[which], which == 0 ? 64 : 128, any_hash_init, any_hash_update, any_hash_out };
}

/* `len` bytes that end where their object does; of none, a null pointer. */
static inline uint8_t *
any_object(size_t len)
{
	uint8_t *bytes = len == 0 ? NULL : malloc(len);

	ASSUME(len == 0 || bytes != NULL);
	return bytes;
}

/* Bytes of a peer, or none. */
static inline struct span
any_span(size_t max)
{
	struct span bytes = { NULL, nondet_size() };

	ASSUME(bytes.len <= max);
	bytes.ptr = any_object(bytes.len);
	return bytes;
}

#endif
