/*
 * answer.h: does a server's answer stay within what our hello offered?  For both versions.
 */
#ifndef TLS_ANSWER_H
#define TLS_ANSWER_H

#include "tlsstack/conn.h"
#include "tlsstack/hello.h"

/* The suite or group of the configuration with this code, or NULL: it was not offered. */
const struct tls_suite *answer_suite(const struct tls_config *config, uint16_t code, uint16_t version);
const struct tls_group *answer_group(const struct tls_config *config, uint16_t code);

/* ALPN, server_name and record_size_limit of a ServerHello (1.2) or EncryptedExtensions (1.3). */
MUST_CHECK struct tls_err answer_extensions(struct tls_conn *conn, const struct extensions *ext);

#endif
