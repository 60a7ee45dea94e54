/* flight.c: the ordered queue of records and key changes.  See flight.h. */
#include "tlsstack/flight.h"

#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "tlsstack/transcript.h"

#define FLIGHT_BYTES	TLS_PLAINTEXT_MAX
#define FRAGMENT_MIN	256u	/* do not cut a record smaller than this for want of room */

bool
flight_idle(const struct flight *flight)
{
	return flight->next == flight->num;
}

struct outbuf
flight_open(const struct flight *flight, uint8_t *buffer)
{
	REQUIRE(buffer != NULL);
	return outbuf_of(buffer + flight->len, FLIGHT_BYTES - flight->len);
}

void
flight_message_begin(struct outbuf *message, uint8_t type)
{
	outbuf_uint(message, type, 1);
	outbuf_uint(message, 0, 3);
}

static struct flight_item *
item_add(struct flight *flight, enum flight_kind kind)
{
	struct flight_item *item = &flight->item[flight->num];

	REQUIRE(flight->num < TLS_FLIGHT_ITEMS);
	item->kind = (uint8_t)kind;
	flight->num++;
	return item;
}

/* Handshake messages under one key share records: RFC 8446, 5.1. */
static void
records_add(struct flight *flight, enum record_type type, size_t len)
{
	struct flight_item *last = flight->num > flight->next ? &flight->item[flight->num - 1] : NULL;

	REQUIRE(len <= FLIGHT_BYTES - flight->len);
	if (last == NULL || last->kind != FLIGHT_RECORDS || last->type != type) {
		last = item_add(flight, FLIGHT_RECORDS);
		last->type = (uint8_t)type;
		last->begin = flight->len;
	}
	flight->len = (uint16_t)(flight->len + len);
	last->end = flight->len;
}

void
flight_message(struct flight *flight, struct outbuf *message, struct transcript *transcript)
{
	REQUIRE(!message->overflow && message->len >= 4);
	outbuf_vector_end(message, 1, 3);
	transcript_add(transcript, outbuf_span(message));
	trace_message(&flight->trace, true, message->ptr[0], message->len);
	records_add(flight, RECORD_HANDSHAKE, message->len);
}

void
flight_change_cipher_spec(struct flight *flight, uint8_t *buffer)
{
	struct outbuf one = flight_open(flight, buffer);

	outbuf_uint(&one, 1, 1);
	REQUIRE(!one.overflow);
	trace_message(&flight->trace, true, TLS_TRACE_CCS, 1);
	records_add(flight, RECORD_CHANGE_CIPHER_SPEC, 1);
}

void
flight_switch(struct flight *flight, const struct record_secret *secret)
{
	item_add(flight, FLIGHT_SWITCH)->secret = *secret;
}

/* Seal one record of the item; false when `out` has too little room. */
static bool
send_one(struct flight *flight, struct flight_item *item, const uint8_t *buffer, struct record_key *key,
    struct outbuf *out, size_t limit)
{
	size_t room = outbuf_room(out), len = (size_t)(item->end - item->begin);
	struct record_key plain = { 0 };	/* a change_cipher_spec is never protected: there is no renegotiation */

	if (key->suite != NULL && len > limit)
		len = limit;	/* record_size_limit is for protected records: RFC 8449, 4 */
	if (room < RECORD_OVERHEAD_MAX + len) {
		if (room < RECORD_OVERHEAD_MAX + FRAGMENT_MIN)
			return false;
		len = room - RECORD_OVERHEAD_MAX;
	}
	record_seal(item->type == RECORD_CHANGE_CIPHER_SPEC ? &plain : key, out, flight->legacy_version,
	    (enum record_type)item->type, (struct span){ buffer + item->begin, len });
	item->begin = (uint16_t)(item->begin + len);
	return true;
}

bool
flight_send(struct flight *flight, const uint8_t *buffer, struct record_key *key, struct outbuf *out,
    size_t limit)
{
	while (flight->next < flight->num)
	LOOP_ASSIGNS(flight->item, flight->next, *key, out->len, out->overflow)
	LOOP_INVARIANT(FLIGHT_HOLDS(flight) && out->len <= out->cap && key->seq < UINT64_MAX / 2)
	LOOP_DECREASES(flight->next == flight->num ? 0u : 65536u * (uint32_t)(flight->num - flight->next) +
	    (uint16_t)(flight->item[flight->next].end - flight->item[flight->next].begin))
	{
		struct flight_item *item = &flight->item[flight->next];

		if (item->kind == FLIGHT_SWITCH) {
			record_key_set(key, &item->secret);
		} else if (!send_one(flight, item, buffer, key, out, limit)) {
			return false;
		} else if (item->begin < item->end) {
			continue;
		}
		wipe(item, sizeof *item);
		flight->next++;
	}
	flight->num = flight->next = 0;
	flight->len = 0;
	return true;
}
