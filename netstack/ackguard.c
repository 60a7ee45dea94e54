/*
 * ackguard.c: the checks on a segment for an open connection that lwIP leaves out, before it
 * sees the segment (RFC 9293, 3.10.7.4; RFC 5961).  Stock lwIP delivers data whose ACK lies
 * 2^30 ahead, or with no ACK at all, and believes an ACK in a segment outside the window.
 *
 * A segment that fails is dropped, and answered with an ACK while the connection has tokens.  The
 * bucket belongs to the connection: one for all would tell a stranger, by what it withholds
 * elsewhere, whether his guess hit (CVE-2016-5696).
 */
#include <lwip/priv/tcp_priv.h>

#include "netstack/bucket.h"
#include "netstack/conn.h"
#include "netstack/glue.h"
#include "netstack/hooks.h"
#include "netstack/limits.h"

/* Is any byte of the segment, or the segment itself if it has none, inside our window?
 * (RFC 9293, table 6)  `len` counts FIN. */
static bool
in_window(const struct tcp_pcb *pcb, uint32_t seq, uint32_t len)
PRE(FRESH(pcb))
ASSIGNS()
{
	uint32_t window = pcb->rcv_wnd, from_start = seq - pcb->rcv_nxt;

	if (len == 0)
		return window == 0 ? from_start == 0 : from_start < window;
	return window != 0 && (from_start < window || from_start + len - 1 < window);
}

/* RFC 5961, 5.2: SND.UNA - MAX.SND.WND <= SEG.ACK <= SND.NXT. */
static bool
ack_acceptable(const struct tcp_pcb *pcb, uint32_t ack)
PRE(FRESH(pcb))
ASSIGNS()
{
	uint32_t oldest = pcb->lastack - pcb->snd_wnd_max;

	return ack - oldest <= pcb->snd_nxt - oldest;
}

static err_t
challenge(struct tcp_pcb *pcb)
{
	struct net_conn *conn = conn_of(pcb);

	if (!bucket_take(&conn->challenge_full_ns, glue_now(), NET_CHALLENGE_NS, NET_CHALLENGE_BURST)) {
		glue_stats()->challenge_acks_withheld++;
		return ERR_VAL;
	}
	tcp_ack_now(pcb);
	(void)tcp_output(pcb);
	return ERR_VAL;
}

static uint32_t
longest(const struct tcp_seg *seg, uint32_t at_least)
{
	for (; seg != NULL; seg = seg->next) {
		if (seg->len > at_least)
			at_least = seg->len;
	}
	return at_least;
}

/*
 * A window that our next segment does not fit in counts as closed (RFC 9293, 3.8.6.2.1: the sender's
 * side of the silly window).  Otherwise lwIP splits the segment, and each split takes a buffer that
 * conn.c did not count.  Our segments are at most half of the largest window seen, so this happens
 * only to a peer that shrinks its window or begins with none; probes go on.
 */
static void
close_silly_window(const struct tcp_pcb *pcb, struct tcp_hdr *header)
{
	uint32_t largest = header->wnd > pcb->snd_wnd_max ? header->wnd : pcb->snd_wnd_max;
	uint32_t segment = largest / 2 != 0 && largest / 2 < pcb->mss ? largest / 2 : pcb->mss;	/* as tcp_write has it */

	segment = longest(pcb->unsent, longest(pcb->unacked, segment));
	if (header->wnd < segment)
		header->wnd = 0;
}

/* States from ESTABLISHED to TIME_WAIT. */
static err_t
check_synchronised(struct tcp_pcb *pcb, struct tcp_hdr *header, size_t data_len)
{
	unsigned flags = TCPH_FLAGS(header);
	uint32_t len = (uint32_t)data_len + ((flags & TCP_FIN) != 0 ? 1 : 0);

	if ((flags & TCP_RST) != 0) {			/* RFC 5961, 3.2 */
		if (header->seqno == pcb->rcv_nxt)
			return ERR_OK;
		return in_window(pcb, header->seqno, 0) ? challenge(pcb) : ERR_VAL;
	}
	if ((flags & TCP_SYN) != 0 || !in_window(pcb, header->seqno, len))	/* RFC 5961, 4.2 */
		return challenge(pcb);
	if ((flags & TCP_ACK) == 0 || !ack_acceptable(pcb, header->ackno)) {
		glue_stats()->dropped_bad_ack++;
		return (flags & TCP_ACK) == 0 ? ERR_VAL : challenge(pcb);
	}
	if (data_len != 0 && !conn_may_receive(conn_of(pcb), data_len)) {
		glue_stats()->dropped_no_memory++;
		return ERR_MEM;
	}
	close_silly_window(pcb, header);
	return ERR_OK;
}

err_t
ackguard_segment(struct tcp_pcb *pcb, struct tcp_hdr *header, const struct pbuf *p)
{
	unsigned flags = TCPH_FLAGS(header);

	switch (pcb->state) {
	case LISTEN:		/* a SYN only from glue_replay_syn: inbound.c answers the others */
	case SYN_RCVD:		/* lasts for one call of inbound.c, and sees only packets made there */
		return ERR_OK;
	case SYN_SENT:		/* a wrong ACK would make lwIP resend its SYN until it gives up */
		if ((flags & TCP_ACK) == 0 || header->ackno != pcb->lastack + 1)
			return ERR_VAL;
		close_silly_window(pcb, header);
		return ERR_OK;
	default:
		return check_synchronised(pcb, header, p->tot_len);
	}
}
