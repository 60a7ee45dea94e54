/*
 * backend.c: platform/x86/backend.h for Xen, as a PVH guest.
 *
 * Two pages of ours are given up for Xen's: shared_info and the grant table lie over them.  Console and xenstore
 * are where the toolstack put them.  Timer and watchdog are the local APIC's (lapic.c): event channels
 * reach us through it as well, at a priority that CPL3 never sees.
 */
#include "platform/x86/backend.h"

#include "platform/base/panic.h"
#include "platform/x86/cpu.h"
#include "platform/x86/crash.h"
#include "platform/x86/lapic.h"
#include "platform/x86/pagetable.h"
#include "platform/x86/tsc.h"
#include "platform/x86/vectors.h"
#include "platform/xen/console.h"
#include "platform/xen/control.h"
#include "platform/xen/evtchn.h"
#include "platform/xen/grant.h"
#include "platform/xen/hypercall.h"
#include "platform/xen/limits.h"
#include "platform/xen/netfront.h"
#include "platform/xen/netring.h"
#include "platform/xen/pvclock.h"
#include "platform/xen/xenstore.h"

/* Xen's virtual APIC timer counts bus cycles of 10 ns. */
#define XEN_LAPIC_HZ	UINT64_C(100000000)

enum { TOKEN_CONTROL, TOKEN_CARD };

static uint8_t info_page[XEN_PAGE] __attribute__((aligned(4096)));
static uint8_t grant_page[XEN_PAGE] __attribute__((aligned(4096)));
static uint64_t console_at, store_at;
static bool started, ending;

static uint64_t
param(uint32_t index)
{
	struct xen_hvm_param param = { .domid = DOMID_SELF, .index = index };

	REQUIRE(hypercall(HYPERCALL_GET_PARAM, &param) == 0);
	return param.value;
}

static void
place(uint8_t *page, uint16_t space)
{
	struct xen_add_to_physmap add = { .domid = DOMID_SELF, .space = space, .idx = 0,
	    .gpfn = pagetable_phys(page) / XEN_PAGE };

	REQUIRE(hypercall(HYPERCALL_ADD_PAGE, &add) == 0);
}

static void
say(const char *text)
{
	size_t len = 0;

	while (text[len] != '\0')
		len++;
	console_write((struct span){ (const uint8_t *)text, len });
}

/* Not on Xen there is nobody to tell. */
void
backend_console(void)
{
	if (!hypercall_start())
		cpu_stop();
	console_at = param(HVM_PARAM_CONSOLE_PFN) * XEN_PAGE;
	store_at = param(HVM_PARAM_STORE_PFN) * XEN_PAGE;
	console_start((volatile struct xencons_interface *)console_at, (uint32_t)param(HVM_PARAM_CONSOLE_EVTCHN));
}

void
backend_write(struct span text) { console_write(text); }

static void
start_devices(volatile struct shared_info *info)
{
	uint32_t store_port = (uint32_t)param(HVM_PARAM_STORE_EVTCHN);

	evtchn_start(info, VECTOR_DEVICE);
	evtchn_unmask(store_port);
	xenstore_start((volatile struct xenstore_domain_interface *)store_at, store_port);
	control_start(TOKEN_CONTROL);
	grant_start((volatile grant_entry_v1_t *)grant_page);
	if (!netfront_start(TOKEN_CARD))
		say("pinata: no network card yet\n");
	if (xenstore_dead())
		say("pinata: xenstore does not answer or makes no sense\n");
}

void
backend_start(struct span cmdline)
{
	volatile struct shared_info *info = (volatile struct shared_info *)info_page;

	(void)cmdline;
	(void)pagetable_map_shared(console_at);
	(void)pagetable_map_shared(store_at);
	place(info_page, XENMAPSPACE_shared_info);
	place(grant_page, XENMAPSPACE_grant_table);
	tsc_start(pvclock_tsc_hz(&info->vcpu_info[0].time));
	lapic_start(XEN_LAPIC_HZ);
	start_devices(info);
	hypercall_close();
	started = true;
}

/* Xen offers none to its guests. */
size_t
backend_entropy(uint8_t bytes[BACKEND_ENTROPY_LEN])
{
	(void)bytes;
	return 0;
}

uint64_t
backend_clock_ns(void) { return tsc_ns(); }

uint64_t
backend_wall_s(void) { return pvclock_wall_s((const volatile struct shared_info *)info_page, cpu_tsc()); }

static _Noreturn void
shut_down(unsigned reason)
{
	struct sched_shutdown shutdown = { .reason = reason };

	if (!ending) {			/* were the console itself what faults, the report of that ends here */
		ending = true;
		console_drain();
	}
	(void)hypercall(HYPERCALL_SHUTDOWN, &shutdown);
	cpu_stop();
}

static void
obey(enum control_wish wish)
{
	if (wish == CONTROL_NOTHING)
		return;
	crash_scrub();
	say(wish == CONTROL_REBOOT ? "pinata: reboot, as asked\n" : "pinata: power off, as asked\n");
	shut_down(wish == CONTROL_REBOOT ? SHUTDOWN_reboot : SHUTDOWN_poweroff);
}

/* The order matters: what comes after evtchn_clear() ends the sleep at once, what came before is looked at here. */
void
backend_wait(uint64_t deadline_ns)
{
	uint64_t now;

	evtchn_clear();
	if (xenstore_events(1u << TOKEN_CONTROL) != 0)
		obey(control_wish());
	if (xenstore_events(1u << TOKEN_CARD) != 0 || netring_failed())
		netfront_service();
	now = tsc_ns();
	if (!netfront_turn() && deadline_ns > now)
		lapic_sleep(deadline_ns - now);
	lapic_watch();
}

size_t
backend_net_recv(uint8_t *app_frame) { return netfront_recv(app_frame); }

void
backend_net_send(const uint8_t *app_frame, size_t frame_len) { netfront_send(app_frame, frame_len); }

void
backend_net_mac(uint8_t mac[PLAT_MAC_LEN]) { netfront_mac(mac); }

void
backend_scrub(void)
{
	if (started)
		netring_close();
	netring_scrub();
}

/* Only our own bug is a crash, which `on_crash` may answer with a restart: a bad boot module would come again. */
void
backend_halt(enum plat_exit why)
{
	shut_down(why == PLAT_EXIT_BUG || why == PLAT_EXIT_STUCK ? SHUTDOWN_crash : SHUTDOWN_poweroff);
}
