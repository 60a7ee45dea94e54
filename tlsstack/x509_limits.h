/*
 * x509_limits.h: the numbers of certificates, each with its reason.  Beyond one: a refusal.
 */
#ifndef X509_LIMITS_H
#define X509_LIMITS_H

/* Presented certificates, the peer's own among them.  Real chains have 2 to 4. */
#define X509_PRESENTED_MAX	8

/*
 * Signature checks for one chain.  An honest chain needs one per certificate; a hostile one can
 * make each presented certificate a candidate for each, 8 * 8, and anchors more.
 */
#define X509_CHECKS_MAX		32

/* Bytes of one certificate: the length of DER that der.c reads is below 2^24 anyway. */
#define X509_CERT_MAX		16384

/* Extensions of one certificate: RFC 5280 defines 17; real ones have about 10. */
#define X509_EXTENSIONS_MAX	32

/* Octets of a serial number's INTEGER: RFC 5280, 4.1.2.2. */
#define X509_SERIAL_MAX		20

_Static_assert(X509_CHECKS_MAX >= X509_PRESENTED_MAX, "an honest chain of full length can be checked");

#endif
