/* limits.h: the numbers of platform/virtio, each with its reason. */
#ifndef VIRTIO_LIMITS_H
#define VIRTIO_LIMITS_H

#include "platform/platform.h"

#define VIRTIO_SLOTS		32	/* of a ring: 48 KB in flight, three TCP windows; a power of two (virtio 1.1, 2.6) */
#define VIRTIO_BUFFER_LEN	2048	/* a frame and its header, two to a page */
#define VIRTIO_HEADER_LEN	12	/* struct virtio_net_hdr with num_buffers (virtio 1.1, 5.1.6.1) */
#define VIRTIO_DEVICES_MAX	8	/* QEMU's microvm without ACPI has 8 transports */
#define VIRTIO_PCI_MAX		4	/* a card, a generator, and as many to spare; see PIECE in pci.c */
#define VIRTIO_POLL_NS		1000000	/* the longest sleep where no interrupt is known to wake us */
#define VIRTIO_RESTARTS_MAX	16	/* a device that talked nonsense so often stays off */

_Static_assert((VIRTIO_SLOTS & (VIRTIO_SLOTS - 1)) == 0, "virtio asks for a power of two");
_Static_assert(VIRTIO_PCI_MAX <= VIRTIO_DEVICES_MAX, "all that are found have a place");
_Static_assert(VIRTIO_HEADER_LEN + PLAT_FRAME_MAX <= VIRTIO_BUFFER_LEN, "a frame fits its buffer");

#endif
