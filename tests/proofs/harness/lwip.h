/*
 * lwip.h: lwIP 2.2.1 as netstack's proofs see it.  It is trusted: its own code is not proved.  Each function here checks
 * what lwIP asks of its caller (its documentation, and the LWIP_ASSERT and LWIP_ERROR at each function's beginning), and
 * answers whatever lwIP may.  A PCB that has ended may not be named any more (is_live); the fields of one that lives
 * are anything, within what lwIP keeps by itself (pcb_holds).
 *
 * Nothing here calls back but tcp_abort (into `destroyed`): the other callbacks are proved alone, from any state.
 */
#ifndef PROOFS_LWIP_H
#define PROOFS_LWIP_H

#include <lwip/init.h>
#include <lwip/ip4.h>
#include <lwip/netif.h>
#include <lwip/priv/tcp_priv.h>

#include "netstack/limits.h"

bool nondet_bool(void);
uint8_t nondet_uint8(void);
uint16_t nondet_uint16(void);
uint32_t nondet_uint32(void);
uint64_t nondet_uint64(void);
size_t nondet_size(void);
err_t nondet_err(void);
void other_side(void) { }

#ifndef SEGMENTS_MAX
#define SEGMENTS_MAX	(TCP_SND_QUEUELEN + 1)	/* lwIP's own limit of one queue: data, and a FIN */
#endif

u32_t tcp_ticks;
struct tcp_pcb *tcp_active_pcbs, *tcp_tw_pcbs;
static bool port_is_free;	/* nobody else has the port that is bound next */
/* MEMP_NUM_TCP_PCB is NET_CONNS, listeners not counted.  Each has a place of its own here, and one made anew the last. */
static struct tcp_pcb pcbs[NET_CONNS + 1];
static bool live[NET_CONNS + 1];

static bool
is_live(const struct tcp_pcb *pcb)
{
	bool found = false;

	for (size_t i = 0; i <= NET_CONNS; i++)
		found = found || (pcb == &pcbs[i] && live[i]);
	return found;
}

static size_t
num_live(void)
{
	size_t num = 0;

	for (size_t i = 0; i <= NET_CONNS; i++)
		num += live[i];
	return num;
}

/* lwIP's tcp_free: tells the PCB's owner first. */
static void
end_pcb(struct tcp_pcb *pcb)
{
	ASSERT(is_live(pcb));
	if (pcb->ext_args[0].callbacks != NULL)
		pcb->ext_args[0].callbacks->destroy(0, pcb->ext_args[0].data);
	for (size_t i = 0; i <= NET_CONNS; i++)
		live[i] = live[i] && pcb != &pcbs[i];
}

/* What lwIP keeps of each PCB.  Segments: as its queues are linked, which make_queue does. */
static bool
pcb_holds(const struct tcp_pcb *pcb)
{
	return pcb->rcv_wnd <= TCP_WND && pcb->snd_buf <= TCP_SND_BUF && pcb->snd_queuelen <= TCP_SND_QUEUELEN + 1 &&
	    pcb->mss >= 1 && pcb->mss <= TCP_MSS && pcb->unsent_oversize <= TCP_MSS && (unsigned)pcb->state <= TIME_WAIT;
}

/* A queue of so many segments, of any lengths. */
static struct tcp_seg *
make_queue(struct tcp_seg *segments, size_t num)
{
	for (size_t i = 0; i < SEGMENTS_MAX; i++) {
		segments[i].next = i + 1 < num ? &segments[i + 1] : NULL;
		segments[i].p = NULL;
		segments[i].tcphdr = NULL;
		segments[i].len = nondet_uint16();
		ASSUME(segments[i].len <= TCP_MSS);
	}
	return num == 0 ? NULL : &segments[0];
}

/* core/tcp_out.c: not for listeners.  What could not be sent stays; nothing is freed. */
err_t
tcp_output(struct tcp_pcb *pcb)
{
	ASSERT(is_live(pcb) && pcb->state != LISTEN);
	pcb->flags = nondet_uint16();
	pcb->snd_nxt = nondet_uint32();
	return nondet_err();
}

