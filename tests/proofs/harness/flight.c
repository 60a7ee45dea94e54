/*
 * flight.c: any queue of what is to be sent, any room in the output, any limit that a peer may set on a record (63 or more: answer.c).
 * record_seal() asserts what it demands (record.h) and answers what its row has proved: no more than its room is taken.
 * The invariant: items that wait lie in the bytes that were built, and those in the record half of the lent buffer.
 */
#include "tests/proofs/harness/shared.h"

#include "tlsstack/flight.c"

bool nondet_bool(void);
uint8_t nondet_uint8(void);
uint16_t nondet_uint16(void);
uint64_t nondet_uint64(void);
size_t nondet_size(void);
struct flight nondet_flight(void);
struct tls_trace nondet_trace(void);
struct record_secret nondet_secret(void);
void *malloc(size_t len);
void other_side(void) { }

static struct flight flight;
static struct tls_suite suite;
static struct record_key key;
static struct transcript transcript;
static struct outbuf out;
static uint8_t *buffer;
static size_t limit;

void
record_seal(struct record_key *with, struct outbuf *to, uint16_t legacy_version, enum record_type type, struct span bytes)
{
	size_t len = nondet_size();

	(void)legacy_version; (void)type;
	ASSERT(with->seq != UINT64_MAX && (with->suite == NULL || with->suite == &suite));
	ASSERT(bytes.len <= TLS_PLAINTEXT_MAX && (bytes.len == 0 || __CPROVER_r_ok(bytes.ptr, bytes.len)));
	ASSERT(!to->overflow && to->len <= to->cap && outbuf_room(to) >= bytes.len + RECORD_OVERHEAD_MAX);
	ASSERT(with->suite == NULL || bytes.len <= limit);	/* RFC 8449, 4 */
	ASSUME(len >= bytes.len && len <= bytes.len + RECORD_OVERHEAD_MAX);
	to->len += len;
	with->seq++;
}

void
record_key_set(struct record_key *with, const struct record_secret *secret)
{
	ASSERT(__CPROVER_w_ok(with, sizeof *with) && __CPROVER_r_ok(secret, sizeof *secret));
	with->suite = &suite;
	with->seq = 0;
}

void
trace_message(struct tls_trace *trace, bool sent, uint8_t kind, size_t len)
{
	(void)sent; (void)kind; (void)len;
	ASSERT(__CPROVER_w_ok(trace, sizeof *trace) && TRACE_HOLDS(trace));
	*trace = nondet_trace();
	ASSUME(TRACE_HOLDS(trace));
}

void
transcript_add(struct transcript *to, struct span message)
{
	ASSERT(to == &transcript && __CPROVER_r_ok(message.ptr, message.len));
}

static bool
holds(void)
{
	return FLIGHT_HOLDS(&flight) && TRACE_HOLDS(&flight.trace);
}

static void
any_flight(void)
{
	flight = nondet_flight();
	ASSUME(holds());
	limit = nondet_size();
	ASSUME(limit >= 63 && limit <= TLS_PLAINTEXT_MAX);
	key.suite = nondet_bool() ? NULL : &suite;
	key.seq = nondet_uint64();
	ASSUME(key.seq < UINT64_MAX / 2);	/* record.h: seal_limit is far below */
	out = (struct outbuf){ NULL, nondet_size(), nondet_size(), false };
	ASSUME(out.cap <= INPUT_MAX && out.len <= out.cap);
	out.ptr = malloc(out.cap);
	buffer = malloc(TLS_BUFFER_SIZE);
	ASSUME(out.ptr != NULL && buffer != NULL);
}

static struct outbuf
any_message(void)
{
	struct outbuf message = flight_open(&flight, buffer);

	message.len = nondet_size();
	ASSUME(message.len >= 4 && message.len <= message.cap);
	return message;
}

bool given_send_one(struct flight *of, struct flight_item *item, const uint8_t *from, struct record_key *with, struct outbuf *to, size_t most);

