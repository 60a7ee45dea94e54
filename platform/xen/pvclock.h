/*
 * pvclock.h: what Xen tells of time.  Read at start-up: after it the clock is platform/x86/tsc.c, which
 * needs only the frequency.  Pure over the structures, so that the test can feed it any.
 */
#ifndef XEN_PVCLOCK_H
#define XEN_PVCLOCK_H

#include "platform/base/span.h"
#include "platform/xen/abi.h"

/* The frequency of the TSC, or 0 when what Xen says makes no sense or does not come to rest. */
uint64_t pvclock_tsc_hz(const volatile struct vcpu_time_info *info);

/* UTC in seconds when the TSC reads `tsc`; 0 likewise. */
uint64_t pvclock_wall_s(const volatile struct shared_info *shared, uint64_t tsc);

#endif
