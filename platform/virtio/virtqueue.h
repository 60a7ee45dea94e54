/*
 * virtqueue.h: one split virtqueue (virtio 1.1, 2.6) shared with a device that is not trusted.
 *
 * Every slot is one descriptor and belongs to us or to the device; a private table says to whom.
 * What the device writes is copied once, then checked against that table.  Nonsense that leaves
 * the ring's state in doubt breaks the queue: nothing more is taken until virtqueue_reset().
 */
#ifndef VIRTIO_VIRTQUEUE_H
#define VIRTIO_VIRTQUEUE_H

#include "platform/virtio/limits.h"

struct virtqueue_desc { uint64_t at; uint32_t len; uint16_t flags, next; };
struct virtqueue_used { uint32_t id, len; };

/* What the device sees. */
struct virtqueue_ring {
	struct virtqueue_desc desc[VIRTIO_SLOTS];
	struct { uint16_t flags, head, slot[VIRTIO_SLOTS]; } avail;
	struct { uint16_t flags, head; struct virtqueue_used item[VIRTIO_SLOTS]; } used;
} __attribute__((aligned(4096)));

/* What it does not. */
struct virtqueue {
	volatile struct virtqueue_ring *ring;
	uint16_t avail_head, used_seen, with_device;
	uint32_t posted_len[VIRTIO_SLOTS];
	bool is_with_device[VIRTIO_SLOTS], broken;
};

enum virtqueue_direction { VIRTQUEUE_DEVICE_READS = 0, VIRTQUEUE_DEVICE_WRITES = 2 };

/* Zero the ring and take all slots back: only while the device does not use the queue. */
void virtqueue_reset(struct virtqueue *queue, volatile struct virtqueue_ring *ring, bool interrupts);

/* Give a slot of ours to the device, for `len` bytes at physical address `at`. */
void virtqueue_post(struct virtqueue *queue, unsigned slot, uint64_t at, uint32_t len,
    enum virtqueue_direction direction);

/*
 * Take the next slot that the device gave back.  `len` is what it says it wrote, or 0 when it says
 * more than was posted.  False: none, or the queue broke just now.
 */
MUST_CHECK bool virtqueue_take(struct virtqueue *queue, unsigned *slot, uint32_t *len);

/* The device gave something back, or broke the queue. */
bool virtqueue_ready(const struct virtqueue *queue);

/* The device asks to be told about new slots. */
bool virtqueue_wants_notify(const struct virtqueue *queue);

#endif
