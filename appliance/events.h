/*
 * events.h: what happened, one line each on the console.  Typed: a kind, a port, a peer's
 * address and a small number.  There is no text argument, so no secret fits.
 */
#ifndef APPLIANCE_EVENTS_H
#define APPLIANCE_EVENTS_H

#include "appliance/limits.h"
#include "platform/base/span.h"

enum events_kind {
	EVENTS_PRIZE_SENT,	/* never left out */
	EVENTS_CALLED_BACK,
	EVENTS_TLS_FAILED,	/* code: tlsstack/error.h */
	EVENTS_TIMED_OUT,
	EVENTS_EVICTED,
	EVENTS_REFUSED,
	EVENTS_NUM
};

struct events_peer { uint32_t address; uint16_t port; };

/* How much of a peer's address the console tells: address and port, or (as before this is called) its /24. */
void events_init(bool full_addresses);

#define EVENTS_PREFIX_MASK	(0xffffffffu << (32 - EVENTS_PREFIX_LEN))

/* What is kept of an event: of the address, its /24. */
struct events_entry { uint64_t at_ns; uint32_t address; uint16_t port; uint8_t kind, code; };

/*
 * Keep it in the ring, and write one line, at most EVENTS_BURST at once and EVENTS_PER_S on average; how many were left
 * out is said in the next line that is written.
 */
void events_log(uint64_t now_ns, enum events_kind kind, uint16_t port, struct events_peer peer, uint8_t code);

const char *events_name(enum events_kind kind);

/* The ring: how many there are, at most EVENTS_KEPT, and the i-th, the newest first. */
size_t events_num(void);
const struct events_entry *events_last(size_t i);

#endif
