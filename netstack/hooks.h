/*
 * hooks.h: what lwIP calls by the names that lwipopts.h and arch/cc.h give.  Included by lwIP's
 * own files, as lwipopts.h is, so it needs nothing but lwIP's types.
 */
#ifndef NET_HOOKS_H
#define NET_HOOKS_H

#include <lwip/ip_addr.h>
#include <lwip/tcp.h>

struct tcp_hdr;

/* The first sequence number of a connection: a cookie that came back, or RFC 6528. */
u32_t glue_isn(const ip_addr_t *local_ip, u16_t local_port, const ip_addr_t *peer_ip, u16_t peer_port);

/* lwIP wants tcp_tmr; net_tick looks by itself, so this does nothing. */
void glue_timer_needed(void);

/* A segment for `pcb`, its header in host order, `p` its payload: ERR_OK, or lwIP drops it.  The
 * window may be changed: see ackguard.c. */
err_t ackguard_segment(struct tcp_pcb *pcb, struct tcp_hdr *header, const struct pbuf *p);

#endif
