/*
 * hosted.h: what parent and child of the hosted build share.  Not for the appliance, which
 * sees platform/platform.h alone.
 */
#ifndef HOSTED_H
#define HOSTED_H

#include <stdatomic.h>

#include "platform/platform.h"

#define HOSTED_EXIT_USAGE	64	/* bad arguments, or something could not be opened; said on stderr */
#define HOSTED_MODULE_MAX	16384	/* bytes; more than a good module has, so that the appliance judges */
#define HOSTED_STUCK_S		5	/* as in the image: platform.h, PLAT_EXIT_STUCK */

/* The child's whole world: four descriptors, in this order, and nothing else open. */
enum hosted_fd { HOSTED_FRAMES, HOSTED_CONSOLE, HOSTED_ERRORS, HOSTED_RANDOM, HOSTED_NUM_FDS };

/*
 * The first message on the socket pair; every later one is a frame.  It comes after the child
 * has closed the door behind itself, so nothing is parsed outside the sandbox.
 */
struct hosted_start {
	uint8_t mac[PLAT_MAC_LEN];
	uint8_t image_hash[32];
	bool recorded;			/* --record: seeds come from draws.h, and the clock stands until the first wait */
	uint8_t seed[PLAT_SEED_LEN];
	uint64_t boot_s;
	uint32_t module_len;
	uint8_t module[HOSTED_MODULE_MAX];
};

/* Shared page: the child counts its turns, the parent looks whether the count moves. */
struct hosted_pulse {
	_Atomic uint64_t turns;
	_Atomic bool asleep;
	_Atomic uint64_t started_ns, num_draws;		/* of a recorded child: when its clock began to go; seeds drawn */
};

#endif
