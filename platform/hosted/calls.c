/*
 * calls.c: the whole list of system calls of the hosted build's child.  ppoll is plat_wait;
 * read and write are frames, console and seed; clock_gettime is for machines without a vDSO clock.
 */
#include <sys/syscall.h>

#include "platform/hosted/sandbox.h"

const unsigned CALLS_ALLOWED[] = { SYS_read, SYS_write, SYS_ppoll, SYS_clock_gettime, SYS_exit_group };
const size_t CALLS_NUM = sizeof CALLS_ALLOWED / sizeof CALLS_ALLOWED[0];
