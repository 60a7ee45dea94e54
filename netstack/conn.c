/*
 * conn.c: connections over lwIP's raw API.  Its callbacks only note what happened; nothing here
 * calls anybody outside netstack.  See conn.h.
 */
#include "netstack/conn.h"

#include <lwip/priv/tcp_priv.h>
#include <lwip/tcp.h>

#include "netstack/glue.h"
#include "netstack/limits.h"
#include "netstack/neighbour.h"
#include "platform/base/panic.h"

#define FIRST_PORT	49152u	/* RFC 6335, 6: dynamic ports */
#define NUM_PORTS	16384u
#define PORT_TRIES	64	/* of which at most NET_CONNS are taken: failure is chance below 2^-100 */

static struct {
	struct net_conn conn[NET_CONNS];
	uint64_t num_accepted;
	struct net_conn *expected;
	uint16_t port[NET_LISTENERS];
	size_t num_ports;
	u8_t ext_arg;
} pool;

static void destroyed(u8_t id, void *arg);
static const struct tcp_ext_arg_callbacks CALLBACKS = { destroyed, NULL };

void
conn_init(void)
{
	blocks_init();
	pool.ext_arg = tcp_ext_arg_alloc_id();
}

static void
release(struct net_conn *conn)
{
	blocks_clear(&conn->received);
	*conn = (struct net_conn){ .owner = CONN_FREE };
}

static size_t
unacked(const struct tcp_pcb *pcb) { return (size_t)TCP_SND_BUF - tcp_sndbuf(pcb); }

/* lwIP: this PCB ends now, for whatever reason. */
static void
destroyed(u8_t id, void *arg)
{
	struct net_conn *conn = arg;

	(void)id;
	conn->unacked = unacked(conn->pcb);
	conn->pcb = NULL;
	conn->status = NET_GONE;
	if (conn->owner != CONN_HELD)
		release(conn);
}

/* lwIP: bytes in order, or NULL for the peer's FIN.  ackguard.c made sure that they fit. */
static err_t
received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
	struct net_conn *conn = arg;

	(void)err;
	if (p == NULL) {
		conn->status = NET_PEER_DONE;
		return ERR_OK;
	}
	REQUIRE(p->next == NULL);
	if (conn->owner == CONN_LEFT)
		tcp_recved(pcb, p->len);
	else
		blocks_put(&conn->received, (struct span){ p->payload, p->len });
	pbuf_free(p);
	return ERR_OK;
}

/* Tie connection and PCB together; from here on `destroyed` will be called, once. */
static void
attach(struct net_conn *conn, struct tcp_pcb *pcb)
{
	conn->pcb = pcb;
	tcp_arg(pcb, conn);
	tcp_recv(pcb, received);
	tcp_ext_arg_set(pcb, pool.ext_arg, conn);
	tcp_ext_arg_set_callbacks(pcb, pool.ext_arg, &CALLBACKS);
	tcp_nagle_disable(pcb);		/* net_output collects a turn's writes; waiting for an ACK helps nobody */
	ip_set_option(pcb, SOF_KEEPALIVE);
}

static err_t
accepted(void *arg, struct tcp_pcb *pcb, err_t err)
{
	struct net_conn *conn = pool.expected;

	(void)arg;
	if (conn == NULL || pcb == NULL || err != ERR_OK)
		return ERR_VAL;
	pool.expected = NULL;
	attach(conn, pcb);
	conn->owner = CONN_WAITING;
	conn->status = NET_OPEN;
	conn->order = pool.num_accepted++;
	glue_stats()->accepted++;
	return ERR_OK;
}

static err_t
connected(void *arg, struct tcp_pcb *pcb, err_t err)
{
	struct net_conn *conn = arg;

	(void)pcb, (void)err;
	conn->status = NET_OPEN;
	return ERR_OK;
}

void
conn_listen(uint32_t ip, uint16_t port)
{
	ip_addr_t local = { lwip_htonl(ip) };
	struct tcp_pcb *pcb = tcp_new();

	REQUIRE(pool.num_ports < NET_LISTENERS && pcb != NULL);
	REQUIRE(tcp_bind(pcb, &local, port) == ERR_OK);
	pcb = tcp_listen(pcb);
	REQUIRE(pcb != NULL);
	tcp_accept(pcb, accepted);
	pool.port[pool.num_ports++] = port;
}

bool
conn_listening(uint16_t port)
{
	for (size_t i = 0; i < pool.num_ports; i++) {
		if (pool.port[i] == port)
			return true;
	}
	return false;
}

