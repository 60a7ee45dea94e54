/*
 * tap_server.c FD: an echo service on port 80 over netstack, frames from and to the TAP device FD.
 * Says a lone "Q" back and closes.  For tap_peer.py.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "netstack/limits.h"
#include "netstack/net.h"

static uint64_t
clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* True when the connection is over and released. */
static bool
serve(struct net_conn *conn)
{
	struct span piece;

	while ((piece = net_peek(conn)).len != 0) {
		size_t len = net_room(conn);
		bool quit = piece.len == 1 && piece.ptr[0] == 'Q';

		if (len > piece.len)
			len = piece.len;
		if (len == 0)
			break;
		net_send(conn, (struct span){ piece.ptr, len });
		net_consume(conn, len);
		if (quit) {
			net_close(conn);
			return true;
		}
	}
	if (net_status(conn) == NET_GONE || (net_status(conn) == NET_PEER_DONE && piece.len == 0)) {
		net_close(conn);
		return true;
	}
	return false;
}

int
main(int argc, char **argv)
{
	static struct net_conn *conns[NET_CONNS];
	struct net_config config = { .mac = { 2, 0, 0, 0, 0, 7 }, .ip = 0x0a090807, .mask = 0xffffff00, .seed = { 1, 2, 3 } };
	struct pollfd tap = { .fd = argc == 2 ? atoi(argv[1]) : -1, .events = POLLIN };

	net_init(&config, clock_ns());
	net_listen(80);
	for (;;) {
		uint8_t frame[2048];
		uint64_t now_ns = clock_ns(), wake_ns = net_tick(now_ns);
		struct net_conn *conn;
		size_t len;

		for (size_t i = 0; i < NET_CONNS; i++) {
			if (conns[i] == NULL && (conn = net_accept(&(uint16_t){ 0 })) != NULL)
				conns[i] = conn;
			if (conns[i] != NULL && serve(conns[i]))
				conns[i] = NULL;
		}
		while ((len = net_output(frame)) != 0) {
			if (write(tap.fd, frame, len) < 0)
				return 1;
		}
		if (wake_ns > now_ns + 100000000)
			wake_ns = now_ns + 100000000;
		if (poll(&tap, 1, (int)((wake_ns - now_ns) / 1000000) + 1) < 0)
			return 1;
		for (int i = 0; i < 64 && poll(&tap, 1, 0) == 1; i++) {
			ssize_t got = read(tap.fd, frame, sizeof frame);

			if (got < 0)
				return 1;
			net_input(frame, (size_t)got);
		}
	}
}
