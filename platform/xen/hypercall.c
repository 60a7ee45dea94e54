/*
 * hypercall.c: see hypercall.h.  The only file that leaves for the hypervisor.  VMCALL and VMMCALL are issued inline: no
 * hypercall page, which would be executable memory that Xen writes, full of returns.  CPL3 can execute them too;
 * Xen answers -EPERM there (tests/images/xen_e2e.py).  Follows Xen's public/xen.h and arch-x86/xen-x86_64.h.
 */
#include "platform/xen/hypercall.h"

#include "platform/base/panic.h"
#include "platform/x86/cpu.h"
#include "platform/xen/abi.h"

enum phase { START, ALWAYS };

/* operation, command, when; why. */
static const struct row { uint16_t operation, command; enum phase phase; } TABLE[HYPERCALL_ROWS] = {
	/* Where the toolstack put the rings of console and xenstore, and their ports. */
	[HYPERCALL_GET_PARAM]	  = { __HYPERVISOR_hvm_op, HVMOP_get_param, START },
	/* No other way for events; with it Xen learns that we are 64-bit and fills in the date. */
	[HYPERCALL_SET_PARAM]	  = { __HYPERVISOR_hvm_op, HVMOP_set_param, START },
	/* Event channels reach us as one vector of the local APIC, so its priorities hold for them. */
	[HYPERCALL_UPCALL_VECTOR] = { __HYPERVISOR_hvm_op, HVMOP_set_evtchn_upcall_vector, START },
	/* shared_info and the grant table, each over a page of ours kept for it. */
	[HYPERCALL_ADD_PAGE]	  = { __HYPERVISOR_memory_op, XENMEM_add_to_physmap, START },
	/* The network's event channel; again when a driver domain came back under another number. */
	[HYPERCALL_PORT_ALLOC]	  = { __HYPERVISOR_event_channel_op, EVTCHNOP_alloc_unbound, ALWAYS },
	[HYPERCALL_PORT_CLOSE]	  = { __HYPERVISOR_event_channel_op, EVTCHNOP_close, ALWAYS },
	/* Clearing the mask by hand loses an event that came while it was set. */
	[HYPERCALL_PORT_UNMASK]	  = { __HYPERVISOR_event_channel_op, EVTCHNOP_unmask, ALWAYS },
	/* Console, xenstore and network: "look at the ring". */
	[HYPERCALL_PORT_SEND]	  = { __HYPERVISOR_event_channel_op, EVTCHNOP_send, ALWAYS },
	/* While the console is read for the last time. */
	[HYPERCALL_YIELD]	  = { __HYPERVISOR_sched_op, SCHEDOP_yield, ALWAYS },
	/* The end, with its reason. */
	[HYPERCALL_SHUTDOWN]	  = { __HYPERVISOR_sched_op, SCHEDOP_shutdown, ALWAYS },
};

enum { LEAF_FIRST = 0x40000000, LEAF_LAST = 0x40010000, LEAF_STEP = 0x100 };

static bool closed, is_amd;

static bool
is_text(const struct cpuid *id, uint32_t b, uint32_t c, uint32_t d) { return id->b == b && id->c == c && id->d == d; }

bool
hypercall_start(void)
{
	struct cpuid id = cpu_id(0, 0);

	is_amd = is_text(&id, 0x68747541, 0x444d4163, 0x69746e65)	/* AuthenticAMD */
	    || is_text(&id, 0x6f677948, 0x656e6975, 0x6e65476e);	/* HygonGenuine */
	closed = false;
	for (uint32_t leaf = LEAF_FIRST; leaf < LEAF_LAST; leaf += LEAF_STEP) {
		id = cpu_id(leaf, 0);
		if (is_text(&id, 0x566e6558, 0x65584d4d, 0x4d4d566e))	/* XenVMMXenVMM */
			return true;
	}
	return false;
}

void
hypercall_close(void) { closed = true; }

int64_t
hypercall(enum hypercall_row row, void *arg)
{
	uint64_t result, command, operation;

	REQUIRE(row < HYPERCALL_ROWS && (TABLE[row].phase == ALWAYS || !closed));
	operation = TABLE[row].operation;
	command = TABLE[row].command;
	if (is_amd)
		__asm__ volatile("vmmcall" : "=a"(result), "+D"(command), "+S"(arg) : "a"(operation) : "memory");
	else
		__asm__ volatile("vmcall" : "=a"(result), "+D"(command), "+S"(arg) : "a"(operation) : "memory");
	return (int64_t)result;
}
