/*
 * tls13_schedule.h: the key schedule of TLS 1.3 (RFC 8446, 7).  Pure: secrets in, secrets out; the
 * caller keeps and wipes them.  CT: secrets do not leak; lengths and labels do.
 */
#ifndef TLS13_SCHEDULE_H
#define TLS13_SCHEDULE_H

#include "tlsstack/conn.h"

/* HKDF-Expand-Label (7.1).  `label` without "tls13 "; label and context at most 249 and 64 bytes, or it panics. */
void tls13_expand_label(const struct crypto_hash *hash, uint8_t *out, size_t out_len,
    const struct secret *secret, struct span label, struct span context);

/* Derive-Secret with the hash of the messages given; NULL: of no message. */
void tls13_derive(const struct crypto_hash *hash, struct secret *out, const struct secret *from,
    struct span label, const uint8_t *transcript_hash);

/* The handshake secret from the (EC)DHE value, without a PSK; the master secret from that. */
void tls13_handshake_secret(const struct crypto_hash *hash, struct secret *out, struct span shared);
void tls13_master_secret(const struct crypto_hash *hash, struct secret *out, const struct secret *handshake);

/* Key and IV of a traffic secret (7.3), and its successor (7.2). */
void tls13_record_secret(struct record_secret *out, const struct tls_suite *suite, const struct secret *traffic);
void tls13_next_traffic(const struct crypto_hash *hash, struct secret *traffic);

/* The value of a Finished (4.4.4): hash->len bytes. */
void tls13_finished(const struct crypto_hash *hash, uint8_t *out, const struct secret *traffic,
    const uint8_t *transcript_hash);

/* What a CertificateVerify signs (4.4.3), hashed for `scheme`. */
void tls13_signed_digest(const struct tls_scheme *scheme, uint8_t *digest, bool by_server,
    struct span transcript_hash);

#endif
