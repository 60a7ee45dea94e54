/*
 * messages12.h: tls12_messages.h and x509_spki_parse() as stubs for the handlers of TLS 1.2.  Parsers answer what their
 * contracts say; builders append exactly what harness/tls12_messages.c proves (of our own chain: what its source says).
 */
#ifndef PROOFS_MESSAGES12_H
#define PROOFS_MESSAGES12_H

#include "tests/proofs/harness/handlers12.h"

/* ---- Parsers ------------------------------------------------------------------------------------- */

struct tls_err
tls12_certificate_parse(struct certificate12 *certificate, struct cursor body)
{
	struct tls_err err = any_err();

	ASSERT(__CPROVER_w_ok(certificate, sizeof *certificate) && OK_CURSOR(body));
	certificate->num_chain = nondet_size();
	ASSUME(certificate->num_chain <= TLS_CERTIFICATES_MAX);
	if (err.code != 0)
		return err;
	for (size_t i = 0; i < TLS_CERTIFICATES_MAX; i++)
		if (i < certificate->num_chain)
			certificate->chain[i] = any_view(body, TLS_MESSAGE_TOP);
	return TLS_OK;
}

static struct span
any_public(struct cursor body)
{
	struct span public = any_view(body, 255);

	ASSUME(public.len > 0);
	return public;
}

struct tls_err
tls12_client_key_exchange_parse(struct span *public, struct cursor body)
{
	ASSERT(__CPROVER_w_ok(public, sizeof *public) && OK_CURSOR(body));
	if (body.end == 0 || nondet_bool())
		return FAIL(DECODE);
	*public = any_public(body);
	return TLS_OK;
}

struct tls_err
tls12_server_key_exchange_parse(struct server_key_exchange *exchange, struct cursor body)
{
	ASSERT(__CPROVER_w_ok(exchange, sizeof *exchange) && OK_CURSOR(body));
	*exchange = nondet_server_key_exchange();
	if (body.end == 0 || nondet_bool())
		return FAIL(DECODE);
	exchange->params = any_view(body, TLS_MESSAGE_TOP);
	exchange->signature = any_view(body, TLS_MESSAGE_TOP);
	exchange->public = any_public(body);
	return TLS_OK;
}

struct tls_err
tls12_certificate_request_parse(struct certificate_request12 *request, struct cursor body)
{
	ASSERT(__CPROVER_w_ok(request, sizeof *request) && OK_CURSOR(body));
	request->takes_ec = nondet_bool();
	request->takes_rsa = nondet_bool();
	if (nondet_bool())
		return FAIL(DECODE);
	request->schemes = any_slice(body);
	return TLS_OK;
}

bool
x509_spki_parse(struct crypto_public_key *key, struct span der)
{
	ASSERT(__CPROVER_w_ok(key, sizeof *key) && OK_SPAN(der));
	*key = nondet_public_key();
	return nondet_bool();
}

/* ---- Builders ------------------------------------------------------------------------------------- */

void
tls12_certificate_build(struct outbuf *out, const struct span *certificates, size_t num)
{
	size_t len = 7;

	ASSERT(num == 0 || __CPROVER_r_ok(certificates, num * sizeof *certificates));
	ASSERT(num <= 2);	/* how many the model has */
	for (size_t i = 0; i < 2; i++)
		if (i < num) {
			ASSERT(OK_SPAN(certificates[i]));
			len += 3 + certificates[i].len;
		}
	outbuf_more(out, len);
}

void
tls12_signature_build(struct outbuf *out, uint16_t scheme, struct span signature)
{
	(void)scheme;
	ASSERT(OK_SPAN(signature));
	outbuf_more(out, 4 + signature.len);
}

void
tls12_server_hello_build(struct outbuf *out, const struct server_hello12 *hello)
{
	size_t len = nondet_size();

	ASSERT(__CPROVER_r_ok(hello, sizeof *hello) && OK_SPAN(hello->random) && OK_SPAN(hello->alpn));
	ASSERT(hello->random.len == 32 && hello->alpn.len <= 255 && hello->record_size_limit <= 0xffff);
	ASSUME(len >= 48 && len <= 76 + hello->alpn.len);
	outbuf_more(out, len);
}

void
tls12_params_build(struct outbuf *out, uint16_t group, struct span public)
{
	(void)group;
	ASSERT(OK_SPAN(public) && public.len <= 255);
	outbuf_more(out, 4 + public.len);
}

void
tls12_certificate_request_build(struct outbuf *out, const struct tls_scheme *const *list, size_t num, struct span authorities)
{
	size_t len = nondet_size();

	ASSERT(num == 0 || __CPROVER_r_ok(list, num * sizeof *list));
	ASSERT(OK_SPAN(authorities));
	ASSUME(len >= 9 && len <= 9 + 2 * num);
	outbuf_more(out, len + (authorities.len == 0 ? 2 : authorities.len));
}

void
tls12_client_key_exchange_build(struct outbuf *out, struct span public)
{
	ASSERT(OK_SPAN(public) && public.len <= 255);
	outbuf_more(out, 5 + public.len);
}

#endif
