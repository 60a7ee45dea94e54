/* streams.c: TCP streams from frames.  See streams.h; RFC 791, RFC 9293. */
#include "platform/hosted/streams.h"

#include <stdlib.h>
#include <string.h>

enum {
	ETHER_LEN = 14, TYPE_IPV4 = 0x0800, IP_LEN = 20, FRAGMENT = 0x3fff, PROTOCOL_TCP = 6, TCP_LEN = 20,
	FIN = 0x01, SYN = 0x02, RST = 0x04, ACK = 0x10,
	WINDOW = 65536		/* how far ahead a segment may be; the machine's window is smaller */
};

struct segment {
	uint32_t from_ip, to_ip, from_port, to_port, seq, flags;
	struct span payload;
};

static struct {
	uint32_t address;
	streams_sink *sink;
	struct stream *all[STREAMS_MAX];	/* the oldest first */
	size_t num;
} streams;

/* Skip `len` bytes. */
static bool
skip(struct cursor *in, size_t len)
{
	struct cursor skipped;

	return cursor_take(in, &skipped, len);
}

/* The IPv4 header; `packet` becomes what follows it, without the padding of a short frame. */
static bool
ip_parse(struct segment *segment, struct cursor *packet)
{
	uint32_t version_service, total_len, fragment, ttl_protocol;
	struct cursor whole;
	size_t header_len;

	if (!skip(packet, ETHER_LEN - 2) || !cursor_uint(packet, &fragment, 2) || fragment != TYPE_IPV4)
		return false;
	whole = *packet;
	if (!cursor_uint(packet, &version_service, 2) || !cursor_uint(packet, &total_len, 2) || !skip(packet, 2) ||
	    !cursor_uint(packet, &fragment, 2) || !cursor_uint(packet, &ttl_protocol, 2) || !skip(packet, 2) ||
	    !cursor_uint(packet, &segment->from_ip, 4) || !cursor_uint(packet, &segment->to_ip, 4))
		return false;
	header_len = 4 * (version_service >> 8 & 15);
	return version_service >> 12 == 4 && header_len >= IP_LEN &&
	    (fragment & FRAGMENT) == 0 && (ttl_protocol & 0xff) == PROTOCOL_TCP &&
	    cursor_take(&whole, packet, total_len) && skip(packet, header_len);
}

static bool
segment_parse(struct segment *segment, struct span frame)
{
	struct cursor packet = cursor_of(frame), whole;
	uint32_t offset_flags;

	if (!ip_parse(segment, &packet))
		return false;
	whole = packet;
	if (!cursor_uint(&packet, &segment->from_port, 2) || !cursor_uint(&packet, &segment->to_port, 2) ||
	    !cursor_uint(&packet, &segment->seq, 4) || !skip(&packet, 4) || !cursor_uint(&packet, &offset_flags, 2))
		return false;
	if (4 * (offset_flags >> 12) < TCP_LEN || !skip(&whole, 4 * (offset_flags >> 12)))
		return false;
	segment->flags = offset_flags & 0x3f;
	segment->payload = cursor_rest(&whole);
	return segment->payload.len <= STREAMS_SEGMENT_MAX;
}

/* ---- Streams ---------------------------------------------------------------------------- */

/* The stream at `i` is over. */
static void
hand_over(size_t i)
{
	struct stream *stream = streams.all[i];

	streams.num--;
	memmove(&streams.all[i], &streams.all[i + 1], (streams.num - i) * sizeof streams.all[0]);
	streams.sink(stream);
	free(stream);
}

static size_t
find(const struct segment *segment, bool inward)
{
	uint32_t peer = inward ? segment->from_ip : segment->to_ip;
	uint32_t peer_port = inward ? segment->from_port : segment->to_port;
	uint32_t port = inward ? segment->to_port : segment->from_port;
	size_t i = 0;

	while (i < streams.num && (streams.all[i]->peer != peer || streams.all[i]->peer_port != peer_port ||
	    streams.all[i]->port != port))
		i++;
	return i;
}

/* A SYN alone begins a stream; the same once more is a repetition. */
static void
begin(const struct segment *segment, bool inward, uint64_t now_ns, uint64_t mark)
{
	size_t i = find(segment, inward);
	struct stream *stream;
	struct streams_half *half;

	if (i < streams.num) {
		half = inward ? &streams.all[i]->in : &streams.all[i]->out;
		if (half->len == 0 && half->next == segment->seq + 1)
			return;
		hand_over(i);
	}
	if (streams.num == STREAMS_MAX)
		hand_over(0);
	stream = calloc(1, sizeof *stream);
	if (stream == NULL)
		return;
	stream->called = !inward;
	stream->peer = inward ? segment->from_ip : segment->to_ip;
	stream->peer_port = (uint16_t)(inward ? segment->from_port : segment->to_port);
	stream->port = (uint16_t)(inward ? segment->to_port : segment->from_port);
	stream->begin_ns = now_ns;
	stream->mark[0] = mark;
	half = inward ? &stream->in : &stream->out;
	half->synced = true;
	half->next = segment->seq + 1;
	streams.all[streams.num++] = stream;
}

/* ---- One direction ---------------------------------------------------------------------- */

/* Bytes that came before: are they the same?  Older than what is kept: not known, so yes. */
static bool
same_again(const struct streams_half *half, uint32_t back, struct span again)
{
	size_t len = again.len < back ? again.len : back;

	return back > half->len || memcmp(half->bytes + half->len - back, again.ptr, len) == 0;
}

