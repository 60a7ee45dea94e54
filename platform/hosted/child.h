/* child.h: from fork to the sandbox. */
#ifndef HOSTED_CHILD_H
#define HOSTED_CHILD_H

#include <sys/types.h>

#include "platform/hosted/hosted.h"

/*
 * In the new process: keep `fds` as descriptors 0..3, close everything else, tie this life to
 * that of `parent`, set the crash report, and go through doors_run.
 */
_Noreturn void child_run(const int fds[HOSTED_NUM_FDS], pid_t parent, struct hosted_pulse *pulse);

#endif
