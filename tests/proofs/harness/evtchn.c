/*
 * evtchn.c: any pending, masked and selected words, which change before each of our looks (info_now()), and any answer of Xen's but to the two
 * calls of the start, which Xen does not refuse.  Checked: each hypercall gets a structure of its row's size, and a port that Xen
 * did not give is not unmasked.
 */
#include "tests/proofs/harness/xen.h"

/* The declaration of `info` becomes that of this function; each use of it a call. */
#define info	(*info_now())
#include "platform/xen/evtchn.c"

static struct shared_info page;
static volatile struct shared_info *info_at;
static uint32_t last_port;	/* of the last allocation, or of the caller */
static bool allocated;

void
other_side(void)
{
	page.vcpu_info[0].evtchn_upcall_pending = nondet_uint8();
	page.vcpu_info[0].evtchn_pending_sel = nondet_uint64();
}

static volatile struct shared_info **
info_now(void)
{
	other_side();
	return &info_at;
}

int64_t
hypercall(enum hypercall_row row, void *arg)
{
	switch (row) {
	case HYPERCALL_SET_PARAM:
		ASSERT(__CPROVER_r_ok(arg, sizeof(struct xen_hvm_param)));
		return 0;
	case HYPERCALL_UPCALL_VECTOR:
		ASSERT(__CPROVER_r_ok(arg, sizeof(struct xen_hvm_evtchn_upcall_vector)));
		return 0;
	case HYPERCALL_PORT_ALLOC:
		ASSERT(__CPROVER_w_ok(arg, sizeof(struct evtchn_alloc_unbound)));
		((struct evtchn_alloc_unbound *)arg)->port = last_port = nondet_uint32();
		allocated = nondet_bool();
		return allocated ? 0 : nondet_int() | 1;
	case HYPERCALL_PORT_UNMASK:
		ASSERT(__CPROVER_r_ok(arg, sizeof(struct evtchn_unmask)) && ((struct evtchn_unmask *)arg)->port == last_port && allocated);
		break;
	case HYPERCALL_PORT_SEND:
		ASSERT(__CPROVER_r_ok(arg, sizeof(struct evtchn_send)) && ((struct evtchn_send *)arg)->port == last_port);
		break;
	case HYPERCALL_PORT_CLOSE:
		ASSERT(__CPROVER_r_ok(arg, sizeof(struct evtchn_close)) && ((struct evtchn_close *)arg)->port == last_port);
		break;
	default:
		ASSERT(false);
	}
	return nondet_int();
}

static void
any_info(void)
{
	__CPROVER_havoc_object(&page);
	info_at = &page;
	last_port = nondet_uint32();
	allocated = true;
}

void prove_evtchn_start(void) { any_info(); evtchn_start(&page, nondet_uint8()); REACHED(); }
void prove_evtchn_listen(void) { any_info(); allocated = false; uint32_t port = evtchn_listen(nondet_uint16()); ASSERT(port == (allocated ? last_port : 0)); REACHED(); }
void prove_evtchn_unmask(void) { any_info(); evtchn_unmask(last_port); REACHED(); }
void prove_evtchn_send(void) { any_info(); evtchn_send(last_port); REACHED(); }
void prove_evtchn_close(void) { any_info(); evtchn_close(last_port); REACHED(); }
void prove_evtchn_clear(void) { any_info(); evtchn_clear(); REACHED(); }
