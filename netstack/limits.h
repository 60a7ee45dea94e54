/*
 * limits.h: every number of netstack, with its reason.  All memory is static: nothing here can
 * be exceeded, only refused.  Read by lwipopts.h too, so only macros and plain numbers.
 */
#ifndef NET_LIMITS_H
#define NET_LIMITS_H

#define NET_CONNS		128	/* connections in any state, TIME_WAIT included: a PCB and a few words each */
#define NET_LISTENERS		6	/* rows of the services table, and room for one more */

#define NET_MSS			1460	/* Ethernet's 1500 less two headers */
#define NET_MSS_MIN		536	/* RFC 9293, 3.7.1; less would let a peer make us send crumbs */
#define NET_WINDOW		(4 * NET_MSS)	/* a client's whole first flight; no window scaling */
#define NET_SEND_MAX		(4 * NET_MSS)	/* our whole flight: hello to Finished, or one page */

/*
 * Bytes received and not consumed wait in blocks, bytes sent and not acknowledged in segments: two blocks
 * and one segment are every connection's own, the rest is shared by whoever needs more.
 */
#define NET_BLOCK_LEN		NET_MSS	/* the largest segment that may come fits in one */
#define NET_BLOCKS_OWN		2	/* a ClientHello with a post-quantum share is that long: no crowd can make it wait */
#define NET_BLOCKS		(NET_CONNS * NET_BLOCKS_OWN + 32)
#define NET_SEGMENTS		(NET_CONNS + 32)	/* eight full flights */
#define NET_CONTROLS		(NET_CONNS + 8)	/* a SYN or FIN that waits for its ACK, each connection; ACKs in passing */
#define NET_SMALL		(NET_CONTROLS + NET_SEGMENTS)	/* their buffers, and enough if every segment is tiny too */

#define NET_RING		64	/* frames out between two calls of net_output: a turn's worth */
#define NET_NEIGHBOURS		16	/* on-link peers at once; the gateway's row is never taken */

#define NET_TICK_NS		250000000u	/* lwIP's fast timer */
#define NET_TICKS_AT_ONCE	8	/* after a long sleep time jumps: do not run hours of timers */
#define NET_LINGER_NS		20000000000u	/* net_close: how long to try to deliver what is queued */

#define NET_CHALLENGE_NS	250000000u	/* per connection: one challenge ACK in this time... */
#define NET_CHALLENGE_BURST	4	/* ...and so many at once (RFC 5961, section 7) */
#define NET_ECHO_NS		10000000u	/* all peers: 100 echo replies a second... */
#define NET_ECHO_BURST		20	/* ...and so many at once */

#define NET_ARP_AGAIN_NS	1000000000u	/* RFC 1122, 2.3.2.1: at most one request a second for one address */
#define NET_ARP_FRESH_NS	60000000000u	/* ask again, but go on using the answer */
#define NET_ARP_STALE_NS	300000000000u	/* forget the answer (never the gateway's) */

_Static_assert(NET_WINDOW <= 0xffff && NET_SEND_MAX <= 0xffff, "no window scaling");
_Static_assert(NET_BLOCKS > NET_CONNS * NET_BLOCKS_OWN && NET_SEGMENTS > NET_CONNS, "each its own, and some to share");
_Static_assert(NET_BLOCKS < 0xffff, "blocks.c counts them in 16 bits");

#endif
