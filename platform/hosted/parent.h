/* parent.h: the parent's loop: frames, console, signals, and the child's end. */
#ifndef HOSTED_PARENT_H
#define HOSTED_PARENT_H

#include <sys/types.h>

#include "platform/hosted/hosted.h"
#include "platform/hosted/options.h"

/* What the parent holds of the running pair. */
struct parent {
	pid_t child;
	int signals;			/* of parent_signals */
	int frames;			/* our end of the socket pair */
	int console;			/* our end of the console's pipe */
	int log;			/* copy of the console, or -1 */
	struct hosted_pulse *pulse;
};

/* Before the fork, so that the child's end can not be missed: a descriptor, or -1. */
int parent_signals(void);

/*
 * Open the wire, hand over the boot module from `module` (an open file; every copy of ours is
 * wiped), carry until the end.  Returns the exit status of the whole program.
 */
int parent_run(const struct parent *parent, const struct options *options, int module);

#endif
