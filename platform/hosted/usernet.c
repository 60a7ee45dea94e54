/*
 * usernet.c: the wire as libslirp, in restricted mode: connections come in through the named
 * forwards and nothing goes out: no DNS, no DHCP, no TFTP, no IPv6, nothing of this host.  With
 * --reach the mode is off and reach.c judges each frame instead: libslirp has no finer switch.
 * The guest's network is QEMU's: 10.0.2.15/24 behind 10.0.2.2, so one boot module serves both.
 */
#include "platform/hosted/wire.h"

#include <errno.h>
#include <slirp/libslirp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "platform/hosted/reach.h"

enum { GUEST = 0x0a00020f, HOST = 0x0a000202, NETWORK = 0x0a000200, MASK = 0xffffff00 };

static Slirp *slirp;
static wire_deliver *deliver_frame;
static const struct options *asked;

static struct in_addr
address(uint32_t ip) { return (struct in_addr){ htonl(ip) }; }

static ssize_t
on_frame(const void *frame, size_t frame_len, void *unused)
{
	(void)unused;
	deliver_frame(frame, frame_len);
	return (ssize_t)frame_len;
}

static void
on_error(const char *text, void *unused)
{
	(void)text;
	(void)unused;
}

static int64_t
on_clock(void *unused)
{
	struct timespec now;

	(void)unused;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* libslirp's timers serve IPv6 alone, which is off: asking for one is a bug here. */
static void *
on_timer_new(SlirpTimerCb call, void *argument, void *unused)
{
	(void)call;
	(void)argument;
	(void)unused;
	abort();
}

static void
on_timer_free(void *timer, void *unused)
{
	(void)timer;
	(void)unused;
}

static void
on_timer_mod(void *timer, int64_t when, void *unused)
{
	(void)timer;
	(void)when;
	(void)unused;
}

static void
on_descriptor(int fd, void *unused)
{
	(void)fd;
	(void)unused;
}

static void
on_notify(void *unused) { (void)unused; }

static const SlirpCb CALLBACKS = {
	.send_packet = on_frame, .guest_error = on_error, .clock_get_ns = on_clock,
	.timer_new = on_timer_new, .timer_free = on_timer_free, .timer_mod = on_timer_mod,
	.register_poll_fd = on_descriptor, .unregister_poll_fd = on_descriptor, .notify = on_notify
};

/* libslirp's flags and poll's are the same five, under other numbers. */
static const struct { int slirp; short poll; } EVENTS[] = {
	{ SLIRP_POLL_IN, POLLIN }, { SLIRP_POLL_OUT, POLLOUT }, { SLIRP_POLL_PRI, POLLPRI },
	{ SLIRP_POLL_ERR, POLLERR }, { SLIRP_POLL_HUP, POLLHUP }
};

static int
on_add(int fd, int events, void *argument)
{
	short wanted = 0;

	for (size_t i = 0; i < sizeof EVENTS / sizeof EVENTS[0]; i++)
		if ((events & EVENTS[i].slirp) != 0)
			wanted = (short)(wanted | EVENTS[i].poll);
	return wire_poll_add(argument, fd, wanted);
}

static int
on_events(int index, void *argument)
{
	const struct wire_poll *poll = argument;
	int happened = 0;

	if (index < 0)
		return 0;
	for (size_t i = 0; i < sizeof EVENTS / sizeof EVENTS[0]; i++)
		if ((poll->entries[index].revents & EVENTS[i].poll) != 0)
			happened |= EVENTS[i].slirp;
	return happened;
}

static void
usernet_fill(struct wire_poll *poll, uint32_t *timeout_ms)
{
	slirp_pollfds_fill(slirp, timeout_ms, on_add, poll);
}

static void
usernet_ready(const struct wire_poll *poll, bool poll_failed)
{
	slirp_pollfds_poll(slirp, poll_failed, on_events, (void *)(uintptr_t)poll);
}

static void
usernet_send(const uint8_t *frame, size_t frame_len)
{
	if (asked->num_reach == 0 || reach_allows((struct span){ frame, frame_len }, asked->reach, asked->num_reach))
		slirp_input(slirp, frame, (int)frame_len);
}

static bool
forward(const struct options_forward *from)
{
	if (slirp_add_hostfwd(slirp, 0, address(from->host_ip), from->host_port, address(GUEST), from->guest_port) == 0)
		return true;
	fprintf(stderr, "pinata: can not listen on port %u of %s: %s\n", from->host_port,
	    inet_ntoa(address(from->host_ip)), strerror(errno));
	return false;
}

const struct wire *
usernet_open(const struct options *options, wire_deliver *deliver)
{
	static const struct wire WIRE = { usernet_fill, usernet_ready, usernet_send };
	const SlirpConfig config = {
		.version = 4, .restricted = options->num_reach == 0, .in_enabled = true, .vnetwork = address(NETWORK),
		.vnetmask = address(MASK), .vhost = address(HOST), .vnameserver = address(HOST + 1),
		.vdhcp_start = address(GUEST), .disable_host_loopback = options->num_reach == 0, .disable_dns = true,
		.disable_dhcp = true
	};

	asked = options;
	deliver_frame = deliver;
	slirp = slirp_new(&config, &CALLBACKS, NULL);
	if (slirp == NULL) {
		fprintf(stderr, "pinata: libslirp %s refuses to start\n", slirp_version_string());
		return NULL;
	}
	for (unsigned i = 0; i < options->num_forwards; i++)
		if (!forward(&options->forwards[i]))
			return NULL;
	return &WIRE;
}
