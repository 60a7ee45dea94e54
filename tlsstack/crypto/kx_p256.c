/*
 * kx_p256.c: ECDH on P-256 (SEC 1; RFC 8446, 4.2.8.2) as a TLS group, over BearSSL's, and the
 * public key of a scalar for whoever makes signing keys.  See crypto.h.
 */
#include "platform/base/bytes.h"
#include "tlsstack/crypto/crypto.h"

#include <bearssl_ec.h>

#define SCALAR_LEN	32
#define POINT_LEN	65

/*
 * True if the scalar is in [1, n-1].  CT: which of the two bounds it missed does not leak; that
 * it missed does, and then it is thrown away.
 */
static bool
scalar_ok(const uint8_t scalar[SCALAR_LEN])
{
	size_t order_len;
	const uint8_t *order = br_ec_p256_m31.order(BR_EC_secp256r1, &order_len);
	uint32_t borrow = 0, any = 0;

	for (size_t i = SCALAR_LEN; i-- > 0;) {
		borrow = ((uint32_t)scalar[i] - order[i] - borrow) >> 31;
		any |= scalar[i];
	}
	return borrow == 1 && any != 0;
}

bool
kx_p256_public(uint8_t point[TLS_POINT_LEN], const uint8_t scalar[TLS_KEY_LEN])
{
	if (!scalar_ok(scalar))
		return false;
	(void)br_ec_p256_m31.mulgen(point, scalar, SCALAR_LEN, BR_EC_secp256r1);	/* returns POINT_LEN */
	return true;
}

static void
keygen(uint8_t *secret, uint8_t *public, struct crypto_drbg *drbg)
{
	/* A draw is out of range once in 2^32. */
	do
		drbg_bytes(drbg, secret, SCALAR_LEN);
	while (!kx_p256_public(public, secret));
}

/* BearSSL decodes strictly: 65 bytes, 04, coordinates below p, the curve's equation. */
static bool
shared(uint8_t *shared_secret, const uint8_t *secret, struct span peer)
{
	uint8_t point[POINT_LEN];
	bool ok;

	bytes_set(shared_secret, 0, SCALAR_LEN);
	if (peer.len != POINT_LEN)
		return false;
	bytes_copy(point, peer.ptr, POINT_LEN);
	ok = br_ec_p256_m31.mul(point, POINT_LEN, secret, SCALAR_LEN, BR_EC_secp256r1) == 1;
	if (ok)
		bytes_copy(shared_secret, point + 1, SCALAR_LEN);	/* the X coordinate: RFC 8446, 7.4.2 */
	wipe(point, sizeof point);
	return ok;
}

const struct tls_group tls_secp256r1 = {
	.code = 0x0017, .secret_len = SCALAR_LEN, .public_len = POINT_LEN, .shared_len = SCALAR_LEN,
	.keygen = keygen, .shared = shared
};
