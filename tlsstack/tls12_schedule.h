/*
 * tls12_schedule.h: the key schedule of TLS 1.2 (RFC 5246, 5, 6.3 and 7.4.9; RFC 7627).  Pure.
 * CT: secrets do not leak; lengths and labels do.
 */
#ifndef TLS12_SCHEDULE_H
#define TLS12_SCHEDULE_H

#include "tlsstack/conn.h"

#define TLS12_MASTER_LEN	48
#define TLS12_VERIFY_LEN	12

/* PRF(secret, label, a || b). */
void tls12_prf(const struct crypto_hash *hash, uint8_t *out, size_t out_len, struct span secret, struct span label,
    struct span a, struct span b);

/* The extended master secret: over the hash of all messages up to ClientKeyExchange (RFC 7627, 4). */
void tls12_master(const struct crypto_hash *hash, struct secret *master, struct span pre_master,
    const uint8_t *session_hash);

/* Both directions' keys. */
void tls12_keys(struct record_secret *client, struct record_secret *server, const struct tls_suite *suite,
    const struct secret *master, const uint8_t client_random[32], const uint8_t server_random[32]);

/* The value of a Finished. */
void tls12_finished(const struct crypto_hash *hash, uint8_t out[TLS12_VERIFY_LEN], const struct secret *master,
    bool by_server, const uint8_t *transcript_hash);

#endif
