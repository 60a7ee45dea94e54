/*
 * tls_server.c: the stack as a server over real sockets, for conformance suites and interop tests.
 * One thread, epoll, as many connections as descriptors.  Buffers are lent without a limit: a suite
 * tests the protocol here, the appliance's pools are tested in the appliance.
 *
 *   tls_server --listen ADDR:PORT --cert F --key F [--client-ca F] [--client-auth none|optional|required]
 *       [--version 1.2|1.3|both] [--suites L] [--groups L] [--alpn L]
 *       [--mode http|echo|sink] [--answer BYTES] [--verbose]
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/conformance/load.h"
#include "tests/conformance/options.h"

#define OUT_LEN		(4 * TLS_RECORD_MAX)
#define MESSAGE_MAX	131400	/* what suites call a large hello; the appliance takes far less */
#define IDLE_S		30	/* a silent connection is closed after this */
#define LINGER_S	2	/* what comes after our last byte is read for this long */

enum mode { MODE_HTTP, MODE_ECHO, MODE_SINK };

struct client {
	int fd;
	union tls_conn_store store;
	struct tls_conn *tls;
	uint8_t *buffer;
	uint8_t out[OUT_LEN];
	size_t out_len;
	char tail[4];			/* the last bytes of the request */
	bool answered, ending, shut;
	uint64_t answer_left;		/* bytes */
	time_t deadline;
	struct client *next, *prev;
};

static struct tls_config config;
static enum mode mode;
static int poller;
static bool verbose;
static uint64_t answer_len;	/* what follows the answer's head; 0: a word */
static struct client clients = { .next = &clients, .prev = &clients };
static const char ANSWER[] = "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n";
static const char LONG_HEAD[] = "HTTP/1.0 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n";

static void
client_free(struct client *client)
{
	close(client->fd);
	(void)tls_wipe(client->tls);
	free(client->buffer);
	client->prev->next = client->next;
	client->next->prev = client->prev;
	free(client);
}

static bool
flush(struct client *client)
{
	while (client->out_len > 0) {
		ssize_t sent = send(client->fd, client->out, client->out_len, MSG_NOSIGNAL);

		if (sent < 0)
			return errno == EAGAIN || errno == EINTR;
		memmove(client->out, client->out + sent, client->out_len - (size_t)sent);
		client->out_len -= (size_t)sent;
	}
	if (client->ending && !client->shut) {
		shutdown(client->fd, SHUT_WR);
		client->shut = true;
		client->deadline = time(NULL) + LINGER_S;
	}
	return true;
}

/* A request is over at an empty line; what does not look like HTTP is over at once. */
static bool
request_over(struct client *client, struct span data)
{
	bool over = client->tail[3] == '\0' && (data.ptr[0] < 'A' || data.ptr[0] > 'Z');

	for (size_t i = 0; i < data.len; i++) {
		memmove(client->tail, client->tail + 1, 3);
		client->tail[3] = (char)data.ptr[i];
		over = over || memcmp(client->tail + 2, "\n\n", 2) == 0 || memcmp(client->tail + 1, "\n\r\n", 3) == 0;
	}
	return over;
}

static void
say(struct client *client, struct outbuf *out, struct span bytes)
{
	struct cursor data = cursor_of(bytes);

	tls_send(client->tls, out, &data);
	if (!cursor_done(&data))
		client->ending = true;		/* no room: a slow reader loses */
}

static void
on_data(struct client *client, struct outbuf *out, struct span data)
{
	if (mode == MODE_ECHO)
		say(client, out, data);
	if (mode != MODE_HTTP || client->answered || !request_over(client, data))
		return;
	client->answered = true;
	client->answer_left = answer_len;
	say(client, out, answer_len > 0 ? SPAN_LITERAL(LONG_HEAD) : SPAN_LITERAL(ANSWER));
	if (answer_len > 0)
		return;		/* to be continued: answer_more */
	tls_close(client->tls, out);
	client->ending = true;
}

