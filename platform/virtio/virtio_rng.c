/* virtio_rng.c: see virtio_rng.h. */
#include "platform/virtio/virtio_rng.h"

#include "platform/base/bytes.h"
#include "platform/virtio/mmio.h"
#include "platform/virtio/transport.h"
#include "platform/x86/tsc.h"

static const uint64_t WAIT_NS = 3000000000;	/* a busy host took more than 0.1 s now and then */

static struct virtqueue_ring ring;
static struct virtqueue queue;
static uint8_t buffer[VIRTIO_RNG_LEN];

/* Ask, and wait for the answer or its time. */
static size_t
ask(uintptr_t device)
{
	uint64_t deadline_ns = tsc_ns() + WAIT_NS;
	uint32_t len = 0;
	unsigned slot;

	virtqueue_post(&queue, 0, mmio_phys(buffer), sizeof buffer, VIRTQUEUE_DEVICE_WRITES);
	mmio_write(device, MMIO_QUEUE_NOTIFY, 0);
	while (!virtqueue_take(&queue, &slot, &len))
	LOOP_INVARIANT(!queue.broken && queue.ring == &ring && queue.posted_len[0] == sizeof buffer)
		if (queue.broken || tsc_ns() > deadline_ns)
			return 0;
	return len;
}

size_t
virtio_rng_read(uintptr_t device, uint8_t out[VIRTIO_RNG_LEN])
{
	size_t len = 0;

	if (!transport_is(device, TRANSPORT_RNG) || !transport_stop(device) || !transport_negotiate(device, 0))
		return 0;
	virtqueue_reset(&queue, &ring, false);
	if (!transport_queue(device, 0, &ring, 1))	/* one request; QEMU's has 8 slots, not VIRTIO_SLOTS */
		return 0;
	transport_go(device);
	len = ask(device);
	if (!transport_stop(device))	/* it may still write: believe nothing */
		len = 0;
	bytes_copy(out, buffer, len);
	wipe(buffer, sizeof buffer);
	return len;
}
