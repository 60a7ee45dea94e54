/*
 * leap.c: clock_gettime as a test wants it, for the hosted build under LD_PRELOAD.  The file named by LEAP holds two
 * numbers of seconds, which the test changes at any time: what is added to the wall clock, and to the monotonic one.
 * The latter runs slowly, so that no deadline of ours comes because the machine under the test is slow.  All of it is
 * for the child, the appliance: its parent watches over the turns of the loop, and would take a leap for a turn.
 * Not part of anything that is shipped; time_test.py compiles it.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { SLOWNESS = 16, SECOND_NS = 1000000000 };

static volatile const int64_t *leaps;
static int64_t started_ns;
static int is_child;

static void
become_child(void) { is_child = 1; }

__attribute__((constructor)) static void
open_leaps(void)
{
	const char *path = getenv("LEAP");
	int file = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	leaps = mmap(NULL, 2 * sizeof *leaps, PROT_READ, MAP_SHARED, file, 0);
	if (leaps == MAP_FAILED)
		abort();
	close(file);
	if (pthread_atfork(NULL, NULL, become_child) != 0)
		abort();
}

static void
slow_down(struct timespec *now)
{
	int64_t ns = (int64_t)now->tv_sec * SECOND_NS + now->tv_nsec;

	if (started_ns == 0)
		started_ns = ns;
	ns = started_ns + (ns - started_ns) / SLOWNESS;
	now->tv_sec = ns / SECOND_NS + leaps[1];
	now->tv_nsec = ns % SECOND_NS;
}

int
clock_gettime(clockid_t which, struct timespec *now)
{
	int status = (int)syscall(SYS_clock_gettime, which, now);

	if (!is_child)
		return status;
	if (which == CLOCK_REALTIME)
		now->tv_sec += leaps[0];
	if (which == CLOCK_MONOTONIC)
		slow_down(now);
	return status;
}
