/* virtio_rng.h: bytes from the hypervisor's generator, once at boot (virtio 1.1, 5.4). */
#ifndef VIRTIO_VIRTIO_RNG_H
#define VIRTIO_VIRTIO_RNG_H

#include "platform/base/span.h"

/* Ask the device for 64 bytes, wait at most 3 s, stop the device.  How many came; 0 on nonsense. */
#define VIRTIO_RNG_LEN	64
size_t virtio_rng_read(uintptr_t device, uint8_t out[VIRTIO_RNG_LEN]);

#endif
