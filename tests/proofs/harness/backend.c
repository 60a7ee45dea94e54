/*
 * backend.c: any command line, any devices.  devices_parse and pci_find, proved, answer entries as their rows promise; what is done
 * with these is checked: registers are mapped where devices.c allows, an interrupt is routed that is a pin of the IOAPIC, each
 * generator may write what one request gives.  The invariant: the devices are those that were let through.
 */
#include "tests/proofs/harness/shared.h"

#include "platform/base/span.h"

_Noreturn void cpu_stop(void);
void cpu_out8(uint16_t port, uint8_t value);
void cpu_out16(uint16_t port, uint16_t value);

#include "platform/virtio/backend.c"

bool nondet_bool(void);
unsigned nondet_unsigned(void);
uint64_t nondet_uint64(void);
size_t nondet_size(void);
struct devices nondet_devices(void);
struct span nondet_span(void);
void other_side(void) { }

static bool by_pci, routed;

static bool
holds(const struct devices *all)
{
	bool good = all->num <= (by_pci ? VIRTIO_PCI_MAX : VIRTIO_DEVICES_MAX);

	for (unsigned i = 0; i < VIRTIO_DEVICES_MAX; i++)
		good = good && (i >= all->num || (by_pci ? all->entry[i].at == i + 1 && all->entry[i].irq <= 23 : DEVICES_ENTRY_OK(all->entry[i])));
	return good;
}

bool
devices_parse(struct devices *all, struct span cmdline)
{
	(void)cmdline;
	ASSERT(all == &devices);
	by_pci = false;
	*all = nondet_devices();
	ASSUME(all->num <= VIRTIO_DEVICES_MAX);
	if (nondet_bool())
		return false;
	ASSUME(holds(all));
	return true;
}

struct span
pci_find(struct devices *all)
{
	static const uint8_t line[1];

	ASSERT(all == &devices && all->num == 0);
	by_pci = true;
	*all = nondet_devices();
	ASSUME(holds(all));
	return nondet_bool() ? (struct span){ NULL, 0 } : SPAN_ARRAY(line);
}

static bool
is_listed(uintptr_t device)
{
	bool found = false;

	for (unsigned i = 0; i < VIRTIO_DEVICES_MAX; i++)
		found = found || (i < devices.num && devices.entry[i].at == device);
	return found;
}

void serial_start(void) { }
void serial_write(struct span text) { ASSERT(text.len == 0 || __CPROVER_r_ok(text.ptr, text.len)); }
void clock_start(void) { }
uint64_t clock_wall_s(void) { return nondet_uint64(); }
uint64_t tsc_ns(void) { uint64_t now = nondet_uint64(); ASSUME(now < UINT64_MAX / 2); return now; }	/* 292 years */
void mmio_map(uintptr_t device) { ASSERT(!by_pci && is_listed(device) && device >= 0xc0000000 && device < 0xfec00000 && device % 512 == 0); }
void ioapic_route(unsigned pin) { ASSERT(pin > 0 && pin < 24 && !routed); routed = true; }
bool virtio_net_start(uintptr_t device) { ASSERT(device != 0 && is_listed(device)); return nondet_bool(); }
bool virtio_net_turn(void) { return nondet_bool(); }
size_t virtio_net_recv(uint8_t *app_frame) { (void)app_frame; return nondet_size(); }
void virtio_net_send(const uint8_t *app_frame, size_t frame_len) { (void)app_frame; (void)frame_len; }
void virtio_net_mac(uint8_t mac[PLAT_MAC_LEN]) { (void)mac; }
void virtio_net_scrub(void) { }
void lapic_sleep(uint64_t ns) { ASSERT(ns > 0); }
void lapic_watch(void) { }
void crash_scrub(void) { }
void cpu_out8(uint16_t port, uint8_t value) { (void)port; (void)value; }
void cpu_out16(uint16_t port, uint16_t value) { (void)port; (void)value; }
void cpu_stop(void) { ASSUME(0); for (;;) continue; }

size_t
virtio_rng_read(uintptr_t device, uint8_t out[VIRTIO_RNG_LEN])
{
	size_t len = nondet_size();

	ASSERT(device != 0 && is_listed(device) && __CPROVER_w_ok(out, VIRTIO_RNG_LEN));
	ASSUME(len <= VIRTIO_RNG_LEN);
	return len;
}

static void
any_devices(void)
{
	by_pci = nondet_bool();
	routed = false;
	devices = nondet_devices();
	ASSUME(holds(&devices));
}

void prove_start_card(void) { any_devices(); bool found = start_card(); ASSERT(!found || devices.num > 0); ASSERT(!found || polls == !routed); REACHED(); }
void prove_backend_start(void) { routed = false; backend_start(nondet_span()); ASSERT(holds(&devices)); REACHED(); }
void prove_backend_entropy(void) { uint8_t out[BACKEND_ENTROPY_LEN]; any_devices(); ASSERT(backend_entropy(out) <= BACKEND_ENTROPY_LEN); REACHED(); }
void prove_backend_wait(void) { any_devices(); polls = nondet_bool(); backend_wait(nondet_uint64()); REACHED(); }
