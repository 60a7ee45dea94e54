/*
 * module.c: hand the boot module over; refuse real money.
 *
 * The hosted build has no rooms: its host can read the prize, so chain `main` does not start
 * here.  The appliance is the same in every build and does not know where it runs, so the
 * refusal stands here, before the child gets a byte.  The appliance's parser is strict: the only
 * line that it takes for the main chain is exactly `chain main`.  So one comparison decides.
 */
#include "platform/hosted/module.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "platform/base/bytes.h"
#include "platform/base/sha256.h"
#include "platform/hosted/hosted.h"
#include "platform/hosted/recorder.h"

static const uint8_t MAC[PLAT_MAC_LEN] = { 0x02, 0x50, 0x49, 0x4e, 0x41, 0x54 };	/* local, "PINAT" */

bool
module_is_main(struct span text)
{
	static const char LINE[] = "\nchain main\n";

	return memmem(text.ptr, text.len, LINE, sizeof LINE - 1) != NULL;
}

/* The running program, as `sha256sum build/hosted/pinata` prints it. */
static bool
image_hash(uint8_t hash[32])
{
	struct sha256 state;
	uint8_t block[4096];
	ssize_t got;
	int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	sha256_init(&state);
	while (file >= 0 && (got = read(file, block, sizeof block)) > 0)
		sha256_update(&state, (struct span){ block, (size_t)got });
	sha256_out(&state, hash);
	return file >= 0 && close(file) == 0 && got == 0;
}

/* False if the file can not be read or is larger than any module. */
static bool
read_all(struct hosted_start *start, int module)
{
	size_t len = 0;
	ssize_t got;

	while ((got = read(module, start->module + len, sizeof start->module - len)) > 0)
		len += (size_t)got;
	start->module_len = (uint32_t)len;
	return got == 0 && len < sizeof start->module;
}

/* Make it a recorded machine: a seed and a clock that a replay can have again. */
static bool
record_it(struct hosted_start *start, const char *folder)
{
	const struct recorder_machine machine = {
		.module = { start->module, start->module_len }, .image_hash = start->image_hash,
		.seed = start->seed, .boot_s = start->boot_s = (uint64_t)time(NULL)
	};

	start->recorded = true;
	return getrandom(start->seed, sizeof start->seed, 0) == sizeof start->seed && recorder_open(folder, &machine);
}

int
module_hand_over(int module, int frames, const char *record)
{
	static struct hosted_start start;
	const char *why = NULL;
	int status = PLAT_EXIT_BAD_BOOT;

	bytes_copy(start.mac, MAC, sizeof MAC);
	if (!read_all(&start, module))
		why = "can not be read, or is longer than 16 KiB";
	else if (module_is_main((struct span){ start.module, start.module_len }))
		why = "is for chain main: the hosted build has no rooms to keep real money in; boot the image";
	else if (!image_hash(start.image_hash) || (record != NULL && !record_it(&start, record)) || send(frames, &start,
	    offsetof(struct hosted_start, module) + start.module_len, MSG_NOSIGNAL) < 0) {
		why = "could not be handed over";
		status = HOSTED_EXIT_USAGE;
	}
	wipe(&start, sizeof start);
	(void)close(module);
	if (why == NULL)
		return PLAT_EXIT_OK;
	fprintf(stderr, "pinata: the boot module %s\n", why);
	return status;
}
