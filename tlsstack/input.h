/*
 * input.h: records in: collect one in the lent buffer, judge whether its type may come now, open it,
 * hand its content on (RFC 8446, 5 and 6; appendix D.4; RFC 5246, 7.2).
 */
#ifndef TLS_INPUT_H
#define TLS_INPUT_H

#include "tlsstack/conn.h"

enum input_progress {
	INPUT_MORE,	/* all of `in` is consumed */
	INPUT_BUFFER,	/* a record begins and no buffer is lent */
	INPUT_RECORD,	/* a record was consumed; there may be something to send or to tell */
	INPUT_DATA	/* *app is application data */
};

/* At most one record.  On failure the connection is as it was, but for counters. */
MUST_CHECK struct tls_err input_step(struct tls_conn *conn, enum input_progress *progress, struct span *app,
    struct cursor *in);

/* Bytes that the record whose header is read still lacks; 0 before. */
size_t input_left(const struct tls_conn *conn);

#endif
