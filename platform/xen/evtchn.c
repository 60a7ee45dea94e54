/* evtchn.c: see evtchn.h.  Follows Xen's public/event_channel.h and the comments of struct vcpu_info. */
#include "platform/xen/evtchn.h"

#include "platform/base/panic.h"
#include "platform/xen/hypercall.h"

enum { WORDS = sizeof(xen_ulong_t) * 8 };

static volatile struct shared_info *info;

void
evtchn_start(volatile struct shared_info *shared, uint8_t vector)
{
	struct xen_hvm_param none = { .domid = DOMID_SELF, .index = HVM_PARAM_CALLBACK_IRQ, .value = 0 };
	struct xen_hvm_evtchn_upcall_vector upcall = { .vcpu = 0, .vector = vector };

	info = shared;
	for (unsigned i = 0; i < WORDS; i++)
		info->evtchn_mask[i] = ~(xen_ulong_t)0;
	REQUIRE(hypercall(HYPERCALL_SET_PARAM, &none) == 0);
	REQUIRE(hypercall(HYPERCALL_UPCALL_VECTOR, &upcall) == 0);
	info->vcpu_info[0].evtchn_upcall_mask = 0;
}

uint32_t
evtchn_listen(domid_t domain)
{
	struct evtchn_alloc_unbound alloc = { .dom = DOMID_SELF, .remote_dom = domain };

	if (hypercall(HYPERCALL_PORT_ALLOC, &alloc) != 0)
		return 0;
	evtchn_unmask(alloc.port);
	return alloc.port;
}

void
evtchn_unmask(uint32_t port)
{
	struct evtchn_unmask unmask = { .port = port };

	(void)hypercall(HYPERCALL_PORT_UNMASK, &unmask);
}

/* May fail when the other side is gone: then there is nobody to tell. */
void
evtchn_send(uint32_t port)
{
	struct evtchn_send send = { .port = port };

	(void)hypercall(HYPERCALL_PORT_SEND, &send);
}

void
evtchn_close(uint32_t port)
{
	struct evtchn_close close = { .port = port };

	(void)hypercall(HYPERCALL_PORT_CLOSE, &close);
}

/* The order matters: first the flag, then the selector, then the ports that are not masked. */
void
evtchn_clear(void)
{
	xen_ulong_t selected, pending;

	info->vcpu_info[0].evtchn_upcall_pending = 0;
	selected = __atomic_exchange_n(&info->vcpu_info[0].evtchn_pending_sel, 0, __ATOMIC_SEQ_CST);
	for (unsigned i = 0; i < WORDS; i++) {
		if ((selected >> i & 1) == 0)
			continue;
		pending = info->evtchn_pending[i] & ~info->evtchn_mask[i];
		(void)__atomic_fetch_and(&info->evtchn_pending[i], ~pending, __ATOMIC_SEQ_CST);
	}
}
