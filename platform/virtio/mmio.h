/*
 * mmio.h: registers of a virtio-mmio device, and the machine's addresses as the device sees them.
 * Follows virtio 1.1, 4.2.2 (version 2 devices only; QEMU needs virtio-mmio.force-legacy=false).  `device` is
 * an address, or the handle of a device that pci.c found and that is made to look the same.
 * Host tests link their own hostile device in place of mmio.c.
 */
#ifndef VIRTIO_MMIO_H
#define VIRTIO_MMIO_H

#include <stdint.h>

#define MMIO_MAGIC_VALUE	0x74726976u	/* "virt" */
#define MMIO_LEN		0x200		/* registers and what we read of the configuration */

enum mmio_register {
	MMIO_MAGIC = 0x00, MMIO_VERSION = 0x04, MMIO_DEVICE_ID = 0x08, MMIO_DEVICE_FEATURES = 0x10,
	MMIO_DEVICE_FEATURES_SEL = 0x14, MMIO_DRIVER_FEATURES = 0x20, MMIO_DRIVER_FEATURES_SEL = 0x24,
	MMIO_QUEUE_SEL = 0x30, MMIO_QUEUE_NUM_MAX = 0x34, MMIO_QUEUE_NUM = 0x38, MMIO_QUEUE_READY = 0x44,
	MMIO_QUEUE_NOTIFY = 0x50, MMIO_INTERRUPT_STATUS = 0x60, MMIO_INTERRUPT_ACK = 0x64, MMIO_STATUS = 0x70,
	MMIO_QUEUE_DESC = 0x80, MMIO_QUEUE_DRIVER = 0x90, MMIO_QUEUE_DEVICE = 0xa0, MMIO_CONFIG = 0x100
};

uint32_t mmio_read(uintptr_t device, uint32_t reg);
uint8_t mmio_read_byte(uintptr_t device, uint32_t reg);
void mmio_write(uintptr_t device, uint32_t reg, uint32_t value);

/* Make the registers at `device` reachable. */
void mmio_map(uintptr_t device);

/* The physical address of a place in the image. */
uint64_t mmio_phys(const volatile void *at);

#endif
