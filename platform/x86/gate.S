/*
 * gate.S: every way from CPL3 to CPL0 and back.
 *
 * One CPU, so no GS and no per-CPU data: interrupts are off in CPL0 (FMASK), and SYSCALL may
 * park the caller's stack pointer in one global.  NMI, #DB, #DF and #MC could still strike before the
 * stack is switched: they have a stack of their own (traps.c).  All returns are IRETQ: SYSRET
 * has a hole with non-canonical return addresses.
 *
 * All three ways in build the same frame (struct traps_frame), so that one report serves them.
 */
#include "platform/x86/vectors.h"

	.set	APP_CS, 0x23
	.set	APP_SS, 0x1b
	.set	APP_FLAGS, 0x202		/* IF: only the watchdog's vector is above the priority */

	.macro	push_registers
	push	%rax
	push	%rbx
	push	%rcx
	push	%rdx
	push	%rbp
	push	%rsi
	push	%rdi
	push	%r8
	push	%r9
	push	%r10
	push	%r11
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	.endm

	.text
	.globl	gate_syscall
gate_syscall:
	mov	%rsp, app_rsp(%rip)
	lea	mon_stack_top(%rip), %rsp
	push	$APP_SS
	push	app_rsp(%rip)
	push	%r11			/* flags as they were; FMASK cleared ours: IF TF DF IOPL NT AC */
	push	$APP_CS
	push	%rcx			/* the return address */
	push	$0
	push	$VECTOR_DOOR
	push_registers
	mov	%rsp, %rdi
	xor	%ebp, %ebp
	call	doors_call		/* keeps rbx and r12 to r15 as the C convention says */
	mov	(10 * 8)(%rsp), %rbp
	add	$(17 * 8), %rsp
	xor	%edi, %edi
to_app:	xor	%ecx, %ecx		/* nothing of the monitor's stays in a register */
	xor	%edx, %edx
	xor	%esi, %esi
	xor	%r8d, %r8d
	xor	%r9d, %r9d
	xor	%r10d, %r10d
	xor	%r11d, %r11d
	iretq

/* gate_enter(boot, rsp): the first way down. */
	.globl	gate_enter
gate_enter:
	push	$APP_SS
	push	%rsi
	push	$APP_FLAGS
	push	$APP_CS
	lea	app_entry(%rip), %rax
	push	%rax
	xor	%eax, %eax
	xor	%ebx, %ebx
	xor	%ebp, %ebp
	xor	%r12d, %r12d
	xor	%r13d, %r13d
	xor	%r14d, %r14d
	xor	%r15d, %r15d
	jmp	to_app

/* What ends the HLT in plat_wait; on Xen it may come in CPL3, once a turn.  Acknowledge; that is all. */
	.globl	gate_wake
gate_wake:
	push	%rax
	mov	$LAPIC_EOI, %eax
	movl	$0, (%rax)
	pop	%rax
	iretq

/* The watchdog: out of the HLT it only wakes; out of CPL3 the turn was too long. */
	.globl	gate_watchdog
gate_watchdog:
	testb	$3, 8(%rsp)
	jz	gate_wake
	push	$0
	push	$VECTOR_WATCHDOG
	jmp	trap_common

	.globl	gate_spurious
gate_spurious:
	iretq

/* Exceptions never return: 32 stubs of 16 bytes. */
	.p2align 4
	.globl	gate_traps
gate_traps:
	.set	vector, 0
	.rept	32
	.p2align 4
	.if !(vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21 || vector == 29 || vector == 30)
	push	$0
	.endif
	push	$vector
	jmp	trap_common
	.set	vector, vector + 1
	.endr
trap_common:
	push_registers
	pushq	$2			/* flags: AC, DF, NT, IF clear, whatever they were */
	popfq
	mov	%rsp, %rdi
	xor	%ebp, %ebp
	and	$-16, %rsp
	call	crash_trap
	ud2

	.bss
	.p2align 3
app_rsp:	.skip 8
	.hidden	mon_stack_top, app_entry, doors_call, crash_trap