struct net_conn *
conn_find(const struct syncookie_flow *flow)
{
	for (size_t i = 0; i < NET_CONNS; i++) {
		struct net_conn *conn = &pool.conn[i];

		if (conn->pcb != NULL && conn->flow.peer_port == flow->peer_port &&
		    conn->flow.local_port == flow->local_port && conn->flow.peer_ip == flow->peer_ip)
			return conn;
	}
	return NULL;
}

bool
conn_in_time_wait(const struct net_conn *conn) { return conn->pcb != NULL && conn->pcb->state == TIME_WAIT; }

struct net_conn *
conn_of(const struct tcp_pcb *pcb) { return tcp_ext_arg_get(pcb, pool.ext_arg); }

bool
conn_may_receive(const struct net_conn *conn, size_t len)
{
	return conn->owner == CONN_LEFT || blocks_room(&conn->received, len);
}

/* The connection in `state` that heard from its peer longest ago, among those the caller left. */
static struct net_conn *
oldest_left(enum tcp_state state)
{
	struct net_conn *oldest = NULL;

	for (size_t i = 0; i < NET_CONNS; i++) {
		struct net_conn *conn = &pool.conn[i];

		if (conn->owner == CONN_LEFT && conn->pcb->state == state &&
		    (oldest == NULL || tcp_ticks - conn->pcb->tmr > tcp_ticks - oldest->pcb->tmr))
			oldest = conn;
	}
	return oldest;
}

static struct net_conn *
find_free(void)
{
	for (size_t i = 0; i < NET_CONNS; i++) {
		if (pool.conn[i].owner == CONN_FREE)
			return &pool.conn[i];
	}
	return NULL;
}

/* A free object: perhaps that of a TIME_WAIT, or of a peer that has all our bytes and our FIN. */
static struct net_conn *
conn_take(void)
{
	struct net_conn *victim = NULL;

	if (find_free() == NULL) {
		victim = oldest_left(TIME_WAIT);
		if (victim == NULL)
			victim = oldest_left(FIN_WAIT_2);
		if (victim != NULL)
			conn_drop(victim);
	}
	return find_free();
}

bool
conn_expect(const struct syncookie_flow *flow)
{
	struct net_conn *conn = conn_take();

	if (conn == NULL)
		return false;
	*conn = (struct net_conn){ .owner = CONN_EXPECTED, .flow = *flow };
	pool.expected = conn;
	return true;
}

bool
conn_accepted(void)
{
	struct net_conn *conn = pool.expected;

	pool.expected = NULL;
	if (conn != NULL)
		release(conn);
	return conn == NULL;
}

struct net_conn *
conn_next_waiting(void)
{
	struct net_conn *first = NULL;

	for (size_t i = 0; i < NET_CONNS; i++) {
		struct net_conn *conn = &pool.conn[i];

		if (conn->owner == CONN_WAITING && (first == NULL || conn->order < first->order))
			first = conn;
	}
	if (first != NULL)
		first->owner = CONN_HELD;
	return first;
}

/* A port nobody can guess (RFC 6056, 3.3.1). */
static bool
bind_somewhere(struct tcp_pcb *pcb, uint32_t local_ip)
{
	ip_addr_t local = { lwip_htonl(local_ip) };

	for (int i = 0; i < PORT_TRIES; i++) {
		if (tcp_bind(pcb, &local, (u16_t)(FIRST_PORT + glue_random() % NUM_PORTS)) == ERR_OK)
			return true;
	}
	return false;
}

struct net_conn *
conn_open(uint32_t local_ip, uint32_t ip, uint16_t port)
{
	ip_addr_t peer = { lwip_htonl(ip) };
	struct net_conn *conn = conn_take();
	struct tcp_pcb *pcb;

	if (conn == NULL)
		return NULL;
	pcb = tcp_new();
	REQUIRE(pcb != NULL);
	*conn = (struct net_conn){ .owner = CONN_LEFT, .status = NET_OPENING };
	attach(conn, pcb);
	if (!bind_somewhere(pcb, local_ip) || tcp_connect(pcb, &peer, port, connected) != ERR_OK) {
		tcp_abort(pcb);
		return NULL;
	}
	conn->owner = CONN_HELD;
	conn->flow = (struct syncookie_flow){ local_ip, ip, pcb->local_port, port };
	return conn;
}

/*
 * Segments of a queue that hold data.  A SYN or FIN alone has a small buffer; but a FIN that finds data unsent
 * goes along with it, in a large one (tcp_send_fin): only the lengths tell.
 */
static size_t
num_with_data(const struct tcp_seg *seg)
{
	size_t num = 0;

	for (; seg != NULL; seg = seg->next)
		num += seg->len != 0;
	return num;
}

static size_t
num_segments(const struct tcp_pcb *pcb) { return num_with_data(pcb->unsent) + num_with_data(pcb->unacked); }

