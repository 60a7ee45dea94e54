/*
 * tls13_auth.h: Certificate, CertificateVerify and Finished of TLS 1.3, which are the same for both
 * roles (RFC 8446, 4.4): making ours, judging the peer's.
 */
#ifndef TLS13_AUTH_H
#define TLS13_AUTH_H

#include "tlsstack/conn.h"

/* Queue Certificate and CertificateVerify; `credential` NULL: an empty Certificate alone. */
void tls13_send_certificate(struct tls_conn *conn, const struct tls_credential *credential);

/* Queue Finished under `traffic`, our handshake traffic secret. */
void tls13_send_finished(struct tls_conn *conn, const struct secret *traffic);

/* Judge the peer's Certificate; *empty if it has none, else its key is kept in *key and cert_ok made. */
MUST_CHECK struct tls_err tls13_take_certificate(struct tls_conn *conn, struct hs_peer_key *key, bool *empty,
    struct cursor body);

/* Judge the peer's CertificateVerify; makes sig_ok. */
MUST_CHECK struct tls_err tls13_take_verify(struct tls_conn *conn, const struct hs_peer_key *key,
    const struct hs_input *in);

/* Judge the peer's Finished under `traffic`, its handshake traffic secret; makes finished_ok. */
MUST_CHECK struct tls_err tls13_take_finished(struct tls_conn *conn, const struct secret *traffic,
    const struct hs_input *in);

#endif
