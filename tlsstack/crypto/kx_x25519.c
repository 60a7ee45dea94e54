/* kx_x25519.c: X25519 (RFC 7748) as a TLS group, over BearSSL's.  See crypto.h. */
#include "platform/base/bytes.h"
#include "platform/base/ct.h"
#include "tlsstack/crypto/crypto.h"

#include <bearssl_ec.h>

#define LEN	32

/* In place.  BearSSL clamps the scalar itself; any 32 bytes are a point of the curve or its twist. */
static void
multiply(uint8_t point[LEN], const uint8_t secret[LEN])
{
	(void)br_ec_c25519_m31.mul(point, LEN, secret, LEN, BR_EC_curve25519);
}

static void
keygen(uint8_t *secret, uint8_t *public, struct crypto_drbg *drbg)
{
	drbg_bytes(drbg, secret, LEN);
	bytes_set(public, 0, LEN);
	public[0] = 9;			/* the base point: RFC 7748, 6.1 */
	multiply(public, secret);
}

/*
 * Points of small order lead to zero, whatever the secret: refused (RFC 8446, 7.4.2).  Every
 * other string of 32 bytes is a point, of the curve or of its twist, and safe.
 */
static bool
shared(uint8_t *shared_secret, const uint8_t *secret, struct span peer)
{
	static const uint8_t zero[LEN];

	bytes_set(shared_secret, 0, LEN);
	if (peer.len != LEN)
		return false;
	bytes_copy(shared_secret, peer.ptr, LEN);
	multiply(shared_secret, secret);
	return !ct_equal(shared_secret, zero, LEN);
}

const struct tls_group tls_x25519 = {
	.code = 0x001d, .secret_len = LEN, .public_len = LEN, .shared_len = LEN,
	.keygen = keygen, .shared = shared
};