/*
 * How many segments a connection that holds `held` may have more: its own one, and of the rest what is
 * left when every other connection that holds none takes one.
 *
 * Counted by segments, not by free buffers: a tiny one (the peer's window was tiny) takes a small buffer,
 * of which there are enough for all, and nothing small ever takes a large one (MEM_USE_POOLS_TRY_BIGGER_POOL).
 */
static size_t
segments_for(size_t held)
{
	size_t own = held == 0 ? 1 : 0, used = 0, reserved = NET_CONNS - own;

	for (size_t i = 0; i < NET_CONNS; i++) {
		size_t num = pool.conn[i].pcb == NULL ? 0 : num_segments(pool.conn[i].pcb);

		used += num;
		if (num != 0)
			reserved--;
	}
	REQUIRE(used <= NET_SEGMENTS);
	return NET_SEGMENTS - used > reserved ? NET_SEGMENTS - used - reserved : own;
}

/* What tcp_write would surely take: the rest of the last unsent buffer, and new ones. */
size_t
conn_room(const struct net_conn *conn)
{
	const struct tcp_pcb *pcb = conn->pcb;
	size_t num, held, mss, room;

	if (pcb == NULL || (pcb->state != ESTABLISHED && pcb->state != CLOSE_WAIT) ||
	    pcb->snd_queuelen >= TCP_SND_QUEUELEN)
		return 0;
	mss = pcb->snd_wnd_max / 2 < pcb->mss ? pcb->snd_wnd_max / 2 : pcb->mss;	/* as tcp_write has it */
	if (mss == 0)
		mss = pcb->mss;
	held = pcb->snd_queuelen;
	num = segments_for(held);
	if (num > TCP_SND_QUEUELEN - held)
		num = TCP_SND_QUEUELEN - held;
	room = pcb->unsent_oversize + num * mss;
	return room < tcp_sndbuf(pcb) ? room : tcp_sndbuf(pcb);
}

void
conn_finish(struct net_conn *conn)
{
	REQUIRE(conn->status != NET_OPENING);
	if (conn->pcb != NULL)
		(void)tcp_shutdown(conn->pcb, 0, 1);	/* without memory for the FIN lwIP tries again by timer */
}

void
conn_end_time_wait(struct net_conn *conn)
{
	REQUIRE(conn_in_time_wait(conn));
	tcp_abort(conn->pcb);		/* ends in `destroyed`; sends nothing */
}

/*
 * Not tcp_close: that resets the connection, and with it what the peer has not read yet, when
 * bytes came that nobody wanted.  We send FIN, go on reading into nothing, and have a deadline.
 */
void
conn_leave(struct net_conn *conn)
{
	struct tcp_pcb *pcb = conn->pcb;
	size_t unread = blocks_len(&conn->received);

	if (pcb == NULL || pcb->state == SYN_SENT) {
		conn_drop(conn);
		return;
	}
	conn->owner = CONN_LEFT;
	conn->leave_ns = glue_now() + NET_LINGER_NS;
	blocks_clear(&conn->received);
	tcp_recved(pcb, (u16_t)unread);
	conn_finish(conn);
}

void
conn_drop(struct net_conn *conn)
{
	struct tcp_pcb *pcb = conn->pcb;

	conn->owner = CONN_LEFT;
	if (pcb == NULL)
		release(conn);
	else
		tcp_abort(pcb);		/* ends in `destroyed` */
}

void
conn_output_all(void)
{
	for (size_t i = 0; i < NET_CONNS; i++) {
		if (pool.conn[i].pcb != NULL && pool.conn[i].pcb->state != TIME_WAIT)
			(void)tcp_output(pool.conn[i].pcb);	/* what it could not send it keeps */
	}
}

/*
 * The turn is over, and no answer took the acknowledgement along: send it.  lwIP would wait up to
 * 250 ms, and a peer in slow start waits with it for the rest of its first flight (RFC 9293, 3.8.6.3).
 */
static void
acknowledge(struct tcp_pcb *pcb)
{
	if (pcb == NULL || pcb->state == TIME_WAIT || (pcb->flags & TF_ACK_DELAY) == 0)
		return;
	tcp_ack_now(pcb);
	(void)tcp_output(pcb);
}

void
conn_tick(void)
{
	for (size_t i = 0; i < NET_CONNS; i++) {
		struct net_conn *conn = &pool.conn[i];

		acknowledge(conn->pcb);
		if (conn->owner == CONN_LEFT && !conn_in_time_wait(conn) && glue_now() >= conn->leave_ns)
			conn_drop(conn);
	}
}

bool
conn_any(void) { return tcp_active_pcbs != NULL || tcp_tw_pcbs != NULL; }
