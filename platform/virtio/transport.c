/* transport.c: see transport.h. */
#include "platform/virtio/transport.h"

#include "platform/virtio/mmio.h"

enum { ACKNOWLEDGE = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8, VERSION_1 = 1 /* bit 32 */ };
enum { STOP_TRIES = 10000 };

bool
transport_is(uintptr_t device, enum transport_device kind)
{
	return mmio_read(device, MMIO_MAGIC) == MMIO_MAGIC_VALUE && mmio_read(device, MMIO_VERSION) == 2
	    && mmio_read(device, MMIO_DEVICE_ID) == (uint32_t)kind;
}

bool
transport_stop(uintptr_t device)
{
	mmio_write(device, MMIO_STATUS, 0);
	for (unsigned i = 0; i < STOP_TRIES; i++)
	LOOP_INVARIANT(i <= STOP_TRIES)
	LOOP_DECREASES(STOP_TRIES - i)
		if (mmio_read(device, MMIO_STATUS) == 0)
			return true;
	return false;
}

bool
transport_negotiate(uintptr_t device, uint32_t features)
{
	uint32_t low, high;

	mmio_write(device, MMIO_STATUS, ACKNOWLEDGE | DRIVER);
	mmio_write(device, MMIO_DEVICE_FEATURES_SEL, 0);
	low = mmio_read(device, MMIO_DEVICE_FEATURES);
	mmio_write(device, MMIO_DEVICE_FEATURES_SEL, 1);
	high = mmio_read(device, MMIO_DEVICE_FEATURES);
	if ((low & features) != features || (high & VERSION_1) == 0)
		return false;
	mmio_write(device, MMIO_DRIVER_FEATURES_SEL, 0);
	mmio_write(device, MMIO_DRIVER_FEATURES, features);
	mmio_write(device, MMIO_DRIVER_FEATURES_SEL, 1);
	mmio_write(device, MMIO_DRIVER_FEATURES, VERSION_1);
	mmio_write(device, MMIO_STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK);
	return (mmio_read(device, MMIO_STATUS) & FEATURES_OK) != 0;
}

static void
write_address(uintptr_t device, uint32_t reg, uint64_t at)
{
	mmio_write(device, reg, (uint32_t)at);
	mmio_write(device, reg + 4, (uint32_t)(at >> 32));
}

bool
transport_queue(uintptr_t device, uint32_t number, const volatile struct virtqueue_ring *ring, uint32_t slots)
{
	mmio_write(device, MMIO_QUEUE_SEL, number);
	if (mmio_read(device, MMIO_QUEUE_READY) != 0 || mmio_read(device, MMIO_QUEUE_NUM_MAX) < slots)
		return false;
	mmio_write(device, MMIO_QUEUE_NUM, slots);
	write_address(device, MMIO_QUEUE_DESC, mmio_phys(ring->desc));
	write_address(device, MMIO_QUEUE_DRIVER, mmio_phys(&ring->avail));
	write_address(device, MMIO_QUEUE_DEVICE, mmio_phys(&ring->used));
	mmio_write(device, MMIO_QUEUE_READY, 1);
	return true;
}

void
transport_go(uintptr_t device)
{
	mmio_write(device, MMIO_STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
}
