/*
 * machine.c: the platform and the netstack of a run: platform.h and net.h, played from a transcript.  See run.h.
 * Time moves only in plat_wait, to what comes next; bytes arrive when all work is done.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deploy/replay/trace.h"
#include "appliance/limits.h"
#include "netstack/net.h"
#include "platform/base/sha256.h"
#include "platform/base/text.h"
#include "platform/hosted/draws.h"

enum { SECONDS = 120, CALLER_PORT = 10001 };

#define LAST_NS	(2 * SESSION_LIFE_NS)	/* no connection lives so long: this one never was */


struct net_conn {
	bool waits;			/* for net_accept */
	bool ended;			/* by the appliance */
	bool finished;
	enum net_status status;
	uint16_t peer_port;
	uint32_t room;
	uint32_t len, read;		/* of bytes */
	uint8_t bytes[RECORDING_BYTES_MAX];
};

static struct {
	const struct run_order *order;
	const struct recording *recording;
	struct run_result *result;
	bool ready;
	uint64_t now_ns, num_draws;
	size_t piece;			/* the next to come */
	uint32_t piece_done;		/* of it */
	bool end_done;
	struct net_conn visitor;	/* of 10001; not the one that is played */
	struct net_conn conn;
} machine;

/* ---- The platform ----------------------------------------------------------------------- */

uint64_t
plat_clock_ns(void) { return machine.now_ns; }

uint64_t
plat_wall_s(void) { return machine.recording->boot_s + machine.now_ns / 1000000000; }

void
plat_seed(uint8_t seed[PLAT_SEED_LEN]) { draws_make(seed, machine.recording->seed, machine.num_draws++); }

void
plat_net_mac(uint8_t mac[PLAT_MAC_LEN]) { memset(mac, 2, PLAT_MAC_LEN); }

size_t
plat_net_recv(uint8_t frame[PLAT_FRAME_MAX])
{
	(void)frame;
	return 0;
}

void
plat_net_send(const uint8_t *frame, size_t frame_len)
{
	(void)frame;
	(void)frame_len;
}

void
plat_log(const char *text, size_t text_len)
{
	if (machine.ready && text_len > 0)
		trace_line("console  %.*s", (int)text_len - 1, text);
	else if (memmem(text, text_len, "refused", 7) != NULL)
		trace_outcome("%.*s", (int)text_len - 1, text);
}

_Noreturn void
plat_halt(enum plat_exit why)
{
	trace_outcome("halted %d", (int)why);
	_exit(0);
}

/* ---- What comes when -------------------------------------------------------------------- */

static void
skip_out(void)
{
	while (machine.piece < machine.recording->num_pieces && machine.recording->pieces[machine.piece].out)
		machine.piece++;
}

/* When the next thing comes; NET_NEVER: nothing more. */
static uint64_t
next_ns(void)
{
	skip_out();
	if (machine.piece < machine.recording->num_pieces)
		return machine.recording->begin_ns + machine.recording->pieces[machine.piece].at_ns;
	if (!machine.end_done && machine.recording->end != RECORDING_OPEN)
		return machine.recording->begin_ns + machine.recording->end_ns;
	return NET_NEVER;
}

static void
deliver(void)
{
	const struct recording_piece *piece = &machine.recording->pieces[machine.piece];
	struct net_conn *conn = &machine.conn;
	uint32_t len;

	if (machine.piece == machine.recording->num_pieces) {
		machine.end_done = true;
		conn->status = machine.recording->end == RECORDING_FIN ? NET_PEER_DONE : NET_GONE;
		trace_place.cause = RUN_BY_END;
		trace_line("the peer %s", conn->status == NET_GONE ? "resets" : "is done");
		return;
	}
	len = machine.order->bytewise ? 1 : piece->len;
	memcpy(conn->bytes + conn->len, machine.recording->bytes + piece->from + machine.piece_done, len);
	conn->len += len;
	machine.piece_done += len;
	if (machine.piece_done == piece->len) {
		machine.piece++;
		machine.piece_done = 0;
	}
	trace_place.num_in = machine.result->num_in = conn->len;
	trace_place.cause = RUN_BY_BYTE;
}

/* Set up is over: now the connection begins. */
static void
begin(void)
{
	struct net_conn *first = machine.recording->called ? &machine.visitor : &machine.conn;

	machine.ready = true;
	machine.now_ns = machine.recording->begin_ns;
	machine.num_draws = machine.recording->has_seed ? machine.order->draw : machine.num_draws;
	machine.conn = (struct net_conn){ .room = NET_SEND_MAX, .status = NET_OPEN, .peer_port = machine.recording->peer_port };
	machine.visitor = (struct net_conn){ .room = NET_SEND_MAX, .status = NET_OPEN, .peer_port = 1 };
	first->waits = true;
}

void
plat_wait(uint64_t deadline_ns)
{
	if (!machine.ready)
		begin();
	machine.conn.room = NET_SEND_MAX;
	trace_place.at_ns = machine.now_ns - machine.recording->begin_ns;
	if (machine.conn.ended || trace_place.at_ns > LAST_NS)
		_exit(0);
	if (machine.conn.waits || machine.visitor.waits || deadline_ns <= machine.now_ns)
		return;
	if (next_ns() <= deadline_ns) {
		if (next_ns() > machine.now_ns)
			machine.now_ns = next_ns();
		trace_place.at_ns = machine.now_ns - machine.recording->begin_ns;
		deliver();
		return;
	}
	machine.now_ns = deadline_ns;
	trace_place.at_ns = machine.now_ns - machine.recording->begin_ns;
	trace_place.cause = RUN_BY_TIME;
}

