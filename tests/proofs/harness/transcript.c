/*
 * transcript.c: any state of the running hashes: each of the three places is free or has one of the three hashes that there
 * are (tlsstack/crypto), none twice, which each function keeps.  A hash is a function that checks its arguments: a
 * context to write, a message to read, room for a digest of its own length.  So three places are always enough.
 */
#include "tests/proofs/harness/shared.h"

#include "tlsstack/transcript.c"

bool nondet_bool(void);
uint8_t nondet_uint8(void);
size_t nondet_size(void);
void *malloc(size_t len);
void other_side(void) { }

static void any_init(struct crypto_hash_ctx *ctx) { ASSERT(__CPROVER_w_ok(ctx, sizeof *ctx)); }
static void any_update(struct crypto_hash_ctx *ctx, struct span bytes)
    { ASSERT(__CPROVER_w_ok(ctx, sizeof *ctx) && (bytes.len == 0 || __CPROVER_r_ok(bytes.ptr, bytes.len))); }
static void out32(const struct crypto_hash_ctx *ctx, uint8_t *digest) { ASSERT(__CPROVER_r_ok(ctx, sizeof *ctx) && __CPROVER_w_ok(digest, 32)); }
static void out48(const struct crypto_hash_ctx *ctx, uint8_t *digest) { ASSERT(__CPROVER_r_ok(ctx, sizeof *ctx) && __CPROVER_w_ok(digest, 48)); }
static void out64(const struct crypto_hash_ctx *ctx, uint8_t *digest) { ASSERT(__CPROVER_r_ok(ctx, sizeof *ctx) && __CPROVER_w_ok(digest, 64)); }

static const struct crypto_hash HASHES[3] = {
	{ 32, 64, any_init, any_update, out32 }, { 48, 128, any_init, any_update, out48 }, { 64, 128, any_init, any_update, out64 }
};
static struct transcript transcript;

static const struct crypto_hash *
any_hash(void)
{
	uint8_t i = nondet_uint8();

	ASSUME(i < 3);
	return &HASHES[i];
}

static bool
holds(void)
{
	for (unsigned i = 0; i < TRANSCRIPT_HASHES; i++) {
		const struct crypto_hash *hash = transcript.hash[i];

		if (hash != NULL && hash != &HASHES[0] && hash != &HASHES[1] && hash != &HASHES[2])
			return false;
		for (unsigned before = 0; before < i; before++)
			if (hash != NULL && transcript.hash[before] == hash)
				return false;
	}
	return true;
}

static bool
runs(const struct crypto_hash *hash)
{
	return transcript.hash[0] == hash || transcript.hash[1] == hash || transcript.hash[2] == hash;
}

/* One state, a hash, and one that runs. */
static const struct crypto_hash *
any_transcript(void)
{
	for (unsigned i = 0; i < TRANSCRIPT_HASHES; i++)
		transcript.hash[i] = nondet_bool() ? NULL : any_hash();
	ASSUME(holds());
	return any_hash();
}

static const struct crypto_hash *
any_running(void)
{
	const struct crypto_hash *hash = any_transcript();

	ASSUME(runs(hash));
	return hash;
}

void prove_transcript_init(void) { (void)any_transcript(); transcript_init(&transcript); REACHED(); }
void prove_find(void) { const struct crypto_hash *hash = any_transcript(); size_t at = find(&transcript, hash);
    ASSERT(at <= TRANSCRIPT_HASHES && (at == TRANSCRIPT_HASHES) == !runs(hash)); REACHED(); }
void prove_transcript_want(void) { const struct crypto_hash *hash = any_transcript(); transcript_want(&transcript, hash);
    ASSERT(holds() && runs(hash)); REACHED(); }
void prove_transcript_has(void) { const struct crypto_hash *hash = any_transcript();
    ASSERT(transcript_has(&transcript, hash) == runs(hash)); REACHED(); }
void prove_transcript_keep(void) { const struct crypto_hash *hash = any_running(); transcript_keep(&transcript, hash);
    ASSERT(holds() && runs(hash)); REACHED(); }

void
prove_transcript_add(void)
{
	struct span message = { NULL, nondet_size() };

	(void)any_transcript();
	ASSUME(message.len <= 0x1000000);
	message.ptr = malloc(message.len);
	ASSUME(message.ptr != NULL);
	transcript_add(&transcript, message);
	ASSERT(holds());
	REACHED();
}

void
prove_transcript_out(void)
{
	const struct crypto_hash *hash = any_running();
	uint8_t *digest = malloc(hash->len);

	ASSUME(digest != NULL);
	transcript_out(&transcript, hash, digest);
	ASSERT(holds());
	REACHED();
}

void
prove_transcript_message_hash(void)
{
	const struct crypto_hash *hash = any_running();

	transcript_message_hash(&transcript, hash);
	ASSERT(holds() && runs(hash));
	REACHED();
}
