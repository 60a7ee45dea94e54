/*
 * conn.c: connections in every state, beside lwIP (lwip.h), which may call any callback for any PCB that it holds.
 *
 * The invariant (holds): who owns a connection says whether it has a PCB and bytes; a PCB names its connection and was told of
 * `destroyed`; window and bytes unread are together at most NET_WINDOW; at most one connection is expected; and were every
 * connection without a segment given one, NET_SEGMENTS would suffice.
 *
 * blocks.c is a number of bytes, kept in `num` of the queue; it checks what its own proof asks: at most a segment at once, at
 * most a window in all, and room (ackguard.c asked; lwIP hands over no more than came).
 */
#include "tests/proofs/harness/shared.h"

#include "netstack/limits.h"

#undef NET_CONNS
#undef NET_SEGMENTS
#define NET_CONNS	3
#define LAST		(NET_CONNS - 1)
#define NET_SEGMENTS	(NET_CONNS + 2)
#define SEGMENTS_MAX	2

#include "tests/proofs/harness/lwip.h"

#undef TCP_SND_QUEUELEN
#define TCP_SND_QUEUELEN	3	/* fewer than these connections have: the limit is met */

#include "netstack/conn.c"

struct net_conn nondet_conn(void);
struct tcp_pcb nondet_pcb(void);

static struct net_stats stats;
static struct tcp_seg unsent_of[NET_CONNS][SEGMENTS_MAX], unacked_of[NET_CONNS][SEGMENTS_MAX];
static size_t data_of[NET_CONNS + 1];	/* segments with data in the queues of each PCB: num_segments says the same (its proof) */
static uint64_t now_ns;
static size_t room;		/* what blocks_room would surely grant */

uint64_t glue_now(void) { return now_ns; }
uint32_t glue_random(void) { return nondet_uint32(); }
struct net_stats *glue_stats(void) { return &stats; }

void blocks_init(void) { }
size_t blocks_len(const struct blocks *queue) { return queue->num; }
void blocks_clear(struct blocks *queue) { *queue = (struct blocks){ 0 }; }
bool blocks_room(const struct blocks *queue, size_t len) { ASSERT(__CPROVER_r_ok(queue, sizeof *queue)); return len <= room; }

void
blocks_put(struct blocks *queue, struct span bytes)
{
	ASSERT(bytes.len <= NET_MSS && bytes.len <= room && queue->num + bytes.len <= NET_WINDOW);
	ASSERT(__CPROVER_r_ok(bytes.ptr, bytes.len));
	queue->num = (uint16_t)(queue->num + bytes.len);
}

/* A PCB that has been tied to its connection. */
static bool
tied(const struct net_conn *conn)
{
	const struct tcp_pcb *pcb = conn->pcb;

	return pcb_holds(pcb) && pcb->ext_args[0].data == conn && pcb->ext_args[0].callbacks == &CALLBACKS &&
	    pcb->callback_arg == conn && pcb->state != CLOSED && pcb->state != LISTEN && pcb->state != SYN_RCVD &&
	    conn->status != NET_GONE && (conn->status != NET_OPENING || pcb->state == SYN_SENT) &&
	    conn->received.num + pcb->rcv_wnd <= NET_WINDOW;
}

static bool
conn_holds(const struct net_conn *conn)
{
	if (conn->pcb != NULL ? !tied(conn) : conn->received.num > NET_WINDOW)
		return false;
	switch (conn->owner) {
	case CONN_FREE:
	case CONN_EXPECTED:
		return conn->pcb == NULL && conn->received.num == 0;
	case CONN_WAITING:
		return conn->pcb != NULL;
	case CONN_HELD:
		return conn->pcb != NULL || conn->status == NET_GONE;
	case CONN_LEFT:
		return conn->pcb != NULL && conn->received.num == 0;
	}
	return false;
}

static bool
holds(void)
{
	size_t num = 0, segments = 0;
	bool good = pool.num_ports <= NET_LISTENERS && pool.ext_arg == 0;

	for (size_t i = 0; i < NET_CONNS; i++) {
		const struct net_conn *conn = &pool.conn[i];
		size_t held = conn->pcb == NULL ? 0 : data_of[conn->pcb == &pcbs[i] ? i : NET_CONNS];

		good = good && conn_holds(conn) && (conn->owner == CONN_EXPECTED) == (pool.expected == conn);
		num += conn->pcb != NULL;
		segments += held == 0 ? 1 : held;
	}
	return good && num == num_live() && segments <= NET_SEGMENTS;
}

