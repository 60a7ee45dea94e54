/*
 * grant.c: the table of grants beside Xen, which sets and clears "reading" and "writing" of entries that are given, before each of our
 * looks (entries_now()), and nothing else: it is not the other domain that writes here.  Checked: an entry is complete
 * before its flags make it valid; a grant is ended only while nobody holds its page, and is not valid then.
 */
#include "tests/proofs/harness/xen.h"

/* The declaration of `entries` becomes that of this function; each use of it a call. */
#define entries	(*entries_now())
#include "platform/xen/grant.c"

static grant_entry_v1_t table[XEN_GRANT_END];	/* of those behind nobody speaks */
static volatile grant_entry_v1_t *table_at;
static grant_entry_v1_t promised;	/* what grant_give was asked for */
static uint32_t watched;		/* the entry that is looked at; of the others nothing is said */
static bool giving, held, quiet;

void
other_side(void)
{
	uint16_t flags = table[watched].flags;

	if (quiet)
		return;
	if (giving && flags != 0)
		ASSERT(table[watched].domid == promised.domid && table[watched].frame == promised.frame);
	if ((flags & GTF_permit_access) != 0)
		table[watched].flags = (uint16_t)((flags & 0xffe7) | (nondet_uint16() & (GTF_reading | GTF_writing)));
	held = (table[watched].flags & (GTF_reading | GTF_writing)) != 0;
}

static volatile grant_entry_v1_t **
entries_now(void)
{
	other_side();
	return &table_at;
}

static void
any_table(void)
{
	__CPROVER_havoc_object(table);
	table_at = table;
	watched = nondet_uint32();
	ASSUME(watched >= XEN_GRANT_FIRST && watched < XEN_GRANT_END);
	ASSUME((table[watched].flags & GTF_permit_access) != 0 || table[watched].flags == 0);
}

void
prove_grant_give(void)
{
	bool readonly = nondet_bool();
	uint64_t frame = nondet_uint64();

	any_table();
	ASSUME(frame <= UINT32_MAX && table[watched].flags == 0);
	promised = (grant_entry_v1_t){ .domid = nondet_uint16(), .frame = (uint32_t)frame };
	giving = true;
	grant_give(watched, promised.domid, frame, readonly);
	other_side();
	ASSERT((table[watched].flags & GTF_permit_access) != 0 && ((table[watched].flags & GTF_readonly) != 0) == readonly);
	REACHED();
}

void
prove_grant_end(void)
{
	any_table();
	if (grant_end(watched)) {
		ASSERT(table[watched].flags == 0);
		ASSERT(!held);		/* when we looked for the last time, which is when it ended */
	} else {
		ASSERT((table[watched].flags & GTF_permit_access) != 0);
	}
	REACHED();
}


/* A given entry has flags whatever Xen adds: nothing to see. */
void
prove_grant_given(void)
{
	unsigned given;

	any_table();
	quiet = true;
	given = grant_given();
	ASSERT(given <= XEN_GRANT_END - XEN_GRANT_FIRST);
	ASSERT(table[watched].flags == 0 || given > 0);
	REACHED();
}

void prove_grant_start(void) { grant_start(table); ASSERT(table_at == table); REACHED(); }
