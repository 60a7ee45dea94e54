/*
 * negotiate.h: (configuration, hello) -> choice or refusal.  Pure: no connection is changed, no byte
 * is sent.  The order of the configuration decides, not the peer's.
 */
#ifndef TLS_NEGOTIATE_H
#define TLS_NEGOTIATE_H

#include "tlsstack/handshake.h"
#include "tlsstack/hello.h"

/* Servers: the protocol that a first ClientHello leads to (RFC 8446, 4.2.1 and appendix D.2). */
MUST_CHECK struct tls_err negotiate_server(const struct tls_protocol **chosen, const struct tls_conn *conn,
    struct cursor body);

/* What a TLS 1.3 server chose. */
struct choice13 {
	const struct tls_suite *suite;
	const struct tls_group *group;
	const struct tls_credential *credential;
	struct span share;		/* of the client for `group`; ptr NULL: ask for one */
};

MUST_CHECK struct tls_err negotiate_13(struct choice13 *choice, const struct tls_config *config,
    const struct client_hello *hello);

/* What a TLS 1.2 server chose. */
struct choice12 {
	const struct tls_suite *suite;
	const struct tls_group *group;
	const struct tls_credential *credential;
};

MUST_CHECK struct tls_err negotiate_12(struct choice12 *choice, const struct tls_config *config,
    const struct client_hello *hello);

/* Does the configuration speak this version? */
MUST_CHECK bool negotiate_speaks(const struct tls_config *config, uint16_t version);

/* The first suite of `version` in the configuration that the peer offers, or NULL. */
const struct tls_suite *negotiate_suite(const struct tls_config *config, struct cursor offered, uint16_t version);

/* The first group in the configuration that the peer offers, or NULL. */
const struct tls_group *negotiate_group(const struct tls_config *config, struct cursor offered);

/* Servers: our first application protocol that the client offers, if both use the extension (RFC 7301, 3.2). */
MUST_CHECK struct tls_err negotiate_alpn(struct span *alpn, const struct tls_config *config,
    const struct client_hello *hello);

#endif
