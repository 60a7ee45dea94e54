/*
 * tls.h: a TLS endpoint as a function over bytes, and the few certificate calls that an
 * endpoint's owner needs.
 *
 * No sockets, no clock, no randomness, no heap: the caller passes bytes in, takes bytes out,
 * and hands over one seed and one time at the start.  The same (config, seed, now, input)
 * gives the same output, so every handshake can be replayed.
 *
 * A configuration names everything that a connection may use by pointing at descriptors
 * (protocols, suites, groups, schemes).  What no configuration names is not linked.
 */
#ifndef TLS_H
#define TLS_H

#include "platform/base/span.h"

#define TLS_SEED_LEN	48
#define TLS_RECORD_MAX	(5 + 16384 + 256)	/* bytes, header included: RFC 8446, 5.2 */

/* ---- What a configuration is made of -------------------------------------------------- */

/* Opaque descriptors; link-time profile.  Tables of pointers to them are in order of preference. */
struct tls_protocol;	/* one handshake table: version, role, client-authentication policy */
struct tls_suite;	/* RFC 8446, B.4 */
struct tls_group;	/* RFC 8446, 4.2.7 */
struct tls_scheme;	/* RFC 8446, 4.2.3 */

/* A service that gives the prize can name only a protocol whose client certificate is required. */
extern const struct tls_protocol tls13_server;				/* asks for no client certificate */
extern const struct tls_protocol tls13_server_client_cert_required;
extern const struct tls_protocol tls13_server_client_cert_optional;
extern const struct tls_protocol tls12_server;
extern const struct tls_protocol tls12_server_client_cert_required;
extern const struct tls_protocol tls12_server_client_cert_optional;
extern const struct tls_protocol tls13_client;	/* always demands a good server certificate */
extern const struct tls_protocol tls12_client;

extern const struct tls_suite tls_aes_128_gcm_sha256;
extern const struct tls_suite tls_aes_256_gcm_sha384;
extern const struct tls_suite tls_chacha20_poly1305_sha256;

/* TLS 1.2, RFC 5289 and 7905: the server's certificate has an EC or an RSA key. */
extern const struct tls_suite tls12_ecdhe_ecdsa_aes_128_gcm_sha256;
extern const struct tls_suite tls12_ecdhe_ecdsa_aes_256_gcm_sha384;
extern const struct tls_suite tls12_ecdhe_ecdsa_chacha20_poly1305_sha256;
extern const struct tls_suite tls12_ecdhe_rsa_aes_128_gcm_sha256;
extern const struct tls_suite tls12_ecdhe_rsa_aes_256_gcm_sha384;
extern const struct tls_suite tls12_ecdhe_rsa_chacha20_poly1305_sha256;

extern const struct tls_group tls_x25519;
extern const struct tls_group tls_secp256r1;
extern const struct tls_group tls_secp384r1;

extern const struct tls_scheme tls_ecdsa_secp256r1_sha256;
extern const struct tls_scheme tls_ecdsa_secp384r1_sha384;
extern const struct tls_scheme tls_rsa_pss_rsae_sha256;
extern const struct tls_scheme tls_rsa_pss_rsae_sha384;
extern const struct tls_scheme tls_rsa_pss_rsae_sha512;

/* TLS 1.2 and certificates only. */
extern const struct tls_scheme tls_ecdsa_p256_sha384;
extern const struct tls_scheme tls_ecdsa_p256_sha512;
extern const struct tls_scheme tls_ecdsa_p384_sha256;
extern const struct tls_scheme tls_ecdsa_p384_sha512;
extern const struct tls_scheme tls_rsa_pkcs1_sha256;
extern const struct tls_scheme tls_rsa_pkcs1_sha384;
extern const struct tls_scheme tls_rsa_pkcs1_sha512;

/* A private key with its certificate chain, leaf first, DER.  Views: the owner keeps the bytes. */
struct tls_credential {
	const struct tls_scheme *scheme;
	const struct span *chain;
	size_t num_chain;
	struct span private_key;	/* ECDSA: the scalar, big-endian; RSA: RSAPrivateKey, DER */
};

/* A root that peers' chains must end in: a self-signed or bare CA certificate, DER. */
struct tls_anchor { struct span cert; };

/* Immutable while any connection uses it.  Fields that a role does not use are zero. */
struct tls_config {
	const struct tls_protocol *const *protocols;	size_t num_protocols;
	const struct tls_suite *const *suites;		size_t num_suites;
	const struct tls_group *const *groups;		size_t num_groups;
	const struct tls_scheme *const *schemes;	size_t num_schemes;	/* accepted from peers */
	const struct tls_credential *credentials;	size_t num_credentials;
	const struct tls_anchor *anchors;		size_t num_anchors;
	bool insist_on_group;	/* servers: ask for a share of the first common group, whatever shares there are */
	size_t message_max;	/* bytes of a handshake message; 0: TLS_MESSAGE_MAX of limits.h.  Sizes the buffer */
	bool name_authorities;	/* servers: in requests for a certificate, by the anchors' subjects */
	bool tell_groups;	/* servers: list ours in EncryptedExtensions, for hellos to come */
	struct span cookie;	/* sent in a HelloRetryRequest and asked back; empty: none is needed */

	/* Application protocols (RFC 7301): names in order of preference; none: the extension is not used. */
	const struct span *alpn;			size_t num_alpn;

	/* Clients: the server's DNS name (sent, and looked for in its certificate), or its address, 4 or 16 bytes. */
	struct span server_name, server_address;
};

/* ---- A connection --------------------------------------------------------------------- */

struct tls_conn;	/* complete in tlsstack/conn.h; TLS_CONN_SIZE below lets owners place it */

