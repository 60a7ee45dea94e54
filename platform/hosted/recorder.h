/*
 * recorder.h: connections as transcript files (deploy/replay/README.md has the format): what --record
 * of the hosted build writes, and what pinata-replay makes of a capture.
 *
 * A transcript holds the seed that the machine drew from: who has it and the wire has every key of
 * that machine.  So a recording is made of practice machines alone; without a seed nothing in it is secret.
 */
#ifndef HOSTED_RECORDER_H
#define HOSTED_RECORDER_H

#include "platform/hosted/streams.h"
#include "platform/platform.h"

#define RECORDER_DRAWS_MAX	64	/* candidates for the draw that a connection had; more: its seed is not written */

/* What all transcripts of one machine share. */
struct recorder_machine {
	struct span module;		/* its public lines are copied; not kept */
	const uint8_t *image_hash;	/* NULL: not known */
	const uint8_t *seed;		/* of draws.h; NULL: not known */
	uint64_t boot_s;		/* UTC, when its clock stood at zero */
};

/* Make the folder if it is not there.  False, and said on stderr why, if nothing can be recorded. */
bool recorder_open(const char *folder, const struct recorder_machine *machine);

/*
 * A frame of the machine's cable, at `now_ns` of its clock; `draws`: how many seeds it had drawn when
 * the frame was sent.  Nothing happens when none is open.
 */
void recorder_frame(const uint8_t *frame, size_t frame_len, uint64_t now_ns, uint64_t draws);

/*
 * Write what is still open.  How many transcripts were written; false if one could not be: it was said on
 * stderr why, and nothing of it is left.
 */
bool recorder_close(unsigned *num_written);

#endif
