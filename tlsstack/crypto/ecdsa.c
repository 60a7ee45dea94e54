/*
 * ecdsa.c: ECDSA (FIPS 186-5; deterministic, RFC 6979) over BearSSL's, with signatures in strict
 * DER: ECDSA-Sig-Value of RFC 3279, 2.2.3.  BearSSL's own reader of DER signatures accepts
 * several forms of one signature; this one accepts one.
 */
#include "tlsstack/crypto/ec.h"

#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "tlsstack/der.h"
#include "tlsstack/der_write.h"

/* One INTEGER in [1, 2^(8 * len) - 1] to `len` bytes. */
static bool
read_scalar(struct cursor *in, uint8_t *scalar, size_t len)
PRE(CURSOR_FRESH(in) && len <= EC_SCALAR_MAX && FRESH_BYTES(scalar, len))
ASSIGNS(in->pos, UP_TO(scalar, len))
POST(ADVANCED(in))
{
	struct span value;

	if (!der_positive(in, &value) || value.len > len)
		return false;
	bytes_set(scalar, 0, len);
	bytes_copy(scalar + (len - value.len), value.ptr, value.len);
	return true;
}

bool
ecdsa_verify(const struct ec_curve *curve, size_t digest_len,
    const struct crypto_public_key *key, const uint8_t *digest, struct span signature)
{
	struct cursor in = cursor_of(signature), pair;
	uint8_t raw[2 * EC_SCALAR_MAX], point[EC_POINT_MAX];
	br_ec_public_key public = { curve->id, point, key->point.len };

	if (key->kind != curve->kind || key->point.len != 2 * curve->scalar_len + 1)
		return false;
	if (!der_take(&in, DER_SEQUENCE, &pair) || !cursor_done(&in) ||
	    !read_scalar(&pair, raw, curve->scalar_len) ||
	    !read_scalar(&pair, raw + curve->scalar_len, curve->scalar_len) || !cursor_done(&pair))
		return false;
	bytes_copy(point, key->point.ptr, key->point.len);	/* BearSSL's type is not const */
	return br_ecdsa_i31_vrfy_raw(curve->impl, digest, digest_len, &public, raw, 2 * curve->scalar_len) == 1;
}

void
ecdsa_sign(const struct ec_curve *curve, const br_hash_class *hash, struct outbuf *out,
    struct span scalar, const uint8_t *digest)
{
	uint8_t raw[2 * EC_SCALAR_MAX], secret[EC_SCALAR_MAX];
	br_ec_private_key key = { curve->id, secret, scalar.len };
	size_t len, mark;

	REQUIRE(scalar.len == curve->scalar_len);
	bytes_copy(secret, scalar.ptr, scalar.len);
	len = br_ecdsa_i31_sign_raw(curve->impl, hash, digest, &key, raw);
	wipe(secret, sizeof secret);
	REQUIRE(len == 2 * curve->scalar_len);		/* 0: the scalar is not in [1, n-1] */

	mark = der_write_begin(out, DER_SEQUENCE);
	der_write_positive(out, (struct span){ raw, curve->scalar_len });
	der_write_positive(out, (struct span){ raw + curve->scalar_len, curve->scalar_len });
	der_write_end(out, mark);
}
