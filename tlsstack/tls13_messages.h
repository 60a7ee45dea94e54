/*
 * tls13_messages.h: the messages of TLS 1.3 as bytes (RFC 8446, 4).  A *_parse sees bytes and its
 * result, never a connection; a *_build appends a whole message, header included, whose length the
 * flight writes.
 */
#ifndef TLS13_MESSAGES_H
#define TLS13_MESSAGES_H

#include "tlsstack/hello.h"
#include "tlsstack/limits.h"

/* ---- Both roles ----------------------------------------------------------------------- */

/* A Certificate: views into the message. */
struct certificate13 { struct span context; struct span chain[TLS_CERTIFICATES_MAX]; size_t num_chain; };

/* `offered`: extensions that the sender may answer.  An empty list of certificates is well-formed. */
MUST_CHECK struct tls_err tls13_certificate_parse(struct certificate13 *certificate, struct cursor body,
    uint32_t offered)
PRE(CURSOR_VALUE(body) && FRESH(certificate))
ASSIGNS(*certificate)
POST(certificate->num_chain <= TLS_CERTIFICATES_MAX)
POST(!GOOD || (certificate->context.len <= 255 && VIEW(body, &certificate->context) && CHAIN_IN(&body, certificate)));

struct certificate_verify { uint16_t scheme; struct span signature; };
MUST_CHECK struct tls_err tls13_certificate_verify_parse(struct certificate_verify *verify, struct cursor body)
PRE(CURSOR_VALUE(body) && FRESH(verify))
ASSIGNS(*verify)
POST(!GOOD || (verify->signature.len <= 0xffff && VIEW(body, &verify->signature)));

/* True in *requested if the sender wants one back (4.6.3). */
MUST_CHECK struct tls_err tls13_key_update_parse(bool *requested, struct cursor body)
PRE(CURSOR_VALUE(body) && FRESH(requested))
ASSIGNS(*requested);

void tls13_certificate_build(struct outbuf *out, struct span context, const struct span *chain, size_t num_chain);
void tls13_certificate_verify_build(struct outbuf *out, uint16_t scheme, struct span signature);
void tls13_finished_build(struct outbuf *out, struct span verify_data);

/* ---- Client --------------------------------------------------------------------------- */

/* The group that a HelloRetryRequest asks for; the group and share of a ServerHello: by its key_share body. */
MUST_CHECK struct tls_err tls13_retry_group_parse(uint16_t *group, struct cursor body)
PRE(CURSOR_VALUE(body) && FRESH(group))
ASSIGNS(*group);
MUST_CHECK struct tls_err tls13_share_parse(uint16_t *group, struct span *share, struct cursor body)
PRE(CURSOR_VALUE(body) && FRESH(group) && FRESH(share))
ASSIGNS(*group, *share)
POST(!GOOD || VIEW(body, share));

/* A CertificateRequest of the handshake: the schemes that it accepts. */
MUST_CHECK struct tls_err tls13_certificate_request_parse(struct cursor *schemes, struct cursor body)
PRE(CURSOR_VALUE(body) && FRESH(schemes))
ASSIGNS(*schemes)
POST(!GOOD || SLICE(&body, schemes));

/* A NewSessionTicket is looked at and not kept. */
MUST_CHECK struct tls_err tls13_ticket_parse(struct cursor body)
PRE(CURSOR_VALUE(body))
ASSIGNS();

/* ---- Server --------------------------------------------------------------------------- */

struct server_hello13 {
	struct span random;		/* 32 bytes; of a HelloRetryRequest: see tls13_retry_random */
	struct span session_id;		/* the client's, sent back */
	uint16_t suite, group;
	struct span share;		/* empty in a HelloRetryRequest, which has the group alone */
	struct span cookie;		/* of a HelloRetryRequest; empty: none */
};

/* The random that makes a ServerHello a HelloRetryRequest (4.1.3). */
extern const uint8_t tls13_retry_random[32];

void tls13_server_hello_build(struct outbuf *out, const struct server_hello13 *hello);

struct encrypted_extensions {
	const struct tls_group *const *groups;
	size_t num_groups;		/* 0: none told */
	bool server_name;		/* acknowledge it */
	uint32_t record_size_limit;	/* 0: none */
	struct span alpn;		/* the chosen protocol; empty: none */
};

void tls13_encrypted_extensions_build(struct outbuf *out, const struct encrypted_extensions *extensions);

/* `authorities`: the vector of names that peer_authorities_build() writes; empty: none. */
void tls13_certificate_request_build(struct outbuf *out, const struct tls_scheme *const *schemes,
    size_t num_schemes, struct span authorities);

#endif
