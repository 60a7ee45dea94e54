/* transport.h: bring a virtio device from reset to ready (virtio 1.1, 3.1.1 and 4.2.3). */
#ifndef VIRTIO_TRANSPORT_H
#define VIRTIO_TRANSPORT_H

#include "platform/virtio/virtqueue.h"

enum transport_device { TRANSPORT_NET = 1, TRANSPORT_RNG = 4 };

/* A version 2 device of this kind answers there. */
MUST_CHECK bool transport_is(uintptr_t device, enum transport_device kind);

/* Stop the device: it owns no memory of ours afterwards.  False when it does not obey. */
MUST_CHECK bool transport_stop(uintptr_t device);

/* After transport_stop: negotiate version 1 and of the low features exactly `features`. */
MUST_CHECK bool transport_negotiate(uintptr_t device, uint32_t features);

/* Give the device one queue of so many slots, VIRTIO_SLOTS or 1 that is used once.  False when it can not have them. */
MUST_CHECK bool transport_queue(uintptr_t device, uint32_t number, const volatile struct virtqueue_ring *ring, uint32_t slots);

/* The driver is ready. */
void transport_go(uintptr_t device);

#endif
