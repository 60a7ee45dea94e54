/*
 * child.c: what a new process gives up before it becomes the appliance, and its crash report
 * (architecture.md, section 5): vector and file:line of base_panic, or the place in the image.
 * No memory contents, no stack: a core dump would hold the prize, so there is none.
 */
#include "platform/hosted/child.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <ucontext.h>
#include <unistd.h>

#include "platform/base/text.h"
#include "platform/hosted/doors.h"

extern const char __executable_start[], _end[];		/* the linker's: our image */

static bool
in_image(uint64_t address)
{
	return address >= (uintptr_t)__executable_start && address < (uintptr_t)_end;
}

static void
crash(int signal, siginfo_t *info, void *context)
{
	const greg_t *regs = ((const ucontext_t *)context)->uc_mcontext.gregs;
	uint64_t rip = (uint64_t)regs[REG_RIP], file = (uint64_t)regs[REG_RDI];
	uint8_t line[256];
	struct outbuf out = { line, sizeof line, 0, false };

	(void)info;
	text_string(&out, "crash: signal ");
	text_decimal(&out, (unsigned)signal);
	if (in_image(rip)) {
		text_string(&out, ", image+");
		text_hex_number(&out, rip - (uintptr_t)__executable_start);
	}
	if (signal == SIGILL && in_image(file)) {	/* base_panic: see platform/base/panic.c */
		text_string(&out, ", ");
		text_string(&out, (const char *)file);
		text_string(&out, ":");
		text_decimal(&out, (uint32_t)regs[REG_RSI]);
	}
	text_string(&out, "\n");
	plat_log((const char *)line, out.len);
	plat_halt(PLAT_EXIT_BUG);
}

/* SIGSEGV and the like belong to the sanitizers where those are linked: they report more. */
static void
crash_setup(void)
{
	static const int SIGNALS[] = { SIGILL, SIGSEGV, SIGBUS, SIGFPE };
	struct sigaction report = { .sa_sigaction = crash, .sa_flags = SA_SIGINFO }, before;

	for (size_t i = 0; i < sizeof SIGNALS / sizeof SIGNALS[0]; i++)
		if (SIGNALS[i] == SIGILL || (sigaction(SIGNALS[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL))
			(void)sigaction(SIGNALS[i], &report, NULL);
}

/* Two passes, so that no descriptor is overwritten before it is moved. */
static void
fds_place(const int fds[HOSTED_NUM_FDS])
{
	int high[HOSTED_NUM_FDS];

	for (int i = 0; i < HOSTED_NUM_FDS; i++)
		high[i] = fcntl(fds[i], F_DUPFD, HOSTED_NUM_FDS);
	for (int i = 0; i < HOSTED_NUM_FDS; i++)
		if (dup2(high[i], i) != i)
			_exit(HOSTED_EXIT_USAGE);
	if (close_range(HOSTED_NUM_FDS, ~0u, 0) != 0)
		_exit(HOSTED_EXIT_USAGE);
}

_Noreturn void
child_run(const int fds[HOSTED_NUM_FDS], pid_t parent, struct hosted_pulse *pulse)
{
	const struct rlimit none = { 0, 0 };
	sigset_t signals;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent ||
	    prctl(PR_SET_DUMPABLE, 0) != 0 || setrlimit(RLIMIT_CORE, &none) != 0)
		_exit(HOSTED_EXIT_USAGE);
	(void)signal(SIGINT, SIG_IGN);		/* Ctrl-C goes to both: the parent decides */
	(void)sigemptyset(&signals);
	(void)sigprocmask(SIG_SETMASK, &signals, NULL);
	fds_place(fds);
	crash_setup();
	doors_run(pulse);
}
