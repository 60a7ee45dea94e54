/* ec.c: keys and ECDH on the NIST curves (SEC 1), over BearSSL's.  See ec.h. */
#include "tlsstack/crypto/ec.h"

#include "platform/base/bytes.h"

/*
 * True if the scalar is in [1, n-1].  CT: which of the two bounds it missed does not leak; that
 * it missed does, and then it is thrown away.
 */
static bool
scalar_ok(const struct ec_curve *curve, const uint8_t *scalar)
{
	size_t order_len;
	const uint8_t *order = curve->impl->order(curve->id, &order_len);	/* as long as a scalar */
	uint32_t borrow = 0, any = 0;

	for (size_t i = curve->scalar_len; i-- > 0;) {
		borrow = ((uint32_t)scalar[i] - order[i] - borrow) >> 31;
		any |= scalar[i];
	}
	return borrow == 1 && any != 0;
}

bool
ec_public(const struct ec_curve *curve, uint8_t *point, const uint8_t *scalar)
{
	if (!scalar_ok(curve, scalar))
		return false;
	(void)curve->impl->mulgen(point, scalar, curve->scalar_len, curve->id);	/* returns the point's length */
	return true;
}

void
ec_keygen(const struct ec_curve *curve, uint8_t *secret, uint8_t *public, struct crypto_drbg *drbg)
{
	/* A draw is out of range once in 2^32 or less. */
	do
		drbg_bytes(drbg, secret, curve->scalar_len);
	while (!ec_public(curve, public, secret));
}

/* BearSSL decodes strictly: the length, 04, coordinates below p, the curve's equation. */
bool
ec_shared(const struct ec_curve *curve, uint8_t *shared, const uint8_t *secret, struct span peer)
{
	uint8_t point[EC_POINT_MAX];
	size_t len = curve->scalar_len;
	bool ok;

	bytes_set(shared, 0, len);
	if (peer.len != 1 + 2 * len)
		return false;
	bytes_copy(point, peer.ptr, peer.len);
	ok = curve->impl->mul(point, peer.len, secret, len, curve->id) == 1;
	if (ok)
		bytes_copy(shared, point + 1, len);	/* the X coordinate: RFC 8446, 7.4.2 */
	wipe(point, sizeof point);
	return ok;
}