static struct tcp_pcb *
any_pcb(size_t place, struct tcp_seg *unsent, struct tcp_seg *unacked)
{
	struct tcp_pcb *pcb = &pcbs[place];
	size_t num_unsent = nondet_size(), num_unacked = nondet_size();

	ASSUME(num_unsent <= SEGMENTS_MAX && num_unacked <= SEGMENTS_MAX);
	live[place] = true;
	*pcb = nondet_pcb();
	pcb->unsent = make_queue(unsent, num_unsent);
	pcb->unacked = make_queue(unacked, num_unacked);
	pcb->snd_queuelen = (uint16_t)(num_unsent + num_unacked);
	data_of[place] = 0;
	for (size_t i = 0; i < SEGMENTS_MAX; i++)
		data_of[place] += (i < num_unsent && unsent[i].len != 0) + (i < num_unacked && unacked[i].len != 0);
	return pcb;
}

static void
pool_where(bool others_are_held)
{
	size_t expected = nondet_size();

	for (size_t i = 0; i < NET_CONNS; i++) {
		pool.conn[i] = nondet_conn();
		pool.conn[i].pcb = NULL;
		if (others_are_held && i != LAST)
			pool.conn[i].owner = CONN_HELD;
		if (nondet_bool()) {
			pool.conn[i].pcb = any_pcb(i, unsent_of[i], unacked_of[i]);
			pool.conn[i].pcb->ext_args[0].data = pool.conn[i].pcb->callback_arg = &pool.conn[i];
			pool.conn[i].pcb->ext_args[0].callbacks = &CALLBACKS;
		}
	}
	if (others_are_held)
		pool.expected = nondet_bool() ? &pool.conn[LAST] : NULL;
	else
		pool.expected = expected < NET_CONNS ? &pool.conn[expected] : NULL;
	pool.num_accepted = nondet_uint64();
	pool.num_ports = nondet_size();
	for (size_t i = 0; i < NET_LISTENERS; i++)
		pool.port[i] = nondet_uint16();
	tcp_ticks = nondet_uint32();
	now_ns = nondet_uint64();
	room = nondet_size();
	ASSUME(now_ns < UINT64_MAX / 2 && holds());
}

static void any_pool(void) { pool_where(false); }

/* Where one is to be chosen: only the last can be (that the choice among several is right: find_free, oldest_left). */
static void pool_with_one_to_take(void) { pool_where(true); }

static struct net_conn *
any_conn(void)
{
	any_pool();
	return &pool.conn[1];	/* one in the middle */
}

/* One that lwIP or a caller has reason to name. */
static struct net_conn *
conn_with_pcb(void)
{
	struct net_conn *conn = any_conn();

	ASSUME(conn->pcb != NULL);
	return conn;
}

static struct net_conn *
conn_held(void)
{
	struct net_conn *conn = any_conn();

	ASSUME(conn->owner == CONN_HELD);
	return conn;
}

static bool
in_pool(const struct net_conn *conn)
{
	bool found = false;

	for (size_t i = 0; i < NET_CONNS; i++)
		found = found || conn == &pool.conn[i];
	return found;
}

static void
settled(void)
{
	ASSERT(holds());
	REACHED();
}

void prove_conn_init(void) { conn_init(); ASSERT(pool.ext_arg < LWIP_TCP_PCB_NUM_EXT_ARGS); settled(); }
void prove_unacked(void) { struct net_conn *conn = conn_with_pcb(); ASSERT(unacked(conn->pcb) <= NET_SEND_MAX); settled(); }
void prove_conn_of(void) { struct net_conn *conn = conn_with_pcb(); ASSERT(conn_of(conn->pcb) == conn); settled(); }
void prove_conn_in_time_wait(void) { struct net_conn *conn = any_conn(); (void)conn_in_time_wait(conn); settled(); }
void prove_conn_may_receive(void) { struct net_conn *conn = any_conn(); (void)conn_may_receive(conn, nondet_uint16()); settled(); }
void prove_conn_listening(void) { any_pool(); (void)conn_listening(nondet_uint16()); settled(); }
void prove_find_free(void) { any_pool(); struct net_conn *conn = find_free(); ASSERT(conn == NULL || (in_pool(conn) && conn->owner == CONN_FREE)); settled(); }
void prove_conn_any(void) { any_pool(); (void)conn_any(); settled(); }
void prove_conn_output_all(void) { any_pool(); conn_output_all(); settled(); }
void prove_conn_tick(void) { any_pool(); conn_tick(); settled(); }
void prove_conn_finish(void) { struct net_conn *conn = conn_held(); ASSUME(conn->status != NET_OPENING); conn_finish(conn); settled(); }
void prove_conn_leave(void) { conn_leave(conn_held()); settled(); }
void prove_acknowledge(void) { struct net_conn *conn = any_conn(); acknowledge(conn->pcb); settled(); }
void prove_num_with_data(void) { struct net_conn *conn = conn_with_pcb(); ASSERT(num_with_data(conn->pcb->unsent) <= SEGMENTS_MAX); settled(); }
void prove_num_segments(void) { struct net_conn *conn = conn_with_pcb(); ASSERT(num_segments(conn->pcb) == data_of[1]); settled(); }

