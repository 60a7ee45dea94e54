/*
 * witness.h: proofs that a check was made, as values.
 *
 * Each is made in one function of witness.c and nowhere else (tests/lint greps for `.made = true`);
 * enter_connected() demands them.  To skip a check one would have to forge a witness, which shows.
 */
#ifndef TLS_WITNESS_H
#define TLS_WITNESS_H

#include "tlsstack/error.h"
#include "tlsstack/x509_verify.h"

struct tls_conn;

/* The peer's chain is good for its role, now, under our anchors. */
struct cert_ok { bool made; uint8_t leaf_sha256[32]; };

/* The peer signed this handshake with the key of that leaf. */
struct sig_ok { bool made; uint8_t leaf_sha256[32]; };

/* The peer's Finished covers this transcript. */
struct finished_ok { bool made; };

struct witnesses { struct cert_ok cert; struct sig_ok sig; struct finished_ok finished; };

/* Verify `chain` (x509_verify); the leaf's views point into it. */
MUST_CHECK struct tls_err witness_cert(struct cert_ok *ok, struct x509_cert *leaf,
    const struct span *chain, size_t num_chain, const struct x509_request *request);

/* Verify a handshake signature over `digest` with the key that `cert` vouched for. */
MUST_CHECK struct tls_err witness_sig(struct sig_ok *ok, const struct cert_ok *cert,
    const struct tls_scheme *scheme, const struct crypto_public_key *key, const uint8_t *digest,
    struct span signature);

/* Compare a Finished value with the expected one.  CT: where they differ does not leak. */
MUST_CHECK struct tls_err witness_finished(struct finished_ok *ok, const uint8_t *expected, size_t len,
    struct span got);

/* The only way to CONNECTED: panics unless every witness that the protocol's policy demands is there. */
void enter_connected(struct tls_conn *conn, const struct cert_ok *cert, const struct sig_ok *sig,
    const struct finished_ok *finished);

#endif
