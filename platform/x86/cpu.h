/*
 * cpu.h: the instructions that C has no word for, one line each.  CPL0 only.
 * Follows the Intel SDM, volumes 2 and 3.  No state here.
 */
#ifndef X86_CPU_H
#define X86_CPU_H

#include <stddef.h>
#include <stdint.h>

struct cpuid { uint32_t a, b, c, d; };

static inline struct cpuid
cpu_id(uint32_t leaf, uint32_t sub)
{
	struct cpuid id;

	__asm__ volatile("cpuid" : "=a"(id.a), "=b"(id.b), "=c"(id.c), "=d"(id.d) : "a"(leaf), "c"(sub));
	return id;
}

static inline uint64_t
cpu_tsc(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return low | (uint64_t)high << 32;
}

static inline void
cpu_out8(uint16_t port, uint8_t value) { __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port)); }

static inline uint8_t
cpu_in8(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline void
cpu_out16(uint16_t port, uint16_t value) { __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port)); }

static inline void
cpu_out32(uint16_t port, uint32_t value) { __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port)); }

static inline uint32_t
cpu_in32(uint16_t port)
{
	uint32_t value;

	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline uint32_t
cpu_read32(uintptr_t at) { return *(const volatile uint32_t *)at; }

static inline void
cpu_write32(uintptr_t at, uint32_t value) { *(volatile uint32_t *)at = value; }

static inline void
cpu_write_msr(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
}

/* Vectors whose upper four bits are not above `class` wait. */
static inline void
cpu_set_priority(uint64_t class) { __asm__ volatile("mov %0, %%cr8" : : "r"(class) : "memory"); }

/* x86 keeps loads in order and stores in order; the compiler must be told. */
static inline void
cpu_barrier(void) { __asm__ volatile("" : : : "memory"); }

/* A store before it is seen before a load behind it. */
static inline void
cpu_fence(void) { __asm__ volatile("mfence" : : : "memory"); }

_Noreturn static inline void
cpu_stop(void)
{
	for (;;)
		__asm__ volatile("cli; hlt");
}

#endif
