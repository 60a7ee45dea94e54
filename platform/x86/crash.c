/*
 * crash.c: see crash.h.  Collect what the report says, scrub, then print: what is printed later
 * comes from the frame on the monitor's own stack, from `trace`, or from read-only pages.
 */
#include "platform/x86/crash.h"

#include "platform/base/text.h"
#include "platform/base/version.h"
#include "platform/platform.h"
#include "platform/x86/generator.h"
#include "platform/x86/image.h"
#include "platform/x86/backend.h"
#include "platform/x86/relocate.h"
#include "platform/x86/user.h"
#include "platform/x86/vectors.h"

enum { TRACE_MAX = 16, LINE_MAX = 256, FILE_MAX = 80, INVALID_OPCODE = 6, CPL = 3 };

static bool reporting;
static uint64_t trace[TRACE_MAX];
static size_t trace_len;

static bool
within(uint64_t at, const uint8_t *from, const uint8_t *to, uint64_t len)
{
	return at >= (uintptr_t)from && at < (uintptr_t)to && len <= (uintptr_t)to - at;
}

static bool
in_app(const struct traps_frame *frame) { return (frame->cs & CPL) != 0; }

static bool
in_text(const struct traps_frame *frame, uint64_t at)
{
	return in_app(frame) ? within(at, app_text, app_text_end, 2) : within(at, image_start, mon_text_end, 2);
}

/* A word of the stack of the room that failed; false when it is not there. */
static bool
stack_word(const struct traps_frame *frame, uint64_t at, uint64_t *word)
{
	if (at % sizeof *word != 0)
		return false;
	if (in_app(frame) ? !within(at, app_stack, app_stack_top, sizeof *word)
	    : !within(at, mon_stack, mon_stack_top, sizeof *word))
		return false;
	user_read((uint8_t *)word, (const uint8_t *)at, sizeof *word);
	return true;
}

/* Follow the frame pointers, upwards only; keep return addresses that lie in that room's code. */
static void
collect_trace(const struct traps_frame *frame)
{
	uint64_t at = frame->rbp, next, caller;

	if (frame->vector == VECTOR_DOOR && stack_word(frame, frame->rsp, &caller) && in_text(frame, caller))
		trace[trace_len++] = caller;	/* the stub of a door has no frame of its own */
	while (trace_len < TRACE_MAX && stack_word(frame, at, &next) && stack_word(frame, at + 8, &caller)) {
		if (!in_text(frame, caller))
			return;
		trace[trace_len++] = caller;
		if (next <= at)
			return;
		at = next;
	}
}

/* How much of FILE_MAX bytes at `at` lies in read-only pages of either room. */
static size_t
constant_room(uint64_t at)
{
	uint64_t end = 0;

	if (within(at, mon_text_end, mon_ro_end, 0))
		end = (uintptr_t)mon_ro_end;
	if (within(at, app_text_end, app_ro_end, 0))
		end = (uintptr_t)app_ro_end;
	if (end == 0)
		return 0;
	return end - at < FILE_MAX ? end - at : FILE_MAX;
}

/* base_panic() faults with UD2, its file in rdi: a text in read-only pages; else length 0. */
static struct span
panic_file(const struct traps_frame *frame, uint8_t copy[FILE_MAX])
{
	uint8_t opcode[2];
	size_t len = 0, room = constant_room(frame->rdi);

	if (frame->vector != INVALID_OPCODE || !in_text(frame, frame->rip))
		return (struct span){ copy, 0 };
	user_read(opcode, (const uint8_t *)frame->rip, sizeof opcode);
	if (opcode[0] != 0x0f || opcode[1] != 0x0b)
		return (struct span){ copy, 0 };
	user_read(copy, (const uint8_t *)frame->rdi, room);
	while (len < room && copy[len] > ' ' && copy[len] <= '~')
		len++;
	return (struct span){ copy, len };
}

void
crash_scrub(void)
{
	generator_wipe();
	user_wipe();
	backend_scrub();
}

