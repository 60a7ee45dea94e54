/*
 * tls13_schedule.c: the schedule of TLS 1.3 with a suite's hash (SHA-256's or SHA-384's lengths); labels of up to 249 bytes and
 * contexts of up to a hash, as the header allows.  HMAC is any_hmac.h; HKDF (proved in hkdf.c of this folder) checks its
 * arguments, and that what it is asked for fits the two bytes of HkdfLabel that say it.  What is read and written ends where
 * its object does.
 */
#include "tests/proofs/harness/any_hmac.h"

#include "tlsstack/tls13_schedule.c"
#include "tlsstack/limits.h"

void other_side(void) { }

static struct crypto_aead aead;
static struct tls_suite suite;
static size_t label_len, context_len;	/* what the info that HKDF gets is to hold; label_len 0: not known */

void
hash_of(const struct crypto_hash *hash, uint8_t *digest, struct span bytes)
{
	ASSERT(hash == &any_hash && __CPROVER_w_ok(digest, hash->len) && (bytes.len == 0 || __CPROVER_r_ok(bytes.ptr, bytes.len)));
	__CPROVER_havoc_slice(digest, any_hash.len);
}

void
hkdf_extract(const struct crypto_hash *hash, uint8_t *prk, struct span salt, struct span ikm)
{
	ASSERT(hash == &any_hash && __CPROVER_w_ok(prk, hash->len));
	ASSERT(salt.len == 0 || __CPROVER_r_ok(salt.ptr, salt.len));
	ASSERT(ikm.len == 0 || __CPROVER_r_ok(ikm.ptr, ikm.len));
	__CPROVER_havoc_slice(prk, any_hash.len);
}

void
hkdf_expand(const struct crypto_hash *hash, uint8_t *out, size_t out_len, const uint8_t *prk, struct span info)
{
	ASSERT(hash == &any_hash && out_len <= 255 * hash->len && (out_len == 0 || __CPROVER_w_ok(out, out_len)));
	ASSERT(__CPROVER_r_ok(prk, hash->len) && info.len > 0 && __CPROVER_r_ok(info.ptr, info.len));
	ASSERT(out_len <= 0xffff && (label_len == 0 || info.len == 2 + 1 + 6 + label_len + 1 + context_len));
	if (out_len > 0)
		__CPROVER_havoc_slice(out, out_len);
}

static void
any_suite(void)
{
	any_hash_choose(nondet_bool());
	suite.aead = &aead;
	suite.hash = &any_hash;
	aead.key_len = nondet_bool() ? 16 : CRYPTO_AEAD_KEY_MAX;
	label_len = 0;
}

static struct secret *
any_secret(void)
{
	return (struct secret *)any_object(sizeof(struct secret));
}

void
prove_secret_span(void)
{
	const struct secret *secret = any_secret();
	struct span span;

	any_suite();
	span = secret_span(&any_hash, secret);
	ASSERT(__CPROVER_r_ok(span.ptr, span.len));
	REACHED();
}

void
prove_tls13_expand_label(void)
{
	struct span out = any_span(INPUT_MAX), label = any_span(249), context = any_span(CRYPTO_HASH_MAX);

	any_suite();
	ASSUME(out.len <= 255 * any_hash.len && label.len > 0);
	label_len = label.len;
	context_len = context.len;
	tls13_expand_label(&any_hash, (uint8_t *)(uintptr_t)out.ptr, out.len, any_secret(), label, context);
	REACHED();
}

void prove_tls13_derive(void) { any_suite(); tls13_derive(&any_hash, any_secret(), any_secret(), any_span(249),
    nondet_bool() ? NULL : any_object(any_hash.len)); REACHED(); }
void prove_tls13_handshake_secret(void) { any_suite(); tls13_handshake_secret(&any_hash, any_secret(), any_span(CRYPTO_KX_SHARED_MAX)); REACHED(); }
void prove_tls13_master_secret(void) { any_suite(); tls13_master_secret(&any_hash, any_secret(), any_secret()); REACHED(); }
void prove_tls13_record_secret(void) { struct record_secret out; any_suite(); tls13_record_secret(&out, &suite, any_secret());
    ASSERT(out.suite == &suite); REACHED(); }
void prove_tls13_next_traffic(void) { any_suite(); tls13_next_traffic(&any_hash, any_secret()); REACHED(); }
void prove_tls13_finished(void) { any_suite(); tls13_finished(&any_hash, any_object(any_hash.len), any_secret(), any_object(any_hash.len)); REACHED(); }

/* The scheme's hash may be longer than the suite's: SHA-512 signs no TLS 1.3 handshake, but is no danger here. */
void
prove_tls13_signed_digest(void)
{
	struct tls_scheme scheme = { .hash = &any_hash };

	any_hash_choose(nondet_unsigned());
	tls13_signed_digest(&scheme, any_object(any_hash.len), nondet_bool(), any_span(CRYPTO_HASH_MAX));
	REACHED();
}
