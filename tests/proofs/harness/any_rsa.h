/*
 * any_rsa.h: rsa.c for proofs of the paddings.  rsa_public answers any bytes, and true only of what its contract in rsa.h promises:
 * a signature as long as a modulus of 2048 to 4096 bits (RSA_MODULUS_OK); rsa_bits answers what its contract says; a private key is
 * ours, so it can sign.
 */
#ifndef PROOFS_ANY_RSA_H
#define PROOFS_ANY_RSA_H

void other_side(void) { }

static struct tls_scheme scheme;

/* For a name that the descriptors of the real file point to. */
const struct crypto_hash hash_sha256 = { .len = 32 }, hash_sha384 = { .len = 48 }, hash_sha512 = { .len = 64 };

size_t
rsa_bits(struct span modulus)
{
	size_t bits = nondet_size();

	ASSERT(modulus.len == 0 || __CPROVER_r_ok(modulus.ptr, modulus.len));
	ASSUME(bits == 0 || (modulus.len > 0 && modulus.ptr[0] != 0 && bits <= modulus.len * 8 && bits + 8 > modulus.len * 8));
	ASSUME(modulus.len == 0 || ((bits == modulus.len * 8) == (modulus.ptr[0] >= 0x80) && (bits == 0) == (modulus.ptr[0] == 0)));
	return bits;
}

bool
rsa_public(uint8_t out[RSA_BYTES_MAX], const struct crypto_public_key *key, struct span signature)
{
	ASSERT(__CPROVER_w_ok(out, RSA_BYTES_MAX));
	ASSERT(signature.len == 0 || __CPROVER_r_ok(signature.ptr, signature.len));
	__CPROVER_havoc_slice(out, RSA_BYTES_MAX);
	return key->kind == CRYPTO_KEY_RSA && signature.len == key->modulus.len && RSA_MODULUS_OK(key->modulus) && nondet_bool();
}

bool
rsa_private_parse(struct rsa_private *key, struct span der)
{
	ASSERT(__CPROVER_w_ok(key, sizeof *key) && (der.len == 0 || __CPROVER_r_ok(der.ptr, der.len)));
	key->modulus = any_span(RSA_BYTES_MAX);
	ASSUME(RSA_MODULUS_OK(key->modulus));	/* our own key: another panics */
	return true;
}

void
rsa_sign(uint8_t *x, const struct rsa_private *key)
{
	ASSERT(__CPROVER_w_ok(x, key->modulus.len));
	__CPROVER_havoc_object(x);
}

bool
bytes_equal(struct span a, struct span b)
{
	ASSERT(a.len == b.len && __CPROVER_r_ok(a.ptr, a.len) && __CPROVER_r_ok(b.ptr, b.len));
	return nondet_bool();
}

static void
any_scheme(void)
{
	any_hash_choose(nondet_unsigned());
	scheme.hash = &any_hash;
}

#endif
