/*
 * peer.h: a scripted TCP peer on the other end of the stack's wire, in the test's own process.
 * It makes and reads frames with code of its own: nothing here calls netstack's frame code.
 *
 * One stack per process: each test runs in a child (run_alone), and CHECK ends the child.
 */
#ifndef TESTS_NETSTACK_PEER_H
#define TESTS_NETSTACK_PEER_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include <cmocka.h>

#include "netstack/net.h"

#ifndef CHECK			/* a fuzz target has its own */
#define CHECK(fact)	do { if (!(fact)) { printf("# %s:%d: %s\n", __FILE__, __LINE__, #fact); fflush(stdout); _exit(1); } } while (0)
#endif

#define FIN	0x01u
#define SYN	0x02u
#define RST	0x04u
#define PSH	0x08u
#define ACK	0x10u

#define MS		UINT64_C(1000000)
#define SECOND		UINT64_C(1000000000)
#define OUR_IP		0x0a00020fu	/* 10.0.2.15, the stack */
#define GATEWAY_IP	0x0a000202u
#define PEER_IP		0x0a000203u
#define FAR_IP		0xc6336407u	/* 198.51.100.7, behind the gateway */

static const uint8_t OUR_MAC[6] = { 0x52, 0x54, 0, 1, 2, 3 };
static const uint8_t PEER_MAC[6] = { 0x02, 0, 0, 9, 9, 9 };

struct wire_frame { size_t len; uint8_t bytes[NET_FRAME_MAX]; };

/* A TCP segment as the peer sees or makes it. */
struct segment {
	uint32_t from_ip, to_ip;
	uint16_t from_port, to_port;
	uint32_t seq, ack;
	unsigned flags;
	uint16_t window;
	uint16_t id;			/* IPv4 identification */
	const uint8_t *options;
	size_t options_len;		/* a multiple of 4 */
	const uint8_t *data;
	size_t data_len;
};

static uint64_t now_ns = 1000 * SECOND;
static bool peer_answers_arp = true;

/* ---- Running --------------------------------------------------------------------------- */

/* base_panic leaves its file and line in two registers. */
static inline void
say_panic(int number, siginfo_t *info, void *context)
{
	const greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;

	(void)number, (void)info;
	printf("# panic: %s:%lld\n", (const char *)registers[REG_RDI], registers[REG_RSI]);
	fflush(stdout);
	_exit(2);
}

static inline void
run_alone(void (*scene)(void))
{
	int status;
	pid_t child;

	fflush(stdout);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		sigaction(SIGILL, &(struct sigaction){ .sa_sigaction = say_panic, .sa_flags = SA_SIGINFO }, NULL);
		signal(SIGSEGV, SIG_DFL);
		alarm(50);
		scene();
		fflush(stdout);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static inline void
start_stack_at(uint32_t gateway)
{
	struct net_config config = { .ip = OUR_IP, .mask = 0xffffff00u, .gateway = gateway };

	memcpy(config.mac, OUR_MAC, 6);
	for (unsigned i = 0; i < 32; i++)
		config.seed[i] = (uint8_t)(i * 7 + 1);
	net_init(&config, now_ns);
	net_listen(80);
	net_listen(10000);
}

static inline void
start_stack(void) { start_stack_at(GATEWAY_IP); }

/* ---- Making frames ----------------------------------------------------------------------- */

static inline void
put(uint8_t *at, uint64_t value, size_t width)
{
	for (size_t i = 0; i < width; i++)
		at[i] = (uint8_t)(value >> (8 * (width - 1 - i)));
}

static inline uint32_t
get(const uint8_t *at, size_t width)
{
	uint32_t value = 0;

	for (size_t i = 0; i < width; i++)
		value = value << 8 | at[i];
	return value;
}

static inline uint16_t
internet_checksum(uint32_t sum, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sum += (i & 1) != 0 ? bytes[i] : (uint32_t)bytes[i] << 8;
	while (sum > 0xffff)
		sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t)(sum ^ 0xffff);
}

