/*
 * parent.c: everything that the child may not do.  It carries frames without looking into
 * them, prints the console with control characters replaced (text may quote strangers), watches
 * the pulse, and ends both.
 */
#include "platform/hosted/parent.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "platform/hosted/dump.h"
#include "platform/hosted/module.h"
#include "platform/hosted/recorder.h"
#include "platform/hosted/wire.h"

enum {
	FRAMES_PER_TURN = 64,
	PULSE_MS = 1000,		/* how often the pulse is felt */
	RUNNING = -1			/* not an exit status */
};

static int child_frames;
static const struct hosted_pulse *child_pulse;

int
wire_poll_add(struct wire_poll *poll, int fd, short events)
{
	if (poll->num == WIRE_POLL_MAX)
		return -1;
	poll->entries[poll->num] = (struct pollfd){ .fd = fd, .events = events };
	return (int)poll->num++;
}

/* By the child's clock; before it goes: 0. */
static uint64_t
child_clock_ns(void)
{
	uint64_t started_ns = atomic_load(&child_pulse->started_ns);
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return started_ns == 0 ? 0 : (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec - started_ns;
}

/* A full socket drops the frame, as a wire does: TCP sends it again. */
static void
to_child(const uint8_t *frame, size_t frame_len)
{
	uint64_t num_draws = atomic_load(&child_pulse->num_draws);

	if (frame_len > PLAT_FRAME_MAX || send(child_frames, frame, frame_len, MSG_NOSIGNAL) < 0)
		return;
	dump_frame(frame, frame_len);
	recorder_frame(frame, frame_len, child_clock_ns(), num_draws);
}

static void
from_child(const struct wire *wire)
{
	uint8_t frame[PLAT_FRAME_MAX];
	ssize_t got;

	for (int i = 0; i < FRAMES_PER_TURN && (got = recv(child_frames, frame, sizeof frame, 0)) > 0; i++) {
		dump_frame(frame, (size_t)got);
		recorder_frame(frame, (size_t)got, child_clock_ns(), atomic_load(&child_pulse->num_draws));
		wire->send(frame, (size_t)got);
	}
}

/* False when the child's end is closed: nothing more will come. */
static bool
console(const struct parent *parent)
{
	char text[4096];
	ssize_t got = read(parent->console, text, sizeof text);

	for (ssize_t i = 0; i < got; i++)
		if (text[i] != '\n' && (text[i] < ' ' || text[i] > '~'))
			text[i] = '?';
	if (got > 0 && (write(STDOUT_FILENO, text, (size_t)got) < 0 ||
	    (parent->log >= 0 && write(parent->log, text, (size_t)got) < 0)))
		return true;		/* who closed our output does not want it */
	return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

/* The child is gone, or is made to go; what it still said is printed.  Our exit status. */
static int
finish(const struct parent *parent, int status)
{
	unsigned num;
	int how;

	(void)recorder_close(&num);
	if (status != RUNNING)
		(void)kill(parent->child, SIGKILL);
	if (waitpid(parent->child, &how, 0) != parent->child)
		return HOSTED_EXIT_USAGE;
	while (console(parent))
		continue;
	if (status != RUNNING)
		return status;
	if (WIFEXITED(how))
		return WEXITSTATUS(how);
	fprintf(stderr, "pinata: the child ended by signal %d%s\n", WTERMSIG(how),
	    WTERMSIG(how) == SIGSYS ? ": it made a system call that the sandbox forbids" : "");
	return PLAT_EXIT_BUG;
}

/* The signal that came says how we end: RUNNING when the child ended by itself. */
static bool
signalled(int signals, int *status)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof info) != sizeof info)
		return false;
	*status = info.ssi_signo == SIGCHLD ? RUNNING : PLAT_EXIT_OK;
	return true;
}

/* True after HOSTED_STUCK_S seconds in one turn. */
static bool
stuck(const struct hosted_pulse *pulse)
{
	static uint64_t turns = UINT64_MAX;
	static time_t since_s;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (atomic_load(&pulse->asleep) || atomic_load(&pulse->turns) != turns) {
		turns = atomic_load(&pulse->turns);
		since_s = now.tv_sec;
	}
	return now.tv_sec - since_s > HOSTED_STUCK_S;
}

static int
carry(const struct parent *parent, const struct wire *wire)
{
	static struct wire_poll set;
	int status, ready, from_signals, from_console, from_frames;

	for (;;) {
		uint32_t timeout_ms = PULSE_MS;

		set.num = 0;
		from_signals = wire_poll_add(&set, parent->signals, POLLIN);
		from_console = wire_poll_add(&set, parent->console, POLLIN);
		from_frames = wire_poll_add(&set, parent->frames, POLLIN);
		wire->fill(&set, &timeout_ms);
		ready = poll(set.entries, set.num, (int)timeout_ms);
		wire->ready(&set, ready < 0);
		if (ready < 0)
			continue;
		if (set.entries[from_console].revents != 0)
			(void)console(parent);
		if (set.entries[from_frames].revents != 0)
			from_child(wire);
		if (set.entries[from_signals].revents != 0 && signalled(parent->signals, &status))
			return finish(parent, status);
		if (stuck(parent->pulse)) {
			fprintf(stderr, "pinata: one turn took over %d s\n", HOSTED_STUCK_S);
			return finish(parent, PLAT_EXIT_STUCK);
		}
	}
}

int
parent_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGHUP);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int
parent_run(const struct parent *parent, const struct options *options, int module)
{
	const struct wire *wire;
	int refused;

	child_frames = parent->frames;
	child_pulse = parent->pulse;
	if (options->dump != NULL && !dump_open(options->dump))
		return finish(parent, HOSTED_EXIT_USAGE);
	wire = options->tap != NULL ? tap_open(options, to_child) : usernet_open(options, to_child);
	if (wire == NULL)
		return finish(parent, HOSTED_EXIT_USAGE);
	refused = module_hand_over(module, parent->frames, options->record);
	if (refused != PLAT_EXIT_OK)
		return finish(parent, refused);
	return carry(parent, wire);
}
