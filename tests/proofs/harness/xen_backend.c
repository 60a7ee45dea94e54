/*
 * xen_backend.c: platform/xen/backend.c with any answer of Xen's, of xenstore's and of the card's.  Start-up hypercalls are not refused: without them there
 * is no machine, and a panic says so.  Checked: each hypercall gets a structure of its row's size; nothing is mapped or started but the
 * pages that Xen named; after the owner's wish memory is scrubbed before the end, and nothing returns from it; a sleep has a length.
 */
#include "tests/proofs/harness/xen.h"

static uint64_t cpu_tsc(void) { return nondet_uint64(); }

static void
cpu_stop(void)
{
	REACHED();
	__CPROVER_assume(0);
}

#include "platform/xen/backend.c"

static uint64_t named[4];	/* pages and ports that Xen told of */
static unsigned num_named;
static bool scrubbed, wished;

void other_side(void) { __CPROVER_havoc_object(info_page); }

int64_t
hypercall(enum hypercall_row row, void *arg)
{
	switch (row) {
	case HYPERCALL_GET_PARAM:
		ASSERT(__CPROVER_w_ok(arg, sizeof(struct xen_hvm_param)) && num_named < 4);
		((struct xen_hvm_param *)arg)->value = named[num_named++] = nondet_uint64();
		break;
	case HYPERCALL_ADD_PAGE:
		ASSERT(__CPROVER_r_ok(arg, sizeof(struct xen_add_to_physmap)));
		break;
	case HYPERCALL_SHUTDOWN:
		ASSERT(__CPROVER_r_ok(arg, sizeof(struct sched_shutdown)) && ending && (scrubbed || !wished));
		break;
	default:
		ASSERT(false);
	}
	other_side();
	return 0;
}

bool hypercall_start(void) { return true; }
void hypercall_close(void) { }
uintptr_t pagetable_phys(const volatile void *at) { ASSERT(at == info_page || at == grant_page); return nondet_size(); }
uintptr_t pagetable_map_shared(uintptr_t at) { ASSERT(at == console_at || at == store_at); return at; }
void console_start(volatile struct xencons_interface *ring, uint32_t port) { (void)port; ASSERT((uintptr_t)ring == console_at); }
void console_write(struct span text) { ASSERT(is_readable(text)); }
void console_drain(void) { ASSERT(ending); }
void evtchn_start(volatile struct shared_info *shared, uint8_t vector) { (void)vector; ASSERT((uintptr_t)shared == (uintptr_t)info_page); }
void evtchn_unmask(uint32_t port) { ASSERT(port == (uint32_t)named[0]); }
void evtchn_clear(void) { other_side(); }
void xenstore_start(volatile struct xenstore_domain_interface *ring, uint32_t port) { ASSERT((uintptr_t)ring == store_at && port == (uint32_t)named[0]); }
bool xenstore_dead(void) { return nondet_bool(); }
uint32_t xenstore_events(uint32_t tokens) { other_side(); return nondet_uint32() & tokens; }
void control_start(unsigned token) { ASSERT(token < XENSTORE_TOKENS); }
enum control_wish control_wish(void) { return nondet_bool() ? CONTROL_NOTHING : nondet_bool() ? CONTROL_POWEROFF : CONTROL_REBOOT; }
void grant_start(volatile grant_entry_v1_t *table) { ASSERT((uintptr_t)table == (uintptr_t)grant_page); }
bool netfront_start(unsigned token) { ASSERT(token < XENSTORE_TOKENS); return nondet_bool(); }
void netfront_service(void) { other_side(); }
bool netfront_turn(void) { other_side(); return nondet_bool(); }
bool netring_failed(void) { return nondet_bool(); }
void lapic_start(uint64_t hz) { ASSERT(hz == XEN_LAPIC_HZ); }
void lapic_watch(void) { }
void tsc_start(uint64_t hz) { (void)hz; }
void crash_scrub(void) { scrubbed = true; }

uint64_t
pvclock_tsc_hz(const volatile struct vcpu_time_info *info)
{
	ASSERT(__CPROVER_r_ok((const void *)info, sizeof *info));
	return nondet_uint64();
}

uint64_t
given_param(uint32_t index)
{
	(void)index;
	ASSERT(num_named < 4);
	named[num_named] = nondet_uint64();
	return named[num_named++];
}

void
given_obey(enum control_wish wish)	/* returns only when nothing is wished */
{
	ASSUME(wish == CONTROL_NOTHING);
}

static void
any_backend(void)
{
	other_side();
	console_at = nondet_uint64();
	store_at = nondet_uint64();
	started = nondet_bool();
	ending = false;
}

void prove_param(void) { any_backend(); uint64_t value = param(nondet_uint32()); ASSERT(value == named[0]); REACHED(); }
void prove_place(void) { any_backend(); place(info_page, nondet_uint16()); REACHED(); }
void prove_backend_console(void) { any_backend(); backend_console(); ASSERT(num_named == 3); REACHED(); }
void prove_start_devices(void) { any_backend(); start_devices((volatile struct shared_info *)info_page); REACHED(); }
void prove_backend_wait(void) { any_backend(); backend_wait(nondet_uint64()); REACHED(); }

void
prove_obey(void)
{
	enum control_wish wish = control_wish();

	any_backend();
	wished = wish != CONTROL_NOTHING;
	obey(wish);
	ASSERT(wish == CONTROL_NOTHING);	/* else it did not return */
	REACHED();
}

void prove_shut_down(void) { any_backend(); ending = nondet_bool(); shut_down(nondet_unsigned()); }
