/*
 * devices.h: the virtio-mmio devices that the command line names, as QEMU's microvm (acpi=off) and
 * Firecracker do: `virtio_mmio.device=512@0xfeb00e00:12`.  Pure.  Follows Linux'
 * Documentation/admin-guide/kernel-parameters.txt, less its optional fourth field.
 */
#ifndef VIRTIO_DEVICES_H
#define VIRTIO_DEVICES_H

#include "platform/virtio/limits.h"

struct devices_entry { uintptr_t at; unsigned irq; };
struct devices { struct devices_entry entry[VIRTIO_DEVICES_MAX]; size_t num; };

/* An entry that was let through: see below. */
#define DEVICES_ENTRY_OK(entry) \
	((entry).at >= 0xc0000000 && (entry).at < 0xfec00000 && (entry).at % 512 == 0 && (entry).irq >= 1 && (entry).irq <= 23)

/*
 * False when a word that begins so is not exactly <512 or 4K>@0x<hex>:<decimal>, when the place is not
 * aligned to 512 or outside the hole for devices, when the interrupt is no pin of the IOAPIC or
 * when there are too many.  Other words are none of our business.
 */
MUST_CHECK bool devices_parse(struct devices *devices, struct span cmdline)
PRE(FRESH(devices) && SPAN_VALUE(cmdline))
ASSIGNS(*devices)
POST(devices->num <= VIRTIO_DEVICES_MAX)
POST(!RETVAL || PROOF_AT >= devices->num || DEVICES_ENTRY_OK(devices->entry[PROOF_AT]));

#endif