/* Fill the room for output with what is left of a long answer; when it is over, end. */
static void
answer_more(struct client *client)
{
	static const uint8_t ZEROS[16384];

	while (client->answer_left > 0 && OUT_LEN - client->out_len >= TLS_RECORD_MAX) {
		struct outbuf out = outbuf_of(client->out + client->out_len, OUT_LEN - client->out_len);
		uint64_t len = client->answer_left < sizeof ZEROS ? client->answer_left : sizeof ZEROS;

		say(client, &out, (struct span){ ZEROS, (size_t)len });
		client->answer_left -= len;
		if (client->answer_left == 0) {
			tls_close(client->tls, &out);
			client->ending = true;
		}
		client->out_len += out.len;
	}
}

static void
describe(struct client *client, const char *what)
{
	const struct tls_error *why = tls_failure(client->tls);
	const struct tls_info *info = tls_info(client->tls);

	if (verbose)
		printf("%s version=%04x suite=%s group=%s peer=%d reason=%s alert=%u%s at %s:%u\n", what, info->version,
		    load_suite_name(info->suite), load_group_name(info->group), tls_peer(client->tls) != NULL,
		    tls_error_name(why->code), why->alert, why->alert_received ? " received" : "",
		    why->file == NULL ? "-" : why->file, why->line);
}

/* One step; false when there is nothing more to do with this input. */
static bool
step(struct client *client, struct cursor *in)
{
	struct outbuf out = outbuf_of(client->out + client->out_len, OUT_LEN - client->out_len);
	struct span app;
	bool more = true;

	switch (tls_step(client->tls, &out, &app, in)) {
	case TLS_WANT_BUFFER:
		client->buffer = malloc(TLS_RECORD_MAX + MESSAGE_MAX);
		if (client->buffer == NULL)
			load_die("memory", "none left");
		tls_lend(client->tls, client->buffer);
		break;
	case TLS_ESTABLISHED:
		describe(client, "established");
		break;
	case TLS_DATA:
		on_data(client, &out, app);
		break;
	case TLS_PEER_CLOSED:
		tls_close(client->tls, &out);
		client->ending = true;
		break;
	case TLS_FAILED:
		if (!client->ending)
			describe(client, "failed");
		client->ending = true;
		more = false;
		break;
	case TLS_WANT_ROOM:
		more = flush(client) && out.len != 0;
		client->ending = !more;
		break;
	case TLS_WANT_INPUT:
		more = false;
		break;
	}
	client->out_len += out.len;
	return more;
}

/* False: the connection is over. */
static bool
client_input(struct client *client)
{
	uint8_t bytes[16384], *buffer;
	ssize_t len = recv(client->fd, bytes, sizeof bytes, 0);
	struct cursor in;

	if (len < 0)
		return errno == EAGAIN || errno == EINTR;
	if (len == 0)
		return false;
	if (client->shut)
		return true;
	client->deadline = time(NULL) + IDLE_S;
	in = cursor_of((struct span){ bytes, (size_t)len });
	while (step(client, &in))
		if (!flush(client))
			return false;
	buffer = tls_unlend(client->tls);
	if (buffer != NULL) {
		free(buffer);
		client->buffer = NULL;
	}
	return flush(client);
}

static void
client_new(int fd)
{
	struct client *client = calloc(1, sizeof *client);
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = client };
	uint8_t seed[TLS_SEED_LEN];
	int one = 1;

	if (client == NULL)
		load_die("memory", "none left");
	fcntl(fd, F_SETFL, O_NONBLOCK);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	load_seed(seed);
	client->fd = fd;
	client->tls = tls_init(&client->store, &config, seed, (uint64_t)time(NULL));
	client->deadline = time(NULL) + IDLE_S;
	client->next = clients.next;
	client->prev = &clients;
	clients.next->prev = client;
	clients.next = client;
	epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
}

