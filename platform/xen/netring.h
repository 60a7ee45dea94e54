/*
 * netring.h: the two rings and the pages of the network card: frames in, frames out, and which page the backend may
 * touch.  It knows nothing of xenstore (netfront.c).  The backend is hostile: each response is read once, as one
 * word; its id must name a page that is on its way; access ends before a frame is read.  A page is used
 * only while nobody else holds it, is zeroed before it is granted, and holds nothing but frames of one direction.
 */
#ifndef XEN_NETRING_H
#define XEN_NETRING_H

#include "platform/base/span.h"
#include "platform/xen/abi.h"

struct netring_refs { uint32_t rx, tx; };

/* What was wrong with what the backend did, counted since the machine began. */
struct netring_counts { uint32_t nonsense, dropped, held; };

/* Begin for a new backend.  False: pages of an earlier one are still held; nothing was granted. */
MUST_CHECK bool netring_open(struct netring_refs *refs, domid_t domain);

/* Forget all that is on its way and take back what can be taken back. */
void netring_close(void);

/* As in platform.h; frames are in CPL3, checked by the caller. */
size_t netring_recv(uint8_t *app_frame);
void netring_send(const uint8_t *app_frame, size_t frame_len);

/* Show the backend what is new.  True: it wants to be told through the event channel. */
bool netring_push(void);

/* Requests that were not shown yet. */
uint32_t netring_unpushed(void);

/* A frame may be there; else an event will come with the next one. */
bool netring_ready(void);

/* The backend broke the rings; only closing helps, after which they are not failed but closed. */
bool netring_failed(void);

struct netring_counts netring_counts(void);

/* Zero every frame. */
void netring_scrub(void);

#endif
