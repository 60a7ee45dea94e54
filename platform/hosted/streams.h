/*
 * streams.h: what each TCP connection of a machine carried, put together from the frames of its cable
 * (RFC 9293): for the recorder of the hosted build and for captures.  It watches; it answers nobody.
 * Frames are hostile: every length is checked, memory is bounded, and a connection whose two
 * ends may have seen different bytes is marked and not guessed about.
 *
 * Checksums are not looked at: captures on the host's side hold unfinished ones.
 */
#ifndef HOSTED_STREAMS_H
#define HOSTED_STREAMS_H

#include "platform/base/span.h"

#define STREAMS_MAX		64		/* connections at once; the oldest is handed over to make room */
#define STREAMS_BYTES_MAX	(1u << 18)	/* kept of each direction */
#define STREAMS_PIECES_MAX	4096		/* in both directions together */
#define STREAMS_HELD_MAX	16		/* segments of one direction that came too early */
#define STREAMS_SEGMENT_MAX	1500

enum streams_end { STREAMS_OPEN, STREAMS_FIN, STREAMS_RESET };	/* how the peer ended what it sends */

struct streams_piece { uint64_t at_ns; uint32_t from, len; bool out; };	/* at_ns: since the connection began */

struct streams_held { uint32_t seq; uint16_t len; bool fin; uint8_t bytes[STREAMS_SEGMENT_MAX]; };

/* One direction. */
struct streams_half {
	bool synced, done;		/* its SYN, its FIN has been seen */
	uint32_t next;			/* sequence number */
	uint32_t len;
	unsigned num_held;
	uint8_t bytes[STREAMS_BYTES_MAX];
	struct streams_held held[STREAMS_HELD_MAX];
};

struct stream {
	bool called;			/* the machine opened it */
	bool ambiguous;			/* a byte came twice and was not the same */
	bool cut;			/* more came than is kept */
	uint32_t peer;			/* host order */
	uint16_t peer_port, port;	/* port: the machine's */
	uint64_t begin_ns, end_ns;	/* end_ns: since it began */
	uint64_t mark[2];		/* the caller's, when the first bytes came in and when the first left */
	bool answered;			/* mark[1] is set */
	enum streams_end end;
	size_t num_pieces;
	struct streams_piece pieces[STREAMS_PIECES_MAX];
	struct streams_half in, out;
};

/* Is told of each connection when it is over; the stream is gone when it returns. */
typedef void streams_sink(const struct stream *stream);

/* Watch the machine at `address` (host order).  One watcher per process. */
void streams_open(uint32_t address, streams_sink *sink);

/* A frame of the cable, either way.  `mark` is a number of the caller's, kept with the stream. */
void streams_frame(struct span frame, uint64_t now_ns, uint64_t mark);

/* Hand over what is still open, and forget all. */
void streams_close(void);

#endif
