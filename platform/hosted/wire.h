/*
 * wire.h: the far end of the cable, in the parent: libslirp (usernet.c) or a tap device (tap.c).
 * Both fill the same struct; parent.c polls and carries.
 */
#ifndef HOSTED_WIRE_H
#define HOSTED_WIRE_H

#include <poll.h>

#include "platform/hosted/options.h"
#include "platform/platform.h"

#define WIRE_POLL_MAX	16384	/* descriptors: three of the parent, one or two per connection of libslirp */

struct wire_poll { struct pollfd entries[WIRE_POLL_MAX]; size_t num; };

/* Add a descriptor; returns its index, or -1 when there is no room (it is then not waited for). */
int wire_poll_add(struct wire_poll *poll, int fd, short events);

typedef void wire_deliver(const uint8_t *frame, size_t frame_len);

struct wire {
	/* Add what to wait for; may lower *timeout_ms. */
	void (*fill)(struct wire_poll *poll, uint32_t *timeout_ms);
	/* After the poll: read what came, and hand each frame for the child to `deliver`. */
	void (*ready)(const struct wire_poll *poll, bool poll_failed);
	/* A frame from the child. */
	void (*send)(const uint8_t *frame, size_t frame_len);
};

/*
 * Open one.  NULL, and said on stderr why, if a port is in use or the device can not be had.
 * One per process.
 */
const struct wire *usernet_open(const struct options *options, wire_deliver *deliver);
const struct wire *tap_open(const struct options *options, wire_deliver *deliver);

#endif
