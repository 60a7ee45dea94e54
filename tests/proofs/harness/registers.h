/*
 * registers.h: the registers of a virtio device that its drivers may touch, and with which values: what the stubs for
 * mmio.c assert of the drivers, and all that the proofs of mmio.c and pci.c assume of them.
 */
#ifndef PROOFS_REGISTERS_H
#define PROOFS_REGISTERS_H

#include "platform/virtio/limits.h"
#include "platform/virtio/mmio.h"

enum { REGISTERS_QUEUES = 2 };

static bool
may_read(uint32_t reg)
{
	return reg == MMIO_MAGIC || reg == MMIO_VERSION || reg == MMIO_DEVICE_ID || reg == MMIO_DEVICE_FEATURES ||
	    reg == MMIO_QUEUE_NUM_MAX || reg == MMIO_QUEUE_READY || reg == MMIO_INTERRUPT_STATUS || reg == MMIO_STATUS;
}

/* Of a network card only: the generator has no configuration. */
static bool
may_read_byte(uint32_t reg)
{
	return reg >= MMIO_CONFIG && reg < MMIO_CONFIG + PLAT_MAC_LEN;
}

static bool
may_write(uint32_t reg, uint32_t value)
{
	switch (reg) {
	case MMIO_QUEUE_SEL:
	case MMIO_QUEUE_NOTIFY:
		return value < REGISTERS_QUEUES;
	case MMIO_DEVICE_FEATURES_SEL: case MMIO_DRIVER_FEATURES_SEL: case MMIO_DRIVER_FEATURES: case MMIO_QUEUE_NUM:
	case MMIO_QUEUE_READY: case MMIO_INTERRUPT_ACK: case MMIO_STATUS: case MMIO_QUEUE_DESC: case MMIO_QUEUE_DESC + 4:
	case MMIO_QUEUE_DRIVER: case MMIO_QUEUE_DRIVER + 4: case MMIO_QUEUE_DEVICE: case MMIO_QUEUE_DEVICE + 4:
		return true;
	default:
		return false;
	}
}

#endif