static inline uint32_t
pseudo_sum(const uint8_t *ip, size_t payload_len)
{
	return get(ip + 12, 2) + get(ip + 14, 2) + get(ip + 16, 2) + get(ip + 18, 2) + ip[9] + (uint32_t)payload_len;
}

/* Put the checksums of an IPv4 frame right, whatever else is wrong with it. */
static inline void
fix_checksums(struct wire_frame *frame)
{
	uint8_t *ip = frame->bytes + 14;
	size_t payload_len;

	put(ip + 10, 0, 2);
	put(ip + 10, internet_checksum(0, ip, 20), 2);
	if (get(ip + 2, 2) < 20 || 14 + get(ip + 2, 2) > frame->len)
		return;
	payload_len = get(ip + 2, 2) - 20;
	if (ip[9] == 6 && payload_len >= 18) {
		put(ip + 36, 0, 2);
		put(ip + 36, internet_checksum(pseudo_sum(ip, payload_len), ip + 20, payload_len), 2);
	}
	if (ip[9] == 1 && payload_len >= 4) {
		put(ip + 22, 0, 2);
		put(ip + 22, internet_checksum(0, ip + 20, payload_len), 2);
	}
}

static inline struct wire_frame
make_ipv4(uint32_t from_ip, uint32_t to_ip, uint8_t proto, const uint8_t *payload, size_t payload_len)
{
	struct wire_frame frame = { .len = 34 + payload_len };
	uint8_t *ip = frame.bytes + 14;

	memcpy(frame.bytes, OUR_MAC, 6);
	memcpy(frame.bytes + 6, PEER_MAC, 6);
	put(frame.bytes + 12, 0x0800, 2);
	put(ip, 0x4500, 2);
	put(ip + 2, 20 + payload_len, 2);
	put(ip + 8, 64, 1);
	put(ip + 9, proto, 1);
	put(ip + 12, from_ip, 4);
	put(ip + 16, to_ip, 4);
	memcpy(ip + 20, payload, payload_len);
	fix_checksums(&frame);
	return frame;
}

static inline struct wire_frame
make_tcp(const struct segment *segment)
{
	uint8_t tcp[1480] = { 0 };
	size_t header_len = 20 + segment->options_len;

	put(tcp, segment->from_port, 2);
	put(tcp + 2, segment->to_port, 2);
	put(tcp + 4, segment->seq, 4);
	put(tcp + 8, segment->ack, 4);
	put(tcp + 12, header_len / 4 << 12 | segment->flags, 2);
	put(tcp + 14, segment->window, 2);
	if (segment->options_len != 0)
		memcpy(tcp + 20, segment->options, segment->options_len);
	if (segment->data_len != 0)
		memcpy(tcp + header_len, segment->data, segment->data_len);
	return make_ipv4(segment->from_ip, segment->to_ip, 6, tcp, header_len + segment->data_len);
}

static inline struct wire_frame
make_arp(unsigned operation, const uint8_t sender_mac[6], uint32_t sender_ip, uint32_t target_ip)
{
	struct wire_frame frame = { .len = 60 };
	uint8_t *arp = frame.bytes + 14;

	if (operation == 1)
		memset(frame.bytes, 0xff, 6);
	else
		memcpy(frame.bytes, OUR_MAC, 6);
	memcpy(frame.bytes + 6, sender_mac, 6);
	put(frame.bytes + 12, 0x0806, 2);
	put(arp, 0x000108000604, 6);
	put(arp + 6, operation, 2);
	memcpy(arp + 8, sender_mac, 6);
	put(arp + 14, sender_ip, 4);
	if (operation == 2)
		memcpy(arp + 18, OUR_MAC, 6);
	put(arp + 24, target_ip, 4);
	return frame;
}

