/*
 * record.h: one record: its header, opening it, sealing it (RFC 8446, 5; RFC 5246, 6.2; for
 * TLS 1.2 AEAD, RFC 5288, 3 and RFC 7905, 2).
 *
 * Pure: bytes and one direction's key.  Which record may come when is engine.c's.
 */
#ifndef TLS_RECORD_H
#define TLS_RECORD_H

#include "tlsstack/crypto/crypto.h"
#include "tlsstack/error.h"

#define RECORD_HEADER_LEN	5u

/* What a sealed record is longer than its content, at most: header, explicit nonce, type, tag. */
#define RECORD_OVERHEAD_MAX	(RECORD_HEADER_LEN + 8u + 1u + CRYPTO_TAG_LEN)

enum record_type {
	RECORD_CHANGE_CIPHER_SPEC = 20,
	RECORD_ALERT = 21,
	RECORD_HANDSHAKE = 22,
	RECORD_DATA = 23
};

struct record_header { uint8_t type; uint16_t version, len; };

/* The key of one direction.  `suite` NULL: nothing is protected yet. */
struct record_key {
	const struct tls_suite *suite;
	struct crypto_aead_key aead;
	uint8_t iv[CRYPTO_NONCE_LEN];
	uint64_t seq;			/* of the next record; never wraps: seal_limit is far below */
};

/* What a record_key is made from: the secret half of a switch of keys. */
struct record_secret {
	const struct tls_suite *suite;
	uint8_t key[CRYPTO_AEAD_KEY_MAX];
	uint8_t iv[CRYPTO_NONCE_LEN];	/* TLS 1.2: the fixed part, then zeros */
};

/* What an opened record holds: a view into the record's own bytes. */
struct record_content { uint8_t type; struct span bytes; };

/* Judge a header.  `protected`: a key is set, so that the longer limit holds. */
MUST_CHECK struct tls_err record_header_parse(struct record_header *header,
    const uint8_t bytes[RECORD_HEADER_LEN], bool is_protected)
PRE(FRESH(header) && FRESH_BYTES(bytes, RECORD_HEADER_LEN))
ASSIGNS(*header)
POST(!GOOD || header->len <= 16384 + 256)
POST(!GOOD || is_protected || header->len <= 16384);

/* Install `secret`; the sequence number starts at 0. */
void record_key_set(struct record_key *key, const struct record_secret *secret);

/*
 * Open the record whose header is `header` and whose header->len bytes of body are at `body`, in
 * place.  Without a key the content is the body.  BAD_RECORD_MAC leaves body and key untouched.
 */
MUST_CHECK struct tls_err record_open(struct record_content *content, struct record_key *key,
    const struct record_header *header, uint8_t *body);

/* Append one record.  `out` must have room for bytes.len + RECORD_OVERHEAD_MAX. */
void record_seal(struct record_key *key, struct outbuf *out, uint16_t legacy_version,
    enum record_type type, struct span bytes);

#endif
