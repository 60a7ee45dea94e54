/* panics.h: assert_panics(call) passes when the call ends in base_panic: a child dies of SIGILL. */
#ifndef TESTS_PANICS_H
#define TESTS_PANICS_H

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define assert_panics(call) do { \
	int panics_status = 0; \
	pid_t panics_child = fork(); \
	if (panics_child == 0) { \
		signal(SIGILL, SIG_DFL); \
		call; \
		_exit(0); \
	} \
	assert_int_equal(waitpid(panics_child, &panics_status, 0), panics_child); \
	assert_true(WIFSIGNALED(panics_status) && WTERMSIG(panics_status) == SIGILL); \
} while (0)

#endif
