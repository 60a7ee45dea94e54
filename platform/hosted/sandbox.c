/*
 * sandbox.c: a seccomp filter written out as classic BPF (seccomp(2), BPF_MISC of bpf(4)): load
 * the architecture, kill unless x86-64; load the call's number, allow those of the list, kill.
 * The x32 calls have bit 30 set and are on no list.  No library: the program is the proof.
 */
#include "platform/hosted/sandbox.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "platform/hosted/hosted.h"

enum { PROGRAM_MAX = 64 };	/* instructions: six and one for each call */

#define LOAD(field)		(struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define SKIP_IF(value, count)	(struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (count), 0)
#define RETURN(verdict)		(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, (verdict))

void
sandbox_enter(void)
{
	struct sock_filter program[PROGRAM_MAX];
	struct sock_fprog filter = { 0, program };
	size_t at = 0;

	program[at++] = LOAD(arch);
	program[at++] = SKIP_IF(AUDIT_ARCH_X86_64, 1);
	program[at++] = RETURN(SECCOMP_RET_KILL_PROCESS);
	program[at++] = LOAD(nr);
	for (size_t i = 0; i < CALLS_NUM; i++)
		program[at++] = SKIP_IF(CALLS_ALLOWED[i], (uint8_t)(CALLS_NUM - i));
	program[at++] = RETURN(SECCOMP_RET_KILL_PROCESS);
	program[at++] = RETURN(SECCOMP_RET_ALLOW);
	filter.len = (unsigned short)at;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
		_exit(HOSTED_EXIT_USAGE);
}
