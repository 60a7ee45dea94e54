/*
 * tls12_schedule.c: the schedule of TLS 1.2 with a suite's hash (SHA-256's or SHA-384's lengths), secrets, labels and seeds of any
 * length, keys and IVs of any suite's lengths; HMAC is any_hmac.h.  What is read and written ends where its object does.
 */
#include "tests/proofs/harness/any_hmac.h"

#include "tlsstack/tls12_schedule.c"
#include "tlsstack/limits.h"

void other_side(void) { }

static struct crypto_aead aead;
static struct tls_suite suite;

/* The lengths that suites.c's rows have. */
static void
any_suite(void)
{
	any_hash_choose(nondet_bool());
	suite.aead = &aead;
	suite.hash = &any_hash;
	aead.key_len = nondet_bool() ? 16 : CRYPTO_AEAD_KEY_MAX;
	suite.fixed_iv_len = nondet_bool() ? 4 : CRYPTO_NONCE_LEN;
}

static struct secret *
any_secret(void)
{
	return (struct secret *)any_object(sizeof(struct secret));
}

void
prove_mac_of(void)
{
	struct crypto_hmac keyed;
	struct span first = any_span(CRYPTO_HASH_MAX), seed[3] = { any_span(255), any_span(66), any_span(0xffff) };

	any_suite();
	hmac_init(&keyed, &any_hash, any_span(CRYPTO_KX_SHARED_MAX));
	mac_of(&keyed, any_object(any_hash.len), first, seed);
	REACHED();
}

void
prove_tls12_prf(void)
{
	struct span out = any_span(INPUT_MAX);

	any_suite();
	tls12_prf(&any_hash, (uint8_t *)(uintptr_t)out.ptr, out.len, any_span(CRYPTO_KX_SHARED_MAX), any_span(255), any_span(66), any_span(0xffff));
	REACHED();
}

void prove_tls12_master(void) { any_suite(); tls12_master(&any_hash, any_secret(), any_span(CRYPTO_KX_SHARED_MAX), any_object(any_hash.len)); REACHED(); }

void
prove_take(void)
{
	struct span bytes = any_span(KEY_BLOCK_MAX);
	struct cursor block = cursor_of(bytes);
	size_t len = nondet_size();

	block.pos = nondet_size();
	ASSUME(block.pos <= block.end && len <= CRYPTO_AEAD_KEY_MAX && len <= cursor_left(&block));
	take(any_object(len), &block, len);
	ASSERT(block.pos <= block.end);
	REACHED();
}

/* The key block is long enough for all four: take() would panic. */
void
prove_tls12_keys(void)
{
	struct record_secret client, server;

	any_suite();
	tls12_keys(&client, &server, &suite, any_secret(), any_object(32), any_object(32));
	ASSERT(client.suite == &suite && server.suite == &suite);
	REACHED();
}

void prove_tls12_finished(void) { any_suite(); tls12_finished(&any_hash, any_object(TLS12_VERIFY_LEN), any_secret(), nondet_bool(), any_object(any_hash.len)); REACHED(); }
