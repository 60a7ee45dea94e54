/*
 * conn.h: the connections: one object for each of lwIP's PCBs, for as long as the PCB lives.
 * Internal to netstack.
 *
 * lwIP frees a PCB when it likes: reset, time-out, end of TIME_WAIT.  It says so through the
 * PCB's "extended argument", in tcp_free itself, so there is no way to miss it: `pcb` is then
 * NULL, and the object returns to the pool unless the caller still holds it.
 *
 *	FREE -> EXPECTED -> WAITING -> HELD -> LEFT -> FREE	accepted
 *	FREE -> HELD -> LEFT -> FREE				connected
 *
 * There are as many objects as PCBs, so whoever has an object finds a PCB, and lwIP never has
 * to kill a connection to make room: conn_take does that, and only where nothing can be lost.
 */
#ifndef NET_CONN_H
#define NET_CONN_H

#include "netstack/blocks.h"
#include "netstack/net.h"
#include "netstack/syncookie.h"

struct tcp_pcb;

enum conn_owner { CONN_FREE, CONN_EXPECTED, CONN_WAITING, CONN_HELD, CONN_LEFT };

struct net_conn {
	struct tcp_pcb *pcb;		/* NULL: lwIP is done with it */
	enum conn_owner owner;
	enum net_status status;
	struct syncookie_flow flow;
	struct blocks received;
	size_t unacked;			/* after the PCB's end */
	uint64_t order;			/* WAITING: who came first */
	uint64_t leave_ns;		/* LEFT: when to give up */
	uint64_t challenge_full_ns;	/* challenge ACKs: see bucket.h */
};

void conn_init(void);

void conn_listen(uint32_t ip, uint16_t port);
bool conn_listening(uint16_t port);

/* The connection that has this flow (in TIME_WAIT perhaps), or NULL. */
struct net_conn *conn_find(const struct syncookie_flow *flow);
bool conn_in_time_wait(const struct net_conn *conn);

/* The connection of a PCB; NULL for listeners and while lwIP is still accepting. */
struct net_conn *conn_of(const struct tcp_pcb *pcb);

/* May `len` bytes of payload be stored for it now? */
bool conn_may_receive(const struct net_conn *conn, size_t len);

/* Get ready for lwIP to accept a connection; false when there is no room.  Then give lwIP the
 * handshake, and call conn_accepted: did it? */
MUST_CHECK bool conn_expect(const struct syncookie_flow *flow);
MUST_CHECK bool conn_accepted(void);

struct net_conn *conn_next_waiting(void);
struct net_conn *conn_open(uint32_t local_ip, uint32_t ip, uint16_t port);

size_t conn_room(const struct net_conn *conn);
void conn_finish(struct net_conn *conn);	/* net_finish */
void conn_leave(struct net_conn *conn);		/* net_close */
void conn_drop(struct net_conn *conn);		/* net_abort */

/* The peer proved that it opens the flow of this TIME_WAIT anew. */
void conn_end_time_wait(struct net_conn *conn);

/* Have lwIP send what it kept back. */
void conn_output_all(void);

/* Give up on connections that were left long ago. */
void conn_tick(void);

/* Does any PCB need time to pass? */
bool conn_any(void);

#endif
