/* rsa.c: RSA on numbers, over BearSSL's 62-bit code.  See rsa.h. */
#include "tlsstack/crypto/rsa.h"

#include "platform/base/bytes.h"
#include "platform/base/ct.h"
#include "platform/base/panic.h"
#include "tlsstack/der.h"

#include <bearssl_rsa.h>

#define EXPONENT_MAX	8	/* bytes: bounds the work; real ones have 1 to 3 */

size_t
rsa_bits(struct span modulus)
{
	size_t bits = modulus.len * 8;

	if (modulus.len == 0)
		return 0;
	for (uint8_t top = modulus.ptr[0]; top < 0x80; top = (uint8_t)(top << 1))
	LOOP_ASSIGNS(top, bits)
	LOOP_INVARIANT(bits <= modulus.len * 8 && bits + 8 >= modulus.len * 8)
	LOOP_INVARIANT(top == (unsigned)modulus.ptr[0] << (modulus.len * 8 - bits))
	LOOP_DECREASES(bits)
	{
		if (top == 0)
			return 0;		/* a leading zero: not a modulus of ours */
		bits--;
	}
	return bits;
}

/* An odd exponent from 3 on: 1 would make every padded message its own signature. */
static bool
exponent_ok(struct span e)
PRE(SPAN_VALUE(e))
ASSIGNS()
POST(!RETVAL || (e.len >= 1 && e.len <= EXPONENT_MAX && e.ptr[0] != 0))
{
	if (e.len == 0 || e.len > EXPONENT_MAX || e.ptr[0] == 0 || (e.ptr[e.len - 1] & 1) == 0)
		return false;
	return e.len > 1 || e.ptr[0] >= 3;
}

bool
rsa_public(uint8_t out[RSA_BYTES_MAX], const struct crypto_public_key *key, struct span signature)
{
	uint8_t n[RSA_BYTES_MAX], e[EXPONENT_MAX];
	br_rsa_public_key public = { n, key->modulus.len, e, key->exponent.len };
	size_t bits = rsa_bits(key->modulus);

	if (key->kind != CRYPTO_KEY_RSA || bits < CRYPTO_RSA_BITS_MIN || bits > CRYPTO_RSA_BITS_MAX ||
	    !exponent_ok(key->exponent) || signature.len != key->modulus.len)
		return false;
	bytes_copy(n, key->modulus.ptr, key->modulus.len);	/* BearSSL's types are not const */
	bytes_copy(e, key->exponent.ptr, key->exponent.len);
	bytes_copy(out, signature.ptr, signature.len);
	return br_rsa_i62_public(out, signature.len, &public) == 1;
}

bool
rsa_private_parse(struct rsa_private *key, struct span der)
{
	struct cursor in = cursor_of(der), fields;
	struct span d;
	uint32_t version;

	return der_take(&in, DER_SEQUENCE, &fields) && cursor_done(&in) &&
	    der_uint32(&fields, &version) && version == 0 &&
	    der_positive(&fields, &key->modulus) && der_positive(&fields, &key->exponent) &&
	    der_positive(&fields, &d) && der_positive(&fields, &key->p) && der_positive(&fields, &key->q) &&
	    der_positive(&fields, &key->dp) && der_positive(&fields, &key->dq) &&
	    der_positive(&fields, &key->iq) && cursor_done(&fields);
}

void
rsa_sign(uint8_t *x, const struct rsa_private *key)
{
	/* BearSSL's type has no const; its code writes to none of these. */
	const br_rsa_private_key private = {
		.n_bitlen = (uint32_t)rsa_bits(key->modulus),
		.p = (uint8_t *)(uintptr_t)key->p.ptr, .plen = key->p.len,
		.q = (uint8_t *)(uintptr_t)key->q.ptr, .qlen = key->q.len,
		.dp = (uint8_t *)(uintptr_t)key->dp.ptr, .dplen = key->dp.len,
		.dq = (uint8_t *)(uintptr_t)key->dq.ptr, .dqlen = key->dq.len,
		.iq = (uint8_t *)(uintptr_t)key->iq.ptr, .iqlen = key->iq.len,
	};
	const struct crypto_public_key public = {
		.kind = CRYPTO_KEY_RSA, .modulus = key->modulus, .exponent = key->exponent
	};
	uint8_t before[RSA_BYTES_MAX], after[RSA_BYTES_MAX];
	size_t len = key->modulus.len;

	REQUIRE(len <= RSA_BYTES_MAX && key->p.len <= RSA_BYTES_MAX / 2 && key->q.len <= RSA_BYTES_MAX / 2);
	bytes_copy(before, x, len);
	REQUIRE(br_rsa_i62_private(x, &private) == 1);
	REQUIRE(rsa_public(after, &public, (struct span){ x, len }));
	REQUIRE(ct_equal(before, after, len));
}