bool
given_send_one(struct flight *of, struct flight_item *item, const uint8_t *from, struct record_key *with, struct outbuf *to, size_t most)
{
	uint16_t begin = nondet_uint16();
	size_t len = nondet_size();

	ASSERT(of == &flight && from == buffer && with == &key && to == &out && most == limit && item->begin <= item->end && item->end <= of->len);
	ASSERT(with->seq != UINT64_MAX && to->len <= to->cap);
	if (nondet_bool())
		return false;
	ASSUME(begin >= item->begin && begin <= item->end && (begin > item->begin || begin == item->end));
	ASSUME(len >= to->len && len <= to->cap);
	item->begin = begin;
	to->len = len;
	with->seq = nondet_uint64();
	ASSUME(with->seq < UINT64_MAX / 2);
	return true;
}

void prove_flight_idle(void) { any_flight(); ASSERT(flight_idle(&flight) == (flight.next == flight.num)); REACHED(); }
void prove_flight_open(void) { any_flight(); struct outbuf message = flight_open(&flight, buffer);
    ASSERT(message.len == 0 && !message.overflow && (message.cap == 0 || __CPROVER_w_ok(message.ptr, message.cap)) && message.cap == FLIGHT_BYTES - flight.len); REACHED(); }
void prove_flight_message_begin(void) { any_flight(); struct outbuf message = flight_open(&flight, buffer); flight_message_begin(&message, nondet_uint8());
    ASSERT(message.overflow || message.len == 4); REACHED(); }
void prove_item_add(void) { any_flight(); ASSUME(flight.num < TLS_FLIGHT_ITEMS); uint8_t num = flight.num; struct flight_item *item = item_add(&flight, FLIGHT_SWITCH);
    ASSERT(item == &flight.item[num] && flight.num == num + 1 && holds()); REACHED(); }
void prove_records_add(void) { size_t len = nondet_size(); any_flight(); ASSUME(flight.num < TLS_FLIGHT_ITEMS && len <= FLIGHT_BYTES - flight.len);
    records_add(&flight, RECORD_HANDSHAKE, len); ASSERT(holds() && flight.item[flight.num - 1].kind == FLIGHT_RECORDS && flight.item[flight.num - 1].end == flight.len); REACHED(); }
void prove_flight_message(void) { any_flight(); ASSUME(flight.num < TLS_FLIGHT_ITEMS && FLIGHT_BYTES - flight.len >= 4); struct outbuf message = any_message();
    ASSUME(message.len <= 0xffffff + 4u); flight_message(&flight, &message, &transcript); ASSERT(holds()); REACHED(); }
void prove_flight_change_cipher_spec(void) { any_flight(); ASSUME(flight.num < TLS_FLIGHT_ITEMS && flight.len < FLIGHT_BYTES);
    flight_change_cipher_spec(&flight, buffer); ASSERT(holds()); REACHED(); }
void prove_flight_switch(void) { struct record_secret secret = nondet_secret(); any_flight(); ASSUME(flight.num < TLS_FLIGHT_ITEMS);
    flight_switch(&flight, &secret); ASSERT(holds()); REACHED(); }

void
prove_send_one(void)
{
	uint8_t i = nondet_uint8();

	any_flight();
	ASSUME(i < TLS_FLIGHT_ITEMS && i >= flight.next && i < flight.num && flight.item[i].kind != FLIGHT_SWITCH);
	uint16_t begin = flight.item[i].begin, end = flight.item[i].end;
	bool sent = send_one(&flight, &flight.item[i], buffer, &key, &out, limit);
	ASSERT(holds() && !out.overflow && out.len <= out.cap && flight.item[i].end == end);
	ASSERT(sent ? flight.item[i].begin > begin || begin == end : flight.item[i].begin == begin);
	REACHED();
}

void
prove_flight_send(void)
{
	any_flight();
	bool done = flight_send(&flight, buffer, &key, &out, limit);
	ASSERT(holds() && out.len <= out.cap && (!done || (flight.num == 0 && flight.len == 0)));
	REACHED();
}
