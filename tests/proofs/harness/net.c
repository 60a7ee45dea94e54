/*
 * net.c: the interface, over conn.c's own code and any state of it (harness/conn.c).  Callers keep net.h's promises: a
 * connection that they hold, no more bytes consumed than shown nor sent than net_room says (each is checked, and panics).
 *
 * net_room's promise, in three rows: segments_for says how many segments leave one for each connection that has none;
 * conn_room says no more bytes than these hold; so tcp_write finds its segments, and net_send does not panic.  That no more
 * than NET_SEGMENTS segments with data means a free buffer and segment in lwIP's pools rests on the sizes in limits.h and two tests
 * (conn_test.c: fin_hides_no_segment, crumbs_push_nobody_out); that what is left of the last buffer fits, on lwIP.
 */
#include "tests/proofs/harness/conn.c"

struct span nondet_span(void);
static uint8_t frame_in[NET_FRAME_MAX + 1];
static size_t shown;	/* what is in the first block of the connection's queue */

struct span
blocks_peek(const struct blocks *queue)
{
	ASSERT(queue == &pool.conn[1].received);
	return (struct span){ frame_in, shown };
}

void
blocks_drop(struct blocks *queue, size_t len)
{
	ASSERT(queue == &pool.conn[1].received && len <= shown);	/* or it panics */
	queue->num = (uint16_t)(queue->num - len);
}

void glue_init(const struct net_config *config, uint64_t now) { (void)now; ASSERT(__CPROVER_r_ok(config, sizeof *config)); }
void glue_set_now(uint64_t now) { if (now > now_ns) now_ns = now; }
bool glue_wants_output(void) { return nondet_bool(); }
void glue_request_output(void) { }
void wire_init(const struct frame_self *self) { ASSERT(__CPROVER_r_ok(self, sizeof *self)); }
void neighbour_init(const struct frame_self *self, uint32_t gateway) { (void)gateway; ASSERT(__CPROVER_r_ok(self, sizeof *self)); }
void inbound_init(const struct frame_self *self) { ASSERT(__CPROVER_r_ok(self, sizeof *self)); }
bool neighbour_reachable(uint32_t ip) { (void)ip; return nondet_bool(); }
const uint8_t *neighbour_find(uint32_t ip, uint64_t now) { (void)ip; (void)now; return NULL; }
void inbound_frame(struct span bytes) { ASSERT(bytes.len <= NET_FRAME_MAX && __CPROVER_r_ok(bytes.ptr, bytes.len)); }
void tcp_tmr(void) { }		/* its callbacks: harness/conn.c */

size_t
wire_take(uint8_t *frame, size_t frame_cap)
{
	size_t len = nondet_size();

	ASSERT(frame_cap >= NET_FRAME_MAX && __CPROVER_w_ok(frame, frame_cap));
	ASSUME(len <= NET_FRAME_MAX);
	return len;
}

/*
 * core/tcp_out.c: fills the rest of the last unsent segment, then makes as few new ones as hold the others, a buffer each
 * (LWIP_NETIF_TX_SINGLE_PBUF).  No buffers are modelled: that there is one as long as NET_SEGMENTS is not passed, is asserted.
 */
err_t
tcp_write(struct tcp_pcb *pcb, const void *data, u16_t len, u8_t flags)
{
	size_t num = nondet_size(), size = segment_size(pcb), rest = pcb->unsent_oversize;

	ASSERT(is_live(pcb) && __CPROVER_r_ok(data, len) && flags == TCP_WRITE_FLAG_COPY);
	if ((pcb->state != ESTABLISHED && pcb->state != CLOSE_WAIT) || len > pcb->snd_buf || pcb->snd_queuelen >= TCP_SND_QUEUELEN)
		return ERR_MEM;
	ASSUME(num <= NET_SEND_MAX && (num == 0 ? len <= rest : len > rest + (num - 1) * size && len <= rest + num * size));
	if (num > TCP_SND_QUEUELEN - pcb->snd_queuelen)
		return ERR_MEM;
	ASSERT(suffices(&pool.conn[1], num));
	pcb->snd_queuelen = (uint16_t)(pcb->snd_queuelen + num);
	pcb->snd_buf = (tcpwnd_size_t)(pcb->snd_buf - len);
	data_of[1] += num;
	return ERR_OK;
}

#include "netstack/net.c"

static uint8_t out[NET_SEND_MAX];

