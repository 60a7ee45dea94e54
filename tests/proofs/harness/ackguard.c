/*
 * ackguard.c: any segment for any PCB of lwIP's (lwip.h).  conn.c's answers are anything; that a PCB in a synchronised state
 * has its connection is conn.c's proof (attach, before `accepted` returns).
 *
 * Shown beyond memory safety: what lwIP sees of a synchronised connection is a reset at exactly the next byte, or a segment
 * without SYN, inside the window, with an acceptable ACK and room for its data; and the window that lwIP is told of holds
 * each segment that it queued, or is closed.
 */
#include "tests/proofs/harness/shared.h"

#include "netstack/limits.h"

#undef NET_CONNS
#define NET_CONNS	1	/* what is looked at is one connection */

#include "tests/proofs/harness/lwip.h"

#include "netstack/ackguard.c"

struct tcp_hdr nondet_header(void);
struct tcp_pcb nondet_pcb(void);
struct net_conn nondet_conn(void);

static struct net_conn connection;
static struct tcp_pcb *const pcb = &pcbs[0];
static struct tcp_hdr header;
static struct pbuf payload;
static struct net_stats stats;
static struct tcp_seg unsent[SEGMENTS_MAX], unacked[SEGMENTS_MAX];
static bool had_room;

uint64_t glue_now(void) { uint64_t now = nondet_uint64(); ASSUME(now < UINT64_MAX / 2); return now; }
struct net_stats *glue_stats(void) { return &stats; }

struct net_conn *
conn_of(const struct tcp_pcb *with)
{
	ASSERT(with == pcb && with->state >= ESTABLISHED);
	return &connection;
}

bool
conn_may_receive(const struct net_conn *conn, size_t len)
{
	ASSERT(conn == &connection && len <= 0xffff);
	had_room = nondet_bool();
	return had_room;
}

static void
any_segment(void)
{
	size_t num_unsent = nondet_size(), num_unacked = nondet_size();

	ASSUME(num_unsent <= SEGMENTS_MAX && num_unacked <= SEGMENTS_MAX);
	*pcb = nondet_pcb();
	live[0] = true;
	pcb->unsent = make_queue(unsent, num_unsent);
	pcb->unacked = make_queue(unacked, num_unacked);
	ASSUME(pcb_holds(pcb));
	connection = nondet_conn();
	connection.pcb = pcb;
	header = nondet_header();
	payload.tot_len = payload.len = nondet_uint16();
	had_room = false;
}

/* Each queued segment fits in the window that lwIP is told of, or that is closed. */
static void
check_window(uint16_t before)
{
	ASSERT(header.wnd == before || header.wnd == 0);
	for (const struct tcp_seg *seg = pcb->unsent; seg != NULL; seg = seg->next)
		ASSERT(header.wnd == 0 || seg->len <= header.wnd);
	for (const struct tcp_seg *seg = pcb->unacked; seg != NULL; seg = seg->next)
		ASSERT(header.wnd == 0 || seg->len <= header.wnd);
}

static void
judge(err_t verdict, uint16_t window)
{
	unsigned flags = TCPH_FLAGS(&header);
	uint32_t len = payload.tot_len + ((flags & TCP_FIN) != 0 ? 1u : 0u);

	if (verdict != ERR_OK)
		return;
	if ((flags & TCP_RST) != 0) {
		ASSERT(header.seqno == pcb->rcv_nxt);
		return;
	}
	ASSERT((flags & TCP_SYN) == 0 && (flags & TCP_ACK) != 0);
	ASSERT(in_window(pcb, header.seqno, len) && ack_acceptable(pcb, header.ackno));
	ASSERT(payload.tot_len == 0 || had_room);
	check_window(window);
}

void prove_challenge(void) { any_segment(); ASSUME(pcb->state >= ESTABLISHED); ASSERT(challenge(pcb) == ERR_VAL); REACHED(); }
void prove_longest(void) { uint32_t least = nondet_uint32(); any_segment(); ASSERT(longest(pcb->unsent, least) >= least); REACHED(); }
void prove_close_silly_window(void) { any_segment(); uint16_t before = header.wnd; close_silly_window(pcb, &header); check_window(before); REACHED(); }

void
prove_check_synchronised(void)
{
	uint16_t window;

	any_segment();
	ASSUME(pcb->state >= ESTABLISHED);
	window = header.wnd;
	judge(check_synchronised(pcb, &header, payload.tot_len), window);
	REACHED();
}

void
prove_ackguard_segment(void)
{
	uint16_t window;
	err_t verdict;

	any_segment();
	ASSUME(pcb->state != CLOSED);		/* lwIP finds no such PCB for a segment */
	window = header.wnd;
	verdict = ackguard_segment(pcb, &header, &payload);
	if (pcb->state >= ESTABLISHED)
		judge(verdict, window);
	ASSERT(pcb->state != SYN_SENT || verdict != ERR_OK || header.ackno == pcb->lastack + 1);
	REACHED();
}
