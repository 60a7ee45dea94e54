/*
 * limits.h: every number that bounds what a peer can make tlsstack do, with its reason.
 * Each is tried at its value and one beyond, in tests/tlsstack: limits_test.c, for clients pair_test.c, for
 * certificates x509_limits_test.c and x509_parse_test.c.
 */
#ifndef TLS_LIMITS_H
#define TLS_LIMITS_H

#include "tlsstack/tls.h"

/*
 * A handshake message, header included.  No honest hello or chain needs a record's worth; this is one, and
 * room for a hello of 4,096 empty extensions, which a conformance suite sends.
 */
#define TLS_MESSAGE_MAX		18432u

/* The longest that a configuration may allow instead: a ClientHello whose every vector is full. */
#define TLS_MESSAGE_TOP		131400u

/* Plaintext of a record (RFC 8446, 5.1) and what protection may add to it (5.2). */
#define TLS_PLAINTEXT_MAX	16384u
#define TLS_CIPHERTEXT_MAX	(TLS_PLAINTEXT_MAX + 256u)

/* Records of application data without a byte, in a row: padding games, not data. */
#define TLS_EMPTY_RECORDS_MAX	32u

/* change_cipher_spec of middlebox compatibility: an honest peer sends one (RFC 8446, D.4). */
#define TLS_COMPAT_CCS_MAX	1u

/* KeyUpdates in a row without application data between them: each costs us a derivation. */
#define TLS_KEY_UPDATES_MAX	32u

/* Handshake messages after CONNECTED without data between them; servers send some tickets. */
#define TLS_POST_MESSAGES_MAX	64u

/* Warning alerts in a row (user_canceled in 1.3; any but close_notify in 1.2). */
#define TLS_WARNINGS_MAX	4u

/* Ciphertext bytes of 0-RTT data that a server skips (RFC 8446, 4.2.10): what other servers skip. */
#define TLS_EARLY_DATA_MAX	16384u

/* Certificates that a peer may present: an honest chain has three. */
#define TLS_CERTIFICATES_MAX	8u

/* SubjectPublicKeyInfo that is kept from Certificate to CertificateVerify: RSA-4096 has 550. */
#define TLS_SPKI_MAX		576u

/* Our own chain, DER: what a flight has room for beside its other messages. */
#define TLS_OWN_CHAIN_MAX	12288u

/* Names of authorities in our request for a certificate: the same. */
#define TLS_AUTHORITIES_MAX	2048u

/* Items of a flight: hello, CCS, switch, messages, switch; and one spare. */
#define TLS_FLIGHT_ITEMS	6u

/* What a page shows of a handshake (trace.h): the longest has 14 messages; browsers offer 16 suites, OpenSSL 31. */
#define TLS_TRACE_MESSAGES	16u
#define TLS_TRACE_CODES		32u
#define TLS_TRACE_FLIGHTS	6u	/* TLS 1.3 with a retry has 5 */

/* Our own cookie (RFC 8446, 4.2.2), when a configuration names one. */
#define TLS_COOKIE_MAX		256u

/* ---- Certificates --------------------------------------------------------------------- */

/* Signature checks for one chain: an honest one needs one per certificate, a hostile one can ask for all pairs. */
#define X509_CHECKS_MAX		32u

/* Comparisons of a name with a name constraint, for one chain. */
#define X509_NAME_CHECKS_MAX	65536u

/* Bytes of one certificate. */
#define X509_CERT_MAX		16384u

/* Extensions of one certificate: RFC 5280 defines 17; real ones have about 10. */
#define X509_EXTENSIONS_MAX	32u

/* Octets of a serial number's INTEGER: RFC 5280, 4.1.2.2. */
#define X509_SERIAL_MAX		20u

_Static_assert(X509_CHECKS_MAX >= TLS_CERTIFICATES_MAX, "an honest chain of full length can be checked");
/* A server's cookie, which a client must send back. */
#define TLS_PEER_COOKIE_MAX	4096u

_Static_assert(TLS_RECORD_MAX == 5 + TLS_CIPHERTEXT_MAX, "a record fits the lent buffer");
_Static_assert(TLS_BUFFER_SIZE == TLS_RECORD_MAX + TLS_MESSAGE_MAX, "so does a message beside it");

#endif
