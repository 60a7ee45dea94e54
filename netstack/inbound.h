/*
 * inbound.h: what to do with a frame.  Internal to netstack.
 */
#ifndef NET_INBOUND_H
#define NET_INBOUND_H

#include "netstack/frame.h"

void inbound_init(const struct frame_self *self);

/* One frame.  Bounded work; answers go to wire.h, bytes and events to conn.h. */
void inbound_frame(struct span bytes);

#endif
