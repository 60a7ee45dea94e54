/* lapic.c: see lapic.h.  Intel SDM volume 3, chapter 11. */
#include "platform/x86/lapic.h"

#include "platform/base/panic.h"
#include "platform/x86/cpu.h"
#include "platform/x86/pagetable.h"
#include "platform/x86/tsc.h"
#include "platform/x86/vectors.h"

enum { SPURIOUS = 0x0f0, LVT_TIMER = 0x320, LVT_LINT0 = 0x350, LVT_LINT1 = 0x360, TIMER_INITIAL = 0x380,
    TIMER_CURRENT = 0x390, TIMER_DIVIDE = 0x3e0 };
enum { ENABLE = 0x100, MASKED = 0x10000, DIVIDE_1 = 0xb, DIVIDE_16 = 0x3, PIC1_MASK = 0x21, PIC2_MASK = 0xa1 };

static bool shielded;
static uint64_t ticks_per_s;		/* of the timer divided by 16: 5 s fit in 32 bits at 1 GHz */

static uint32_t
get(uint32_t reg) { return cpu_read32((uintptr_t)LAPIC_AT + reg); }

static void
set(uint32_t reg, uint32_t value) { cpu_write32((uintptr_t)LAPIC_AT + reg, value); }

void
lapic_start(uint64_t hz)
{
	cpu_out8(PIC1_MASK, 0xff);
	cpu_out8(PIC2_MASK, 0xff);
	(void)pagetable_map_device(LAPIC_AT);
	set(SPURIOUS, ENABLE | VECTOR_SPURIOUS);
	set(LVT_LINT0, MASKED);
	set(LVT_LINT1, MASKED);
	set(LVT_TIMER, MASKED | VECTOR_SLEEP);
	set(TIMER_DIVIDE, DIVIDE_16);
	REQUIRE(hz >= 1000000 && hz <= UINT64_C(10000000000));
	ticks_per_s = hz / 16;
}

static void
set_priority(unsigned priority)
{
	if (shielded)
		cpu_set_priority(priority);
}

void
lapic_shield(void)
{
	shielded = true;
	set_priority(PRIORITY_CPL3);
}

void
lapic_count_start(void)
{
	set(TIMER_DIVIDE, DIVIDE_1);
	set(TIMER_INITIAL, UINT32_MAX);
}

void
lapic_count_end(void)
{
	set(TIMER_INITIAL, 0);
	set(TIMER_DIVIDE, DIVIDE_16);
}

uint32_t
lapic_count(void) { return UINT32_MAX - get(TIMER_CURRENT); }

static void
count_down(uint64_t ns)
{
	uint64_t ticks;

	if (ns > LAPIC_TURN_NS)
		ns = LAPIC_TURN_NS;	/* a sleep may end early */
	ticks = ns * ticks_per_s / TSC_NS_PER_S + 1;
	set(TIMER_INITIAL, ticks < UINT32_MAX ? (uint32_t)ticks : UINT32_MAX);
}

/* Interrupts are off but for the instruction behind STI: one that is pending ends the HLT at once. */
void
lapic_sleep(uint64_t ns)
{
	set(LVT_TIMER, VECTOR_SLEEP);
	count_down(ns);
	set_priority(PRIORITY_SLEEP);
	__asm__ volatile("sti; hlt; cli" : : : "memory");
	set_priority(PRIORITY_CPL3);
}

/* The count first: else the end of a sleep that a frame cut short could come as the watchdog's. */
void
lapic_watch(void)
{
	count_down(LAPIC_TURN_NS);
	set(LVT_TIMER, VECTOR_WATCHDOG);
}
