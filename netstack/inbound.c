/*
 * inbound.c: each frame's way: checked (frame.c), then to ARP, echo or TCP, and there first past
 * the SYN cookies.  Nothing is remembered about a peer until it returned a cookie (RFC 4987).
 *
 * A SYN for a listening port is answered from its own bytes alone, even when the flow is still in
 * TIME_WAIT (lwIP would answer with an ACK for the old connection, and the client would hang: it
 * is we who close first).  That is safe without RFC 6191's conditions: an old duplicate of a SYN
 * gets an answer and changes nothing; TIME_WAIT ends only when a cookie made just now comes back.
 */
#include "netstack/inbound.h"

#include "netstack/bucket.h"
#include "netstack/conn.h"
#include "netstack/glue.h"
#include "netstack/limits.h"
#include "netstack/neighbour.h"
#include "netstack/wire.h"

#define SYN_LEN	(FRAME_TCP_LEN + 4)	/* with one option, the segment size */

static struct {
	struct frame_self self;
	uint64_t echo_full_ns;		/* see bucket.h */
} inbound;

void
inbound_init(const struct frame_self *self) { inbound.self = *self; }

static void
put_tcp(struct outbuf *out, uint16_t from_port, uint16_t to_port, uint32_t seq, uint32_t ack, uint16_t flags,
    uint16_t window, size_t header_len)
PRE(OUTBUF_FRESH(out) && header_len <= 60)
ASSIGNS(out->overflow, out->len, UP_TO(out->ptr, out->cap))
POST(out->len <= out->cap && out->len >= OLD(out->len))
{
	outbuf_uint(out, from_port, 2);
	outbuf_uint(out, to_port, 2);
	outbuf_uint(out, seq, 4);
	outbuf_uint(out, ack, 4);
	outbuf_uint(out, header_len / 4 << 12 | flags, 2);
	outbuf_uint(out, window, 2);
	outbuf_uint(out, 0, 4);			/* checksum, which wire.c fills in, and no urgent data */
}

/* An IPv4 header that lwIP will take from us; checksums were verified before we made it. */
static void
put_ipv4(struct outbuf *out, uint32_t from_ip, uint32_t to_ip, size_t payload_len)
PRE(OUTBUF_FRESH(out) && payload_len <= 0xffff)
ASSIGNS(out->overflow, out->len, UP_TO(out->ptr, out->cap))
POST(out->len <= out->cap && out->len >= OLD(out->len))
{
	outbuf_uint(out, 0x4500, 2);
	outbuf_uint(out, FRAME_IP_LEN + payload_len, 2);
	outbuf_uint(out, 0, 4);
	outbuf_uint(out, 64 << 8 | FRAME_PROTO_TCP, 2);
	outbuf_uint(out, 0, 2);
	outbuf_uint(out, from_ip, 4);
	outbuf_uint(out, to_ip, 4);
}

static void
answer_syn(const struct frame *frame, const struct syncookie_flow *flow)
{
	const struct frame_tcp *tcp = &frame->tcp;
	uint8_t bytes[SYN_LEN];
	struct outbuf out = outbuf_of(bytes, sizeof bytes);

	if (wire_full() || !neighbour_reachable(frame->from_ip))
		return;
	put_tcp(&out, flow->local_port, flow->peer_port, syncookie_make(flow, tcp->seq, tcp->mss, glue_now()),
	    tcp->seq + 1, FRAME_SYN | FRAME_ACK, NET_WINDOW, SYN_LEN);
	outbuf_uint(&out, 2 << 8 | 4, 2);
	outbuf_uint(&out, NET_MSS, 2);
	wire_ipv4(frame->from_mac, frame->from_ip, FRAME_PROTO_TCP, outbuf_span(&out));
	glue_stats()->syn_cookies_sent++;
}

/* Make lwIP see the SYN that is long gone, then the ACK without what came along with it. */
static void
replay_handshake(const struct frame *frame, const struct syncookie_flow *flow, uint16_t mss)
{
	const struct frame_tcp *tcp = &frame->tcp;
	uint8_t bytes[FRAME_IP_LEN + SYN_LEN];
	struct outbuf out = outbuf_of(bytes, sizeof bytes);
	uint16_t window = tcp->window < 2 ? 0 : tcp->window;	/* none that any segment fits in: ackguard.c */

	put_ipv4(&out, flow->peer_ip, flow->local_ip, SYN_LEN);
	put_tcp(&out, flow->peer_port, flow->local_port, tcp->seq - 1, 0, FRAME_SYN, window, SYN_LEN);
	outbuf_uint(&out, 0, 4);
	if (!glue_replay_syn(outbuf_span(&out), mss, tcp->ack - 1))
		return;
	out.len = 0;
	put_ipv4(&out, flow->peer_ip, flow->local_ip, FRAME_TCP_LEN);
	put_tcp(&out, flow->peer_port, flow->local_port, tcp->seq, tcp->ack, FRAME_ACK, window, FRAME_TCP_LEN);
	glue_feed(outbuf_span(&out), 0);
}

