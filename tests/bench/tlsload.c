/*
 * tlsload.c: full TLS handshakes as fast as a server gives them.
 *
 *	tlsload 127.0.0.1:PORT THREADS SECONDS SUITE CERT KEY REQUEST SERVER_PID...
 *
 * Each thread: connect, handshake (CERT and KEY "": without a client certificate), send REQUEST (""
 * for none), read to the end; a connection counts when at least one byte came.  CPU time of the server
 * is the sum of /proc/PID/task/?/schedstat of each PID, so it is right on a busy machine too.  Prints
 * one line:
 *
 *	ok N failed N bytes N seconds S client_cpu_s S server_cpu_s S...	(one for each PID)
 */
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/bench/client.h"

enum { THREADS_MAX = 64, PIDS_MAX = 8, TIMEOUT_MS = 20000, WARM_UP_MS = 300, PATIENCE_MS = 20000 };
enum phase { WARM, MEASURED, OVER };

static SSL_CTX *context;
static struct sockaddr_in address;
static const char *request;
static _Atomic int phase;
static _Atomic unsigned long num_ok, num_failed, num_bytes;

/* One connection from SYN to the end; true if the server's bytes came. */
static bool
visit(void)
{
	char answer[16384];
	bool good = false;
	int fd = client_connect(&address, TIMEOUT_MS), got;
	SSL *tls;

	if (fd < 0)
		return false;
	tls = SSL_new(context);
	SSL_set_fd(tls, fd);
	if (SSL_connect(tls) == 1 &&
	    (request[0] == '\0' || SSL_write(tls, request, (int)strlen(request)) > 0))
		while ((got = SSL_read(tls, answer, sizeof answer)) > 0) {
			num_bytes += phase == MEASURED ? (unsigned long)got : 0;
			good = true;
		}
	SSL_free(tls);
	(void)close(fd);
	return good;
}

static void *
visitor(void *unused)
{
	(void)unused;
	while (phase != OVER) {
		bool good = visit();

		if (phase != MEASURED)
			continue;
		if (good)
			num_ok++;
		else
			num_failed++;
	}
	return NULL;
}

/* Nanoseconds on a processor so far, all threads of the process. */
static uint64_t
cpu_ns(const char *pid)
{
	char path[300];
	uint64_t total = 0;
	struct dirent *entry;
	DIR *tasks;

	snprintf(path, sizeof path, "/proc/%s/task", pid);
	tasks = opendir(path);
	while (tasks != NULL && (entry = readdir(tasks)) != NULL) {
		unsigned long long ns = 0;
		FILE *file;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "/proc/%s/task/%.20s/schedstat", pid, entry->d_name);
		file = fopen(path, "re");
		if (file != NULL && fscanf(file, "%llu", &ns) == 1)
			total += ns;
		if (file != NULL)
			(void)fclose(file);
	}
	if (tasks != NULL)
		(void)closedir(tasks);
	return total;
}

static double
own_cpu_s(void)
{
	struct rusage use;

	(void)getrusage(RUSAGE_SELF, &use);
	return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
	    (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

static void
measure(double seconds, char **pids, int num_pids)
{
	uint64_t before_ns[PIDS_MAX], began_ns, cpu_after_ns[PIDS_MAX], ended_ns;
	double own_s;

	(void)usleep(WARM_UP_MS * 1000);
	for (int i = 0; i < num_pids; i++)
		before_ns[i] = cpu_ns(pids[i]);
	own_s = own_cpu_s();
	began_ns = client_now_ns();
	phase = MEASURED;
	(void)usleep((useconds_t)(seconds * 1e6));
	for (int i = 0; num_ok == 0 && num_failed == 0 && i < PATIENCE_MS; i++)
		(void)usleep(1000);	/* a starved machine: at least one */
	phase = OVER;
	ended_ns = client_now_ns();
	for (int i = 0; i < num_pids; i++)
		cpu_after_ns[i] = cpu_ns(pids[i]);
	printf("ok %lu failed %lu bytes %lu seconds %.3f client_cpu_s %.3f server_cpu_s", num_ok, num_failed, num_bytes,
	    (double)(ended_ns - began_ns) / 1e9, own_cpu_s() - own_s);
	for (int i = 0; i < num_pids; i++)
		printf(" %.4f", (double)(cpu_after_ns[i] - before_ns[i]) / 1e9);
	printf("\n");
}

int
main(int argc, char **argv)
{
	pthread_t threads[THREADS_MAX];
	int num_threads = argc > 7 ? atoi(argv[2]) : 0;

	if (argc < 8 || argc - 8 > PIDS_MAX || num_threads < 1 || num_threads > THREADS_MAX) {
		fprintf(stderr, "usage: tlsload 127.0.0.1:PORT THREADS SECONDS SUITE CERT KEY REQUEST SERVER_PID...\n");
		return 2;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	address = client_address(argv[1]);
	context = client_context(argv[4], argv[5][0] == '\0' ? NULL : argv[5], argv[6]);
	request = argv[7];
	for (int i = 0; i < num_threads; i++)
		if (pthread_create(&threads[i], NULL, visitor, NULL) != 0)
			return 2;
	measure(atof(argv[3]), argv + 8, argc - 8);
	for (int i = 0; i < num_threads; i++)
		(void)pthread_join(threads[i], NULL);
	return num_ok == 0;
}
