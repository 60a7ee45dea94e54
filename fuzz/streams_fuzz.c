/*
 * streams_fuzz.c: the reader of TCP streams, fed frames: two bytes of length, then a frame.  When the top bit of the length
 * is set, the frame is given the fields that let it through (Ethernet, IPv4, TCP, addresses, lengths), so that sequence
 * numbers, flags and payload are what is fuzzed.  What is handed over keeps the promises of streams.h.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz/outcome.h"
#include "platform/hosted/streams.h"

enum { MACHINE = 0x0a00020f, PAYLOAD_AT = 54, LENGTH = 0x7ff, DRESS = 0x8000, OUTWARD = 0x4000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

const char *fuzz_outcome;

static void
on_stream(const struct stream *stream)
{
	uint32_t have[2] = { 0, 0 };
	uint64_t last_ns = 0;

	if (stream->num_pieces > STREAMS_PIECES_MAX || stream->end > STREAMS_RESET)
		abort();
	for (size_t i = 0; i < stream->num_pieces; i++) {
		const struct streams_piece *piece = &stream->pieces[i];

		if (piece->at_ns < last_ns || piece->from != have[piece->out] || piece->len == 0)
			abort();
		have[piece->out] += piece->len;
		last_ns = piece->at_ns;
	}
	if (have[0] != stream->in.len || have[1] != stream->out.len || have[0] > STREAMS_BYTES_MAX || have[1] > STREAMS_BYTES_MAX)
		abort();
	fuzz_outcome = stream->ambiguous ? "ambiguous" : stream->cut ? "cut" : stream->in.len > 0 ? "bytes" : "no bytes";
}

/* One visitor, one port; what is fuzzed are the ten bytes from the sequence number to the flags, and what follows. */
static void
dress(uint8_t *frame, size_t len, bool outward)
{
	static const uint8_t HEAD[] = { 8, 0, 0x45, 0, 0, 0, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 2, 2, 10, 0, 2, 15, 0x10, 0, 0, 80 };
	static const uint8_t BACK[] = { 10, 0, 2, 15, 10, 0, 2, 2, 0, 80, 0x10, 0 };

	if (len < PAYLOAD_AT)
		return;
	memcpy(frame + 12, HEAD, sizeof HEAD);
	if (outward)
		memcpy(frame + 26, BACK, sizeof BACK);
	frame[16] = (uint8_t)((len - 14) >> 8);
	frame[17] = (uint8_t)(len - 14);
	frame[38] = frame[39] = 0;		/* sequence numbers that meet */
	frame[46] = 0x50;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint64_t now_ns = 0;

	fuzz_outcome = "no stream";
	streams_open(MACHINE, on_stream);
	while (len >= 2) {
		unsigned head = (unsigned)data[0] << 8 | data[1];
		size_t frame_len = head & LENGTH;
		uint8_t *frame;

		data += 2;
		len -= 2;
		if (frame_len > len)
			frame_len = len;
		frame = malloc(frame_len + 1);
		memcpy(frame, data, frame_len);
		if ((head & DRESS) != 0)
			dress(frame, frame_len, (head & OUTWARD) != 0);
		streams_frame((struct span){ frame, frame_len }, now_ns++ / 3, 0);
		free(frame);
		data += frame_len;
		len -= frame_len;
	}
	streams_close();
	return 0;
}