/* core/tcp.c, from here on.  A PCB for a connection there is as long as fewer than MEMP_NUM_TCP_PCB live. */
struct tcp_pcb *
tcp_new(void)
{
	struct tcp_pcb *pcb = &pcbs[NET_CONNS];

	ASSERT(num_live() < NET_CONNS && !live[NET_CONNS]);
	live[NET_CONNS] = true;
	*pcb = (struct tcp_pcb){ .state = CLOSED, .rcv_wnd = TCP_WND, .snd_buf = TCP_SND_BUF, .mss = 536 };
	return pcb;
}

/* Not for listeners. */
void
tcp_abort(struct tcp_pcb *pcb)
{
	ASSERT(is_live(pcb) && pcb->state != LISTEN);
	end_pcb(pcb);
}

/* Asked here beyond what lwIP asks: no more is given back than was taken, so nothing is cut off. */
void
tcp_recved(struct tcp_pcb *pcb, u16_t len)
{
	ASSERT(is_live(pcb) && pcb->state != LISTEN && len <= TCP_WND - pcb->rcv_wnd);
	pcb->rcv_wnd = (tcpwnd_size_t)(pcb->rcv_wnd + len);
	pcb->flags = nondet_uint16();
}

/* The sending side only: then no PCB is freed; without memory for the FIN the state stays, and lwIP tries again. */
err_t
tcp_shutdown(struct tcp_pcb *pcb, int shut_rx, int shut_tx)
{
	ASSERT(is_live(pcb) && shut_rx == 0 && shut_tx == 1);
	if (nondet_bool() && (pcb->state == ESTABLISHED || pcb->state == CLOSE_WAIT))
		pcb->state = pcb->state == ESTABLISHED ? FIN_WAIT_1 : LAST_ACK;
	pcb->flags = nondet_uint16();
	return nondet_err();
}

err_t
tcp_bind(struct tcp_pcb *pcb, const ip_addr_t *ip, u16_t port)
{
	ASSERT(is_live(pcb) && pcb->state == CLOSED && __CPROVER_r_ok(ip, sizeof *ip) && port != 0);
	if (!port_is_free && nondet_bool())
		return ERR_USE;
	pcb->local_port = port;
	return ERR_OK;
}

err_t
tcp_connect(struct tcp_pcb *pcb, const ip_addr_t *ip, u16_t port, tcp_connected_fn done)
{
	ASSERT(is_live(pcb) && pcb->state == CLOSED && __CPROVER_r_ok(ip, sizeof *ip) && port != 0 && done != NULL);
	if (nondet_bool())
		return ERR_MEM;
	pcb->state = SYN_SENT;
	pcb->remote_port = port;
	return ERR_OK;
}

/* The PCB becomes a smaller one: there are MEMP_NUM_TCP_PCB_LISTEN of those, NET_LISTENERS. */
static struct tcp_pcb_listen listener;

struct tcp_pcb *
tcp_listen_with_backlog(struct tcp_pcb *pcb, u8_t backlog)
{
	(void)backlog;
	ASSERT(is_live(pcb) && pcb->state == CLOSED);
	end_pcb(pcb);
	listener.state = LISTEN;
	return (struct tcp_pcb *)&listener;
}

void tcp_accept(struct tcp_pcb *pcb, tcp_accept_fn accept) { ASSERT(pcb == (struct tcp_pcb *)&listener && accept != NULL); }

void
tcp_arg(struct tcp_pcb *pcb, void *arg)
{
	ASSERT(is_live(pcb));
	pcb->callback_arg = arg;
}

void
tcp_recv(struct tcp_pcb *pcb, tcp_recv_fn recv)
{
	ASSERT(is_live(pcb) && pcb->state != LISTEN);
	pcb->recv = recv;
}

u8_t tcp_ext_arg_alloc_id(void) { return 0; }

