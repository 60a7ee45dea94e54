/*
 * recording.h: a transcript file, read.  The format, version 1, is in deploy/replay/README.md; pure.
 *
 * Files come from strangers who report an attack: every line is judged, the first that is wrong
 * refuses the whole file, and what is returned keeps every promise that is written here.
 */
#ifndef REPLAY_RECORDING_H
#define REPLAY_RECORDING_H

#include "platform/base/span.h"

#define RECORDING_FILE_MAX	(1u << 21)	/* bytes of a file: all bytes of a connection in hex, and their times */
#define RECORDING_BYTES_MAX	(1u << 19)	/* of both directions together; the recorder keeps half of each */
#define RECORDING_PIECES_MAX	4096
#define RECORDING_PUBLIC_MAX	8192		/* bytes of the module's lines */
#define RECORDING_SEED_LEN	48
#define RECORDING_DRAWS_MAX	64		/* candidates; each costs a run */
#define RECORDING_TIME_MAX	(1ull << 62)	/* ns; sums of two do not wrap */

enum recording_end { RECORDING_OPEN, RECORDING_FIN, RECORDING_RESET, RECORDING_NUM_ENDS };

/* In bytes[from..from + len); at_ns counts from the beginning and never decreases. */
struct recording_piece { uint64_t at_ns; uint32_t from, len; bool out; };

struct recording {
	uint16_t port, peer_port;
	bool called;			/* the machine opened it, for a visitor of 10001 */
	uint32_t peer;			/* host order */
	struct span module;		/* the public lines of the boot module, as they are in the file; a view of it */
	bool has_image, has_seed, has_out;
	uint8_t image[32], seed[RECORDING_SEED_LEN];
	uint64_t boot_s, begin_ns;
	uint64_t draws[2];		/* draws[0] < draws[1] <= draws[0] + RECORDING_DRAWS_MAX */
	size_t num_pieces;
	struct recording_piece pieces[RECORDING_PIECES_MAX];
	uint64_t end_ns;		/* not before the last piece that came in */
	enum recording_end end;
	uint32_t len;			/* of bytes in use; pieces cover them in their order */
	uint8_t bytes[RECORDING_BYTES_MAX];
};

enum recording_reason {
	RECORDING_TOO_LONG, RECORDING_BAD_FIRST_LINE, RECORDING_BAD_LINE, RECORDING_BAD_NUMBER, RECORDING_BAD_HEX,
	RECORDING_BAD_PORT, RECORDING_BAD_ROLE, RECORDING_BAD_PEER, RECORDING_BAD_MODULE, RECORDING_MAIN_WITH_SEED, RECORDING_BAD_TIME,
	RECORDING_TOO_MANY, RECORDING_BAD_END, RECORDING_TRAILING, RECORDING_NUM_REASONS
};

struct recording_error { enum recording_reason reason; unsigned line; };	/* line counts from 1 */

/* True if all of `file` is right.  If not, `error` says why and `recording` holds nothing to use. */
MUST_CHECK bool recording_parse(struct recording *recording, struct recording_error *error, struct span file);

const char *recording_reason(enum recording_reason reason);

#endif
