/*
 * tls13_open.h: an established TLS 1.3 connection, either role: KeyUpdate (RFC 8446, 4.6.3).
 */
#ifndef TLS13_OPEN_H
#define TLS13_OPEN_H

#include "tlsstack/conn.h"

/* The peer changes its keys; the handler of the row { CONNECTED, KEY_UPDATE }. */
hs_handler tls13_on_key_update;

/* Append our KeyUpdate and change the write key.  `out` has room for RECORD_OVERHEAD_MAX + 5. */
void tls13_rekey(struct tls_conn *conn, struct outbuf *out);

/* The exporter (RFC 8446, 7.5). */
void tls13_export(const struct tls_conn *conn, uint8_t *out, size_t out_len, struct span label, struct span context);

#endif
