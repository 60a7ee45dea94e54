/* clock.h: how fast the TSC runs, and what the date is, on QEMU and its like. */
#ifndef VIRTIO_CLOCK_H
#define VIRTIO_CLOCK_H

#include <stdint.h>

/* Start the clocks: the TSC's frequency from CPUID, else measured against the LAPIC timer. */
void clock_start(void);

/* Seconds since 1970 now, or 0: no RTC, one that never rests, or nonsense in it. */
uint64_t clock_wall_s(void);

#endif
