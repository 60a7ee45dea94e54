/*
 * error.h: "the peer is wrong", as a value.
 *
 * A function that judges bytes of the peer returns struct tls_err: what is wrong and where it
 * was first seen.  TRY() hands it up unchanged, so it is noted once; the engine keeps the first
 * and turns it into the one alert that the RFC names (RFC 8446, 6; the table is TLS_ERRORS).
 *
 * Not here: "not yet" (enum tls_event) and "we are wrong" (platform/base/panic.h).
 */
#ifndef TLS_ERROR_H
#define TLS_ERROR_H

#include "platform/base/span.h"

/* AlertDescription, RFC 8446, 6 (and 5246, 7.2 for no_renegotiation). */
enum tls_alert {
	ALERT_CLOSE_NOTIFY = 0,
	ALERT_UNEXPECTED_MESSAGE = 10,
	ALERT_BAD_RECORD_MAC = 20,
	ALERT_RECORD_OVERFLOW = 22,
	ALERT_HANDSHAKE_FAILURE = 40,
	ALERT_BAD_CERTIFICATE = 42,
	ALERT_UNSUPPORTED_CERTIFICATE = 43,
	ALERT_CERTIFICATE_EXPIRED = 45,
	ALERT_ILLEGAL_PARAMETER = 47,
	ALERT_UNKNOWN_CA = 48,
	ALERT_DECODE_ERROR = 50,
	ALERT_DECRYPT_ERROR = 51,
	ALERT_PROTOCOL_VERSION = 70,
	ALERT_INAPPROPRIATE_FALLBACK = 86,
	ALERT_USER_CANCELED = 90,
	ALERT_NO_RENEGOTIATION = 100,
	ALERT_MISSING_EXTENSION = 109,
	ALERT_UNSUPPORTED_EXTENSION = 110,
	ALERT_UNRECOGNIZED_NAME = 112,
	ALERT_CERTIFICATE_REQUIRED = 116,
	ALERT_NO_APPLICATION_PROTOCOL = 120
};

/* X(code, alert, name): every way in which a peer can be wrong. */
#define TLS_ERRORS(X)									\
	X(UNEXPECTED_RECORD, UNEXPECTED_MESSAGE, "record type not allowed now")		\
	X(UNEXPECTED_MESSAGE, UNEXPECTED_MESSAGE, "handshake message not allowed now")	\
	X(INTERLEAVED, UNEXPECTED_MESSAGE, "another record inside a handshake message")	\
	X(NOT_AT_RECORD_END, UNEXPECTED_MESSAGE, "bytes follow a change of keys")	\
	X(BAD_CHANGE_CIPHER_SPEC, UNEXPECTED_MESSAGE, "change_cipher_spec is not one 01") \
	X(EMPTY_FRAGMENT, UNEXPECTED_MESSAGE, "empty handshake or alert record")	\
	X(NO_CONTENT_TYPE, UNEXPECTED_MESSAGE, "inner plaintext is all zero")		\
	X(TOO_MANY_EMPTY, UNEXPECTED_MESSAGE, "too many records without content")	\
	X(TOO_MANY_MESSAGES, UNEXPECTED_MESSAGE, "too many messages without data")	\
	X(TOO_MANY_KEY_UPDATES, UNEXPECTED_MESSAGE, "too many key updates without data") \
	X(TOO_MANY_WARNINGS, UNEXPECTED_MESSAGE, "too many warning alerts")		\
	X(TOO_MUCH_EARLY_DATA, UNEXPECTED_MESSAGE, "early data beyond what is skipped")	\
	X(BAD_RECORD_MAC, BAD_RECORD_MAC, "record does not authenticate")		\
	X(RECORD_OVERFLOW, RECORD_OVERFLOW, "record too long")				\
	X(RECORD_VERSION, PROTOCOL_VERSION, "not a TLS record")				\
	X(DECODE, DECODE_ERROR, "malformed message")					\
	X(MESSAGE_TOO_LONG, ILLEGAL_PARAMETER, "handshake message too long")		\
	X(DUPLICATE_EXTENSION, ILLEGAL_PARAMETER, "extension occurs twice")		\
	X(MISPLACED_EXTENSION, ILLEGAL_PARAMETER, "extension not allowed here")		\
	X(UNSOLICITED_EXTENSION, UNSUPPORTED_EXTENSION, "extension was not offered")	\
	X(MISSING_EXTENSION, MISSING_EXTENSION, "mandatory extension is missing")	\
	X(ILLEGAL_PARAMETER, ILLEGAL_PARAMETER, "value out of range or inconsistent")	\
	X(BAD_KEY_SHARE, ILLEGAL_PARAMETER, "bad key share")				\
	X(HELLO_CHANGED, ILLEGAL_PARAMETER, "second hello differs from the first")	\
	X(DOWNGRADE, ILLEGAL_PARAMETER, "downgrade mark in server random")		\
	X(NO_COMMON_VERSION, PROTOCOL_VERSION, "no common protocol version")		\
	X(FALLBACK, INAPPROPRIATE_FALLBACK, "fallback to a version below ours")		\
	X(NO_COMMON_SUITE, HANDSHAKE_FAILURE, "no common cipher suite")			\
	X(NO_COMMON_GROUP, HANDSHAKE_FAILURE, "no common group")			\
	X(NO_COMMON_SCHEME, HANDSHAKE_FAILURE, "no common signature scheme")		\
	X(NO_COMMON_ALPN, NO_APPLICATION_PROTOCOL, "no common application protocol")	\
	X(NO_EXTENDED_MASTER_SECRET, HANDSHAKE_FAILURE, "no extended master secret")	\
	X(NO_SECURE_RENEGOTIATION, HANDSHAKE_FAILURE, "no secure renegotiation")	\
	X(RENEGOTIATION, HANDSHAKE_FAILURE, "bad renegotiation_info")			\
	X(NO_CERTIFICATE, CERTIFICATE_REQUIRED, "no client certificate")		\
	X(NO_CERTIFICATE_12, HANDSHAKE_FAILURE, "no client certificate (TLS 1.2)")	\
	X(TOO_MANY_CERTIFICATES, BAD_CERTIFICATE, "too many certificates presented")	\
	X(BAD_SIGNATURE, DECRYPT_ERROR, "handshake signature is wrong")			\
	X(BAD_FINISHED, DECRYPT_ERROR, "finished value is wrong")			\
	X(AEAD_LIMIT, CLOSE_NOTIFY, "too many records under one key")

enum tls_err_code {
	TLS_ERR_NONE,
	TLS_ERR_ALERT_RECEIVED,		/* the peer gave up; its alert is in struct tls_error */
#define X(code, alert, name) TLS_ERR_##code,
	TLS_ERRORS(X)
#undef X
	TLS_NUM_ERRS
};

/* + enum x509_result: the peer's chain is not good. */
#define TLS_ERR_X509	128

struct tls_err { const char *file; uint16_t line; uint8_t code; };

#define TLS_OK		((struct tls_err){ NULL, 0, TLS_ERR_NONE })
#define FAIL_CODE(code)	((struct tls_err){ __FILE__, (uint16_t)__LINE__, (uint8_t)(code) })
#define FAIL(name)	FAIL_CODE(TLS_ERR_##name)
#define FAIL_X509(result) FAIL_CODE(TLS_ERR_X509 + (int)(result))

#define TRY(expression)					\
	do {						\
		struct tls_err try_ = (expression);	\
		if (try_.code != TLS_ERR_NONE)		\
			return try_;			\
	} while (0)

/* The alert to send for a code.  Only for codes that FAIL() makes. */
uint8_t error_alert(uint8_t code);

#endif
