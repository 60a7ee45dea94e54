/* grant.c: see grant.h.  Follows the introductory comment of Xen's public/grant_table.h. */
#include "platform/xen/grant.h"

#include "platform/base/panic.h"
#include "platform/x86/cpu.h"
#include "platform/xen/limits.h"

static volatile grant_entry_v1_t *entries;

void
grant_start(volatile grant_entry_v1_t *table) { entries = table; }

void
grant_give(uint32_t ref, domid_t domain, uint64_t frame, bool readonly)
{
	REQUIRE(ref >= XEN_GRANT_FIRST && ref < XEN_GRANT_END && frame <= UINT32_MAX);
	REQUIRE(entries[ref].flags == 0);	/* the other side can not set it: Xen writes two bits of given ones */
	entries[ref].domid = domain;
	entries[ref].frame = (uint32_t)frame;
	cpu_barrier();				/* flags last: they make it valid */
	entries[ref].flags = (uint16_t)(GTF_permit_access | (readonly ? GTF_readonly : 0));
}

/* One try: Xen sets "reading" and "writing" only while it works or a mapping lasts. */
bool
grant_end(uint32_t ref)
{
	uint16_t flags;

	REQUIRE(ref >= XEN_GRANT_FIRST && ref < XEN_GRANT_END);
	flags = entries[ref].flags;
	if (flags == 0)
		return true;
	if ((flags & (GTF_reading | GTF_writing)) != 0)
		return false;
	return __atomic_compare_exchange_n(&entries[ref].flags, &flags, 0, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

unsigned
grant_given(void)
{
	unsigned given = 0;

	for (uint32_t ref = XEN_GRANT_FIRST; ref < XEN_GRANT_END; ref++)
		given += entries[ref].flags != 0;
	return given;
}
