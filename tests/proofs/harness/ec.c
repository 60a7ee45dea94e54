/*
 * ec.c: both NIST curves (ec_p256.c and ec_p384.c as they are), with any order of the right length; BearSSL's curves are
 * bearssl.h's, which demand a scalar in [1, n-1] of the order's length, and drbg_bytes (proved in drbg.c of this folder) gives
 * any bytes.  Copies are exact here, so that contents can be judged: a refused point leaves zeros.  ec_keygen draws again
 * until a scalar is in range: the proof looks at two draws; that it ever ends is a matter of chance, and not proved.
 */
#define EXACT_BYTES
#include "tests/proofs/harness/any_hash.h"
#include "tests/proofs/harness/bearssl.h"

#include "tlsstack/crypto/ec.c"
#include "tlsstack/crypto/ec_p256.c"
#include "tlsstack/crypto/ec_p384.c"
#include "tlsstack/limits.h"

static const struct ec_curve *curve;
static unsigned num_draws;

void other_side(void) { }

void
drbg_bytes(struct crypto_drbg *drbg, uint8_t *out, size_t len)
{
	ASSERT(__CPROVER_w_ok(drbg, sizeof *drbg) && len <= 65536 && __CPROVER_w_ok(out, len));
	__CPROVER_havoc_slice(out, len);
	ASSUME(++num_draws <= 2);
}

static void
any_curve(const struct ec_curve *which)
{
	__CPROVER_havoc_object(bearssl_order_p256);
	__CPROVER_havoc_object(bearssl_order_p384);
	curve = which;
	num_draws = 0;
}

static void
judge_scalar_ok(void)
{
	const uint8_t *scalar = any_object(curve->scalar_len);

	ASSERT(scalar_ok(curve, scalar) == in_range(scalar, curve->scalar_len, curve->id));
}

static void
judge_public(void)
{
	const uint8_t *scalar = any_object(curve->scalar_len);

	ASSERT(ec_public(curve, any_object(2 * curve->scalar_len + 1), scalar) == in_range(scalar, curve->scalar_len, curve->id));
}

static void
judge_keygen(void)
{
	struct crypto_drbg drbg;
	uint8_t *secret = any_object(curve->scalar_len);

	ec_keygen(curve, secret, any_object(2 * curve->scalar_len + 1), &drbg);
	ASSERT(in_range(secret, curve->scalar_len, curve->id));
}

/* The secret is ec_keygen's; the peer's bytes are any. */
static void
judge_shared(void)
{
	uint8_t *shared = any_object(curve->scalar_len);
	const uint8_t *secret = any_object(curve->scalar_len);
	struct span peer = any_span(TLS_MESSAGE_TOP);
	size_t at = nondet_size();

	ASSUME(in_range(secret, curve->scalar_len, curve->id) && at < curve->scalar_len);
	if (ec_shared(curve, shared, secret, peer))
		ASSERT(peer.len == 2 * curve->scalar_len + 1);
	else
		ASSERT(shared[at] == 0);
}

void prove_scalar_ok(void) { any_curve(&ec_p256); judge_scalar_ok(); any_curve(&ec_p384); judge_scalar_ok(); REACHED(); }
void prove_ec_public(void) { any_curve(&ec_p256); judge_public(); any_curve(&ec_p384); judge_public(); REACHED(); }
void prove_ec_keygen(void) { any_curve(&ec_p256); judge_keygen(); any_curve(&ec_p384); judge_keygen(); REACHED(); }
void prove_ec_shared(void) { any_curve(&ec_p256); judge_shared(); any_curve(&ec_p384); judge_shared(); REACHED(); }
