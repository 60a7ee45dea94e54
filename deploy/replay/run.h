/*
 * run.h: a transcript through the appliance: appliance/main.c itself, with its sessions, its policy and the TLS engine,
 * on a platform and a netstack that are played here.  Nothing random, no clock: the same order gives the same result.
 *
 * What is not the machine's own: the prize's key (a stand-in: transcripts hold none), TCP (bytes arrive as the
 * transcript says and are acknowledged at once), and the time that work takes (none).
 */
#ifndef REPLAY_RUN_H
#define REPLAY_RUN_H

#include "deploy/replay/recording.h"

#define RUN_TRACE_MAX	(1u << 19)

/* What happened last before the outcome was decided. */
enum run_cause { RUN_BY_START, RUN_BY_BYTE, RUN_BY_END, RUN_BY_TIME };

struct run_order {
	const struct recording *recording;
	uint64_t draw;		/* of the transcript's seed: the first after the machine was ready */
	bool bytewise;		/* each byte alone, and all work done before the next */
};

struct run_result {
	char outcome[512];	/* words; what it ended with comes last */
	enum run_cause cause;
	uint32_t decided_at;	/* bytes that had come in */
	uint64_t decided_ns;	/* since the connection began */
	uint32_t num_in, num_read;	/* bytes that came, and of these the appliance took */
	uint32_t out_len;
	uint8_t out[RECORDING_BYTES_MAX];
	size_t trace_len;
	char trace[RUN_TRACE_MAX];	/* lines */
};

/* Run it in a process of its own, so that a crash is an outcome too.  `result` is shared memory of run_room(). */
void run(struct run_result *result, const struct run_order *order);

struct run_result *run_room(void);

#endif
