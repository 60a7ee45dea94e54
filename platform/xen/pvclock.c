/* pvclock.c: see pvclock.h.  Follows the comments of struct vcpu_time_info and shared_info in Xen's public/xen.h. */
#include "platform/xen/pvclock.h"

#include "platform/x86/cpu.h"
#include "platform/x86/tsc.h"

enum { TRIES = 1000, SHIFT_MAX = 31 };

struct moment { uint64_t tsc, ns; uint32_t scale; int shift; };

/* An odd version means that Xen is writing; a changed one that it has written meanwhile. */
static bool
read_moment(struct moment *now, const volatile struct vcpu_time_info *info)
{
	for (unsigned i = 0; i < TRIES; i++)
	LOOP_ASSIGNS(i, *now, __CPROVER_object_whole(info))
	LOOP_INVARIANT(i <= TRIES)
	LOOP_DECREASES(TRIES - i)
	{
		uint32_t version = info->version;

		cpu_barrier();
		*now = (struct moment){ info->tsc_timestamp, info->system_time, info->tsc_to_system_mul, info->tsc_shift };
		cpu_barrier();
		if (version % 2 == 0 && version == info->version)
			return now->scale != 0 && now->shift >= -SHIFT_MAX && now->shift <= SHIFT_MAX;
	}
	return false;
}

uint64_t
pvclock_tsc_hz(const volatile struct vcpu_time_info *info)
{
	struct moment now;
	uint64_t hz;

	if (!read_moment(&now, info))
		return 0;
	hz = (TSC_NS_PER_S << 32) / now.scale;
	return now.shift < 0 ? hz << -now.shift : hz >> now.shift;
}

uint64_t
pvclock_wall_s(const volatile struct shared_info *shared, uint64_t tsc)
{
	struct moment now;
	uint64_t ticks, sec, nsec;
	uint32_t version;

	for (unsigned i = 0; i < TRIES; i++)
	LOOP_ASSIGNS(i, now, ticks, sec, nsec, version, __CPROVER_object_whole(shared))
	LOOP_INVARIANT(i <= TRIES)
	LOOP_DECREASES(TRIES - i)
	{
		version = shared->wc_version;
		cpu_barrier();
		sec = (uint64_t)shared->wc_sec_hi << 32 | shared->wc_sec;
		nsec = shared->wc_nsec;
		cpu_barrier();
		if (version % 2 != 0 || version != shared->wc_version)
			continue;
		if (sec == 0 || !read_moment(&now, &shared->vcpu_info[0].time))
			return 0;		/* 0: dom0 never told Xen the date */
		ticks = tsc > now.tsc ? tsc - now.tsc : 0;
		ticks = now.shift < 0 ? ticks >> -now.shift : ticks << now.shift;
		return sec + (nsec + now.ns + tsc_scale(ticks, now.scale)) / TSC_NS_PER_S;
	}
	return 0;
}
