/*
 * virtio_net.h: one network card (virtio 1.1, 5.1).  The device is hostile: it may drop, forge and
 * reorder frames, and can do no more than that.  When it talks nonsense it is reset at the next
 * turn, VIRTIO_RESTARTS_MAX times; then it stays off.  No offload is negotiated.
 */
#ifndef VIRTIO_VIRTIO_NET_H
#define VIRTIO_VIRTIO_NET_H

#include "platform/platform.h"

/* Start the card at `device`; false when it can not be used. */
MUST_CHECK bool virtio_net_start(uintptr_t device);

/* End of a turn: tell the device what is new, acknowledge its interrupt, reset it if it broke.  A frame is there? */
MUST_CHECK bool virtio_net_turn(void);

/* See platform.h; the frame is in CPL3. */
size_t virtio_net_recv(uint8_t *app_frame);
void virtio_net_send(const uint8_t *app_frame, size_t frame_len);
void virtio_net_mac(uint8_t mac[PLAT_MAC_LEN]);

/* Zero every frame.  The device may still write: it is told to stop first. */
void virtio_net_scrub(void);

#endif