static void
append(struct stream *stream, struct streams_half *half, struct span bytes, uint64_t at_ns)
{
	bool out = half == &stream->out;
	struct streams_piece *last = &stream->pieces[stream->num_pieces - (stream->num_pieces > 0)];

	if (stream->cut)
		return;
	stream->cut = bytes.len > STREAMS_BYTES_MAX - half->len || stream->num_pieces == STREAMS_PIECES_MAX;
	if (stream->cut)
		return;
	memcpy(half->bytes + half->len, bytes.ptr, bytes.len);
	if (stream->num_pieces > 0 && last->out == out && last->at_ns == at_ns)
		last->len += (uint32_t)bytes.len;
	else
		stream->pieces[stream->num_pieces++] = (struct streams_piece){ at_ns, half->len, (uint32_t)bytes.len, out };
	half->len += (uint32_t)bytes.len;
}

/* A segment whose first new byte is the next one.  False: it is too early. */
static bool
take(struct stream *stream, struct streams_half *half, uint32_t seq, struct span bytes, bool fin, uint64_t at_ns)
{
	uint32_t back = half->next - seq;

	if (back > UINT32_MAX / 2)
		return false;
	if (half->done)
		return true;		/* nothing follows a FIN */
	if (back > 0 && bytes.len > 0 && !stream->cut && !same_again(half, back, bytes))
		stream->ambiguous = true;
	if (back > bytes.len)
		return true;
	if (back < bytes.len)
		append(stream, half, (struct span){ bytes.ptr + back, bytes.len - back }, at_ns);
	half->next += (uint32_t)bytes.len - back;
	if (fin) {
		half->next++;
		half->done = true;
	}
	return true;
}

/* Keep what came too early. */
static void
hold(struct stream *stream, struct streams_half *half, const struct segment *segment)
{
	struct streams_held *held = &half->held[half->num_held];

	if (segment->seq - half->next >= WINDOW)
		return;
	if (half->num_held == STREAMS_HELD_MAX) {
		stream->cut = true;
		return;
	}
	held->seq = segment->seq;
	held->len = (uint16_t)segment->payload.len;
	held->fin = (segment->flags & FIN) != 0;
	if (held->len > 0)
		memcpy(held->bytes, segment->payload.ptr, held->len);
	half->num_held++;
}

static void
half_input(struct stream *stream, struct streams_half *half, const struct segment *segment, uint64_t at_ns)
{
	bool moved = true;

	if (!take(stream, half, segment->seq, segment->payload, (segment->flags & FIN) != 0, at_ns)) {
		hold(stream, half, segment);
		return;
	}
	while (moved) {
		moved = false;
		for (unsigned i = 0; i < half->num_held; i++) {
			struct streams_held *held = &half->held[i];

			if (!take(stream, half, held->seq, (struct span){ held->bytes, held->len }, held->fin, at_ns))
				continue;
			*held = half->held[--half->num_held];
			moved = true;
			break;
		}
	}
}

/* Marks: the last before the first bytes, in or out, and the first after the first bytes out. */
static void
mark_stream(struct stream *stream, const struct segment *segment, bool inward, uint64_t mark)
{
	if (segment->payload.len == 0 || stream->answered)
		return;
	if (inward && stream->in.len == 0)
		stream->mark[0] = mark;
	if (!inward) {
		stream->mark[1] = mark;
		stream->answered = true;
	}
}

static void
input(size_t i, const struct segment *segment, bool inward, uint64_t now_ns, uint64_t mark)
{
	struct stream *stream = streams.all[i];
	struct streams_half *half = inward ? &stream->in : &stream->out;
	uint64_t at_ns = now_ns > stream->begin_ns ? now_ns - stream->begin_ns : 0;

	if ((segment->flags & SYN) != 0) {
		if (!half->synced && (segment->flags & ACK) != 0)
			half->next = segment->seq + 1;
		half->synced = true;
		return;
	}
	if (!half->synced)
		return;
	if ((segment->flags & RST) != 0) {
		if (inward && segment->seq != half->next)
			return;		/* the machine does not take it either: RFC 5961, 3.2 */
		stream->end = inward ? STREAMS_RESET : stream->end;
		stream->end_ns = inward || stream->end == STREAMS_OPEN ? at_ns : stream->end_ns;
		hand_over(i);
		return;
	}
	mark_stream(stream, segment, inward, mark);
	half_input(stream, half, segment, at_ns);
	if (stream->in.done && stream->end == STREAMS_OPEN) {
		stream->end = STREAMS_FIN;
		stream->end_ns = at_ns;
	}
	if (stream->end == STREAMS_OPEN)
		stream->end_ns = at_ns;
	if (stream->in.done && stream->out.done)
		hand_over(i);
}

/* ---- The watcher ------------------------------------------------------------------------ */

void
streams_open(uint32_t address, streams_sink *sink)
{
	streams.address = address;
	streams.sink = sink;
}

void
streams_frame(struct span frame, uint64_t now_ns, uint64_t mark)
{
	struct segment segment;
	bool inward;
	size_t i;

	if (!segment_parse(&segment, frame))
		return;
	inward = segment.to_ip == streams.address;
	if (inward == (segment.from_ip == streams.address))
		return;
	if ((segment.flags & (SYN | ACK | RST | FIN)) == SYN) {
		begin(&segment, inward, now_ns, mark);
		return;
	}
	i = find(&segment, inward);
	if (i < streams.num)
		input(i, &segment, inward, now_ns, mark);
}

void
streams_close(void)
{
	while (streams.num > 0)
		hand_over(0);
}
