/*
 * tls12_auth.h: what both roles of TLS 1.2 do to prove and to close a handshake: signatures over
 * parameters and over the transcript, change_cipher_spec, Finished; and the exporter.
 */
#ifndef TLS12_AUTH_H
#define TLS12_AUTH_H

#include "tlsstack/conn.h"
#include "tlsstack/tls12_messages.h"

/* What a ServerKeyExchange signs (RFC 8422, 5.4), hashed for `scheme`. */
void tls12_params_digest(const struct tls_scheme *scheme, uint8_t *digest, const struct hs_shake12 *shake,
    struct span params);

/* Keep the chain's key; an empty chain leaves key->len 0. */
MUST_CHECK struct tls_err tls12_take_certificate(struct tls_conn *conn, struct hs_peer_key *key, struct cursor body);

/* The first of a client's credentials that fits the request; NULL: none does. */
const struct tls_credential *tls12_credential(const struct tls_config *config, const struct certificate_request12 *request);

/* Master secret and keys from the shared secret; the transcript ends with ClientKeyExchange. */
void tls12_agree(struct tls_conn *conn, struct hs_shake12 *shake, struct span shared);

/* Queue change_cipher_spec, the switch to our key, and Finished. */
void tls12_send_finished(struct tls_conn *conn, const struct hs_shake12 *shake);

/* The handler of the rows { EXPECT_CHANGE_CIPHER_SPEC, CHANGE_CIPHER_SPEC }: the peer's key is in use now. */
hs_handler tls12_on_change_cipher_spec;

/* Judge the peer's Finished; makes finished_ok and the payload of CONNECTED. */
MUST_CHECK struct tls_err tls12_take_finished(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in);

/* The exporter (RFC 5705, 4). */
void tls12_export(const struct tls_conn *conn, uint8_t *out, size_t out_len, struct span label, struct span context);

#endif
