/*
 * pci.h: virtio devices of PCI's bus 0, where the command line names none (QEMU's q35, Cloud Hypervisor).
 * A device found here looks to the drivers as if it were virtio-mmio: transport.c and all above it know no
 * difference.  Follows virtio 1.1, 4.1.  Modern registers only, one interrupt line, no MSI-X, function 0 only.
 *
 * The device is hostile.  Its configuration space is read once, by loops with bounds, and what it says of
 * places is believed only where nothing of ours can be: a register is never outside the window below.
 */
#ifndef VIRTIO_PCI_H
#define VIRTIO_PCI_H

#include "platform/virtio/devices.h"

/* Handles of these devices are 1 to VIRTIO_PCI_MAX: no address of virtio-mmio is so low. */
static inline bool
pci_is(uintptr_t device) { return device <= VIRTIO_PCI_MAX; }

/*
 * Find network cards and generators, map their registers, let them reach memory.  `irq` of an entry is
 * the IOAPIC's pin where the chipset's wiring is known (ICH9, the q35's), else 0: it must be asked.
 * Returns a line for the console about the last device that could not be used, or nothing.
 */
struct span pci_find(struct devices *devices);

/* As mmio.h, with its registers, for a handle that pci_find() gave. */
uint32_t pci_read(uintptr_t device, uint32_t reg);
uint8_t pci_read_byte(uintptr_t device, uint32_t reg);
void pci_write(uintptr_t device, uint32_t reg, uint32_t value);

#endif
