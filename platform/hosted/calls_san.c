/*
 * calls_san.c: the wider list of the sanitizer build (ASan, UBSan), which is for tests only:
 * memory for shadow and reports, the lock and the identity of the thread, the signal stack, and
 * reading /proc/self/maps to name the place of a finding.  The first line is calls.c.
 */
#include <sys/syscall.h>

#include "platform/hosted/sandbox.h"

const unsigned CALLS_ALLOWED[] = {
	SYS_read, SYS_write, SYS_ppoll, SYS_clock_gettime, SYS_exit_group,
	SYS_mmap, SYS_munmap, SYS_madvise, SYS_futex, SYS_getpid, SYS_gettid, SYS_sched_yield, SYS_sigaltstack,
	SYS_openat, SYS_close
};
const size_t CALLS_NUM = sizeof CALLS_ALLOWED / sizeof CALLS_ALLOWED[0];

/* No leak check (it traces the process), no symbolizer (it starts one): addresses in the image. */
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);
const char *__asan_default_options(void) { return "detect_leaks=0:symbolize=0:color=never"; }
const char *__ubsan_default_options(void) { return "symbolize=0:color=never:print_stacktrace=1"; }
