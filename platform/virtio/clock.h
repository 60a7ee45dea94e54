/* clock.h: how fast the TSC runs, and what the date is, on QEMU and its like. */
#ifndef VIRTIO_CLOCK_H
#define VIRTIO_CLOCK_H

#include <stdint.h>

#include "platform/base/span.h"

/* Start the clocks: the TSC's frequency from CPUID, else measured against the LAPIC timer. */
void clock_start(void);

/* The registers of the RTC (MC146818): a moment in UTC. */
struct clock_rtc { uint8_t second, minute, hour, day, month, year, mode; };

/* Seconds since 1970 of a moment in the years 2000 to 2099, or 0 if any field is out of range.  Pure. */
uint64_t clock_decode(const struct clock_rtc *rtc);

/* Seconds since 1970 now, or 0: no RTC, one that never rests, or nonsense in it. */
uint64_t clock_wall_s(void);

#endif