static void
say_address(struct outbuf *out, const char *name, uint64_t at)
{
	text_string(out, name);
	if (within(at, image_start, image_end, 0)) {
		text_string(out, "image+");
		text_hex_number(out, at - (uintptr_t)image_start);
	} else {
		text_hex_number(out, at);
	}
}

static void
say_line(struct outbuf *out)
{
	text_string(out, "\n");
	backend_write(outbuf_span(out));
	out->len = 0;
	out->overflow = false;
	text_string(out, "crash:");
}

/* A register is told only when it points into the image, where the stacks are too. */
static void
say_registers(struct outbuf *out, const struct traps_frame *frame)
{
	static const char NAMES[TRAPS_REGISTERS][6] = { " r15 ", " r14 ", " r13 ", " r12 ", " r11 ", " r10 ",
	    " r9 ", " r8 ", " rdi ", " rsi ", " rbp ", " rdx ", " rcx ", " rbx ", " rax " };
	const uint64_t values[TRAPS_REGISTERS] = { frame->r15, frame->r14, frame->r13, frame->r12, frame->r11,
	    frame->r10, frame->r9, frame->r8, frame->rdi, frame->rsi, frame->rbp, frame->rdx, frame->rcx,
	    frame->rbx, frame->rax };

	text_string(out, " registers");
	for (size_t i = 0; i < TRAPS_REGISTERS; i++)
		if (within(values[i], image_start, image_end, 0))
			say_address(out, NAMES[i], values[i]);
	say_line(out);
}

static void
say_fault(struct outbuf *out, const struct traps_frame *frame, uint64_t cr2, const char *why)
{
	text_string(out, "crash: ");
	text_string(out, why);
	text_string(out, in_app(frame) ? " in CPL3" : " in CPL0");
	say_line(out);
	text_string(out, " vector ");
	text_decimal(out, frame->vector);
	text_string(out, " error ");
	text_hex_number(out, frame->error);
	say_address(out, " rip ", frame->rip);
	say_address(out, " rsp ", frame->rsp);
	say_address(out, " cr2 ", cr2);
	text_string(out, " rflags ");
	text_hex_number(out, frame->rflags);
	say_line(out);
}

static _Noreturn void
report(const struct traps_frame *frame, const char *why, enum plat_exit code)
{
	uint8_t line[LINE_MAX + 64], file[FILE_MAX];
	struct outbuf out = outbuf_of(line, sizeof line);
	struct span panic;
	uint64_t cr2;

	if (reporting)			/* the report itself failed */
		backend_halt(PLAT_EXIT_BUG);
	reporting = true;
	__asm__ volatile("mov %%cr2, %0" : "=r"(cr2));
	collect_trace(frame);
	panic = panic_file(frame, file);
	crash_scrub();

	say_fault(&out, frame, cr2, why);
	text_string(&out, " version " BASE_VERSION);
	say_line(&out);
	text_string(&out, " build ");
	text_hex(&out, (struct span){ relocate_image_hash, BASE_BUILD_ID_LEN });
	say_line(&out);
	if (panic.len > 0) {
		text_string(&out, " panic ");
		outbuf_bytes(&out, panic);
		text_string(&out, ":");
		text_decimal(&out, (uint32_t)frame->rsi);
		say_line(&out);
	}
	text_string(&out, " trace");
	for (size_t i = 0; i < trace_len; i++)
		say_address(&out, " ", trace[i]);
	say_line(&out);
	say_registers(&out, frame);
	text_string(&out, " exit ");
	text_decimal(&out, code);
	say_line(&out);
	backend_halt(code);
}

void
crash_trap(const struct traps_frame *frame)
{
	if (frame->vector == VECTOR_WATCHDOG)
		report(frame, "a turn took over 5 s", PLAT_EXIT_STUCK);
	report(frame, "exception", PLAT_EXIT_BUG);
}

void
crash_door(const struct traps_frame *frame)
{
	report(frame, "system call refused", PLAT_EXIT_BUG);
}