/* ---- The netstack ----------------------------------------------------------------------- */

void
net_init(const struct net_config *config, uint64_t now_ns)
{
	(void)config;
	(void)now_ns;
}

void
net_listen(uint16_t port) { (void)port; }

struct net_conn *
net_accept(uint16_t *port)
{
	struct net_conn *conn = machine.visitor.waits ? &machine.visitor : &machine.conn;

	if (!conn->waits)
		return NULL;
	conn->waits = false;
	*port = machine.recording->called ? CALLER_PORT : machine.recording->port;
	return conn;
}

struct net_conn *
net_connect(uint32_t ip, uint16_t port)
{
	(void)ip;
	(void)port;
	return machine.recording->called ? &machine.conn : NULL;
}

void
net_input(const uint8_t *frame, size_t frame_len)
{
	(void)frame;
	(void)frame_len;
}

size_t
net_output(uint8_t frame[NET_FRAME_MAX])
{
	(void)frame;
	return 0;
}

uint64_t
net_tick(uint64_t now_ns)
{
	(void)now_ns;
	return NET_NEVER;
}

enum net_status
net_status(const struct net_conn *conn)
{
	/* What came before a FIN is read before it counts, as in netstack; a reset counts at once. */
	return conn->status;
}

struct span
net_peek(struct net_conn *conn) { return (struct span){ conn->bytes + conn->read, conn->len - conn->read }; }

size_t
net_unread(const struct net_conn *conn) { return conn->len - conn->read; }

void
net_consume(struct net_conn *conn, size_t len)
{
	if (len > conn->len - conn->read)
		abort();
	conn->read += (uint32_t)len;
	machine.result->num_read = machine.conn.read;
}

size_t
net_room(const struct net_conn *conn) { return conn->finished || conn->status == NET_GONE ? 0 : conn->room; }

size_t
net_unacked(const struct net_conn *conn)
{
	(void)conn;
	return 0;
}

void
net_send(struct net_conn *conn, struct span bytes)
{
	struct run_result *result = machine.result;

	if (bytes.len > net_room(conn))
		abort();
	conn->room -= (uint32_t)bytes.len;
	if (conn != &machine.conn || bytes.len == 0 || bytes.len > sizeof result->out - result->out_len)
		return;
	memcpy(result->out + result->out_len, bytes.ptr, bytes.len);
	result->out_len += (uint32_t)bytes.len;
}

/* An end is what it came to when nothing else was said of it. */
static void
say_end(const char *how)
{
	trace_line("%s", how);
	if (machine.result->outcome[0] == '\0')
		trace_outcome("nothing given, nothing wrong");
}

void
net_finish(struct net_conn *conn)
{
	if (conn == &machine.conn && !conn->finished)
		say_end("the machine is done");
	conn->finished = true;
}

static void
ended(struct net_conn *conn, const char *how)
{
	conn->ended = true;
	if (conn == &machine.conn)
		say_end(how);
}

void
net_close(struct net_conn *conn) { ended(conn, "closed"); }

void
net_abort(struct net_conn *conn) { ended(conn, conn->status == NET_GONE ? "gone" : "reset by the machine"); }

uint32_t
net_peer(const struct net_conn *conn)
{
	(void)conn;
	return machine.recording->peer;
}

uint16_t
net_peer_port(const struct net_conn *conn) { return conn->peer_port; }

const struct net_stats *
net_stats(void)
{
	static const struct net_stats STATS;

	return &STATS;
}

/* ---- The run ---------------------------------------------------------------------------- */

/* The module of this machine: what the transcript says of it, and a prize that is nobody's. */
static struct span
module_make(const struct recording *recording)
{
	static uint8_t text[RECORDING_PUBLIC_MAX + 1024];
	struct outbuf out = outbuf_of(text, sizeof text);
	uint8_t digest[SHA256_LEN], one[32] = { [31] = 1 }, zero[32] = { 0 };

	text_string(&out, "pinata-boot-module 1\n");
	outbuf_bytes(&out, recording->module);
	text_string(&out, "private-key ");
	text_hex(&out, SPAN_ARRAY(one));
	text_string(&out, "\nseed ");
	text_hex(&out, SPAN_ARRAY(zero));
	text_string(&out, "\n");
	sha256(digest, outbuf_span(&out));
	text_string(&out, "checksum ");
	text_hex(&out, SPAN_ARRAY(digest));
	text_string(&out, "\n");
	return outbuf_span(&out);
}

static _Noreturn void
child(struct run_result *result, const struct run_order *order)
{
	struct plat_boot boot = { .module = module_make(order->recording) };

	(void)signal(SIGALRM, SIG_DFL);
	(void)alarm(SECONDS);		/* of ours: an endless loop is an outcome */
	machine.order = order;
	machine.recording = order->recording;
	machine.result = result;
	memcpy(boot.image_hash, order->recording->image, sizeof boot.image_hash);
	trace_open(result);
	plat_main(&boot);
}

struct run_result *
run_room(void)
{
	struct run_result *room = mmap(NULL, sizeof *room, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (room == MAP_FAILED) {
		perror("pinata-replay");
		exit(2);
	}
	return room;
}

void
run(struct run_result *result, const struct run_order *order)
{
	int status = -1;
	pid_t pid;

	memset(result, 0, sizeof *result);
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		child(result, order);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	trace_open(result);
	if (pid < 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM))
		trace_outcome("STUCK");
	else if (WIFSIGNALED(status))
		trace_outcome("CRASHED by signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		trace_outcome("CRASHED with status %d", WEXITSTATUS(status));
	else if (result->outcome[0] == '\0')
		trace_outcome("there was no connection");
}
