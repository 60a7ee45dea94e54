/*
 * peer.c: any chain of up to TLS_CERTIFICATES_MAX certificates (what the parsers of Certificate let through), any key that was kept.
 * witness_cert() checks the chain and the request, and answers a leaf whose key is any piece of the message (witness.h: views
 * point into the chain); x509_spki_parse() any kind of key.  Kept: a key is no longer than its place.
 */
#include "tests/proofs/harness/configuration.h"

#include "tlsstack/peer.c"

static struct span chain[TLS_CERTIFICATES_MAX];
static struct hs_peer_key key;

struct tls_err
witness_cert(struct cert_ok *ok, struct x509_cert *leaf, const struct span *presented, size_t num, const struct x509_request *request)
{
	ASSERT(__CPROVER_w_ok(ok, sizeof *ok) && __CPROVER_w_ok(leaf, sizeof *leaf) && num >= 1);
	for (size_t i = 0; i < TLS_CERTIFICATES_MAX; i++)
		ASSERT(i >= num || is_span(presented[i]));
	ASSERT(request->name == NULL || (request->name->value.len != 0 && is_span(request->name->value)));
	leaf->spki = any_span(INPUT_MAX);
	return (struct tls_err){ NULL, 0, nondet_uint8() };
}

bool
x509_spki_parse(struct crypto_public_key *parsed, struct span der)
{
	ASSERT(__CPROVER_w_ok(parsed, sizeof *parsed) && is_span(der));
	parsed->kind = (enum crypto_key_kind)(nondet_uint8() & 3);
	return nondet_bool();
}

bool
list16_has(struct cursor list, uint16_t value)
{
	(void)value;
	ASSERT(is_view(&list));
	return nondet_bool();
}

enum x509_result
x509_parse(struct x509_cert *cert, struct span der)
{
	ASSERT(__CPROVER_w_ok(cert, sizeof *cert) && is_span(der));
	cert->subject = any_span(INPUT_MAX);
	return nondet_bool() ? X509_OK : X509_BAD_DER;
}

static void
any_peer(void)
{
	any_config();
	config.server_address = (struct span){ name, up_to(16) };
	for (size_t i = 0; i < TLS_CERTIFICATES_MAX; i++)
		chain[i] = any_span(INPUT_MAX);
	key.len = nondet_uint16();
	ASSUME(key.len <= sizeof key.spki);
}

void prove_wanted(void) { struct x509_name it; any_peer(); bool some = wanted(&it, &conn);
    ASSERT(!some || (it.value.len != 0 && is_span(it.value))); REACHED(); }
void prove_peer_chain(void) { any_peer(); struct tls_err err = peer_chain(&conn, &key, chain, one_to(TLS_CERTIFICATES_MAX));
    (void)err; ASSERT(key.len <= sizeof key.spki); REACHED(); }
void prove_serves(void) { any_peer(); (void)serves(&scheme[0], nondet_uint16()); REACHED(); }
void prove_peer_curve(void) { uint16_t curve = peer_curve((enum crypto_key_kind)nondet_uint8()); ASSERT(curve == 0 || curve == 23 || curve == 24); REACHED(); }
void prove_family_of(void) { any_peer(); (void)family_of(&scheme[0]); REACHED(); }

void
prove_peer_scheme(void)
{
	const struct tls_scheme *chosen = NULL;
	struct crypto_public_key public;
	uint16_t code = nondet_uint16();

	any_peer();
	struct tls_err err = peer_scheme(&chosen, &public, &conn, &key, code);
	ASSERT(err.code != 0 || (chosen->code == code && chosen->key == public.kind));
	REACHED();
}

void
prove_peer_credential(void)
{
	struct cursor curves = { NULL, 0, 0 };
	uint16_t version = nondet_uint16();

	any_peer();
	curves = any_view();
	const struct tls_credential *chosen = peer_credential(&config, any_view(), version, nondet_uint8(), nondet_bool() ? &curves : NULL);
	ASSERT(chosen == NULL || serves(chosen->scheme, version));
	REACHED();
}
