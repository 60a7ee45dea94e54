/*
 * hello.h: hellos and extensions as bytes: ClientHello, and the table that says which extension may
 * appear in which message (RFC 8446, 4.2).  Sees no connection and decides nothing.
 */
#ifndef TLS_HELLO_H
#define TLS_HELLO_H

#include "tlsstack/crypto/crypto.h"
#include "tlsstack/error.h"

/* Extensions that are known here; all others are ignored in a ClientHello. */
enum extension {
	EXT_SERVER_NAME, EXT_STATUS_REQUEST, EXT_SUPPORTED_GROUPS, EXT_EC_POINT_FORMATS,
	EXT_SIGNATURE_ALGORITHMS, EXT_ALPN, EXT_PADDING, EXT_EXTENDED_MASTER_SECRET,
	EXT_RECORD_SIZE_LIMIT, EXT_SESSION_TICKET, EXT_PRE_SHARED_KEY, EXT_EARLY_DATA,
	EXT_SUPPORTED_VERSIONS, EXT_COOKIE, EXT_PSK_KEY_EXCHANGE_MODES, EXT_CERTIFICATE_AUTHORITIES,
	EXT_OID_FILTERS, EXT_POST_HANDSHAKE_AUTH, EXT_SIGNATURE_ALGORITHMS_CERT, EXT_KEY_SHARE,
	EXT_RENEGOTIATION_INFO, NUM_EXTENSIONS
};

/* Where an extension may appear. */
#define IN_CLIENT_HELLO		0x01u
#define IN_SERVER_HELLO		0x02u	/* of TLS 1.3 */
#define IN_RETRY		0x04u
#define IN_ENCRYPTED		0x08u
#define IN_CERTIFICATE		0x10u
#define IN_REQUEST		0x20u
#define IN_TICKET		0x40u
#define IN_SERVER_HELLO_12	0x80u

#define EXT_BIT(extension)	(1u << (extension))

/* An extension block: which known ones were there, and their bodies. */
struct extensions { uint32_t seen; struct cursor body[NUM_EXTENSIONS]; };

/* For proofs: the body of each extension that was seen lies in the message. */
#define EXTENSION_IN(in, extensions, i)	\
	(((extensions)->seen & 1u << (i)) == 0 || SLICE(in, &(extensions)->body[i]))
#define EXTENSION_KNOWN(in, extensions, i)	\
	(((extensions)->seen & 1u << (i)) == 0 || ((extensions)->body[i].base == (in)->base &&	\
	    (extensions)->body[i].end <= (in)->end && (extensions)->body[i].pos <= (extensions)->body[i].end))
#define EACH_EXTENSION(fact, in, e)	\
	(fact(in, e, 0) && fact(in, e, 1) && fact(in, e, 2) && fact(in, e, 3) && fact(in, e, 4) && fact(in, e, 5) &&	\
	    fact(in, e, 6) && fact(in, e, 7) && fact(in, e, 8) && fact(in, e, 9) && fact(in, e, 10) && fact(in, e, 11) &&	\
	    fact(in, e, 12) && fact(in, e, 13) && fact(in, e, 14) && fact(in, e, 15) && fact(in, e, 16) && fact(in, e, 17) &&	\
	    fact(in, e, 18) && fact(in, e, 19) && fact(in, e, 20))
#ifdef PROVING_extensions_parse		/* of any one: so of all, which its callers are told */
#define EXTENSIONS_IN(in, extensions)	(PROOF_AT >= NUM_EXTENSIONS || EXTENSION_IN(in, extensions, PROOF_AT))
#else
#define EXTENSIONS_IN(in, extensions)	EACH_EXTENSION(EXTENSION_IN, in, extensions)
#endif

/* The code point of an extension. */
uint16_t extension_code(enum extension extension)
PRE((unsigned)extension < NUM_EXTENSIONS)
ASSIGNS();

/* Start an extension; close it with outbuf_vector_end(out, mark, 2). */
size_t hello_extension_begin(struct outbuf *out, enum extension extension);

/* A vector of the codes of schemes, each once: two descriptors may share one (TLS 1.2 names no curve). */
void hello_schemes_build(struct outbuf *out, const struct tls_scheme *const *schemes, size_t num_schemes);

/*
 * Parse a vector of extensions that ends `in`.  Twice the same: DUPLICATE_EXTENSION.  Known, but not
 * for `where`: MISPLACED_EXTENSION.  In a response (not a ClientHello, request or ticket) what is not
 * in `offered`, or unknown: UNSOLICITED_EXTENSION.  pre_shared_key must be last in a ClientHello.
 */
MUST_CHECK struct tls_err extensions_parse(struct extensions *extensions, struct cursor *in,
    unsigned where, uint32_t offered)
PRE(CURSOR_FRESH(in) && FRESH(extensions))
ASSIGNS(in->pos, *extensions)
POST(ADVANCED(in) && (!GOOD || (in->pos == in->end && EXTENSIONS_IN(in, extensions))));

/* Views into the message. */
struct client_hello {
	uint16_t legacy_version;
	struct span random, session_id;
	struct cursor suites;			/* 16-bit values */
	struct cursor compressions;		/* 8-bit values */
	struct extensions ext;
	struct cursor all;			/* the extensions as they came, unknown ones too */
	/* Contents of extensions, empty when absent. */
	struct cursor versions, groups, schemes;	/* 16-bit values */
	struct cursor shares;			/* KeyShareEntry, checked: each group offered, none twice */
	struct cursor protocols;		/* ALPN names, each with a length byte */
	struct span cookie, server_name;
	uint32_t record_size_limit;
};

