/* tsc.h: the clock that everything shares: nanoseconds since boot, from the time stamp counter. */
#ifndef X86_TSC_H
#define X86_TSC_H

#include <stdbool.h>
#include <stdint.h>

#include "platform/base/span.h"

#define TSC_NS_PER_S	UINT64_C(1000000000)

/* A frequency that a real machine may have. */
MUST_CHECK bool tsc_plausible(uint64_t hz);

/* What CPUID says: leaf 0x40000010 of the hypervisor, else leaf 0x15.  0 when it does not say. */
uint64_t tsc_cpuid_hz(void);

/* The clock starts at 0 here.  `hz` is plausible. */
void tsc_start(uint64_t hz);

/* Never decreases. */
uint64_t tsc_ns(void);

/* `ticks` at `hz`, as nanoseconds, as tsc_ns() computes it; pure. */
uint64_t tsc_scale(uint64_t ticks, uint64_t ns_per_tick_q32);

#endif
