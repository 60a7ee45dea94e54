/*
 * peer.h: what the peer presents to prove who it is, for every version and role: its chain against
 * our anchors, and its signature with the leaf's key.
 */
#ifndef TLS_PEER_H
#define TLS_PEER_H

#include "tlsstack/conn.h"

/* Verify a chain, the peer's own first; keeps its key in *key and makes cert_ok. */
MUST_CHECK struct tls_err peer_chain(struct tls_conn *conn, struct hs_peer_key *key, const struct span *chain,
    size_t num_chain);

/* The scheme with this code that fits the kept key and the version, or ILLEGAL_PARAMETER. */
MUST_CHECK struct tls_err peer_scheme(const struct tls_scheme **scheme, struct crypto_public_key *public,
    const struct tls_conn *conn, const struct hs_peer_key *key, uint16_t code);

/*
 * The credential of ours for a peer that accepts `schemes`, in `version`; with a suite of TLS 1.2, of its
 * family and, where `curves` is not NULL, on one of these.  NULL: none.
 */
const struct tls_credential *peer_credential(const struct tls_config *config, struct cursor schemes,
    uint16_t version, uint8_t family, const struct cursor *curves);

/* A vector with a 16-bit length of the anchors' subjects, each with one (RFC 8446, 4.2.4; RFC 5246, 7.4.4). */
void peer_authorities_build(struct outbuf *out, const struct tls_config *config);

/* The group of an EC key's curve; 0 for other keys. */
uint16_t peer_curve(enum crypto_key_kind kind);

#endif