/* For proofs: what an extension says, if it was there. */
#define PART(in, out)	(((out)->pos == 0 && (out)->end == 0) || SLICE(in, out))
#define LIMIT_OK(limit)	((limit) == 0 || ((limit) >= 64 && (limit) <= 0xffff))

/* And each certificate of a chain lies in the message. */
#define ENTRY_IN(in, certificate, i)	((i) >= (certificate)->num_chain || PIECE_OF(in, &(certificate)->chain[i]))
#define ENTRY_KNOWN(in, certificate, i)	\
	((i) >= (certificate)->num_chain || LIES_IN((in)->base, (in)->end, (certificate)->chain[i]))
#if defined PROVING_tls13_certificate_parse || defined PROVING_tls12_certificate_parse	/* any one: see EXTENSIONS_IN */
#define CHAIN_IN(in, certificate)	ENTRY_IN(in, certificate, PROOF_AT)
#else
#define CHAIN_IN(in, certificate)	\
	(ENTRY_IN(in, certificate, 0) && ENTRY_IN(in, certificate, 1) && ENTRY_IN(in, certificate, 2) &&	\
	    ENTRY_IN(in, certificate, 3) && ENTRY_IN(in, certificate, 4) && ENTRY_IN(in, certificate, 5) &&	\
	    ENTRY_IN(in, certificate, 6) && ENTRY_IN(in, certificate, 7))
#endif

/* Parse a ClientHello body completely.  What is wrong for every version is refused here. */
MUST_CHECK struct tls_err client_hello_parse(struct client_hello *hello, struct cursor body)
PRE(CURSOR_VALUE(body) && FRESH(hello))
ASSIGNS(*hello)
POST(!GOOD || (hello->random.len == 32 && hello->session_id.len <= 32))
POST(!GOOD || (VIEW(body, &hello->random) && VIEW(body, &hello->session_id) && VIEW(body, &hello->cookie)))
POST(!GOOD || (SLICE(&body, &hello->suites) && SLICE(&body, &hello->compressions) && PART(&body, &hello->all)))
POST(!GOOD || (PART(&body, &hello->versions) && PART(&body, &hello->groups) && PART(&body, &hello->schemes)))
POST(!GOOD || (PART(&body, &hello->shares) && PART(&body, &hello->protocols) && VIEW(body, &hello->server_name)))
POST(!GOOD || EXTENSIONS_IN(&body, &hello->ext))
POST(!GOOD || LIMIT_OK(hello->record_size_limit));

/* The client's key share for `group`; false if there is none. */
MUST_CHECK bool client_hello_share(struct span *share, const struct client_hello *hello, uint16_t group)
PRE(FRESH(share) && FRESH(hello) && CURSOR_VALUE(hello->shares))
ASSIGNS(*share)
POST(!RETVAL || VIEW(hello->shares, share));

/* SHA-256 of what must not differ between the two hellos of a retry (RFC 8446, 4.1.2). */
void client_hello_digest(uint8_t digest[32], const struct client_hello *hello)
PRE(FRESH_BYTES(digest, 32) && FRESH(hello) && SPAN_VALUE(hello->random) && SPAN_VALUE(hello->session_id))
PRE(CURSOR_VALUE(hello->suites) && CURSOR_VALUE(hello->compressions) && CURSOR_VALUE(hello->all))
ASSIGNS(UP_TO(digest, 32));

/* True if the list of 16-bit values has `value`. */
MUST_CHECK bool list16_has(struct cursor list, uint16_t value)
PRE(CURSOR_VALUE(list))
ASSIGNS();

/* Answers of a server: one ALPN name; a record_size_limit, of which one below 64 is refused. */
MUST_CHECK struct tls_err hello_alpn_parse(struct span *name, struct cursor body)
PRE(CURSOR_VALUE(body) && FRESH(name))
ASSIGNS(*name)
POST(!GOOD || (VIEW(body, name) && name->len != 0));
MUST_CHECK struct tls_err hello_record_size_limit_parse(uint32_t *limit, struct cursor body)
PRE(CURSOR_VALUE(body) && FRESH(limit))
ASSIGNS(*limit)
POST(!GOOD || (*limit >= 64 && *limit <= 0xffff));

/* Names of authorities: none is empty, and in the extension (RFC 8446, 4.2.4) there is one. */
MUST_CHECK struct tls_err authorities_check(struct cursor names)
PRE(CURSOR_VALUE(names))
ASSIGNS();
MUST_CHECK struct tls_err authorities_parse(struct cursor body)
PRE(CURSOR_VALUE(body))
ASSIGNS();

/* Parse a vector with a 16-bit length of 16-bit values, at least one, that fills `body`. */
MUST_CHECK struct tls_err list16_parse(struct cursor *list, struct cursor body)
PRE(CURSOR_VALUE(body) && FRESH(list))
ASSIGNS(*list)
POST(!GOOD || (SLICE(&body, list) && list->pos < list->end && (list->end - list->pos) % 2 == 0));

#endif
