/*
 * bootprobe.c: how long from a machine's start to its first TLS handshake.
 *
 *	bootprobe 127.0.0.1:PORT SECONDS CERT KEY COMMAND...
 *
 * Starts COMMAND, connects again and again with short time-outs (a SYN sent before the guest
 * listens is lost for a second) until a full TLS 1.3 handshake is done and a byte of the answer
 * came, ends COMMAND, and prints one line:
 *
 *	tls_ms N first_byte_ms N peak_kb N	(peak_kb: VmHWM of COMMAND)
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/client.h"

enum { TRY_MS = 4, PAUSE_US = 500 };

static pid_t
start(char **command)
{
	pid_t child = fork();
	int nothing;

	if (child != 0)
		return child;
	nothing = open("/dev/null", O_RDWR);
	for (int fd = 0; fd < 3; fd++)
		(void)dup2(nothing, fd);
	(void)execvp(command[0], command);
	_exit(127);
}

/* One attempt; false if it did not come to the first byte. */
static bool
attempt(SSL_CTX *context, const struct sockaddr_in *address, uint64_t *tls_ns, uint64_t *byte_ns)
{
	char byte;
	bool good = false;
	int fd = client_connect(address, TRY_MS);
	SSL *tls;

	if (fd < 0)
		return false;
	tls = SSL_new(context);
	SSL_set_fd(tls, fd);
	if (SSL_connect(tls) == 1) {
		*tls_ns = client_now_ns();
		good = SSL_read(tls, &byte, 1) == 1;
		*byte_ns = client_now_ns();
	}
	SSL_free(tls);
	(void)close(fd);
	return good;
}

/* The peak of resident memory in kB, or 0. */
static long
peak_kb(pid_t pid)
{
	char path[64], line[256];
	long found = 0;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof line, file) != NULL)
		if (strncmp(line, "VmHWM:", 6) == 0)
			found = strtol(line + 6, NULL, 10);
	if (file != NULL)
		(void)fclose(file);
	return found;
}

int
main(int argc, char **argv)
{
	struct sockaddr_in address;
	SSL_CTX *context;
	uint64_t began_ns, end_ns, tls_ns = 0, byte_ns = 0;
	pid_t child;
	bool good = false;

	if (argc < 6) {
		fprintf(stderr, "usage: bootprobe 127.0.0.1:PORT SECONDS CERT KEY COMMAND...\n");
		return 2;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	address = client_address(argv[1]);
	context = client_context("TLS_AES_128_GCM_SHA256", argv[3], argv[4]);
	began_ns = client_now_ns();
	end_ns = began_ns + (uint64_t)(atof(argv[2]) * 1e9);
	child = start(argv + 5);
	while (!good && client_now_ns() < end_ns && waitpid(child, NULL, WNOHANG) == 0) {
		good = attempt(context, &address, &tls_ns, &byte_ns);
		if (!good)
			(void)usleep(PAUSE_US);
	}
	if (good)
		printf("tls_ms %.1f first_byte_ms %.1f peak_kb %ld\n", (double)(tls_ns - began_ns) / 1e6,
		    (double)(byte_ns - began_ns) / 1e6, peak_kb(child));
	else
		fprintf(stderr, "bootprobe: no handshake\n");
	(void)kill(child, SIGTERM);
	(void)waitpid(child, NULL, 0);
	return !good;
}
