/*
 * fake_net.h: a platform and a netstack that a test plays by hand, under the appliance's own code.  The engine is
 * the real one, or fakes.h's.  Include it in one file of a test program.
 */
#ifndef TESTS_FAKE_NET_H
#define TESTS_FAKE_NET_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "netstack/net.h"
#include "platform/platform.h"
#include "tlsstack/tls.h"

/* A test of many short connections says so before. */
#ifndef FAKE_CONNS
#define FAKE_CONNS	160
#define FAKE_IN_MAX	131072
#define FAKE_OUT_MAX	65536
#endif

/* ---- Platform: a log that is kept, seeds that count ------------------------------------- */

static char fake_log[65536];
static size_t fake_log_len;
static uint8_t fake_seed_count;

void
plat_log(const char *text, size_t text_len)
{
	if (text_len > sizeof fake_log - 1 - fake_log_len)
		abort();
	memcpy(fake_log + fake_log_len, text, text_len);
	fake_log_len += text_len;
	fake_log[fake_log_len] = '\0';
}

void
plat_seed(uint8_t seed[PLAT_SEED_LEN])
{
	if (++fake_seed_count == 0)
		fake_seed_count = 1;		/* zero is what a seed must not be */
	memset(seed, fake_seed_count, PLAT_SEED_LEN);
}

uint64_t
plat_wall_s(void) { return 1700000000; }

/* ---- Netstack: connections are made by the test ------------------------------------------ */

struct net_conn {
	uint32_t peer;
	uint16_t port, peer_port;
	enum net_status status;
	bool queued, finished, closed, aborted;
	size_t in_len, in_at, room, unacked, out_len;
	uint8_t in[FAKE_IN_MAX];
	uint8_t out[FAKE_OUT_MAX];
};

static struct net_conn fake_conns[FAKE_CONNS];
static size_t fake_num_conns;

static inline struct net_conn *
fake_connect(uint32_t peer, uint16_t port)
{
	struct net_conn *conn = &fake_conns[fake_num_conns];

	if (fake_num_conns == FAKE_CONNS)
		abort();
	memset(conn, 0, sizeof *conn);
	conn->peer = peer;
	conn->peer_port = (uint16_t)(40000 + fake_num_conns++);
	conn->port = port;
	conn->status = NET_OPEN;
	conn->room = 5840;
	conn->queued = true;
	return conn;
}

static inline void
fake_say(struct net_conn *conn, struct span bytes)
{
	if (bytes.len > sizeof conn->in - conn->in_len)
		abort();
	if (bytes.len > 0)
		memcpy(conn->in + conn->in_len, bytes.ptr, bytes.len);
	conn->in_len += bytes.len;
}

static inline void
fake_type(struct net_conn *conn, const char *text) { fake_say(conn, (struct span){ (const uint8_t *)text, strlen(text) }); }

static inline bool
fake_ended(const struct net_conn *conn) { return conn->closed || conn->aborted; }

static inline void
fake_check(const struct net_conn *conn)
{
	if (fake_ended(conn))
		abort();	/* used after its end */
}

struct net_conn *
net_accept(uint16_t *port)
{
	for (size_t i = 0; i < fake_num_conns; i++) {
		if (!fake_conns[i].queued)
			continue;
		fake_conns[i].queued = false;
		*port = fake_conns[i].port;
		return &fake_conns[i];
	}
	return NULL;
}

enum net_status
net_status(const struct net_conn *conn)
{
	fake_check(conn);
	return conn->status;
}

struct span
net_peek(struct net_conn *conn)
{
	fake_check(conn);
	return (struct span){ conn->in + conn->in_at, conn->in_len - conn->in_at };
}

size_t
net_unread(const struct net_conn *conn)
{
	fake_check(conn);
	return conn->in_len - conn->in_at;
}

void
net_consume(struct net_conn *conn, size_t len)
{
	fake_check(conn);
	if (len > conn->in_len - conn->in_at)
		abort();
	conn->in_at += len;
}

size_t
net_room(const struct net_conn *conn)
{
	fake_check(conn);
	return conn->status == NET_GONE || conn->finished ? 0 : conn->room;
}

size_t
net_unacked(const struct net_conn *conn) { return conn->unacked; }

void
net_send(struct net_conn *conn, struct span bytes)
{
	fake_check(conn);
	if (bytes.len > net_room(conn) || bytes.len > sizeof conn->out - conn->out_len)
		abort();
	if (bytes.len > 0)
		memcpy(conn->out + conn->out_len, bytes.ptr, bytes.len);
	conn->out_len += bytes.len;
	conn->room -= bytes.len;
}

void
net_finish(struct net_conn *conn)
{
	fake_check(conn);
	conn->finished = true;
}

void
net_close(struct net_conn *conn)
{
	fake_check(conn);
	conn->closed = true;
}

void
net_abort(struct net_conn *conn)
{
	fake_check(conn);
	conn->aborted = true;
}

/* What the test wants of the next connection that the appliance opens. */
static bool fake_refuses_connect;
static struct net_conn *fake_called;

struct net_conn *
net_connect(uint32_t ip, uint16_t port)
{
	struct net_conn *conn;

	if (fake_refuses_connect)
		return NULL;
	conn = fake_connect(ip, port);
	conn->queued = false;
	conn->peer_port = port;
	conn->status = NET_OPENING;
	fake_called = conn;
	return conn;
}

uint32_t
net_peer(const struct net_conn *conn) { return conn->peer; }

uint16_t
net_peer_port(const struct net_conn *conn) { return conn->peer_port; }

const struct net_stats *
net_stats(void)
{
	static const struct net_stats STATS = { .frames_in = 12 };

	return &STATS;
}

#endif
