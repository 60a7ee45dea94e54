/*
 * tls13_sizes.h: the most that each builder of tls13_messages.c appends: what harness/tls13.h's stubs of them take.  Of all but
 * CERTIFICATE_MAX harness/tls13_messages.c proves it; tests/tlsstack/limits_test.c builds the largest that config_check() lets through of
 * CERTIFICATE_MAX, ENCRYPTED_MAX and REQUEST_MAX, and they have this length.
 */
#ifndef PROOFS_TLS13_SIZES_H
#define PROOFS_TLS13_SIZES_H

#ifndef LIST_MAX
#define LIST_MAX	32
#endif

#define SERVER_HELLO_MAX	(4 + 2 + 32 + 1 + 32 + 2 + 1 + 2 + 8 + CRYPTO_KX_PUBLIC_MAX + 6 + TLS_COOKIE_MAX + 6)
#define ENCRYPTED_MAX		(4 + 2 + 6 + 2 * LIST_MAX + 6 + 4 + 7 + 255)
#define REQUEST_MAX		(4 + 1 + 2 + 6 + 2 * LIST_MAX + 4 + TLS_AUTHORITIES_MAX + 2)
#define CERTIFICATE_MAX		(4 + 1 + 3 + TLS_OWN_CHAIN_MAX)
#define SIGNATURE_MAX		(4 + 2 + 2 + CRYPTO_SIGNATURE_MAX)

#endif
