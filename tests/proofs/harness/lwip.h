/*
 * lwip.h: lwIP 2.2.1 as netstack's proofs see it.  It is trusted: its own code is not proved.  Each function here checks
 * what lwIP asks of its caller (its documentation, and the LWIP_ASSERT and LWIP_ERROR at each function's beginning), and
 * answers whatever lwIP may.  A PCB is allocated and freed, so that a use after its end is seen; its fields are anything,
 * within what lwIP keeps by itself (pcb_holds).
 *
 * Nothing here calls back but tcp_abort (into `destroyed`): the other callbacks are proved alone, from any state.
 */
#ifndef PROOFS_LWIP_H
#define PROOFS_LWIP_H

#include <lwip/priv/tcp_priv.h>

#include "netstack/limits.h"

void *malloc(size_t len);
void free(void *at);
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
static size_t num_pcbs;		/* that lwIP holds, listeners not counted: MEMP_NUM_TCP_PCB is NET_CONNS */

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
	ASSERT(__CPROVER_w_ok(pcb, sizeof *pcb) && pcb->state != LISTEN);
	pcb->flags = nondet_uint16();
	pcb->snd_nxt = nondet_uint32();
	return nondet_err();
}

#endif