/*
 * An ACK that belongs to no connection.  True when it opened one.  When there is no room it is
 * dropped without a word: the client believes the connection is open and sends its first bytes
 * again and again, each time with the same ACK.
 */
static bool
open_connection(const struct frame *frame, const struct syncookie_flow *flow, struct net_conn *old, bool *drop)
{
	uint16_t mss = syncookie_check(flow, frame->tcp.seq - 1, frame->tcp.ack - 1, glue_now());

	*drop = false;
	if (mss == 0) {
		if (old == NULL)
			glue_stats()->syn_cookies_refused++;
		return false;
	}
	*drop = true;
	if (old != NULL)
		conn_end_time_wait(old);
	if (!neighbour_reachable(flow->peer_ip))
		return false;
	if (!conn_expect(flow)) {
		glue_stats()->refused_full++;
		return false;
	}
	replay_handshake(frame, flow, mss);
	if (!conn_accepted()) {
		glue_stats()->dropped_no_memory++;
		return false;
	}
	glue_stats()->syn_cookies_accepted++;
	(void)neighbour_find(flow->peer_ip, glue_now());	/* ask now: we shall have something to say */
	return true;
}

static uint16_t
clamp_mss(uint16_t mss)
PRE(true)
ASSIGNS()
POST(RETVAL == 0 || (RETVAL >= NET_MSS_MIN && RETVAL <= NET_MSS))
{
	if (mss == 0 || mss > NET_MSS)
		return mss == 0 ? 0 : NET_MSS;
	return mss < NET_MSS_MIN ? NET_MSS_MIN : mss;
}

static void
tcp_segment(const struct frame *frame)
{
	const struct frame_tcp *tcp = &frame->tcp;
	struct syncookie_flow flow = { inbound.self.ip, frame->from_ip, tcp->to_port, tcp->from_port };
	unsigned kind = tcp->flags & (FRAME_SYN | FRAME_ACK | FRAME_RST);
	struct net_conn *conn = conn_find(&flow);
	bool drop;

	if (conn_listening(tcp->to_port) && (conn == NULL || conn_in_time_wait(conn))) {
		if (kind == FRAME_SYN) {
			answer_syn(frame, &flow);
			return;
		}
		if (kind == FRAME_ACK && !open_connection(frame, &flow, conn, &drop) && drop)
			return;
	}
	glue_feed(frame->packet, (tcp->flags & FRAME_SYN) != 0 ? clamp_mss(tcp->mss) : 0);
}

static void
answer_echo(const struct frame *frame)
{
	uint8_t bytes[1500 - FRAME_IP_LEN];
	struct outbuf out = outbuf_of(bytes, sizeof bytes);

	if (!bucket_take(&inbound.echo_full_ns, glue_now(), NET_ECHO_NS, NET_ECHO_BURST)) {
		glue_stats()->echoes_withheld++;
		return;
	}
	outbuf_uint(&out, 0, 2);		/* type 0, code 0 */
	outbuf_bytes(&out, (struct span){ frame->payload.ptr + 2, frame->payload.len - 2 });
	wire_ipv4(frame->from_mac, frame->from_ip, FRAME_PROTO_ICMP, outbuf_span(&out));
}

void
inbound_frame(struct span bytes)
{
	struct frame frame;

	glue_stats()->frames_in++;
	switch (frame_parse(&frame, &inbound.self, bytes)) {
	case FRAME_ARP:
		neighbour_arp(&frame, glue_now());
		return;
	case FRAME_ECHO:
		answer_echo(&frame);
		return;
	case FRAME_TCP:
		tcp_segment(&frame);
		return;
	case FRAME_OTHER:
		glue_stats()->dropped_other++;
		return;
	case FRAME_BAD:
		glue_stats()->dropped_malformed++;
		return;
	}
}