/* Storage for one connection, aligned; asserted against the real struct in engine.c. */
#define TLS_CONN_SIZE	4096
union tls_conn_store { uint64_t align; uint8_t bytes[TLS_CONN_SIZE]; };

/*
 * Storage that is lent while a record or a handshake message is half read.  A configuration that sets
 * message_max lends TLS_RECORD_MAX + message_max bytes instead.
 */
#define TLS_BUFFER_SIZE	(TLS_RECORD_MAX + 18432)

/* `out` of tls_step, tls_send and tls_close needs at least this much room to make progress. */
#define TLS_OUT_MIN	2048

enum tls_event {
	TLS_WANT_INPUT,		/* all of `in` consumed; send `out`, then feed more */
	TLS_WANT_ROOM,		/* `out` is full; send it and call again, same `in` */
	TLS_WANT_BUFFER,	/* lend a buffer with tls_lend() and call again, same `in` */
	TLS_ESTABLISHED,	/* edge: once per connection; tls_peer() is valid now */
	TLS_DATA,		/* *app views plaintext, valid until the next call */
	TLS_PEER_CLOSED,	/* edge: close_notify seen; nothing was truncated */
	TLS_FAILED		/* terminal; send `out` (the alert), then wipe */
};

/* Place a connection in `store` and start it.  `seed` is copied; the caller wipes its own. */
struct tls_conn *tls_init(union tls_conn_store *store, const struct tls_config *config,
    const uint8_t seed[TLS_SEED_LEN], uint64_t now_s);

/*
 * Advance by at most one record.  Consumes from *in, appends to *out, and returns what
 * happened.  Bounded work per call.  `out` holds bytes to send whatever is returned, the
 * alert of a failure among them.
 */
MUST_CHECK enum tls_event tls_step(struct tls_conn *conn, struct outbuf *out,
    struct span *app, struct cursor *in);

/*
 * Lend the buffer that TLS_WANT_BUFFER asks for; tls_unlend takes it back (wiped) when nothing
 * is half read, and returns NULL while it is in use or none is lent.  The pool is the caller's,
 * so is its limit.
 */
void tls_lend(struct tls_conn *conn, uint8_t *buffer);
uint8_t *tls_unlend(struct tls_conn *conn);

/* Bytes that the record now being read still lacks after what tls_step consumed; 0 until its header is whole. */
size_t tls_record_left(const struct tls_conn *conn);

/* Encrypt a prefix of `data`; consumes what fitted.  Only after ESTABLISHED. */
void tls_send(struct tls_conn *conn, struct outbuf *out, struct cursor *data);

/* Append close_notify.  Idempotent; nothing can be sent after it. */
void tls_close(struct tls_conn *conn, struct outbuf *out);

/* What was negotiated, for pages and events; all zero before it is known. */
struct tls_info {
	uint16_t version;	/* 0x0304 */
	uint16_t suite, group;	/* code points */
	uint16_t scheme;	/* of our own signature */
	uint16_t peer_scheme;	/* of the peer's */
	bool hello_retry;
	struct span alpn;	/* the application protocol, in the configuration's bytes; empty: none */
};
const struct tls_info *tls_info(const struct tls_conn *conn);

/*
 * Keying material for other uses (RFC 8446, 7.5; RFC 5705); a label has up to 249 bytes.  context.ptr NULL: none,
 * which TLS 1.2 tells from an empty one.  False, and nothing written, before ESTABLISHED and after failure.
 */
MUST_CHECK bool tls_export(const struct tls_conn *conn, uint8_t *out, size_t out_len, struct span label,
    struct span context);

/* The verified peer, or NULL: the only authentication question there is. */
struct tls_peer { uint8_t cert_sha256[32]; };
const struct tls_peer *tls_peer(const struct tls_conn *conn);

/* Why it failed: the first error, once.  Codes and their names are in tlsstack/error.h. */
struct tls_error { uint8_t code; uint8_t alert; bool alert_received; uint16_t line; const char *file; };
const struct tls_error *tls_failure(const struct tls_conn *conn);
const char *tls_error_name(uint8_t code);

/* Zero the whole connection; returns the lent buffer, wiped, or NULL.  Safe in any state. */
uint8_t *tls_wipe(struct tls_conn *conn);

/* ---- Certificates --------------------------------------------------------------------- */

#define TLS_KEY_LEN	32
#define TLS_POINT_LEN	65
#define TLS_CERT_MAX	768	/* bytes of a certificate that tls_cert_make writes */

/* A P-256 key pair; the point is uncompressed.  The owner wipes `scalar`. */
struct tls_key { uint8_t scalar[TLS_KEY_LEN]; uint8_t point[TLS_POINT_LEN]; };

void tls_key_make(struct tls_key *key, const uint8_t seed[TLS_SEED_LEN]);

enum tls_cert_kind { TLS_CERT_AUTHORITY, TLS_CERT_SERVER, TLS_CERT_CLIENT };

struct tls_cert_request {
	enum tls_cert_kind kind;
	const char *common_name;	/* at most 64 characters */
	const char *issuer_name;	/* the authority's common_name; the same for an authority */
	const char *dns_name;		/* subjectAltName, or NULL */
	uint32_t ipv4;			/* subjectAltName, host order, or 0 */
	uint64_t not_before_s, not_after_s;
	uint8_t serial[16];		/* random; written as a positive INTEGER */
};

/* Write an ECDSA P-256 certificate (RFC 5280) for `subject`, signed by `issuer`, to `der`. */
void tls_cert_make(struct outbuf *der, const struct tls_cert_request *request,
    const uint8_t subject[TLS_POINT_LEN], const struct tls_key *issuer);

/* True if `cert` can serve as an anchor: parses strictly and is an authority. */
MUST_CHECK bool tls_anchor_ok(struct span cert);

#endif
