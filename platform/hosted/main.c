/*
 * main.c: the hosted build: the appliance as a Linux process without root.  Opens what can fail
 * readably, splits into parent and child, and each goes its way.  The child is made before the
 * parent opens the wire or reads the boot module: it inherits neither.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/hosted/child.h"
#include "platform/hosted/options.h"
#include "platform/hosted/parent.h"

static int
open_or_say(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd < 0)
		fprintf(stderr, "pinata: can not open %s: %s\n", path, strerror(errno));
	return fd;
}

/* As many connections as the machine lets us have; no core dump of ours either. */
static void
limits_set(void)
{
	struct rlimit files = { 0, 0 }, none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
}

int
main(int argc, char **argv)
{
	struct options options;
	struct parent parent = { .log = -1 };
	int module, frames[2], console[2], random, buffer = 1 << 22;
	pid_t self = getpid();

	if (!options_parse(&options, argc, argv))
		return HOSTED_EXIT_USAGE;
	limits_set();
	module = open_or_say(options.module, O_RDONLY);
	random = open_or_say("/dev/urandom", O_RDONLY);
	if (module < 0 || random < 0)
		return HOSTED_EXIT_USAGE;
	if (options.log != NULL && (parent.log = open_or_say(options.log, O_WRONLY | O_CREAT | O_APPEND)) < 0)
		return HOSTED_EXIT_USAGE;
	parent.pulse = mmap(NULL, sizeof *parent.pulse, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	parent.signals = parent_signals();
	if (parent.pulse == MAP_FAILED || parent.signals < 0 || pipe2(console, O_CLOEXEC | O_NONBLOCK) != 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, frames) != 0) {
		fprintf(stderr, "pinata: can not start: %s\n", strerror(errno));
		return HOSTED_EXIT_USAGE;
	}
	for (int i = 0; i < 2; i++)		/* the rings of this machine; the kernel caps them */
		(void)setsockopt(frames[i], SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);

	parent.child = fork();
	if (parent.child == 0) {
		const int fds[HOSTED_NUM_FDS] = { frames[1], console[1], console[1], random };

		child_run(fds, self, parent.pulse);
	}
	if (parent.child < 0) {
		fprintf(stderr, "pinata: can not start: %s\n", strerror(errno));
		return HOSTED_EXIT_USAGE;
	}
	(void)close(frames[1]);
	(void)close(console[1]);
	(void)close(random);
	parent.frames = frames[0];
	parent.console = console[0];
	return parent_run(&parent, &options, module);
}
