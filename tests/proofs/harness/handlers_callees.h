/*
 * handlers_callees.h: the parsers and choices that handlers of both versions call, as stubs: see handlers.h, which includes it.
 */
#ifndef PROOFS_HANDLERS_CALLEES_H
#define PROOFS_HANDLERS_CALLEES_H

#include "tests/proofs/harness/handlers.h"

/* ---- hello.h, client_hello.h: contracts; the views lie in the body ------------------------------------------ */

static void
any_extensions(struct extensions *ext, struct cursor of)
{
	for (unsigned i = 0; i < NUM_EXTENSIONS; i++)
		if (ext->seen & (1u << i))	/* of the others nothing is said */
			ext->body[i] = any_slice(of);
}

struct tls_err
client_hello_parse(struct client_hello *hello, struct cursor body)
{
	ASSERT(__CPROVER_w_ok(hello, sizeof *hello) && OK_CURSOR(body));
	*hello = nondet_client_hello();
	if (nondet_bool() || body.end < 32)
		return FAIL(DECODE);
	any_extensions(&hello->ext, body);
	hello->random = any_view(body, 32);
	ASSUME(hello->random.len == 32);
	hello->session_id = any_view(body, 32);
	hello->suites = any_slice(body);
	hello->compressions = any_slice(body);
	hello->all = any_slice(body);
	hello->versions = any_slice(body);
	hello->groups = any_slice(body);
	hello->schemes = any_slice(body);
	hello->shares = any_slice(body);
	hello->protocols = any_slice(body);
	hello->cookie = any_view(body, TLS_MESSAGE_TOP);
	hello->server_name = any_view(body, TLS_MESSAGE_TOP);
	ASSUME(LIMIT_OK(hello->record_size_limit));
	return TLS_OK;
}

void
client_hello_digest(uint8_t digest[32], const struct client_hello *hello)
{
	ASSERT(__CPROVER_w_ok(digest, 32) && OK_SPAN(hello->random) && OK_SPAN(hello->session_id));
	ASSERT(OK_CURSOR(hello->suites) && OK_CURSOR(hello->compressions) && OK_CURSOR(hello->all));
	__CPROVER_havoc_slice(digest, 32);
}

uint32_t client_hello_offers(const struct tls_config *with) { ASSERT(with == &config); return nondet_unsigned(); }

struct tls_err
server_hello_parse(struct server_hello *hello, struct cursor body, uint32_t offered)
{
	(void)offered;
	ASSERT(__CPROVER_w_ok(hello, sizeof *hello) && OK_CURSOR(body));
	*hello = nondet_server_hello();
	if (nondet_bool() || body.end < 32)
		return FAIL(DECODE);
	any_extensions(&hello->ext, body);
	hello->random = any_view(body, 32);
	ASSUME(hello->random.len == 32);
	hello->session_id = any_view(body, 32);
	return TLS_OK;
}

void
client_hello_again(struct tls_conn *with, struct hs_client_hello *hello, const struct tls_group *group, struct span cookie)
{
	ASSERT(with == &conn && __CPROVER_w_ok(hello, sizeof *hello) && hello->group != NULL && hello->session_id_len <= 32);
	ASSERT(OK_SPAN(cookie) && cookie.len <= TLS_PEER_COOKIE_MAX);
	hello->retried = true;
	if (group != NULL)
		hello->group = group;
	ghost.num_messages++;
	item_add(&conn.flight, RECORD_HANDSHAKE);
}

/* ---- answer.h, negotiate.h, peer.h: items of the configuration, or a refusal ---------------------------------- */

const struct tls_suite *
answer_suite(const struct tls_config *with, uint16_t code, uint16_t version)
{
	const struct tls_suite *suite = one_suite();

	(void)code;
	ASSERT(with == &config);
	return suite->version == version && nondet_bool() ? suite : NULL;
}

const struct tls_group *
answer_group(const struct tls_config *with, uint16_t code)
{
	(void)code;
	ASSERT(with == &config);
	return nondet_bool() ? one_group() : NULL;
}

