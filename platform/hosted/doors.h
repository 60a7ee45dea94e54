/* doors.h: how the child starts.  The nine functions of platform.h are in doors.c too. */
#ifndef HOSTED_DOORS_H
#define HOSTED_DOORS_H

#include "platform/hosted/hosted.h"

/* Enter the sandbox, read the start message, run plat_main.  Descriptors are in place. */
_Noreturn void doors_run(struct hosted_pulse *pulse);

#endif
