/* virtqueue.c: see virtqueue.h. */
#include "platform/virtio/virtqueue.h"

#include "platform/base/panic.h"
#include "platform/x86/cpu.h"

enum { AVAIL_NO_INTERRUPT = 1, USED_NO_NOTIFY = 1 };

void
virtqueue_reset(struct virtqueue *queue, volatile struct virtqueue_ring *ring, bool interrupts)
{
	volatile uint8_t *bytes = (volatile uint8_t *)ring;

	for (size_t i = 0; i < sizeof *ring; i++)
	LOOP_INVARIANT(i <= sizeof *ring)
	LOOP_DECREASES(sizeof *ring - i)
		bytes[i] = 0;
	*queue = (struct virtqueue){ .ring = ring };
	ring->avail.flags = interrupts ? 0 : AVAIL_NO_INTERRUPT;
}

void
virtqueue_post(struct virtqueue *queue, unsigned slot, uint64_t at, uint32_t len,
    enum virtqueue_direction direction)
{
	REQUIRE(slot < VIRTIO_SLOTS && !queue->is_with_device[slot]);
	queue->is_with_device[slot] = true;
	queue->posted_len[slot] = len;
	queue->with_device++;
	queue->ring->desc[slot].at = at;
	queue->ring->desc[slot].len = len;
	queue->ring->desc[slot].flags = (uint16_t)direction;
	queue->ring->desc[slot].next = 0;
	queue->ring->avail.slot[queue->avail_head % VIRTIO_SLOTS] = (uint16_t)slot;
	cpu_barrier();
	queue->avail_head++;
	queue->ring->avail.head = queue->avail_head;
}

bool
virtqueue_take(struct virtqueue *queue, unsigned *slot, uint32_t *len)
{
	volatile struct virtqueue_used *item = &queue->ring->used.item[queue->used_seen % VIRTIO_SLOTS];
	uint16_t given = (uint16_t)(queue->ring->used.head - queue->used_seen);
	uint32_t id, id_len;

	if (queue->broken || given == 0)
		return false;
	cpu_barrier();
	id = item->id;
	id_len = item->len;
	cpu_barrier();
	if (given > queue->with_device || id >= VIRTIO_SLOTS || !queue->is_with_device[id]) {
		queue->broken = true;
		return false;
	}
	queue->used_seen++;
	queue->is_with_device[id] = false;
	queue->with_device--;
	*slot = id;
	*len = id_len <= queue->posted_len[id] ? id_len : 0;
	return true;
}

bool
virtqueue_ready(const struct virtqueue *queue)
{
	return queue->broken || queue->ring->used.head != queue->used_seen;
}

bool
virtqueue_wants_notify(const struct virtqueue *queue)
{
	cpu_fence();			/* our head is seen before we look at its flag */
	return (queue->ring->used.flags & USED_NO_NOTIFY) == 0;
}
