/*
 * x509_write.h: writing certificates.  What owners of an endpoint call is in tls.h, "Certificates";
 * this is the part that tests use to write certificates that tls_cert_make would not.
 */
#ifndef X509_WRITE_H
#define X509_WRITE_H

#include "tlsstack/tls.h"

#define X509_KEY_ID_LEN	20

/* Key identifier of a P-256 point: 160 bits of its SHA-256 (RFC 7093, method 1). */
void x509_write_key_id(uint8_t id[X509_KEY_ID_LEN], const uint8_t point[TLS_POINT_LEN]);

/* TBSCertificate of `request`, by the rules of RFC 5280. */
void x509_write_tbs(struct outbuf *out, const struct tls_cert_request *request,
    const uint8_t subject[TLS_POINT_LEN], const uint8_t issuer[TLS_POINT_LEN]);

/* Certificate: `tbs`, the algorithm, and the signature of `key` over it. */
void x509_write_signed(struct outbuf *out, struct span tbs, const struct tls_key *key);

#endif
