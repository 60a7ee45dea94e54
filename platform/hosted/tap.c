/*
 * tap.c: the wire as a tap device, for benchmarks and real networks.  The device exists already
 * and belongs to this user (ip tuntap add NAME mode tap user USER): no root is needed here.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "platform/hosted/wire.h"

enum { FRAMES_PER_TURN = 64 };	/* then the child gets its turn */

static int device;
static int device_index;
static wire_deliver *deliver_frame;

static void
tap_fill(struct wire_poll *poll, uint32_t *timeout_ms)
{
	(void)timeout_ms;
	device_index = wire_poll_add(poll, device, POLLIN);
}

static void
tap_ready(const struct wire_poll *poll, bool poll_failed)
{
	uint8_t frame[PLAT_FRAME_MAX];
	ssize_t got;

	if (poll_failed || device_index < 0 || (poll->entries[device_index].revents & POLLIN) == 0)
		return;
	for (int i = 0; i < FRAMES_PER_TURN && (got = read(device, frame, sizeof frame)) > 0; i++)
		deliver_frame(frame, (size_t)got);
}

static void
tap_send(const uint8_t *frame, size_t frame_len)
{
	if (write(device, frame, frame_len) < 0)
		return;		/* a full queue drops, as a wire does */
}

const struct wire *
tap_open(const struct options *options, wire_deliver *deliver)
{
	static const struct wire WIRE = { tap_fill, tap_ready, tap_send };
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };

	if (strlen(options->tap) >= sizeof request.ifr_name) {
		fprintf(stderr, "pinata: the name %s is too long for a device\n", options->tap);
		return NULL;
	}
	strcpy(request.ifr_name, options->tap);
	deliver_frame = deliver;
	device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (device < 0 || ioctl(device, TUNSETIFF, &request) != 0) {
		fprintf(stderr, "pinata: can not use the tap device %s: %s\n", options->tap, strerror(errno));
		return NULL;
	}
	return &WIRE;
}
