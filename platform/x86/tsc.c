/* tsc.c: see tsc.h.  Intel SDM volume 3, 17.17 (TSC), 18.7.3 (leaf 0x15). */
#include "platform/x86/tsc.h"

#include "platform/base/panic.h"
#include "platform/x86/cpu.h"

enum { HYPERVISOR_LEAVES = 0x40000000, HYPERVISOR_TIMING = 0x40000010, CRYSTAL = 0x15 };

static uint64_t tsc_at_start, ns_per_tick_q32, last_ns;

bool
tsc_plausible(uint64_t hz) { return hz >= UINT64_C(100000000) && hz <= UINT64_C(20000000000); }

uint64_t
tsc_cpuid_hz(void)
{
	struct cpuid id;
	uint64_t hz;

	if (cpu_id(1, 0).c >> 31 & 1 && cpu_id(HYPERVISOR_LEAVES, 0).a >= HYPERVISOR_TIMING) {
		hz = cpu_id(HYPERVISOR_TIMING, 0).a * UINT64_C(1000);
		if (tsc_plausible(hz))
			return hz;
	}
	if (cpu_id(0, 0).a >= CRYSTAL) {
		id = cpu_id(CRYSTAL, 0);
		hz = id.a != 0 ? (uint64_t)id.c * id.b / id.a : 0;
		if (tsc_plausible(hz))
			return hz;
	}
	return 0;
}

void
tsc_start(uint64_t hz)
{
	REQUIRE(tsc_plausible(hz));
	ns_per_tick_q32 = (TSC_NS_PER_S << 32) / hz;
	tsc_at_start = cpu_tsc();
}

uint64_t
tsc_scale(uint64_t ticks, uint64_t q32) { return (uint64_t)(((unsigned __int128)ticks * q32) >> 32); }

/* A TSC that steps back (a machine moved to another host) stops our clock until it has caught up. */
uint64_t
tsc_ns(void)
{
	uint64_t now = cpu_tsc(), ns = now > tsc_at_start ? tsc_scale(now - tsc_at_start, ns_per_tick_q32) : 0;

	if (ns > last_ns)
		last_ns = ns;
	return last_ns;
}
