/*
 * net.h: TCP over lwIP as a function over frames: frames in, frames out, byte pipes above.
 *
 * No device, clock or randomness in here: the main loop carries frames and time, the seed is
 * given once.  The same seed, times and frames give the same frames out.  One stack per
 * process.  lwIP's own headers are included in this folder and nowhere else.
 *
 * IPv4 and TCP only; answers ARP and ICMP echo.  All memory is static (netstack/limits.h).
 */
#ifndef NET_H
#define NET_H

#include "platform/base/span.h"

#define NET_FRAME_MAX	1514	/* bytes; Ethernet header included, FCS not */
#define NET_NEVER	UINT64_MAX

struct net_conn;

enum net_status {
	NET_OPENING,	/* net_connect was called, the peer has not answered yet */
	NET_OPEN,
	NET_PEER_DONE,	/* the peer sent FIN; what came before is still to be read */
	NET_GONE	/* reset, timed out, refused, or both sides are through; release it with net_abort */
};

struct net_config {
	uint8_t mac[6];
	uint32_t ip, mask, gateway;	/* host order; gateway 0: none */
	uint8_t seed[32];		/* for sequence numbers, ports and cookies; copied, wipe yours */
};

/* Counters since net_init, each never decreasing. */
struct net_stats {
	uint64_t frames_in, frames_out;
	uint64_t dropped_malformed;	/* frames shorter or stranger than their headers say */
	uint64_t dropped_other;		/* not for us, or not spoken here */
	uint64_t dropped_no_memory;
	uint64_t dropped_bad_ack;	/* RFC 5961, section 5 */
	uint64_t challenge_acks_withheld, echoes_withheld;
	uint64_t syn_cookies_sent, syn_cookies_accepted, syn_cookies_refused;
	uint64_t accepted, refused_full;
};

void net_init(const struct net_config *config, uint64_t now_ns);

/* Accept connections on `port`; at most NET_LISTENERS ports.  Panics on one too many. */
void net_listen(uint16_t port);

/*
 * The next accepted connection and the port it came to, or NULL.  The caller owns it from here
 * on and ends it with net_close or net_abort, each exactly once; the pointer is dead after that.
 */
struct net_conn *net_accept(uint16_t *port);

/* Open a connection.  NULL when no memory is left or the address can not be reached by rule. */
struct net_conn *net_connect(uint32_t ip, uint16_t port);

/* One Ethernet frame in.  Bounded work; malformed frames are dropped and counted. */
void net_input(const uint8_t *frame, size_t frame_len);

/* The next frame to put on the wire; its length, or 0 when there is none. */
size_t net_output(uint8_t frame[NET_FRAME_MAX]);

/*
 * Time is now `now_ns`: run due timers.  Returns when it must be called again, or NET_NEVER.
 * Between two calls time stands still in here; it never goes back.
 */
uint64_t net_tick(uint64_t now_ns);

enum net_status net_status(const struct net_conn *conn);

/* A view of bytes received and not yet consumed (one contiguous piece, perhaps not all);
 * valid until the next call on this connection or net_input.  Empty when there are none. */
struct span net_peek(struct net_conn *conn);

/* How many bytes net_peek would show in all, piece by piece: at most a TCP window. */
size_t net_unread(const struct net_conn *conn);

/* Drop `len` bytes from the front of what net_peek showed; opens the TCP window by as much. */
void net_consume(struct net_conn *conn, size_t len);

/* How many bytes net_send will take now.  0 once the connection is GONE. */
size_t net_room(const struct net_conn *conn);

/* Bytes sent or queued that the peer has not acknowledged yet.  It stays when the connection is
 * GONE: 0 then means that the peer has everything. */
size_t net_unacked(const struct net_conn *conn);

/* Queue bytes (copied).  Panics if there are more than net_room says. */
void net_send(struct net_conn *conn, struct span bytes);

/*
 * Orderly half: FIN after what is queued; net_room is 0 from here on.  Bytes still arrive, are read
 * and consumed as before, so a peer that is sending reads our last words and no RST.  Idempotent;
 * net_close or net_abort still ends the connection.
 */
void net_finish(struct net_conn *conn);

/* Orderly: FIN after what is queued.  Releases `conn`; received bytes not consumed are dropped, and
 * so is what still comes.  Delivery is tried for NET_LINGER_NS (limits.h). */
void net_close(struct net_conn *conn);

/* RST; what is queued is lost.  Releases `conn`. */
void net_abort(struct net_conn *conn);

uint32_t net_peer(const struct net_conn *conn);		/* IPv4 address of the other side, host order */
uint16_t net_peer_port(const struct net_conn *conn);

const struct net_stats *net_stats(void);

#endif
