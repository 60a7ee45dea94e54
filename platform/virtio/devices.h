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

/*
 * False when a word that begins so is not exactly <512 or 4K>@0x<hex>:<decimal>, when the place is not
 * aligned to 512 or outside the hole for devices, when the interrupt is no pin of the IOAPIC or
 * when there are too many.  Other words are none of our business.
 */
MUST_CHECK bool devices_parse(struct devices *devices, struct span cmdline);

#endif
