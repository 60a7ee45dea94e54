/*
 * crash.h: "we are wrong", in either room.  Secrets are scrubbed, a report goes to the console,
 * the machine stops with its own exit code.  The report holds addresses, never memory contents.
 */
#ifndef X86_CRASH_H
#define X86_CRASH_H

#include "platform/x86/traps.h"

/* An exception, or the watchdog in CPL3.  Called by gate.S. */
_Noreturn void crash_trap(const struct traps_frame *frame);

/* An unknown system call, or one with a bad argument. */
_Noreturn void crash_door(const struct traps_frame *frame);

/* Zero every secret: all memory CPL3 could write, the generator, the frames. */
void crash_scrub(void);

#endif
