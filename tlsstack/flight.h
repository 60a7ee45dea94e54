/*
 * flight.h: what to send, in order: records and changes of the write key in one queue, so that
 * no record can leave under the wrong key.
 *
 * The plaintext of a flight is built into the record half of the lent buffer, which nothing
 * reads into before the flight has left: a message that starts one ends its record (ENDS_RECORD),
 * and the engine reads no input while a flight waits.
 */
#ifndef TLS_FLIGHT_H
#define TLS_FLIGHT_H

#include "tlsstack/limits.h"
#include "tlsstack/record.h"
#include "tlsstack/trace.h"

struct transcript;

enum flight_kind { FLIGHT_RECORDS, FLIGHT_SWITCH };

struct flight_item {
	uint8_t kind;			/* enum flight_kind */
	uint8_t type;			/* of the records */
	uint16_t begin, end;		/* their content, in the flight's bytes */
	struct record_secret secret;	/* of the switch */
};

struct flight {
	struct flight_item item[TLS_FLIGHT_ITEMS];
	uint8_t num, next;		/* items queued, and done */
	uint16_t len;			/* bytes built */
	uint16_t legacy_version;	/* in record headers: 0x0303, or 0x0301 of a first ClientHello */
	struct tls_trace trace;		/* what was said, both ways */
};

/* For proofs: what waits lies in the bytes that were built, which have room in the record half of the buffer. */
#define ITEM_HOLDS(flight, i) \
	((i) < (flight)->next || (i) >= (flight)->num || (flight)->item[i].kind == FLIGHT_SWITCH || \
	    ((flight)->item[i].begin <= (flight)->item[i].end && (flight)->item[i].end <= (flight)->len))
#define FLIGHT_HOLDS(flight) \
	((flight)->num <= TLS_FLIGHT_ITEMS && (flight)->next <= (flight)->num && (flight)->len <= TLS_PLAINTEXT_MAX && \
	    ITEM_HOLDS(flight, 0) && ITEM_HOLDS(flight, 1) && ITEM_HOLDS(flight, 2) && ITEM_HOLDS(flight, 3) && \
	    ITEM_HOLDS(flight, 4) && ITEM_HOLDS(flight, 5))

/* Nothing waits to be sent. */
MUST_CHECK bool flight_idle(const struct flight *flight);

/* Where the next message is built: the rest of the room behind what is built already. */
struct outbuf flight_open(const struct flight *flight, uint8_t *buffer);

/* Start a handshake message in `message`; its length is written by flight_message(). */
void flight_message_begin(struct outbuf *message, uint8_t type);

/* The message that was built in flight_open()'s bytes is complete: hash it and queue it. */
void flight_message(struct flight *flight, struct outbuf *message, struct transcript *transcript);

/* Queue a change_cipher_spec record. */
void flight_change_cipher_spec(struct flight *flight, uint8_t *buffer);

/* Queue a change of the write key; `secret` is copied, and wiped here when it was used. */
void flight_switch(struct flight *flight, const struct record_secret *secret);

/*
 * Seal what fits into `out`, in records of at most `limit` bytes of content.  True when all has
 * left.  False: `out` is full; call again with more room.
 */
MUST_CHECK bool flight_send(struct flight *flight, const uint8_t *buffer, struct record_key *key,
    struct outbuf *out, size_t limit);

#endif