static void
on_event(struct client *client, uint32_t events)
{
	struct epoll_event next = { .events = EPOLLIN, .data.ptr = client };
	bool alive = true;

	if (events & EPOLLOUT)
		alive = flush(client);
	if (alive && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		alive = client_input(client);
	if (alive && !client->ending && client->answer_left > 0) {
		answer_more(client);
		client->deadline = time(NULL) + IDLE_S;
		alive = flush(client);
	}
	if (!alive) {
		client_free(client);
		return;
	}
	if (client->out_len > 0 || (client->answer_left > 0 && !client->ending))
		next.events |= EPOLLOUT;
	epoll_ctl(poller, EPOLL_CTL_MOD, client->fd, &next);
}

static void
sweep(void)
{
	time_t now = time(NULL);

	for (struct client *client = clients.next, *next; client != &clients; client = next) {
		next = client->next;
		if (client->deadline < now)
			client_free(client);
	}
}

static int
listen_at(const char *where)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof at;
	char host[64], text[INET_ADDRSTRLEN];
	const char *colon = strrchr(where, ':');
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	if (colon == NULL || colon - where >= 64)
		load_die(where, "is not ADDR:PORT");
	memcpy(host, where, (size_t)(colon - where));
	host[colon - where] = '\0';
	at.sin_port = htons((uint16_t)atoi(colon + 1));
	if (inet_pton(AF_INET, host, &at.sin_addr) != 1)
		load_die(where, "is not ADDR:PORT");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 4096) != 0)
		load_die(where, strerror(errno));
	getsockname(fd, (struct sockaddr *)&at, &len);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	inet_ntop(AF_INET, &at.sin_addr, text, sizeof text);
	printf("listening %s:%u\n", text, ntohs(at.sin_port));
	return fd;
}

static void
serve(int listener)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL }, events[64];
	time_t swept = 0;

	poller = epoll_create1(0);
	epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
	for (;;) {
		int num = epoll_wait(poller, events, 64, 1000);

		for (int i = 0; i < num; i++) {
			if (events[i].data.ptr != NULL) {
				on_event(events[i].data.ptr, events[i].events);
				continue;
			}
			for (int fd; (fd = accept(listener, NULL, NULL)) >= 0; )
				client_new(fd);
		}
		if (time(NULL) != swept) {
			sweep();
			swept = time(NULL);
		}
	}
}

static void
on_term(int number)
{
	(void)number;
	_exit(0);
}

static const struct option OPTIONS[] = {
	OPTIONS_COMMON, { "listen", 1, NULL, 'l' }, { "client-ca", 1, NULL, 'a' }, { "client-auth", 1, NULL, 'u' },
	{ "mode", 1, NULL, 'm' }, { "answer", 1, NULL, 'n' }, { "verbose", 0, NULL, 'V' }, { NULL, 0, NULL, 0 }
};

static const char *const POLICIES[] = { "none", "optional", "required" }, *const MODES[] = { "http", "echo", "sink" };
static const char *listen_text = "127.0.0.1:0";
static size_t policy;
static struct options options;

static size_t
find(const char *value, const char *const names[3])
{
	for (size_t i = 0; i < 3; i++)
		if (strcmp(value, names[i]) == 0)
			return i;
	load_die(value, "is not known");
}

static void
take_option(int option)
{
	static struct tls_anchor *anchors;

	if (options_take(&config, &options, option, optarg))
		return;
	switch (option) {
	case 'l': listen_text = optarg; break;
	case 'u': policy = find(optarg, POLICIES); break;
	case 'm': mode = (enum mode)find(optarg, MODES); break;
	case 'V': verbose = true; break;
	case 'n': answer_len = strtoull(optarg, NULL, 10); break;
	case 'a':
		config.num_anchors = load_anchors(&anchors, optarg);
		config.anchors = anchors;
		config.name_authorities = config.num_anchors <= 8;	/* a whole store of roots is no hint */
		break;
	default: exit(2);
	}
}

static void
name_protocols(void)
{
	static const struct tls_protocol *const V13[] = { &tls13_server, &tls13_server_client_cert_optional,
	    &tls13_server_client_cert_required };
	static const struct tls_protocol *const V12[] = { &tls12_server, &tls12_server_client_cert_optional,
	    &tls12_server_client_cert_required };
	static const struct tls_protocol *protocols[2];

	if (policy != 0 && config.num_anchors == 0)
		load_die("--client-auth", "needs --client-ca");
	if (options.speaks_13)
		protocols[config.num_protocols++] = V13[policy];
	if (options.speaks_12)
		protocols[config.num_protocols++] = V12[policy];
	config.protocols = protocols;
}

int
main(int argc, char **argv)
{
	struct rlimit files;
	int option;

	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGTERM, on_term);
	config.message_max = MESSAGE_MAX;
	options_start(&config);
	while ((option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1)
		take_option(option);
	options_end(&config, &options);
	if (config.num_credentials == 0)
		load_die("tls_server", "needs --cert and --key");
	name_protocols();
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	serve(listen_at(listen_text));
}
