/* doors.h: the nine system calls; called by gate.S alone. */
#ifndef X86_DOORS_H
#define X86_DOORS_H

#include <stdint.h>

#include "platform/x86/traps.h"

/* What happened once at boot and the doors tell later. */
void doors_start(uint64_t wall_s);

/* Number in rax, arguments in rdi and rsi; the result goes to rax.  A bad one ends the machine. */
uint64_t doors_call(const struct traps_frame *frame);

#endif