static void
any_alpn(struct span *alpn)
{
	if (nondet_bool())
		return;
	*alpn = (struct span){ own_name, nondet_size() };
	ASSUME(alpn->len <= sizeof own_name);
}

struct tls_err
answer_extensions(struct tls_conn *with, const struct extensions *ext)
{
	ASSERT(with == &conn && __CPROVER_r_ok(ext, sizeof *ext));
	for (unsigned i = 0; i < NUM_EXTENSIONS; i++)
		ASSERT((ext->seen & (1u << i)) == 0 || OK_CURSOR(ext->body[i]));
	any_alpn(&conn.info.alpn);
	conn.send_limit = nondet_uint16();
	ASSUME(conn.send_limit >= 63 && conn.send_limit <= TLS_PLAINTEXT_MAX);
	return any_err();
}

struct tls_err
negotiate_alpn(struct span *alpn, const struct tls_config *with, const struct client_hello *hello)
{
	ASSERT(alpn == &conn.info.alpn && with == &config && OK_CURSOR(hello->protocols));
	any_alpn(alpn);
	return any_err();
}

/* x509_verify.h's answer is the stub's: the witness is made only when the chain is good. */
struct tls_err
peer_chain(struct tls_conn *with, struct hs_peer_key *key, const struct span *certificates, size_t num)
{
	ASSERT(with == &conn && __CPROVER_w_ok(key, sizeof *key) && num >= 1 && num <= TLS_CERTIFICATES_MAX);
	for (size_t i = 0; i < TLS_CERTIFICATES_MAX; i++)
		ASSERT(i >= num || OK_SPAN(certificates[i]));
	if (nondet_bool())
		return FAIL_X509(1);
	ghost.cert_good = conn.hs.witness.cert.made = true;
	key->len = nondet_uint16();
	ASSUME(key->len > 0 && key->len <= TLS_SPKI_MAX);
	return nondet_bool() ? TLS_OK : FAIL_X509(2);
}

struct tls_err
peer_scheme(const struct tls_scheme **scheme, struct crypto_public_key *public, const struct tls_conn *with,
    const struct hs_peer_key *key, uint16_t code)
{
	(void)code;
	ASSERT(with == &conn && __CPROVER_r_ok(key, sizeof *key) && key->len <= TLS_SPKI_MAX);
	ASSERT(__CPROVER_w_ok(public, sizeof *public));
	*scheme = one_scheme();
	*public = nondet_public_key();
	return any_err();
}

const struct tls_credential *
peer_credential(const struct tls_config *with, struct cursor accepted, uint16_t version, uint8_t family, const struct cursor *curves)
{
	(void)version;
	(void)family;
	ASSERT(with == &config && OK_CURSOR(accepted) && (curves == NULL || OK_CURSOR(*curves)));
	return nondet_bool() ? one_credential() : NULL;
}

void
peer_authorities_build(struct outbuf *out, const struct tls_config *with)
{
	ASSERT(with == &config && out->cap >= TLS_AUTHORITIES_MAX + 2 && __CPROVER_w_ok(out->ptr, out->cap));
	out->len = nondet_size();	/* check_authorities(): they fit */
	ASSUME(out->len >= 2 && out->len <= TLS_AUTHORITIES_MAX + 2);
}

/* ---- tls13_messages.h: what both versions use ------------------------------------------------------------------- */

struct tls_err
tls13_certificate_verify_parse(struct certificate_verify *verify, struct cursor body)
{
	ASSERT(__CPROVER_w_ok(verify, sizeof *verify) && OK_CURSOR(body));
	verify->scheme = nondet_uint16();
	verify->signature = any_view(body, 0xffff);
	return any_err();
}

void
tls13_finished_build(struct outbuf *out, struct span verify_data)
{
	ASSERT(OK_SPAN(verify_data) && verify_data.len <= CRYPTO_HASH_MAX);
	any_message(out, 4 + CRYPTO_HASH_MAX);
}

#endif
