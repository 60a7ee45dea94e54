/*
 * health.h: the two continuous health tests of NIST SP 800-90B, 4.4, over samples of one noise
 * source.  Pure.  They notice a source that is stuck or has lost most of its entropy; they prove
 * nothing about a good one.
 */
#ifndef X86_HEALTH_H
#define X86_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "platform/base/span.h"

/*
 * Both cut-offs are for a claim of H = 1/2 bit per sample and a false alarm of 2^-30:
 * repetition count 1 + 30 / H; adaptive proportion 1 + critbinom(512, 2^-H, 1 - 2^-30).
 */
#define HEALTH_REPEATS_MAX	61
#define HEALTH_WINDOW		512
#define HEALTH_PROPORTION_MAX	422

struct health {
	uint64_t last, first;		/* of the window */
	uint32_t repeats, seen, equal;	/* in the window */
	bool failed;			/* latched */
};

/* Start from a zeroed struct.  After each sample `failed` tells whether a test ever failed. */
void health_sample(struct health *health, uint64_t sample);

#endif
