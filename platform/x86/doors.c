/*
 * doors.c: see doors.h.  This is the whole interface that a hijacked appliance can attack: nine
 * cases, of which five take a pointer.  Nothing is read from CPL3 but a frame and a line of log.
 */
#include "platform/x86/doors.h"

#include "platform/base/bytes.h"
#include "platform/platform.h"
#include "platform/x86/crash.h"
#include "platform/x86/generator.h"
#include "platform/x86/backend.h"
#include "platform/x86/tsc.h"
#include "platform/x86/user.h"

enum { LOG_MAX = 512, FRAME_MIN = 14 };	/* a longer line is cut: a stack buffer, and bounded time */

static uint64_t wall_at_boot_s;

void
doors_start(uint64_t wall_s) { wall_at_boot_s = wall_s; }

static void
need(const struct traps_frame *frame, bool fact)
{
	if (!fact)
		crash_door(frame);
}

static void
seed(uint8_t *to_app)
{
	uint8_t bytes[PLAT_SEED_LEN];

	generator_fill(bytes);
	user_write(to_app, bytes, sizeof bytes);
	wipe(bytes, sizeof bytes);
}

static void
mac(uint8_t *to_app)
{
	uint8_t bytes[PLAT_MAC_LEN];

	backend_net_mac(bytes);
	user_write(to_app, bytes, sizeof bytes);
}

/* Bytes that could steer a terminal are not passed on. */
static void
log_text(const uint8_t *from_app, uint64_t len)
{
	uint8_t text[LOG_MAX];
	size_t text_len = len < LOG_MAX ? (size_t)len : LOG_MAX;

	user_read(text, from_app, text_len);
	for (size_t i = 0; i < text_len; i++)
		if (text[i] != '\n' && (text[i] < ' ' || text[i] > '~'))
			text[i] = '?';
	backend_write((struct span){ text, text_len });
}

static _Noreturn void
halt(uint64_t why)
{
	crash_scrub();
	backend_halt((enum plat_exit)why);
}

uint64_t
doors_call(const struct traps_frame *frame)
{
	uint64_t one = frame->rdi, two = frame->rsi;

	switch (frame->rax) {
	case 0:
		return backend_clock_ns();
	case 1:
		return wall_at_boot_s + backend_clock_ns() / TSC_NS_PER_S;
	case 2:
		need(frame, user_may_write(one, PLAT_SEED_LEN));
		seed((uint8_t *)one);
		return 0;
	case 3:
		backend_wait(one);
		return 0;
	case 4:
		need(frame, user_may_write(one, PLAT_FRAME_MAX));
		return backend_net_recv((uint8_t *)one);
	case 5:
		need(frame, two >= FRAME_MIN && two <= PLAT_FRAME_MAX && user_may_read(one, two));
		backend_net_send((const uint8_t *)one, two);
		return 0;
	case 6:
		need(frame, user_may_write(one, PLAT_MAC_LEN));
		mac((uint8_t *)one);
		return 0;
	case 7:
		need(frame, user_may_read(one, two));
		log_text((const uint8_t *)one, two);
		return 0;
	case 8:
		need(frame, one <= PLAT_EXIT_STUCK);
		halt(one);
	default:
		crash_door(frame);
	}
}