void
prove_release(void)
{
	struct net_conn *conn = any_conn();

	ASSUME(conn->pcb == NULL);
	if (pool.expected == conn)		/* as conn_accepted does first */
		pool.expected = NULL;
	release(conn);
	settled();
}

void
prove_destroyed(void)
{
	struct net_conn *conn = conn_with_pcb();
	bool was_held = conn->owner == CONN_HELD;

	end_pcb(conn->pcb);
	ASSERT(was_held ? conn->status == NET_GONE : conn->owner == CONN_FREE);
	settled();
}

/* `p` was in the window, which lwIP has made smaller by it. */
void
prove_received(void)
{
	struct net_conn *conn = conn_with_pcb();
	struct pbuf p = { .ref = 1 };
	static uint8_t bytes[NET_MSS];
	bool fin = nondet_bool();
	uint16_t len = nondet_uint16();

	ASSUME(conn->status != NET_OPENING && len <= NET_MSS && len <= conn->pcb->rcv_wnd && len <= room);
	if (!fin)
		conn->pcb->rcv_wnd = (tcpwnd_size_t)(conn->pcb->rcv_wnd - len);
	p.payload = bytes + (sizeof bytes - len);
	p.len = p.tot_len = len;
	ASSERT(received(conn, conn->pcb, fin ? NULL : &p, ERR_OK) == ERR_OK);
	ASSERT(num_pbufs_freed == (fin ? 0 : 1));
	settled();
}

/* A PCB that no connection has yet, with nothing but its SYN in its queues; or none. */
void
prove_accepted(void)
{
	static struct tcp_seg unsent[SEGMENTS_MAX], unacked[SEGMENTS_MAX];
	struct tcp_pcb *pcb;
	err_t err = nondet_err();

	pool_with_one_to_take();
	ASSUME(num_live() < NET_CONNS);
	pcb = any_pcb(NET_CONNS, unsent, unacked);
	pcb->ext_args[0].callbacks = NULL;
	ASSUME(pcb_holds(pcb) && pcb->state == ESTABLISHED && data_of[NET_CONNS] == 0);
	if (accepted(NULL, err == ERR_OK ? pcb : NULL, err) != ERR_OK)
		end_pcb(pcb);		/* and no connection knew it */
	settled();
}

void
prove_connected(void)
{
	struct net_conn *conn = conn_with_pcb();

	ASSUME(conn->status == NET_OPENING);
	conn->pcb->state = ESTABLISHED;		/* as lwIP does first */
	ASSERT(connected(conn, conn->pcb, ERR_OK) == ERR_OK && conn->status == NET_OPEN);
	settled();
}

void
prove_attach(void)
{
	struct net_conn *conn = any_conn();
	struct tcp_pcb *pcb;

	ASSUME(conn->owner == CONN_FREE && num_live() < NET_CONNS);
	pcb = tcp_new();
	attach(conn, pcb);
	pcb->state = SYN_SENT;
	conn->owner = CONN_HELD;
	conn->status = NET_OPENING;
	settled();
}

/* Before there are connections, on a port that nobody has: net.h. */
void
prove_conn_listen(void)
{
	any_pool();
	port_is_free = true;
	ASSUME(num_live() < NET_CONNS && pool.num_ports < NET_LISTENERS);
	uint16_t port = nondet_uint16();
	ASSUME(port != 0);
	conn_listen(nondet_uint32(), port);
	ASSERT(conn_listening(port));
	settled();
}

void
prove_conn_find(void)
{
	struct syncookie_flow flow = { nondet_uint32(), nondet_uint32(), nondet_uint16(), nondet_uint16() };

	any_pool();
	struct net_conn *conn = conn_find(&flow);
	ASSERT(conn == NULL || (in_pool(conn) && conn->pcb != NULL));
	settled();
}

void
prove_oldest_left(void)
{
	enum tcp_state state = nondet_bool() ? TIME_WAIT : FIN_WAIT_2;

	any_pool();
	struct net_conn *conn = oldest_left(state);
	ASSERT(conn == NULL || (in_pool(conn) && conn->owner == CONN_LEFT && conn->pcb->state == state));
	settled();
}

void
prove_conn_take(void)
{
	pool_with_one_to_take();
	struct net_conn *conn = conn_take();
	ASSERT(conn == NULL || (in_pool(conn) && conn->owner == CONN_FREE));
	settled();
}

