/*
 * tls12_messages.h: the messages of TLS 1.2 as bytes (RFC 5246, 7.4; RFC 8422, 5), as far as ECDHE
 * with AEAD needs them.  A *_parse sees bytes and its result, never a connection.
 */
#ifndef TLS12_MESSAGES_H
#define TLS12_MESSAGES_H

#include "tlsstack/hello.h"
#include "tlsstack/limits.h"

/* ---- Both roles ----------------------------------------------------------------------- */

struct certificate12 { struct span chain[TLS_CERTIFICATES_MAX]; size_t num_chain; };
MUST_CHECK struct tls_err tls12_certificate_parse(struct certificate12 *certificate, struct cursor body)
PRE(CURSOR_VALUE(body) && FRESH(certificate))
ASSIGNS(*certificate)
POST(certificate->num_chain <= TLS_CERTIFICATES_MAX && (!GOOD || CHAIN_IN(&body, certificate)));
void tls12_certificate_build(struct outbuf *out, const struct span *chain, size_t num_chain);

/* CertificateVerify, and the signature of a ServerKeyExchange. */
void tls12_signature_build(struct outbuf *out, uint16_t scheme, struct span signature);

/* ---- Server --------------------------------------------------------------------------- */

struct server_hello12 {
	struct span random, alpn;
	uint16_t suite;
	bool renegotiation_info, point_formats, server_name;	/* answered */
	uint32_t record_size_limit;				/* 0: none */
};
void tls12_server_hello_build(struct outbuf *out, const struct server_hello12 *hello);

/* ServerECDHParams (RFC 8422, 5.4): what is signed after the two randoms. */
void tls12_params_build(struct outbuf *out, uint16_t group, struct span public);

/* `authorities`: the vector of names that peer_authorities_build() writes. */
void tls12_certificate_request_build(struct outbuf *out, const struct tls_scheme *const *schemes, size_t num_schemes,
    struct span authorities);

MUST_CHECK struct tls_err tls12_client_key_exchange_parse(struct span *public, struct cursor body)
PRE(CURSOR_VALUE(body) && FRESH(public))
ASSIGNS(*public)
POST(!GOOD || (public->len > 0 && public->len <= 255 && VIEW(body, public)));

/* ---- Client --------------------------------------------------------------------------- */

struct server_key_exchange {
	uint16_t group, scheme;
	struct span public, params, signature;
};
MUST_CHECK struct tls_err tls12_server_key_exchange_parse(struct server_key_exchange *exchange, struct cursor body)
PRE(CURSOR_VALUE(body) && FRESH(exchange))
ASSIGNS(*exchange)
POST(!GOOD || (VIEW(body, &exchange->params) && VIEW(body, &exchange->public) && VIEW(body, &exchange->signature)))
POST(!GOOD || (exchange->public.len > 0 && exchange->public.len <= 255));

/* A CertificateRequest: the keys and the schemes that it accepts. */
struct certificate_request12 { bool takes_ec, takes_rsa; struct cursor schemes; };
MUST_CHECK struct tls_err tls12_certificate_request_parse(struct certificate_request12 *request, struct cursor body)
PRE(CURSOR_VALUE(body) && FRESH(request))
ASSIGNS(*request)
POST(!GOOD || SLICE(&body, &request->schemes));

void tls12_client_key_exchange_build(struct outbuf *out, struct span public);

#endif