void prove_net_listen(void) { uint16_t port = nondet_uint16(); any_pool(); port_is_free = true;
    ASSUME(num_live() < NET_CONNS && pool.num_ports < NET_LISTENERS && port != 0); net_listen(port); settled(); }
void prove_net_status(void) { (void)net_status(conn_held()); settled(); }
void prove_net_unread(void) { struct net_conn *conn = conn_held(); ASSERT(net_unread(conn) <= NET_WINDOW); settled(); }
void prove_net_unacked(void) { (void)net_unacked(conn_held()); settled(); }
void prove_net_finish(void) { struct net_conn *conn = conn_held(); ASSUME(conn->status != NET_OPENING); net_finish(conn); settled(); }
void prove_net_close(void) { net_close(conn_held()); settled(); }
void prove_net_abort(void) { struct net_conn *conn = conn_held(); net_abort(conn); ASSERT(conn->owner == CONN_FREE); settled(); }
void prove_net_peer(void) { (void)net_peer(conn_held()); settled(); }
void prove_net_peer_port(void) { (void)net_peer_port(conn_held()); settled(); }
void prove_net_stats(void) { ASSERT(net_stats() == &stats); REACHED(); }
void prove_net_output(void) { static uint8_t frame[NET_FRAME_MAX]; any_pool(); ASSERT(net_output(frame) <= NET_FRAME_MAX); settled(); }

void
prove_net_init(void)
{
	static struct net_config config;

	config.gateway = nondet_uint32();
	net_init(&config, nondet_uint64());
	settled();
}

/* As conn_next_waiting's row says: one in the middle stands for any. */
struct net_conn *
given_conn_next_waiting(void)
{
	struct net_conn *conn = &pool.conn[1];

	if (conn->owner != CONN_WAITING)
		return NULL;
	conn->owner = CONN_HELD;
	return conn;
}

void
prove_net_accept(void)
{
	uint16_t port = 0;

	any_pool();
	struct net_conn *conn = net_accept(&port);
	ASSERT(conn == NULL || conn->owner == CONN_HELD);
	settled();
}

/* Its row asks for a port, and a free connection changes as conn_open's own row says. */
struct net_conn *
given_conn_open(uint32_t local_ip, uint32_t ip, uint16_t port)
{
	(void)local_ip, (void)ip;
	ASSERT(port != 0);
	return nondet_bool() ? NULL : &pool.conn[1];
}

void prove_net_connect(void) { any_pool(); (void)net_connect(nondet_uint32(), nondet_uint16()); settled(); }

void
prove_net_input(void)
{
	size_t len = nondet_size();

	any_pool();
	ASSUME(len <= sizeof frame_in);
	net_input(frame_in + (sizeof frame_in - len), len);
	settled();
}

void
prove_net_tick(void)
{
	uint64_t now = nondet_uint64();

	any_pool();
	net.tick_ns = nondet_uint64();
	ASSUME(now < UINT64_MAX / 2 && net.tick_ns < UINT64_MAX / 2);
	ASSERT(net_tick(now) > now);
	settled();
}

static struct net_conn *
conn_to_read(void)
{
	struct net_conn *conn = conn_held();
	size_t num = conn->received.num;

	shown = nondet_size();
	ASSUME(shown <= num && shown <= NET_BLOCK_LEN && (shown == 0) == (num == 0));		/* blocks_peek's row */
	return conn;
}

void prove_net_peek(void) { struct net_conn *conn = conn_to_read(); ASSERT(net_peek(conn).len <= conn->received.num); settled(); }

void
prove_net_consume(void)
{
	struct net_conn *conn = conn_to_read();
	size_t len = nondet_size(), before = conn->received.num;

	ASSUME(len <= net_peek(conn).len);
	net_consume(conn, len);
	ASSERT(conn->received.num == before - len);
	settled();
}

/* As prove_conn_room says.  Twice the same, when nothing happened between. */
static size_t room_now;

size_t given_conn_room(const struct net_conn *conn) { ASSERT(conn == &pool.conn[1]); return room_now; }

void
prove_net_room(void)
{
	struct net_conn *conn = conn_held();

	room_now = nondet_size();
	ASSERT(net_room(conn) == room_now);
	settled();
}

void
prove_net_send(void)
{
	struct net_conn *conn = conn_held();
	size_t len = nondet_size(), num = nondet_size();

	room_now = nondet_size();
	ASSUME(room_now <= NET_SEND_MAX && promised(conn, room_now, num));
	ASSUME(len <= net_room(conn));
	net_send(conn, (struct span){ out + (sizeof out - len), len });
	settled();
}