void
prove_conn_expect(void)
{
	struct syncookie_flow flow = { 0 };
	bool ready;

	pool_with_one_to_take();
	ASSUME(pool.expected == NULL);		/* inbound.c: conn_accepted follows each time */
	ready = conn_expect(&flow);
	ASSERT(ready == (pool.expected != NULL));
	settled();
}

void prove_conn_accepted(void) { pool_with_one_to_take(); (void)conn_accepted(); ASSERT(pool.expected == NULL); settled(); }

void
prove_conn_next_waiting(void)
{
	any_pool();
	struct net_conn *conn = conn_next_waiting();
	ASSERT(conn == NULL || (in_pool(conn) && conn->owner == CONN_HELD));
	settled();
}

void
prove_bind_somewhere(void)
{
	struct tcp_pcb *pcb;
	bool bound;

	any_pool();
	ASSUME(num_live() < NET_CONNS);
	pcb = tcp_new();
	bound = bind_somewhere(pcb, nondet_uint32());
	ASSERT(!bound || pcb->local_port >= FIRST_PORT);
	REACHED();
}

void
prove_conn_open(void)
{
	uint16_t port = nondet_uint16();

	pool_with_one_to_take();
	ASSUME(port != 0);
	struct net_conn *conn = conn_open(nondet_uint32(), nondet_uint32(), port);
	ASSERT(conn == NULL || (in_pool(conn) && conn->owner == CONN_HELD && conn->status == NET_OPENING));
	settled();
}

/* Were `conn` to hold so many segments with data more, NET_SEGMENTS would suffice, one for each that has none among them. */
static bool
suffices(const struct net_conn *conn, size_t num)
{
	size_t all = 0;

	if (num > NET_SEGMENTS)
		return false;
	for (size_t i = 0; i < NET_CONNS; i++) {
		size_t held = pool.conn[i].pcb == NULL ? 0 : data_of[i];

		held += &pool.conn[i] == conn ? num : 0;
		all += held == 0 ? 1 : held;
	}
	return all <= NET_SEGMENTS;
}

void
prove_segments_for(void)
{
	struct net_conn *conn = conn_with_pcb();
	size_t held = conn->pcb->snd_queuelen, num = segments_for(held);

	ASSERT(suffices(conn, num) && (held > 0 || num >= 1));
	settled();
}

/* The bytes of a new segment, as tcp_write has it: no more than half of the largest window that the peer ever had. */
static size_t
segment_size(const struct tcp_pcb *pcb)
{
	size_t half = pcb->snd_wnd_max / 2;

	return half != 0 && half < pcb->mss ? half : pcb->mss;
}

static size_t granted;

size_t
given_segments_for(size_t held)
{
	ASSERT(held == pool.conn[1].pcb->snd_queuelen);
	granted = nondet_size();
	ASSUME(suffices(&pool.conn[1], granted) && (held > 0 || granted >= 1));	/* prove_segments_for */
	return granted;
}

/* net_room's promise of a connection, with so many new segments: what tcp_write will ask (harness/net.c). */
static bool
promised(const struct net_conn *conn, size_t room, size_t num)
{
	const struct tcp_pcb *pcb = conn->pcb;

	if (room == 0)
		return true;
	return pcb != NULL && (pcb->state == ESTABLISHED || pcb->state == CLOSE_WAIT) && room <= pcb->snd_buf &&
	    pcb->snd_queuelen < TCP_SND_QUEUELEN && num <= TCP_SND_QUEUELEN - pcb->snd_queuelen &&
	    room <= pcb->unsent_oversize + num * segment_size(pcb) && suffices(conn, num);
}

void
prove_conn_room(void)
{
	struct net_conn *conn = conn_held();
	size_t room = conn_room(conn), num = 0;

	if (room != 0 && granted < TCP_SND_QUEUELEN - conn->pcb->snd_queuelen)
		num = granted;
	else if (room != 0)
		num = TCP_SND_QUEUELEN - conn->pcb->snd_queuelen;
	ASSERT(room <= NET_SEND_MAX && promised(conn, room, num));
	settled();
}

void
prove_conn_end_time_wait(void)
{
	struct net_conn *conn = conn_with_pcb();

	ASSUME(conn->pcb->state == TIME_WAIT);
	conn_end_time_wait(conn);
	ASSERT(conn->pcb == NULL);
	settled();
}

void
prove_conn_drop(void)
{
	struct net_conn *conn = any_conn();

	ASSUME(conn->owner == CONN_HELD || conn->owner == CONN_LEFT);
	conn_drop(conn);
	ASSERT(conn->owner == CONN_FREE);
	settled();
}
