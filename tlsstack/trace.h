/*
 * trace.h: what both sides said in a handshake, as its owner may show it: kinds and lengths of messages, and the numbers
 * that a client offered (RFC 8446, 4.1.2).  Bounded; it has no room for a key, a random value or a name, and
 * nothing in tlsstack reads it.  No clock here: who calls tls_step() knows when a flight was new.
 */
#ifndef TLS_TRACE_H
#define TLS_TRACE_H

#include "tlsstack/limits.h"

#define TLS_TRACE_CCS	255u	/* a change_cipher_spec record; every other kind is a HandshakeType */

/* Flights count from 0: the side that speaks changes; the last one that is counted goes on.  `len` has the message's header of four bytes. */
struct tls_trace_message { uint8_t kind, flight; bool sent; uint16_t len; };

/* Numbers in the peer's order: how many there were, and the first TLS_TRACE_CODES of them. */
struct tls_trace_list { uint16_t num, code[TLS_TRACE_CODES]; };

struct tls_trace {
	uint8_t num_messages, num_flights;
	struct tls_trace_message message[TLS_TRACE_MESSAGES];		/* up to CONNECTED */
	struct tls_trace_list versions, suites, groups, shares, schemes;	/* servers: of the first ClientHello */
};
const struct tls_trace *tls_trace(const struct tls_conn *conn);

/* For proofs: what holds of a trace from its beginning, when it is all zero. */
#define TRACE_HOLDS(trace) \
	((trace)->num_messages <= TLS_TRACE_MESSAGES && (trace)->num_flights <= TLS_TRACE_FLIGHTS && \
	    ((trace)->num_messages == 0 || (trace)->num_flights != 0))

/* For tlsstack alone.  What does not fit is left out. */
void trace_message(struct tls_trace *trace, bool sent, uint8_t kind, size_t len)
PRE(FRESH(trace) && TRACE_HOLDS(trace))
ASSIGNS(*trace)
POST(TRACE_HOLDS(trace));
struct client_hello;
void trace_hello(struct tls_trace *trace, const struct client_hello *hello);

#endif
