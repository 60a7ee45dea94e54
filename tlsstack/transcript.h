/*
 * transcript.h: the running hash of all handshake messages (RFC 8446, 4.4.1).
 *
 * Until a suite is chosen it runs every hash that the configuration could ask for; then one.
 */
#ifndef TLS_TRANSCRIPT_H
#define TLS_TRANSCRIPT_H

#include "tlsstack/crypto/crypto.h"

#define TRANSCRIPT_HASHES	3	/* SHA-256, SHA-384, and SHA-512 for TLS 1.2 signatures */

struct transcript {
	const struct crypto_hash *hash[TRANSCRIPT_HASHES];	/* NULL: unused */
	struct crypto_hash_ctx ctx[TRANSCRIPT_HASHES];
};

/* Start with nothing hashed and no hash; then transcript_want() each that may be asked for. */
void transcript_init(struct transcript *transcript);
void transcript_want(struct transcript *transcript, const struct crypto_hash *hash);

void transcript_add(struct transcript *transcript, struct span message);

/* True when `hash` runs, so that transcript_out() may ask for it. */
MUST_CHECK bool transcript_has(const struct transcript *transcript, const struct crypto_hash *hash);

/* The hash of what came so far: hash->len bytes.  `hash` was wanted. */
void transcript_out(const struct transcript *transcript, const struct crypto_hash *hash, uint8_t *digest);

/* Only `hash` from now on. */
void transcript_keep(struct transcript *transcript, const struct crypto_hash *hash);

/* After a HelloRetryRequest: ClientHello1 is replaced by its hash in a synthetic message. */
void transcript_message_hash(struct transcript *transcript, const struct crypto_hash *hash);

#endif
