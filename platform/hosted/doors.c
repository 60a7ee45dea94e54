/*
 * doors.c: the nine functions of platform.h as the child of the hosted build, over four open
 * descriptors.  Not a place for anything that opens, maps or asks: the filter kills that.
 */
#include "platform/hosted/doors.h"

#include <errno.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "platform/base/bytes.h"
#include "platform/hosted/draws.h"
#include "platform/hosted/sandbox.h"

static struct hosted_start start;
static struct hosted_pulse *pulse_of_parent;
static uint64_t started_ns;

static uint64_t
clock_read(clockid_t which)
{
	struct timespec now;

	if (clock_gettime(which, &now) != 0)
		_exit(PLAT_EXIT_BUG);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t
plat_clock_ns(void) { return started_ns == 0 ? 0 : clock_read(CLOCK_MONOTONIC) - started_ns; }

uint64_t
plat_wall_s(void)
{
	if (start.recorded)
		return start.boot_s + plat_clock_ns() / 1000000000u;
	return clock_read(CLOCK_REALTIME) / 1000000000u;
}

/* The kernel's generator was ready before this process was: it blocks only early in a boot. */
void
plat_seed(uint8_t seed[PLAT_SEED_LEN])
{
	size_t have = 0;

	if (start.recorded) {
		draws_make(seed, start.seed, atomic_fetch_add(&pulse_of_parent->num_draws, 1));
		return;
	}
	while (have < PLAT_SEED_LEN) {
		ssize_t got = read(HOSTED_RANDOM, seed + have, PLAT_SEED_LEN - have);

		if (got <= 0 && errno != EINTR)
			_exit(PLAT_EXIT_NO_ENTROPY);
		have += got > 0 ? (size_t)got : 0;
	}
}

/* From here on plat_clock_ns counts. */
static void
clock_start(void)
{
	if (started_ns != 0)
		return;
	started_ns = clock_read(CLOCK_MONOTONIC);
	atomic_store(&pulse_of_parent->started_ns, started_ns);
}

void
plat_wait(uint64_t deadline_ns)
{
	struct pollfd frames = { .fd = HOSTED_FRAMES, .events = POLLIN };
	uint64_t now_ns, sleep_ns;
	struct timespec sleep;

	clock_start();
	now_ns = plat_clock_ns();
	sleep_ns = deadline_ns > now_ns ? deadline_ns - now_ns : 0;
	sleep = (struct timespec){ (time_t)(sleep_ns / 1000000000u), (long)(sleep_ns % 1000000000u) };

	atomic_store(&pulse_of_parent->asleep, true);
	(void)ppoll(&frames, 1, &sleep, NULL);		/* waking early, for whatever reason, is allowed */
	atomic_fetch_add(&pulse_of_parent->turns, 1);
	atomic_store(&pulse_of_parent->asleep, false);
}

size_t
plat_net_recv(uint8_t frame[PLAT_FRAME_MAX])
{
	ssize_t got = read(HOSTED_FRAMES, frame, PLAT_FRAME_MAX);

	if (got == 0)
		_exit(PLAT_EXIT_OK);	/* the parent is gone */
	return got > 0 ? (size_t)got : 0;
}

/* A full socket is a full ring: the frame is dropped. */
void
plat_net_send(const uint8_t *frame, size_t frame_len)
{
	if (write(HOSTED_FRAMES, frame, frame_len) < 0)
		return;
}

void
plat_net_mac(uint8_t mac[PLAT_MAC_LEN]) { bytes_copy(mac, start.mac, PLAT_MAC_LEN); }

void
plat_log(const char *text, size_t text_len)
{
	if (write(HOSTED_CONSOLE, text, text_len) < 0)
		return;
}

_Noreturn void
plat_halt(enum plat_exit why) { _exit((int)why); }

/* The parent writes the start message before any frame; wait for it. */
static void
start_read(void)
{
	struct pollfd frames = { .fd = HOSTED_FRAMES, .events = POLLIN };
	const size_t head_len = offsetof(struct hosted_start, module);
	ssize_t got;

	do {
		(void)ppoll(&frames, 1, NULL, NULL);
		got = read(HOSTED_FRAMES, &start, sizeof start);
	} while (got < 0 && (errno == EINTR || errno == EAGAIN));
	if (got < (ssize_t)head_len || start.module_len != (size_t)got - head_len)
		_exit(PLAT_EXIT_OK);	/* the parent is gone */
}

_Noreturn void
doors_run(struct hosted_pulse *pulse)
{
	struct plat_boot boot = { { NULL, 0 }, { start.module, 0 }, { 0 } };

	pulse_of_parent = pulse;
	sandbox_enter();
	start_read();
	boot.module.len = start.module_len;
	bytes_copy(boot.image_hash, start.image_hash, sizeof boot.image_hash);
	if (!start.recorded)
		clock_start();
	plat_main(&boot);
}
