/*
 * tls_client.c: the stack as a client over a real socket: handshake, one GET, and what was negotiated.
 *
 *   tls_client HOST:PORT [--ca F] [--name N] [--cert F --key F] [--version 1.2|1.3|both] [--suites L]
 *       [--groups L] [--alpn L]
 *
 * Exit 0: the handshake was good and the server closed in an orderly way.  1: one line says why not.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/conformance/load.h"
#include "tests/conformance/options.h"

static struct tls_config config;
static union tls_conn_store store;
static struct tls_conn *tls;
static uint8_t buffer[TLS_BUFFER_SIZE], address[16];
static int fd;

static void
send_all(const struct outbuf *out)
{
	size_t done = 0;

	while (done < out->len) {
		ssize_t sent = send(fd, out->ptr + done, out->len - done, MSG_NOSIGNAL);

		if (sent <= 0)
			return;		/* the peer's alert, if any, is still read */
		done += (size_t)sent;
	}
}

static void
request(struct outbuf *out)
{
	char text[512];
	struct cursor data;
	int len = snprintf(text, sizeof text, "GET / HTTP/1.0\r\nHost: %.*s\r\n\r\n", (int)config.server_name.len,
	    (const char *)config.server_name.ptr);

	data = cursor_of((struct span){ (const uint8_t *)text, (size_t)len });
	tls_send(tls, out, &data);
}

static void
describe(void)
{
	const struct tls_info *info = tls_info(tls);

	printf("version=%s suite=%s group=%s alpn=%.*s retry=%d own-scheme=%04x\n",
	    info->version == 0x0304 ? "1.3" : "1.2", load_suite_name(info->suite), load_group_name(info->group),
	    (int)info->alpn.len, (const char *)info->alpn.ptr, info->hello_retry, info->scheme);
}

/* One event; false: it is over, *code says how. */
static bool
step(struct outbuf *out, struct cursor *in, int *code, bool *more)
{
	const struct tls_error *why;
	struct span app;

	*more = true;
	switch (tls_step(tls, out, &app, in)) {
	case TLS_WANT_BUFFER:
		tls_lend(tls, buffer);
		return true;
	case TLS_ESTABLISHED:
		describe();
		request(out);
		return true;
	case TLS_DATA:
		fwrite(app.ptr, 1, app.len, stdout);
		return true;
	case TLS_PEER_CLOSED:
		tls_close(tls, out);
		*code = 0;
		return false;
	case TLS_FAILED:
		why = tls_failure(tls);
		fprintf(stderr, "failed: %s, alert %u %s\n", tls_error_name(why->code), why->alert,
		    why->alert_received ? "received" : "sent");
		*code = 1;
		return false;
	case TLS_WANT_ROOM:
		return true;
	case TLS_WANT_INPUT:
		break;
	}
	*more = false;
	return true;
}

static int
converse(void)
{
	uint8_t bytes[16384], room[2 * TLS_RECORD_MAX];
	struct cursor in = cursor_of((struct span){ bytes, 0 });
	int code = 1;

	for (;;) {
		struct outbuf out = outbuf_of(room, sizeof room);
		bool more, alive = step(&out, &in, &code, &more);
		ssize_t len;

		send_all(&out);
		if (!alive)
			return code;
		if (more)
			continue;
		len = recv(fd, bytes, sizeof bytes, 0);
		if (len <= 0) {
			fprintf(stderr, "failed: the connection ended without close_notify\n");
			return 1;
		}
		in = cursor_of((struct span){ bytes, (size_t)len });
	}
}

static void
connect_to(const char *where)
{
	struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM }, *found;
	char host[256];
	const char *colon = strrchr(where, ':');

	if (colon == NULL || colon - where >= 256)
		load_die(where, "is not HOST:PORT");
	memcpy(host, where, (size_t)(colon - where));
	host[colon - where] = '\0';
	if (getaddrinfo(host, colon + 1, &hints, &found) != 0)
		load_die(host, "is not known");
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(fd, found->ai_addr, found->ai_addrlen) != 0)
		load_die(where, strerror(errno));
	if (config.server_name.len != 0)
		return;
	if (inet_pton(AF_INET, host, address) == 1)
		config.server_address = (struct span){ address, 4 };
	else
		config.server_name = (struct span){ (const uint8_t *)strdup(host), strlen(host) };
}

static const struct option OPTIONS[] = {
	OPTIONS_COMMON, { "ca", 1, NULL, 'a' }, { "name", 1, NULL, 'n' }, { NULL, 0, NULL, 0 }
};

static const char *ca = "/etc/ssl/certs/ca-certificates.crt";
static struct options options;

static void
take_option(int option)
{
	if (options_take(&config, &options, option, optarg))
		return;
	switch (option) {
	case 'a': ca = optarg; break;
	case 'n': config.server_name = (struct span){ (const uint8_t *)optarg, strlen(optarg) }; break;
	default: exit(2);
	}
}

static void
configure(void)
{
	static const struct tls_protocol *protocols[2];
	static struct tls_anchor *anchors;

	options_end(&config, &options);
	if (options.speaks_13)
		protocols[config.num_protocols++] = &tls13_client;
	if (options.speaks_12)
		protocols[config.num_protocols++] = &tls12_client;
	config.protocols = protocols;
	config.num_anchors = load_anchors(&anchors, ca);
	config.anchors = anchors;
}

int
main(int argc, char **argv)
{
	uint8_t seed[TLS_SEED_LEN];
	int option;

	options_start(&config);
	while ((option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1)
		take_option(option);
	if (optind + 1 != argc)
		load_die("tls_client", "needs HOST:PORT");
	configure();
	connect_to(argv[optind]);
	load_seed(seed);
	tls = tls_init(&store, &config, seed, (uint64_t)time(NULL));
	option = converse();
	fflush(stdout);
	_exit(option);		/* without looking for what was not freed */
}
