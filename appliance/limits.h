/*
 * limits.h: the appliance's numbers, each with its reason, and the sum of all folders' memory.
 */
#ifndef APPLIANCE_LIMITS_H
#define APPLIANCE_LIMITS_H

#include "netstack/limits.h"
#include "tlsstack/limits.h"
#include "wallet/wallet.h"

/* The boot module.  Two authorities in hex are 4 KiB, all the rest under 1 KiB. */
#define BOOT_MODULE_MAX		8192
#define BOOT_AUTHORITY_MAX	1024	/* bytes of DER: a P-256 authority of OpenSSL is about 450 */
#define BOOT_QR_MAX		41	/* modules a side: version 6 holds 195 letters, a URI with an address has 70 */
#define BOOT_QR_LEN_MAX		((BOOT_QR_MAX * BOOT_QR_MAX + 7) / 8)
#define BOOT_CONTACT_MAX	128	/* characters */

_Static_assert(2 * 2 * BOOT_AUTHORITY_MAX + 2 * BOOT_QR_LEN_MAX + BOOT_CONTACT_MAX + 1024 <= BOOT_MODULE_MAX, "two authorities fit");

/*
 * Connections at once.  A bare one costs the netstack's share and about 100 bytes here; the
 * netstack has room for some more, which are closed by us and not yet by the peer.  One address
 * may have two thirds: behind one address can be an office, or QEMU's user network with everybody
 * in it.  At either limit the least deserving connection of the same crowd makes room for the
 * new one (sessions.c).
 */
#define SESSION_MAX		96
#define SESSION_PER_ADDRESS_MAX	64
#define SESSION_PER_PREFIX_MAX	80	/* of one /24: who owns one, owns all of it */

_Static_assert(SESSION_MAX <= NET_CONNS - NET_CONNS / 5, "room for connections that only the netstack still holds");
_Static_assert(SESSION_PER_ADDRESS_MAX < SESSION_PER_PREFIX_MAX && SESSION_PER_PREFIX_MAX < SESSION_MAX,
    "no crowd takes every place");
#define SESSION_ACCEPTS_MAX	32	/* a turn: as many as frames a turn, so the queue can not grow */

/*
 * Connections that we open: few, and slowly, so that a machine which is made our target by a
 * neighbour behind the same address is hardly bothered.
 */
#define BACKS_MAX		8	/* open at once; then the least deserving of them makes room */
#define BACKS_PER_ADDRESS_MAX	2
#define BACKS_KEPT		32	/* addresses remembered: so many calls in BACKS_PAUSE_NS, all together */
#define BACKS_PAUSE_NS		(2ull * SESSION_SECOND_NS)

/* TLS states, taken with the first byte, and record buffers, lent while a record is half read. */
#define POOL_STATES		SESSION_PER_ADDRESS_MAX	/* handshakes at once: as many as one address may have */
#define POOL_BUFFERS		16	/* lent for the blink between two segments of one record... */
#define POOL_BUFFERS_KEPT	1	/* ...but for these: they serve records that have come whole */

/*
 * Half a record's buffer is its holder's for so long, whoever waits.  A ClientHello with a post-quantum
 * share fills two or three segments; a peer may send one and wait for our acknowledgement, which
 * leaves at the end of a turn, and under QEMU's TCG a busy turn takes 150 ms.  Who drips holds
 * it no longer than this while others want it, and can not keep a record waiting that came whole.
 */
#define SESSION_BUFFER_GRACE_NS	300000000u
#define SESSION_BUFFER_RETRY_NS	20000000u	/* who waits asks again */
#define POOL_PAGES		6	/* responses under way; a slow reader loses his to the next visitor */

/*
 * Calls of the TLS engine before a peer has proved itself, in one turn of the loop.  The dearest
 * call verifies a chain: about four ECDSA operations of 10 M cycles.  Four such calls are 50 ms
 * natively and 300 ms under QEMU's TCG; the monitor's limit for a turn is 5 s.
 */
#define SESSION_HANDSHAKE_CALLS	4
#define SESSION_CALLS		16	/* of one connection in one turn, so that each has its turn */

