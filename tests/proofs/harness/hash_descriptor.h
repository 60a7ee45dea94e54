/*
 * hash_descriptor.h: what hash_sha256.c, hash_sha384.c and hash_sha512.c prove: through the descriptor's pointers, with a
 * context of struct crypto_hash_ctx's size and a digest of the descriptor's length, both ending where their objects do.
 */
#ifndef PROOFS_HASH_DESCRIPTOR_H
#define PROOFS_HASH_DESCRIPTOR_H

#include "tlsstack/limits.h"

void other_side(void) { }

static struct crypto_hash_ctx *
any_ctx(void)
{
	struct crypto_hash_ctx *ctx = malloc(sizeof *ctx);

	ASSUME(ctx != NULL);
	return ctx;
}

void prove_init(void) { DESCRIPTOR.init(any_ctx()); REACHED(); }
void prove_update(void) { DESCRIPTOR.update(any_ctx(), any_span(TLS_MESSAGE_TOP)); REACHED(); }

/* hmac.c's buffers and any_hash.h rest on these lengths. */
void
prove_out(void)
{
	DESCRIPTOR.out(any_ctx(), any_object(DESCRIPTOR.len));
	ASSERT(DESCRIPTOR.len <= CRYPTO_HASH_MAX && DESCRIPTOR.len <= DESCRIPTOR.block_len && DESCRIPTOR.block_len <= CRYPTO_BLOCK_MAX);
	REACHED();
}

#endif
