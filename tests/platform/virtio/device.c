/* device.c: see device.h. */
#include "tests/platform/virtio/device.h"

#include <string.h>

#include "platform/virtio/mmio.h"
#include "platform/x86/tsc.h"
#include "platform/x86/user.h"

struct device device;

void
device_reset(uint32_t id)
{
	static const uint8_t MAC[PLAT_MAC_LEN] = { 0x52, 0x54, 0, 1, 2, 3 };

	memset(&device, 0, sizeof device);
	device.magic = MMIO_MAGIC_VALUE;
	device.version = 2;
	device.id = id;
	device.features[0] = 1 << 5;
	device.features[1] = 1;
	device.num_max = 256;
	memcpy(device.mac, MAC, sizeof MAC);
}

uint32_t
mmio_read(uintptr_t at, uint32_t reg)
{
	(void)at;
	switch (reg) {
	case MMIO_MAGIC: return device.magic;
	case MMIO_VERSION: return device.version;
	case MMIO_DEVICE_ID: return device.id;
	case MMIO_DEVICE_FEATURES: return device.features[device.sel & 1];
	case MMIO_QUEUE_NUM_MAX: return device.num_max;
	case MMIO_QUEUE_READY: return device.queue_ready;
	case MMIO_STATUS: return device.status;
	case MMIO_INTERRUPT_STATUS: return 1;
	default: return 0;
	}
}

uint8_t
mmio_read_byte(uintptr_t at, uint32_t reg)
{
	(void)at;
	return device.mac[(reg - MMIO_CONFIG) % PLAT_MAC_LEN];
}

static void
set_status(uint32_t value)
{
	if (value == 0) {
		device.resets++;
		device.status = device.never_stops ? 4 : 0;
		memset(device.seen, 0, sizeof device.seen);
		return;
	}
	device.status = device.refuses_features ? value & ~8u : value;
}

static void
set_ring(uint64_t at) { device.ring[device.queue] = (volatile struct virtqueue_ring *)(uintptr_t)at; }

void
mmio_write(uintptr_t at, uint32_t reg, uint32_t value)
{
	(void)at;
	switch (reg) {
	case MMIO_STATUS: set_status(value); break;
	case MMIO_DEVICE_FEATURES_SEL: device.sel = value; break;
	case MMIO_DRIVER_FEATURES_SEL: device.driver_sel = value; break;
	case MMIO_DRIVER_FEATURES: device.driver_features[device.driver_sel & 1] = value; break;
	case MMIO_QUEUE_SEL: device.queue = value % DEVICE_QUEUES; break;
	case MMIO_QUEUE_NUM: device.num[device.queue] = value; break;
	case MMIO_QUEUE_DESC: set_ring(value); break;
	case MMIO_QUEUE_DESC + 4: set_ring((uintptr_t)device.ring[device.queue] | (uint64_t)value << 32); break;
	case MMIO_QUEUE_NOTIFY:
		device.notified[value % DEVICE_QUEUES]++;
		if (device.on_notify != NULL)
			device.on_notify(value % DEVICE_QUEUES);
		break;
	default: break;
	}
}

void mmio_map(uintptr_t at) { (void)at; }
uint64_t mmio_phys(const volatile void *at) { return (uintptr_t)at; }
uint64_t tsc_ns(void) { return device.now_ns += 1000000; }
void user_write(uint8_t *to, const uint8_t *from, size_t len) { memcpy(to, from, len); }
void user_read(uint8_t *to, const uint8_t *from, size_t len) { memcpy(to, from, len); }

bool
device_next(unsigned queue, unsigned *slot)
{
	volatile struct virtqueue_ring *ring = device.ring[queue];

	if (ring->avail.head == device.seen[queue])
		return false;
	*slot = ring->avail.slot[device.seen[queue]++ % VIRTIO_SLOTS];
	return true;
}

uint8_t *
device_buffer(unsigned queue, unsigned slot) { return (uint8_t *)(uintptr_t)device.ring[queue]->desc[slot].at; }

void
device_give(unsigned queue, uint32_t id, uint32_t len)
{
	volatile struct virtqueue_ring *ring = device.ring[queue];
	uint16_t head = ring->used.head;

	ring->used.item[head % VIRTIO_SLOTS].id = id;
	ring->used.item[head % VIRTIO_SLOTS].len = len;
	ring->used.head = (uint16_t)(head + 1);
}
