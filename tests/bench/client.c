/* client.c: what both benchmark clients share.  See client.h. */
#include "tests/bench/client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

uint64_t
client_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "bench: %s\n", what);
	ERR_print_errors_fp(stderr);
	exit(2);
}

SSL_CTX *
client_context(const char *suite, const char *certificate, const char *key)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	bool tls13 = strncmp(suite, "TLS_", 4) == 0;
	int version = tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;

	if (context == NULL || SSL_CTX_set_min_proto_version(context, version) != 1 ||
	    SSL_CTX_set_max_proto_version(context, version) != 1 ||
	    (tls13 ? SSL_CTX_set_ciphersuites(context, suite) : SSL_CTX_set_cipher_list(context, suite)) != 1 ||
	    SSL_CTX_set1_groups_list(context, "X25519:P-256") != 1)
		die("no such suite");
	if (certificate != NULL && (SSL_CTX_use_certificate_chain_file(context, certificate) != 1 ||
	    SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1))
		die("can not use the certificate or the key");
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	return context;
}

struct sockaddr_in
client_address(const char *text)
{
	static const char LOOPBACK[] = "127.0.0.1:";
	struct sockaddr_in address = { .sin_family = AF_INET };
	long port = 0;

	if (strncmp(text, LOOPBACK, sizeof LOOPBACK - 1) == 0)
		port = strtol(text + sizeof LOOPBACK - 1, NULL, 10);
	if (port < 1 || port > 65535)
		die("the address is not 127.0.0.1:PORT");
	address.sin_port = htons((uint16_t)port);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return address;
}

/* Finish a connect that is under way. */
static bool
established(int fd, int timeout_ms)
{
	struct pollfd wait = { .fd = fd, .events = POLLOUT };
	int error = 0;
	socklen_t len = sizeof error;

	return poll(&wait, 1, timeout_ms) == 1 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 && error == 0;
}

int
client_connect(const struct sockaddr_in *address, int timeout_ms)
{
	const struct linger reset = { 1, 0 };
	const struct timeval patience = { timeout_ms / 1000 + 1, 0 };
	const int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if ((connect(fd, (const struct sockaddr *)address, sizeof *address) == 0 || errno == EINPROGRESS) &&
	    established(fd, timeout_ms) && fcntl(fd, F_SETFL, 0) == 0)
		return fd;
	(void)close(fd);
	return -1;
}
