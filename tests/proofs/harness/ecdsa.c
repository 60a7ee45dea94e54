/*
 * ecdsa.c: signing with our own key on both curves; der_write.c is the real one, so what is proved is that a signature fits the
 * 72 or 104 bytes that DER needs at most, of which no caller has less.  The scalar is a key's (bearssl_key_good); what BearSSL
 * gives back is any bytes.  (read_scalar and ecdsa_verify, which see a peer's bytes, have contracts in ec.h.)
 */
#include "tests/proofs/harness/any_hash.h"
#include "tests/proofs/harness/bearssl.h"

#include "tlsstack/crypto/ecdsa.c"
#include "tlsstack/crypto/ec_p256.c"
#include "tlsstack/crypto/ec_p384.c"
#include "tlsstack/der_write.c"

void other_side(void) { }

bool der_take(struct cursor *in, uint8_t tag, struct cursor *content) { (void)in; (void)tag; (void)content; return false; }
bool der_positive(struct cursor *in, struct span *magnitude) { (void)in; (void)magnitude; return false; }

static void
signing(const struct ec_curve *curve, const br_hash_class *hash, size_t max)
{
	uint8_t room[104];
	struct outbuf out = outbuf_of(room, max);

	bearssl_key_good = true;
	ecdsa_sign(curve, hash, &out, (struct span){ any_object(curve->scalar_len), curve->scalar_len }, any_object(digest_len_of(hash)));
	ASSERT(!out.overflow && out.len <= max && out.len >= 8);
}

void
prove_ecdsa_sign(void)
{
	const br_hash_class *hash = nondet_bool() ? &br_sha256_vtable : nondet_bool() ? &br_sha384_vtable : &br_sha512_vtable;

	if (nondet_bool())
		signing(&ec_p256, hash, 72);
	else
		signing(&ec_p384, hash, 104);
	REACHED();
}
