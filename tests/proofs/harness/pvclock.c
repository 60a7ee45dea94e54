/*
 * pvclock.c: Xen's page of time, which changes as a whole at every barrier.  Checked: what is handed on has a scale that can divide and
 * a shift that C allows; the tries end.
 */
#include "tests/proofs/harness/xen.h"

#include "platform/xen/pvclock.c"

static struct shared_info page;

void other_side(void) { __CPROVER_havoc_object(&page); }

uint64_t tsc_scale(uint64_t ticks, uint64_t ns_per_tick_q32) { (void)ticks; (void)ns_per_tick_q32; return nondet_uint64(); }

static bool
holds(const struct moment *now) { return now->scale != 0 && now->shift >= -SHIFT_MAX && now->shift <= SHIFT_MAX; }

void
prove_read_moment(void)
{
	struct moment now;

	other_side();
	if (read_moment(&now, &page.vcpu_info[0].time))
		ASSERT(holds(&now));
	REACHED();
}

struct moment nondet_moment(void);

bool
given_read_moment(struct moment *now, const volatile struct vcpu_time_info *info)
{
	ASSERT(__CPROVER_w_ok(now, sizeof *now) && __CPROVER_r_ok((const void *)info, sizeof *info));
	*now = nondet_moment();
	other_side();
	return holds(now) && nondet_bool();
}

void prove_pvclock_tsc_hz(void) { other_side(); (void)pvclock_tsc_hz(&page.vcpu_info[0].time); REACHED(); }
void prove_pvclock_wall_s(void) { other_side(); (void)pvclock_wall_s(&page, nondet_uint64()); REACHED(); }
