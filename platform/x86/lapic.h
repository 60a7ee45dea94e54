/*
 * lapic.h: the local interrupt controller: its timer wakes plat_wait and ends a turn that takes
 * too long.  The same under QEMU and Xen but for its frequency.
 */
#ifndef X86_LAPIC_H
#define X86_LAPIC_H

#include <stdint.h>

#define LAPIC_TURN_NS	UINT64_C(5000000000)	/* a turn of the loop in CPL3 is a bug beyond this */

/* Map and enable it; mask the old controllers.  `hz` is its timer's, undivided. */
void lapic_start(uint64_t hz);

/*
 * Keep all but the watchdog from CPL3, by the processor's priority.  Not on Xen, where at most one event
 * comes in a turn, and where QEMU 7.2 ends in an assertion when a guest's guest writes CR8.
 */
void lapic_shield(void);

/* Ticks of the undivided timer that it has counted since lapic_count_start(); no sleep until the end. */
void lapic_count_start(void);
uint32_t lapic_count(void);
void lapic_count_end(void);

/* HLT until an interrupt, at most `ns`.  What came since the caller looked still wakes. */
void lapic_sleep(uint64_t ns);

/* A turn begins: the watchdog starts anew. */
void lapic_watch(void);

#endif
