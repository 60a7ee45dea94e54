/* traps.h: descriptor tables, SYSCALL, and the protection bits of the processor. */
#ifndef X86_TRAPS_H
#define X86_TRAPS_H

#include <stdbool.h>
#include <stdint.h>

/* What gate.S pushes: the registers, then what the processor or its stand-in says. */
struct traps_frame {
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rdx, rcx, rbx, rax;
	uint64_t vector, error, rip, cs, rflags, rsp, ss;
};

#define TRAPS_REGISTERS	15

/* What the processor has, and what is on from here. */
struct traps_guards { bool smep, smap, umip; };

/* Load GDT, TSS, IDT and the SYSCALL entry.  From here a fault ends in the crash report. */
void traps_start(void);

/* Turn on SMEP, SMAP, UMIP and the vector units of CPL3, as far as CPUID has them. */
struct traps_guards traps_guard(void);

#endif