static inline struct wire_frame
make_echo(uint32_t from_ip, size_t data_len)
{
	uint8_t icmp[1480] = { 8, 0, 0, 0, 0x12, 0x34, 0, 1 };

	for (size_t i = 0; i < data_len; i++)
		icmp[8 + i] = (uint8_t)i;
	return make_ipv4(from_ip, OUR_IP, 1, icmp, 8 + data_len);
}

/* ---- The wire -------------------------------------------------------------------------- */

/* From an allocation of exactly the frame's size: a read past it is seen. */
static inline void
send_frame(const struct wire_frame *frame)
{
	uint8_t *exact = malloc(frame->len == 0 ? 1 : frame->len);

	memcpy(exact, frame->bytes, frame->len);
	net_input(exact, frame->len);
	free(exact);
}

/* The next frame out, ARP requests answered on the way.  Everything on it must be right. */
static inline bool
next_frame(struct wire_frame *frame)
{
	while ((frame->len = net_output(frame->bytes)) != 0) {
		uint8_t *at = frame->bytes + 14;

		CHECK(frame->len >= 42 && memcmp(frame->bytes + 6, OUR_MAC, 6) == 0);
		if (get(frame->bytes + 12, 2) == 0x0806) {
			if (peer_answers_arp && get(at + 6, 2) == 1) {
				struct wire_frame reply = make_arp(2, PEER_MAC, get(at + 24, 4), OUR_IP);

				send_frame(&reply);
				continue;
			}
			return true;
		}
		CHECK(get(frame->bytes + 12, 2) == 0x0800 && at[0] == 0x45 && get(at + 2, 2) == frame->len - 14);
		CHECK(internet_checksum(0, at, 20) == 0);
		if (at[9] == 6)
			CHECK(internet_checksum(pseudo_sum(at, frame->len - 34), at + 20, frame->len - 34) == 0);
		if (at[9] == 1)
			CHECK(internet_checksum(0, at + 20, frame->len - 34) == 0);
		return true;
	}
	return false;
}

/* Read a TCP frame; spans point into it. */
static inline bool
read_tcp(struct segment *segment, const struct wire_frame *frame)
{
	const uint8_t *ip = frame->bytes + 14, *tcp = ip + 20;
	size_t header_len;

	if (get(frame->bytes + 12, 2) != 0x0800 || ip[9] != 6)
		return false;
	header_len = (size_t)(tcp[12] >> 4) * 4;
	*segment = (struct segment){ .from_ip = get(ip + 12, 4), .to_ip = get(ip + 16, 4), .from_port = (uint16_t)get(tcp, 2),
	    .to_port = (uint16_t)get(tcp + 2, 2), .seq = get(tcp + 4, 4), .ack = get(tcp + 8, 4), .flags = tcp[13] & 0x3f,
	    .window = (uint16_t)get(tcp + 14, 2), .id = (uint16_t)get(ip + 4, 2), .options = tcp + 20,
	    .options_len = header_len - 20, .data = tcp + header_len, .data_len = frame->len - 34 - header_len };
	return true;
}

/* Throw away what the stack wants to say; how many frames. */
static inline size_t
drain(void)
{
	struct wire_frame frame;
	size_t num = 0;

	while (next_frame(&frame))
		num++;
	return num;
}

static inline void
pass_time(uint64_t ns)
{
	for (uint64_t end_ns = now_ns + ns; now_ns < end_ns;) {
		now_ns = end_ns - now_ns > 100 * MS ? now_ns + 100 * MS : end_ns;
		(void)net_tick(now_ns);
	}
}

/* ---- A peer's connection ----------------------------------------------------------------- */

struct peer {
	uint32_t ip;
	uint16_t port, to_port;
	uint32_t isn, snd_nxt, rcv_nxt;		/* snd_nxt: what we send next; rcv_nxt: what we expect */
	uint32_t acked;				/* the stack's last ACK */
	uint16_t window;			/* the stack's last window */
	bool fin, rst;				/* came from the stack */
	size_t num_segments;			/* from the stack, in all */
	size_t received_len;
	uint8_t received[65536];
};

