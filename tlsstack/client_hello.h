/*
 * client_hello.h: a client's first words, the same for every version it speaks (RFC 8446, 4.1.2), and
 * the ServerHello that answers them, up to the choice of a version.
 */
#ifndef TLS_CLIENT_HELLO_H
#define TLS_CLIENT_HELLO_H

#include "tlsstack/conn.h"
#include "tlsstack/hello.h"

/* tls_protocol.begin: queue the first ClientHello; its secrets go to conn->now.client_hello. */
void client_hello_begin(struct tls_conn *conn);

/* Queue the second one: a fresh share for `group` (NULL: the same share), and a cookie (empty: none). */
void client_hello_again(struct tls_conn *conn, struct hs_client_hello *hello, const struct tls_group *group,
    struct span cookie);

/* Views into the message. */
struct server_hello {
	uint16_t legacy_version;
	struct span random, session_id;
	uint16_t suite;
	uint8_t compression;
	bool is_13, is_retry;		/* by supported_versions; by its random */
	struct extensions ext;
};

/* Parse a ServerHello body completely; `offered`: the extensions of our hello. */
MUST_CHECK struct tls_err server_hello_parse(struct server_hello *hello, struct cursor body, uint32_t offered)
PRE(CURSOR_VALUE(body) && FRESH(hello))
ASSIGNS(*hello)
POST(!GOOD || (hello->random.len == 32 && hello->session_id.len <= 32))
POST(!GOOD || (VIEW(body, &hello->random) && VIEW(body, &hello->session_id) && EXTENSIONS_IN(&body, &hello->ext)));

/* The extensions that a ClientHello of this configuration has. */
uint32_t client_hello_offers(const struct tls_config *config);

/* tls_protocol.choose of clients: the protocol of the configuration that a ServerHello selects. */
MUST_CHECK struct tls_err client_hello_choose(const struct tls_protocol **chosen, const struct tls_conn *conn,
    struct cursor body);

#endif
