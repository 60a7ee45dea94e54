/*
 * lwipopts.h: lwIP's configuration.  TCP over IPv4 and nothing else, static memory only, the
 * caller's thread and the caller's clock.  Every line says why it differs from lwIP's default
 * or why the default would be a danger if it ever changed.  Defaults: lwip/opt.h.
 */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#include "netstack/limits.h"

/* What exists at all. */
#define NO_SYS				1	/* one loop, no threads */
#define SYS_LIGHTWEIGHT_PROT		0	/* no interrupts enter here */
#define LWIP_TIMERS			0	/* net_tick calls tcp_tmr itself: the clock is an argument */
#define LWIP_NETCONN			0	/* needs threads */
#define LWIP_SOCKET			0	/* needs threads */
#define LWIP_IPV6			0	/* not spoken */
#define LWIP_RAW			0	/* not spoken */
#define LWIP_UDP			0	/* not spoken: silence */
#define LWIP_ICMP			0	/* inbound.c answers echo, within a budget; nothing else is said */
#define LWIP_ARP			0	/* neighbour.c: solicited answers only, no queue of packets */
#define LWIP_ETHERNET			0	/* frame.c reads and wire.c writes the Ethernet header */
#define LWIP_SINGLE_NETIF		1	/* one card, no routing table */
#define LWIP_HAVE_LOOPIF		0	/* nothing here talks to itself */
#define LWIP_NETIF_LOOPBACK		0	/* likewise */
#define IP_FORWARD			0	/* not a router */
#define IP_REASSEMBLY			0	/* fragments are dropped: memory held for a stranger */
#define IP_FRAG				0	/* MSS keeps us below the MTU; ip4_frag.c is not linked (its NULL fault, 56b29f8b) */
#define IP_OPTIONS_ALLOWED		0	/* source routes and the like: dropped */

/* Memory: pools, each sized in limits.h.  There is no heap. */
#define MEM_ALIGNMENT			8	/* pointers in pools */
#define MEM_LIBC_MALLOC			0	/* no heap */
#define MEMP_MEM_MALLOC			0	/* no heap: pools are arrays */
#define MEM_USE_POOLS			1	/* mem_malloc takes from lwippools.h */
#define MEMP_USE_CUSTOM_POOLS		1	/* which this includes */
#define MEM_USE_POOLS_TRY_BIGGER_POOL	0	/* a FIN never takes a data buffer, or conn.c's count would be wrong */
#define MEMP_NUM_TCP_PCB		NET_CONNS	/* net.c holds one connection for each, so tcp_alloc never has to kill one */
#define MEMP_NUM_TCP_PCB_LISTEN		NET_LISTENERS
#define MEMP_NUM_TCP_SEG		(NET_CONTROLS + NET_SEGMENTS)	/* each holds one buffer: never the scarcer one */
#define MEMP_NUM_PBUF			0	/* no pbuf without its own bytes is ever allocated... */
#define PBUF_POOL_SIZE			0	/* ...nor one for input: glue.c lends one frame at a time */
#define LWIP_SUPPORT_CUSTOM_PBUF	1	/* that loan */
#define PBUF_LINK_HLEN			0	/* wire.c puts the Ethernet header elsewhere */
#define LWIP_NETIF_TX_SINGLE_PBUF	1	/* a segment is one buffer: memory per segment is known */
#define LWIP_DISABLE_TCP_SANITY_CHECKS	1	/* they insist on an input pool; limits.h asserts what matters */

/* TCP. */
#define TCP_MSS				NET_MSS
#define TCP_WND				NET_WINDOW
#define TCP_SND_BUF			NET_SEND_MAX
#define TCP_SND_QUEUELEN		8	/* segments for one connection, small ones included */
#define TCP_QUEUE_OOSEQ			0	/* what comes out of order is sent again: no memory for a stranger's gaps */
#define LWIP_TCP_SACK_OUT		0	/* needs the queue above */
#define LWIP_WND_SCALE			0	/* the window fits 16 bits */
#define LWIP_TCP_TIMESTAMPS		0	/* would tell our uptime */
#define TCP_LISTEN_BACKLOG		0	/* a PCB exists only after a cookie came back: nothing half-open to count */
#define TCP_SYNMAXRTX			3	/* our own SYN: 1 + 2 + 4 s */
#define TCP_MAXRTX			6	/* data: gives up after about a minute */
#define TCP_MSL				5000	/* ms; TIME_WAIT of 10 s.  A reused port does not wait for it (inbound.c) */
#define LWIP_TCP_RTO_TIME		1000	/* ms; RFC 6298, 2.1 (lwIP: 3 s) */
#define LWIP_TCP_KEEPALIVE		1	/* a peer that vanished is noticed... */
#define TCP_KEEPIDLE_DEFAULT		30000	/* ...after 30 s of silence... */
#define TCP_KEEPINTVL_DEFAULT		5000	/* ...and three probes, 5 s apart */
#define TCP_KEEPCNT_DEFAULT		3
#define LWIP_TCP_PCB_NUM_EXT_ARGS	1	/* tells net.c of every PCB's end, however it ends */

/* Checksums are verified in frame.c before anything is believed and made in wire.c. */
#define CHECKSUM_CHECK_IP		0
#define CHECKSUM_CHECK_TCP		0
#define CHECKSUM_GEN_IP			0
#define CHECKSUM_GEN_TCP		0

/* Hooks. */
#define LWIP_HOOK_FILENAME		"netstack/hooks.h"
#define LWIP_HOOK_TCP_ISN		glue_isn		/* RFC 6528, or the cookie being replayed */
#define LWIP_HOOK_TCP_INPACKET_PCB(pcb, hdr, optlen, opt1len, opt2, p) ackguard_segment(pcb, hdr, p)	/* RFC 5961 */
#define tcp_timer_needed		glue_timer_needed	/* lwIP asks for its timer by a name of ours */

/* Watching. */
#define LWIP_STATS			1	/* pool use only: net_room and the tests read it */
#define MEMP_STATS			1
#define MEM_STATS			0
#define LINK_STATS			0
#define IP_STATS			0
#define TCP_STATS			0
#define SYS_STATS			0
#define LWIP_STATS_DISPLAY		0

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MEMP_OVERFLOW_CHECK		1	/* test builds: guard bytes around each element of a pool */
#endif
#endif

#endif