static inline struct segment
peer_segment(const struct peer *peer, unsigned flags)
{
	return (struct segment){ .from_ip = peer->ip, .to_ip = OUR_IP, .from_port = peer->port, .to_port = peer->to_port,
	    .seq = peer->snd_nxt, .ack = peer->rcv_nxt, .flags = flags, .window = 8192 };
}

static inline void
peer_send_segment(const struct segment *segment)
{
	struct wire_frame frame = make_tcp(segment);

	send_frame(&frame);
}

static inline void
peer_send(struct peer *peer, unsigned flags, const void *data, size_t data_len)
{
	struct segment segment = peer_segment(peer, flags);

	segment.data = data;
	segment.data_len = data_len;
	peer_send_segment(&segment);
	peer->snd_nxt += (uint32_t)data_len + ((flags & (SYN | FIN)) != 0 ? 1 : 0);
}

/* Take everything the stack says to this peer; in order or not at all. */
static inline void
peer_listen(struct peer *peer)
{
	struct wire_frame frame;
	struct segment segment;

	while (next_frame(&frame)) {
		if (!read_tcp(&segment, &frame) || segment.to_port != peer->port || segment.to_ip != peer->ip)
			continue;
		CHECK(memcmp(frame.bytes, PEER_MAC, 6) == 0);
		peer->num_segments++;
		if ((segment.flags & RST) != 0) {
			peer->rst = true;
			continue;
		}
		peer->acked = segment.ack;
		peer->window = segment.window;
		if ((segment.flags & SYN) != 0) {
			peer->rcv_nxt = segment.seq + 1;
			continue;
		}
		if (segment.seq != peer->rcv_nxt)
			continue;
		CHECK(peer->received_len + segment.data_len <= sizeof peer->received);
		memcpy(peer->received + peer->received_len, segment.data, segment.data_len);
		peer->received_len += segment.data_len;
		peer->rcv_nxt += (uint32_t)segment.data_len;
		if ((segment.flags & FIN) != 0) {
			peer->fin = true;
			peer->rcv_nxt++;
		}
	}
}

static inline void
peer_ack(struct peer *peer) { peer_send(peer, ACK, NULL, 0); }

static inline void
peer_init(struct peer *peer, uint32_t ip, uint16_t port, uint16_t to_port)
{
	memset(peer, 0, sizeof *peer);
	peer->ip = ip;
	peer->port = port;
	peer->to_port = to_port;
	peer->isn = peer->snd_nxt = 0x10000000u + port * 7919u;
}

/* SYN out, SYN-ACK in; the ACK is left to the caller. */
static inline void
peer_half_open(struct peer *peer, uint32_t ip, uint16_t port, uint16_t to_port)
{
	static const uint8_t MSS_1460[4] = { 2, 4, 0x05, 0xb4 };
	struct segment syn;

	peer_init(peer, ip, port, to_port);
	syn = peer_segment(peer, SYN);
	syn.ack = 0;
	syn.options = MSS_1460;
	syn.options_len = 4;
	peer_send_segment(&syn);
	peer->snd_nxt++;
	peer_listen(peer);
	CHECK(peer->acked == peer->snd_nxt && !peer->rst);
}

/* A whole handshake, and the stack's end of it. */
static inline struct net_conn *
peer_open(struct peer *peer, uint32_t ip, uint16_t port, uint16_t to_port)
{
	struct net_conn *conn;
	uint16_t at = 0;

	peer_half_open(peer, ip, port, to_port);
	peer_ack(peer);
	peer_listen(peer);
	conn = net_accept(&at);
	CHECK(conn != NULL && at == to_port && net_status(conn) == NET_OPEN);
	CHECK(net_peer(conn) == ip && net_peer_port(conn) == port);
	return conn;
}

/* Finish a connection from the peer's side after the stack's FIN. */
static inline void
peer_finish(struct peer *peer)
{
	peer_listen(peer);
	CHECK(peer->fin);
	peer_send(peer, FIN | ACK, NULL, 0);
	peer_listen(peer);
}

#endif
