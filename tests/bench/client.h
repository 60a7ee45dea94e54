/*
 * client.h: what both benchmark clients share: a clock, a TLS client of OpenSSL, a socket.
 * For measuring alone: the server's certificate is not verified, errors end the program.
 */
#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>

uint64_t client_now_ns(void);

/*
 * A context for one suite, by its name in OpenSSL, and so for one version; its share is of X25519 (P-256 is for
 * the certificates of TLS 1.2).  Certificate and key are PEM files, or NULL.
 */
SSL_CTX *client_context(const char *suite, const char *certificate, const char *key);

/* "127.0.0.1:PORT", or the end of the program. */
struct sockaddr_in client_address(const char *text);

/* A connected socket that gives up after `timeout_ms`, or -1.  Ended by RST: no port stays in TIME_WAIT. */
int client_connect(const struct sockaddr_in *address, int timeout_ms);

#endif
