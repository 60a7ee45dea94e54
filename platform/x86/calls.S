/*
 * calls.S: platform.h as CPL3 sees it.  Linked into the appliance's room.  The arguments are
 * already where doors_call() looks; SYSCALL overwrites rcx and r11, which C gives away anyhow.
 */
	.macro	door name, number
	.section .text.\name, "ax"
	.globl	\name
	.hidden	\name
	.type	\name, @function
\name:	mov	$\number, %eax
	syscall
	ret
	.size	\name, . - \name
	.endm

	door	plat_clock_ns, 0
	door	plat_wall_s, 1
	door	plat_seed, 2
	door	plat_wait, 3
	door	plat_net_recv, 4
	door	plat_net_send, 5
	door	plat_net_mac, 6
	door	plat_log, 7
	door	plat_halt, 8