/* Room for the output of one call of the engine. */
#define SESSION_STAGE_LEN	4096

_Static_assert(SESSION_STAGE_LEN >= TLS_OUT_MIN && NET_SEND_MAX >= TLS_OUT_MIN, "the engine can make progress");
_Static_assert(WALLET_PRIZE_MAX + 512 <= TLS_OUT_MIN, "prize, record header and tag leave in one record");

/* Between two renewals of the identity: longer than any connection, and no busy loop if the clock is mad. */
#define IDENTITY_PAUSE_NS	(3600ull * SESSION_SECOND_NS)
#define MAIN_CHORES_NS		(60ull * SESSION_SECOND_NS)	/* how often the loop looks whether it is time */

/* Deadlines.  Each is a limit on a slow peer; none is renewed by sending one more byte. */
#define SESSION_SECOND_NS	1000000000u
#define SESSION_FIRST_BYTE_NS	(10ull * SESSION_SECOND_NS)	/* from the accept */
#define SESSION_HANDSHAKE_NS	(10ull * SESSION_SECOND_NS)	/* from the first byte */
#define SESSION_LIFE_NS		(60ull * SESSION_SECOND_NS)	/* from the accept, all together */
#define SESSION_LINGER_NS	(3ull * SESSION_SECOND_NS)	/* for our last words to arrive */
#define SESSION_SILENCE_NS	(SESSION_SECOND_NS / 2)	/* an honest client's first byte is one round trip away */
#define SESSION_LINGER_MAX	65536	/* bytes that a peer may still send while we linger */

_Static_assert(SESSION_LIFE_NS >= SESSION_FIRST_BYTE_NS + SESSION_HANDSHAKE_NS + SESSION_LINGER_NS,
    "no deadline before its time");
_Static_assert(IDENTITY_PAUSE_NS > 2 * SESSION_LIFE_NS, "no connection sees two renewals");

/* HTTP.  No path of ours has 40 characters; browsers send about 1 KiB of headers. */
#define HTTP_LINE_MAX		256
#define HTTP_HEADERS_MAX	4096

#define SESSION_REQUESTS_MAX	32	/* of one connection: a browser needs five */
#define SESSION_REQUEST_NS	(10ull * SESSION_SECOND_NS)	/* for each, and for the pause before it */

/* A response, header and body.  The largest is the front page with the largest QR code. */
#define PAGE_MAX		32768

#define PAGE_CLASSES_MAX	96	/* classes of failure on one page; tlsstack has about 70 */

/* Proofs that the key is here, all visitors together: each costs two computations on the curve. */
#define PROOF_PER_S		10
#define PROOF_BURST		10
#define PROOF_COST_NS		(1000000000ull / PROOF_PER_S)

/* Console lines about peers: a burst, then this many a second; what is left out is counted. */
#define EVENTS_BURST		32
#define EVENTS_PER_S		10
#define EVENTS_KEPT		64	/* for the page: 130 bytes each in HTML */
#define EVENTS_PREFIX_LEN	24	/* of an address, where not all of it is told: a neighbourhood, no person */

/* Frames taken from the device in one turn. */
#define MAIN_FRAMES_PER_TURN	32

/*
 * Static memory, all folders together: pools and their small change.  `make sizes` prints what
 * the linker made of it; this stops a careless number before it is built.
 */
#define APPLIANCE_RAM	(POOL_STATES * TLS_CONN_SIZE + POOL_BUFFERS * TLS_BUFFER_SIZE \
    + POOL_PAGES * PAGE_MAX + SESSION_MAX * 512 + SESSION_STAGE_LEN + 8 * BOOT_AUTHORITY_MAX + 16384)
#define NETSTACK_RAM	(NET_BLOCKS * (NET_BLOCK_LEN + 32) + NET_SEGMENTS * (NET_MSS + 192) + NET_SMALL * 160 \
    + NET_CONNS * 512 + NET_RING * 1536 + 65536)

_Static_assert(APPLIANCE_RAM + NETSTACK_RAM + WALLET_PRIZE_MAX + 4096 <= 2048 * 1024,
    "a machine of 4 MB has so much left after its first MB, an image of 400 KB, the monitor and its stacks");

#endif
