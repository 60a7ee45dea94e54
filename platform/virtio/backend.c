/* backend.c: platform/x86/backend.h for QEMU's microvm and q35 and their like. */
#include "platform/x86/backend.h"

#include "platform/base/bytes.h"
#include "platform/virtio/clock.h"
#include "platform/virtio/devices.h"
#include "platform/virtio/ioapic.h"
#include "platform/virtio/mmio.h"
#include "platform/virtio/pci.h"
#include "platform/virtio/serial.h"
#include "platform/virtio/virtio_net.h"
#include "platform/virtio/virtio_rng.h"
#include "platform/x86/cpu.h"
#include "platform/x86/crash.h"
#include "platform/x86/lapic.h"
#include "platform/x86/tsc.h"

enum {
	DEBUG_EXIT = 0x501,	/* QEMU's isa-debug-exit: ends with status 2 * code + 1 */
	PANICKED = 0x505,	/* QEMU's pvpanic: bit 0 tells who manages the machine that it crashed */
	POWER = 0x604,		/* PM1a control of the q35, where its firmware puts it: */
	SLEEP_S5 = 1 << 13	/* soft off (ACPI 6.3, 4.8.3.2.1) */
};

static struct devices devices;
static bool polls;		/* nothing is known to interrupt a sleep when a frame comes */

void
backend_console(void) { serial_start(); }

void
backend_write(struct span text) { serial_write(text); }

/* The first card that works is ours.  None is no reason to stop: the appliance says what it lacks. */
static bool
start_card(void)
{
	for (size_t i = 0; i < devices.num; i++) {
		if (virtio_net_start(devices.entry[i].at)) {
			polls = devices.entry[i].irq == 0;
			if (!polls)
				ioapic_route(devices.entry[i].irq);
			return true;
		}
	}
	return false;
}

void
backend_start(struct span cmdline)
{
	clock_start();
	if (!devices_parse(&devices, cmdline)) {
		backend_write(SPAN_LITERAL("pinata: refused: bad virtio_mmio.device on the command line\n"));
		crash_scrub();
		backend_halt(PLAT_EXIT_BAD_BOOT);
	}
	for (size_t i = 0; i < devices.num; i++)
		mmio_map(devices.entry[i].at);
	if (devices.num == 0)
		backend_write(pci_find(&devices));
	if (!start_card())
		backend_write(SPAN_LITERAL("pinata: no network card\n"));
}

size_t
backend_entropy(uint8_t out[BACKEND_ENTROPY_LEN])
{
	_Static_assert(VIRTIO_RNG_LEN == BACKEND_ENTROPY_LEN, "one request fills it");
	size_t len = 0;

	for (size_t i = 0; i < devices.num && len == 0; i++)
		len = virtio_rng_read(devices.entry[i].at, out);
	return len;
}

uint64_t
backend_clock_ns(void) { return tsc_ns(); }

uint64_t
backend_wall_s(void) { return clock_wall_s(); }

void
backend_wait(uint64_t deadline_ns)
{
	uint64_t now_ns;

	if (!virtio_net_turn()) {
		now_ns = tsc_ns();
		if (polls && deadline_ns > now_ns + VIRTIO_POLL_NS)
			deadline_ns = now_ns + VIRTIO_POLL_NS;
		if (deadline_ns > now_ns)
			lapic_sleep(deadline_ns - now_ns);
	}
	lapic_watch();
}

size_t
backend_net_recv(uint8_t *app_frame) { return virtio_net_recv(app_frame); }

void
backend_net_send(const uint8_t *app_frame, size_t frame_len) { virtio_net_send(app_frame, frame_len); }

void
backend_net_mac(uint8_t mac[PLAT_MAC_LEN]) { virtio_net_mac(mac); }

void
backend_scrub(void) { virtio_net_scrub(); }

/* Who has no isa-debug-exit is told less: a machine that will not do better next time is off, another one crashed. */
void
backend_halt(enum plat_exit why)
{
	cpu_out8(DEBUG_EXIT, (uint8_t)why);
	if (why == PLAT_EXIT_OK || why == PLAT_EXIT_BAD_BOOT)
		cpu_out16(POWER, SLEEP_S5);
	else
		cpu_out8(PANICKED, 1);
	cpu_stop();
}
