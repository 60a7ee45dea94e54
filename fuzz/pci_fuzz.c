/*
 * pci_fuzz.c: a PCI bus that the input plays: which devices, changes to their configuration spaces, what their
 * registers hold.  tests/platform/virtio/space.c aborts at any access outside what pci.h promises.
 */
#include <string.h>

#include "platform/virtio/mmio.h"
#include "tests/platform/virtio/space.h"

enum { NET = 1, RNG = 4, CHANGES_MAX = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static uint32_t
take(struct cursor *in, size_t width)
{
	uint32_t value = 0;

	return cursor_uint(in, &value, width) ? value : 0;
}

/* What the drivers do with a device, in their order. */
static void
use(uintptr_t device)
{
	uint32_t kind = pci_read(device, MMIO_DEVICE_ID);

	pci_write(device, MMIO_STATUS, 0);
	(void)pci_read(device, MMIO_DEVICE_FEATURES);
	for (uint32_t queue = 0; queue < 2; queue++) {
		pci_write(device, MMIO_QUEUE_SEL, queue);
		if (pci_read(device, MMIO_QUEUE_NUM_MAX) < VIRTIO_SLOTS)
			return;
		pci_write(device, MMIO_QUEUE_DEVICE + 4, 1);
		pci_write(device, MMIO_QUEUE_READY, 1);
		pci_write(device, MMIO_QUEUE_NOTIFY, queue);
	}
	for (uint32_t i = 0; kind == NET && i < PLAT_MAC_LEN; i++)
		(void)pci_read_byte(device, MMIO_CONFIG + i);
	(void)pci_read(device, MMIO_INTERRUPT_STATUS);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct cursor in = cursor_of((struct span){ data, len });
	struct devices devices;
	unsigned slot, at;

	space_reset();
	space_device(1, NET);
	space_device(2, RNG);
	for (unsigned i = 0; i < CHANGES_MAX && !cursor_done(&in) && take(&in, 1) != 0; i++) {
		slot = take(&in, 1) % SPACE_SLOTS;
		at = take(&in, 1) / 4 * 4;
		if (at == 0 && slot > 2)
			space_device(slot, slot % 2 == 0 ? NET : RNG);
		for (unsigned byte = 0; byte < 4; byte++)
			space_set(slot, at + byte, (uint8_t)take(&in, 1));
	}
	for (size_t i = 0; i < sizeof space.regs && !cursor_done(&in); i++)
		space.regs[i] = (uint8_t)take(&in, 1);
	(void)pci_find(&devices);
	for (size_t i = 0; i < devices.num; i++)
		use(devices.entry[i].at);
	return 0;
}
