/*
 * traps.c: see traps.h.  Intel SDM volume 3: 3.4.5 (segments), 6.14 (IDT, IST), 8.7 (TSS),
 * 5.8.8 (SYSCALL), 2.5 (CR4).
 */
#include "platform/x86/traps.h"

#include "platform/x86/cpu.h"
#include "platform/x86/image.h"
#include "platform/x86/user.h"
#include "platform/x86/vectors.h"

enum { VECTORS = 256, EXCEPTIONS = 32, STUB_LEN = 16, IST_FAULT = 1, IST_GRAVE = 2 };
enum { DEBUG = 1, NMI = 2, DOUBLE_FAULT = 8, MACHINE_CHECK = 18 };
enum { MSR_STAR = 0xc0000081, MSR_LSTAR, MSR_CSTAR, MSR_FMASK };
enum { CR4_PAE = 1 << 5, CR4_OSFXSR = 1 << 9, CR4_OSXMMEXCPT = 1 << 10, CR4_UMIP = 1 << 11,
    CR4_OSXSAVE = 1 << 18, CR4_SMEP = 1 << 20, CR4_SMAP = 1 << 21 };
enum { FLAGS_CLEARED = 0x47700 };	/* AC NT IOPL DF IF TF: IRETQ with NT set would fault here */

struct gate { uint16_t low, cs; uint8_t ist, type; uint16_t middle; uint32_t high, zero; };
struct __attribute__((packed)) tss { uint32_t r0; uint64_t rsp[3], r1, ist[7], r2; uint16_t r3, iomap; };
struct __attribute__((packed)) table_ptr { uint16_t limit; uint64_t base; };

/* gate.S */
void gate_syscall(void);
void gate_wake(void);
void gate_watchdog(void);
void gate_spurious(void);
extern const uint8_t gate_traps[] __attribute__((visibility("hidden")));

static uint64_t gdt[7] = {
	0,
	0x00209b0000000000,	/* 08 monitor code */
	0x0000930000000000,	/* 10 monitor data */
	0x0000f30000000000,	/* 18 appliance data, DPL 3 */
	0x0020fb0000000000,	/* 20 appliance code, DPL 3 */
	0, 0			/* 28 TSS */
};
static struct gate idt[VECTORS] __attribute__((aligned(16)));
static struct tss tss;

static void
set_gate(unsigned vector, uintptr_t handler, uint8_t ist)
{
	idt[vector] = (struct gate){ (uint16_t)handler, 0x08, ist, 0x8e, (uint16_t)(handler >> 16),
	    (uint32_t)(handler >> 32), 0 };
}

/*
 * Faults have a stack of their own, so that an overflow of the monitor's stack is reported.  Those
 * that may strike between SYSCALL and the switch of stacks, or during a report, have another.
 */
static void
fill_idt(void)
{
	for (unsigned i = 0; i < EXCEPTIONS; i++) {
		bool grave = i == DEBUG || i == NMI || i == DOUBLE_FAULT || i == MACHINE_CHECK;

		set_gate(i, (uintptr_t)gate_traps + STUB_LEN * i, grave ? IST_GRAVE : IST_FAULT);
	}
	set_gate(VECTOR_DEVICE, (uintptr_t)gate_wake, 0);
	set_gate(VECTOR_SLEEP, (uintptr_t)gate_wake, 0);
	set_gate(VECTOR_WATCHDOG, (uintptr_t)gate_watchdog, 0);
	set_gate(VECTOR_SPURIOUS, (uintptr_t)gate_spurious, 0);
}

void
traps_start(void)
{
	struct table_ptr gdt_ptr = { sizeof gdt - 1, (uintptr_t)gdt }, idt_ptr = { sizeof idt - 1, (uintptr_t)idt };
	uint64_t base = (uintptr_t)&tss;

	tss.rsp[0] = (uintptr_t)mon_stack_top;
	tss.ist[IST_FAULT - 1] = (uintptr_t)fault_stack_top;
	tss.ist[IST_GRAVE - 1] = (uintptr_t)grave_stack_top;
	tss.iomap = sizeof tss;			/* no port for CPL3 */
	gdt[5] = (sizeof tss - 1) | (base & 0xffffff) << 16 | UINT64_C(0x89) << 40 | (base >> 24 & 0xff) << 56;
	gdt[6] = base >> 32;
	fill_idt();
	__asm__ volatile("lgdt %0" : : "m"(gdt_ptr));
	__asm__ volatile("lidt %0" : : "m"(idt_ptr));
	__asm__ volatile("ltr %w0" : : "r"(0x28));
	cpu_write_msr(MSR_STAR, UINT64_C(0x0010000800000000));
	cpu_write_msr(MSR_LSTAR, (uintptr_t)gate_syscall);
	cpu_write_msr(MSR_FMASK, FLAGS_CLEARED);
}

/* Each bit only where CPUID has it: an unsupported CR4 bit faults, and hung QEMU 7.2. */
struct traps_guards
traps_guard(void)
{
	struct cpuid one = cpu_id(1, 0), seven = { 0 };
	struct traps_guards have;
	uint64_t cr4 = CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT;
	bool xsave = one.c >> 26 & 1;

	if (cpu_id(0, 0).a >= 7)
		seven = cpu_id(7, 0);
	have = (struct traps_guards){ seven.b >> 7 & 1, seven.b >> 20 & 1, seven.c >> 2 & 1 };
	cr4 |= have.smep ? CR4_SMEP : 0u;
	cr4 |= have.smap ? CR4_SMAP : 0u;
	cr4 |= have.umip ? CR4_UMIP : 0u;
	cr4 |= xsave ? CR4_OSXSAVE : 0u;
	__asm__ volatile("mov %0, %%cr4" : : "r"(cr4) : "memory");
	if (xsave)				/* x87, SSE, AVX: for CPL3; the monitor uses none */
		__asm__ volatile("xsetbv" : : "c"(0), "a"(cpu_id(13, 0).a & 7), "d"(0));
	__asm__ volatile("fninit");
	user_start(have.smap);
	return have;
}
