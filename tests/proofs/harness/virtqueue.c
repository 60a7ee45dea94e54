/* virtqueue.c: a split virtqueue beside a device that writes what and when it likes.  The invariant: who holds which slot is known. */
#include "tests/proofs/harness/shared.h"

#include "platform/virtio/virtqueue.c"

static struct virtqueue_ring ring;

void other_side(void) { __CPROVER_havoc_object(&ring); }

static bool
holds(const struct virtqueue *queue)
{
	unsigned num = 0;

	for (unsigned i = 0; i < VIRTIO_SLOTS; i++)
		num += queue->is_with_device[i];
	return queue->ring == &ring && num == queue->with_device;
}

struct virtqueue nondet_queue(void);
unsigned nondet_unsigned(void);
uint32_t nondet_uint32(void);
uint64_t nondet_uint64(void);
bool nondet_bool(void);

static struct virtqueue
good_queue(void)
{
	struct virtqueue queue = nondet_queue();

	queue.ring = &ring;
	other_side();
	queue.broken = nondet_bool();
	for (unsigned i = 0; i < VIRTIO_SLOTS; i++)
		queue.is_with_device[i] = nondet_bool();
	ASSUME(holds(&queue));
	return queue;
}

void
prove_virtqueue_take(void)
{
	struct virtqueue queue = good_queue(), before = queue;
	unsigned slot;
	uint32_t len;

	if (virtqueue_take(&queue, &slot, &len)) {
		ASSERT(slot < VIRTIO_SLOTS && before.is_with_device[slot] && !queue.is_with_device[slot]);
		ASSERT(len <= queue.posted_len[slot]);
		ASSERT(!before.broken);
	}
	ASSERT(holds(&queue));
	REACHED();
}

void
prove_virtqueue_post(void)
{
	struct virtqueue queue = good_queue();
	unsigned slot = nondet_unsigned();

	ASSUME(slot < VIRTIO_SLOTS && !queue.is_with_device[slot]);
	virtqueue_post(&queue, slot, nondet_uint64(), nondet_uint32(), VIRTQUEUE_DEVICE_WRITES);
	ASSERT(holds(&queue) && queue.is_with_device[slot]);
	REACHED();
}

void
prove_virtqueue_ready(void)
{
	struct virtqueue queue = good_queue();

	(void)virtqueue_ready(&queue);
	REACHED();
}

void
prove_virtqueue_wants_notify(void)
{
	struct virtqueue queue = good_queue();

	(void)virtqueue_wants_notify(&queue);
	REACHED();
}

void
prove_virtqueue_reset(void)
{
	struct virtqueue queue = nondet_queue();

	virtqueue_reset(&queue, &ring, nondet_bool());
	ASSERT(holds(&queue) && !queue.broken && queue.with_device == 0);
	REACHED();
}
