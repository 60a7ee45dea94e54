/*
 * net.c: the interface over the parts.  See net.h; the parts are conn.c (connections), inbound.c
 * (frames in), wire.c (frames out), glue.c (lwIP's surroundings).
 */
#include "netstack/net.h"

#include <lwip/priv/tcp_priv.h>

#include "netstack/conn.h"
#include "netstack/glue.h"
#include "netstack/inbound.h"
#include "netstack/limits.h"
#include "netstack/neighbour.h"
#include "netstack/wire.h"
#include "platform/base/bytes.h"
#include "platform/base/panic.h"

static struct {
	bool started;
	uint32_t ip;
	uint64_t tick_ns;	/* when lwIP's timer is due; 0: nothing to time */
} net;

void
net_init(const struct net_config *config, uint64_t now_ns)
{
	struct frame_self self = { .ip = config->ip, .mask = config->mask };

	REQUIRE(!net.started);
	net.started = true;
	net.ip = config->ip;
	bytes_copy(self.mac, config->mac, FRAME_MAC_LEN);
	glue_init(config, now_ns);
	wire_init(&self);
	neighbour_init(&self, config->gateway);
	inbound_init(&self);
	conn_init();
	if (config->gateway != 0)
		(void)neighbour_find(config->gateway, now_ns);	/* ask now; the answer will be needed */
}

void
net_listen(uint16_t port) { conn_listen(net.ip, port); }

struct net_conn *
net_accept(uint16_t *port)
{
	struct net_conn *conn = conn_next_waiting();

	if (conn != NULL)
		*port = conn->flow.local_port;
	return conn;
}

struct net_conn *
net_connect(uint32_t ip, uint16_t port)
{
	return neighbour_reachable(ip) && port != 0 ? conn_open(net.ip, ip, port) : NULL;
}

void
net_input(const uint8_t *frame, size_t frame_len)
{
	if (frame_len > NET_FRAME_MAX) {
		glue_stats()->dropped_malformed++;
		return;
	}
	inbound_frame((struct span){ frame, frame_len });
}

size_t
net_output(uint8_t frame[NET_FRAME_MAX])
{
	size_t len = wire_take(frame, NET_FRAME_MAX);

	if (len == 0 && glue_wants_output()) {
		conn_output_all();
		len = wire_take(frame, NET_FRAME_MAX);
	}
	if (len != 0)
		glue_stats()->frames_out++;
	return len;
}

uint64_t
net_tick(uint64_t now_ns)
{
	glue_set_now(now_ns);
	if (!conn_any()) {
		net.tick_ns = 0;
		return NET_NEVER;
	}
	if (net.tick_ns == 0)
		net.tick_ns = now_ns + NET_TICK_NS;
	for (int i = 0; i < NET_TICKS_AT_ONCE && net.tick_ns <= now_ns; i++) {
		tcp_tmr();
		net.tick_ns += NET_TICK_NS;
	}
	if (net.tick_ns <= now_ns)
		net.tick_ns = now_ns + NET_TICK_NS;
	conn_tick();
	return net.tick_ns;
}

enum net_status
net_status(const struct net_conn *conn) { return conn->status; }

struct span
net_peek(struct net_conn *conn) { return blocks_peek(&conn->received); }

size_t
net_unread(const struct net_conn *conn) { return blocks_len(&conn->received); }

void
net_consume(struct net_conn *conn, size_t len)
{
	blocks_drop(&conn->received, len);
	if (conn->pcb != NULL)
		tcp_recved(conn->pcb, (u16_t)len);
}

size_t
net_room(const struct net_conn *conn) { return conn_room(conn); }

size_t
net_unacked(const struct net_conn *conn)
{
	return conn->pcb == NULL ? conn->unacked : (size_t)TCP_SND_BUF - tcp_sndbuf(conn->pcb);
}

void
net_send(struct net_conn *conn, struct span bytes)
{
	REQUIRE(bytes.len <= conn_room(conn));
	if (bytes.len == 0)
		return;
	REQUIRE(tcp_write(conn->pcb, bytes.ptr, (u16_t)bytes.len, TCP_WRITE_FLAG_COPY) == ERR_OK);
	glue_request_output();
}

void
net_finish(struct net_conn *conn) { conn_finish(conn); }

void
net_close(struct net_conn *conn) { conn_leave(conn); }

void
net_abort(struct net_conn *conn) { conn_drop(conn); }

uint32_t
net_peer(const struct net_conn *conn) { return conn->flow.peer_ip; }

uint16_t
net_peer_port(const struct net_conn *conn) { return conn->flow.peer_port; }

const struct net_stats *
net_stats(void) { return glue_stats(); }