void
tcp_ext_arg_set(struct tcp_pcb *pcb, u8_t id, void *arg)
{
	ASSERT(is_live(pcb) && id < LWIP_TCP_PCB_NUM_EXT_ARGS);
	pcb->ext_args[id].data = arg;
}

void
tcp_ext_arg_set_callbacks(struct tcp_pcb *pcb, u8_t id, const struct tcp_ext_arg_callbacks *const callbacks)
{
	ASSERT(is_live(pcb) && id < LWIP_TCP_PCB_NUM_EXT_ARGS && callbacks != NULL);
	pcb->ext_args[id].callbacks = callbacks;
}

void *
tcp_ext_arg_get(const struct tcp_pcb *pcb, u8_t id)
{
	ASSERT(is_live(pcb) && id < LWIP_TCP_PCB_NUM_EXT_ARGS);
	return pcb->ext_args[id].data;
}

/* core/pbuf.c: once for each reference. */
static unsigned num_pbufs_freed;

u8_t
pbuf_free(struct pbuf *p)
{
	ASSERT(__CPROVER_r_ok(p, sizeof *p));
	num_pbufs_freed++;
	return 1;
}

/* A packet of a caller's own memory, whole; it stays the caller's, and is given back by its function. */
struct pbuf *
pbuf_alloced_custom(pbuf_layer layer, u16_t len, pbuf_type type, struct pbuf_custom *p, void *memory, u16_t memory_len)
{
	(void)type;
	ASSERT(layer == PBUF_RAW && len <= memory_len && __CPROVER_w_ok(memory, memory_len) && p->custom_free_function != NULL);
	p->pbuf.next = NULL;
	p->pbuf.payload = memory;
	p->pbuf.len = p->pbuf.tot_len = len;
	return &p->pbuf;
}

/* core/ipv4/ip4.c: an IPv4 packet goes out, in one piece (LWIP_NETIF_TX_SINGLE_PBUF), of at most a header and TCP_MSS bytes. */
static void
lwip_sends(struct netif *netif)
{
	static uint8_t memory[20 + 20 + TCP_MSS];
	struct pbuf out = { .ref = 1 };
	ip4_addr_t to = { nondet_uint32() };

	out.len = out.tot_len = nondet_uint16();
	ASSUME(out.len >= 40 && out.len <= sizeof memory);
	out.payload = memory + (sizeof memory - out.len);
	(void)netif->output(netif, &out, &to);
}

/* It may send while it looks at the packet; the packet is given back before it returns, once. */
err_t
ip4_input(struct pbuf *p, struct netif *netif)
{
	ASSERT(p->next == NULL && p->len == p->tot_len && __CPROVER_w_ok(p->payload, p->len));
	if (nondet_bool())
		lwip_sends(netif);
	if (nondet_bool())
		lwip_sends(netif);
	((struct pbuf_custom *)p)->custom_free_function(p);
	return ERR_OK;
}

/* core/netif.c: one interface (LWIP_SINGLE_NETIF), once. */
static unsigned num_netifs;

void lwip_init(void) { }
void netif_set_default(struct netif *netif) { ASSERT(__CPROVER_w_ok(netif, sizeof *netif)); }
void netif_set_up(struct netif *netif) { ASSERT(__CPROVER_w_ok(netif, sizeof *netif)); }
void netif_set_link_up(struct netif *netif) { ASSERT(__CPROVER_w_ok(netif, sizeof *netif)); }

struct netif *
netif_add(struct netif *netif, const ip4_addr_t *ip, const ip4_addr_t *mask, const ip4_addr_t *gateway, void *state,
    netif_init_fn init, netif_input_fn input)
{
	(void)state;
	ASSERT(__CPROVER_w_ok(netif, sizeof *netif) && __CPROVER_r_ok(ip, 4) && __CPROVER_r_ok(mask, 4) && __CPROVER_r_ok(gateway, 4));
	ASSERT(num_netifs == 0 && input != NULL);
	num_netifs++;
	return init(netif) == ERR_OK ? netif : NULL;
}

#endif
