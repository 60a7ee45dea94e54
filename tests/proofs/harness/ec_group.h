/*
 * ec_group.h: what kx_p256.c and kx_p384.c prove: their descriptor's lengths are those of the curve that it hands on to ec.c,
 * whose functions (proved in ec.c of this folder) are stubs here that demand room and bytes by the curve's length.
 */
#ifndef PROOFS_EC_GROUP_H
#define PROOFS_EC_GROUP_H

#include "tlsstack/limits.h"

void other_side(void) { }

bool
ec_public(const struct ec_curve *curve, uint8_t *point, const uint8_t *scalar)
{
	ASSERT(__CPROVER_w_ok(point, 2 * curve->scalar_len + 1) && __CPROVER_r_ok(scalar, curve->scalar_len));
	__CPROVER_havoc_slice(point, 2 * curve->scalar_len + 1);
	return nondet_bool();
}

void
ec_keygen(const struct ec_curve *curve, uint8_t *secret, uint8_t *public, struct crypto_drbg *drbg)
{
	ASSERT(__CPROVER_w_ok(secret, curve->scalar_len) && __CPROVER_w_ok(public, 2 * curve->scalar_len + 1));
	ASSERT(__CPROVER_w_ok(drbg, sizeof *drbg));
	__CPROVER_havoc_slice(secret, curve->scalar_len);
	__CPROVER_havoc_slice(public, 2 * curve->scalar_len + 1);
}

bool
ec_shared(const struct ec_curve *curve, uint8_t *shared, const uint8_t *secret, struct span peer)
{
	ASSERT(__CPROVER_w_ok(shared, curve->scalar_len) && __CPROVER_r_ok(secret, curve->scalar_len));
	ASSERT(peer.len == 0 || __CPROVER_r_ok(peer.ptr, peer.len));
	__CPROVER_havoc_slice(shared, curve->scalar_len);
	return nondet_bool();
}

void prove_keygen(void) { struct crypto_drbg drbg; DESCRIPTOR.keygen(any_object(DESCRIPTOR.secret_len), any_object(DESCRIPTOR.public_len), &drbg);
    ASSERT(DESCRIPTOR.secret_len <= CRYPTO_KX_SECRET_MAX && DESCRIPTOR.public_len <= CRYPTO_KX_PUBLIC_MAX); REACHED(); }
void prove_shared(void) { (void)DESCRIPTOR.shared(any_object(DESCRIPTOR.shared_len), any_object(DESCRIPTOR.secret_len), any_span(TLS_MESSAGE_TOP));
    ASSERT(DESCRIPTOR.shared_len <= CRYPTO_KX_SHARED_MAX); REACHED(); }

#endif
