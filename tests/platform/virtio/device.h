/*
 * device.h: a virtio-mmio device that a test scripts.  It stands in for mmio.c and user.c: "physical"
 * addresses are the host's, CPL3's memory is ordinary memory.
 */
#ifndef TESTS_VIRTIO_DEVICE_H
#define TESTS_VIRTIO_DEVICE_H

#include "platform/virtio/virtqueue.h"

#define DEVICE_AT	0xfeb00000u
#define DEVICE_QUEUES	2

struct device {
	/* What it answers; device_reset() makes it honest. */
	uint32_t magic, version, id, features[2], num_max, queue_ready;
	uint8_t mac[PLAT_MAC_LEN];
	bool refuses_features, never_stops;
	/* What the driver did. */
	uint32_t status, driver_features[2], resets, notified[DEVICE_QUEUES];
	uint32_t queue, sel, driver_sel, num[DEVICE_QUEUES];
	volatile struct virtqueue_ring *ring[DEVICE_QUEUES];
	uint16_t seen[DEVICE_QUEUES];		/* of avail */
	uint64_t now_ns;			/* tsc_ns() gives it and adds 1 ms */
	void (*on_notify)(unsigned queue);
};

extern struct device device;

/* An honest device of this kind. */
void device_reset(uint32_t id);

/* The next slot that the driver made available; false when there is none. */
bool device_next(unsigned queue, unsigned *slot);

/* Where the driver put it. */
uint8_t *device_buffer(unsigned queue, unsigned slot);

/* Give it back, honestly or not. */
void device_give(unsigned queue, uint32_t id, uint32_t len);

#endif
