/*
 * virtqueue.c: a split virtqueue beside a device that writes what and when it likes.  The invariant: who holds which slot is known,
 * and how many the device has.  That take and post keep it is shown by what they change: one slot's flag, and the number by one (which
 * needs no solver to add up 32 flags: a flag that is cleared was set, so that the number was not 0).
 */
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
	return queue;
}

static unsigned any;	/* a slot that stands for all */

/* What is said of the other slots is what was said before; so the invariant holds if the number changed as this one's flag did. */
static bool
keeps(const struct virtqueue *queue, const struct virtqueue *before, unsigned slot)
{
	any = nondet_unsigned() % VIRTIO_SLOTS;
	if (queue->ring != &ring || queue->with_device != (uint16_t)(before->with_device + (slot == VIRTIO_SLOTS ? 0 : queue->is_with_device[slot] ? 1 : -1)))
		return false;
	return any == slot || (queue->is_with_device[any] == before->is_with_device[any] && queue->posted_len[any] == before->posted_len[any]);
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
	} else
		slot = VIRTIO_SLOTS;
	ASSERT(keeps(&queue, &before, slot) && queue.posted_len[any] == before.posted_len[any]);
	REACHED();
}

void
prove_virtqueue_post(void)
{
	struct virtqueue queue = good_queue(), before = queue;
	unsigned slot = nondet_unsigned();
	uint32_t len = nondet_uint32();

	ASSUME(slot < VIRTIO_SLOTS && !queue.is_with_device[slot]);
	virtqueue_post(&queue, slot, nondet_uint64(), len, VIRTQUEUE_DEVICE_WRITES);
	ASSERT(queue.is_with_device[slot] && queue.posted_len[slot] == len);
	ASSERT(keeps(&queue, &before, slot) && queue.broken == before.broken);
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
	for (unsigned i = 0; i < VIRTIO_SLOTS; i++)
		ASSERT(!queue.is_with_device[i] && queue.posted_len[i] == 0);
	REACHED();
}
