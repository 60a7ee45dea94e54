/* clock.c: see clock.h.  The RTC is a host's word: it is checked for form, and believed. */
#include "platform/virtio/clock.h"

#include "platform/base/bytes.h"
#include "platform/virtio/rtc.h"
#include "platform/x86/cpu.h"
#include "platform/x86/lapic.h"
#include "platform/x86/tsc.h"

enum { CALIBRATE_NS = 500000, LOOKS = 64, RTC_INDEX = 0x70, RTC_DATA = 0x71, RTC_TRIES = 20 };
enum { RTC_A = 10, RTC_B = 11, UPDATING = 0x80, BUSY_TRIES = 10000 };

/* QEMU's and KVM's LAPIC timer counts nanoseconds. */
#define LAPIC_HZ	UINT64_C(1000000000)

struct moment { uint32_t lapic; uint64_t tsc, width; };

/*
 * Both counters at once: of some looks the narrowest.  A host that runs something else between the two would make
 * the frequency wrong by its time slice; QEMU's TCG translates code in the first looks.
 */
static __attribute__((noinline)) struct moment
look(void)
{
	struct moment best = { 0, 0, UINT64_MAX };

	for (unsigned i = 0; i < LOOKS; i++)
	LOOP_INVARIANT(i <= LOOKS)
	LOOP_DECREASES(LOOKS - i)
	{
		uint64_t before = cpu_tsc();
		uint32_t lapic = lapic_count();
		uint64_t width = cpu_tsc() - before;

		if (width < best.width)
			best = (struct moment){ lapic, before, width };
	}
	return best;
}

static uint64_t
measure_hz(void)
{
	struct moment from, to;

	lapic_count_start();
	from = look();
	to = look();
	while (to.lapic - from.lapic < CALIBRATE_NS)
	LOOP_INVARIANT(true)
		to = look();
	lapic_count_end();
	return (to.tsc - from.tsc) * LAPIC_HZ / (to.lapic - from.lapic);
}

void
clock_start(void)
{
	uint64_t hz = tsc_cpuid_hz();

	lapic_start(LAPIC_HZ);
	lapic_shield();
	tsc_start(hz != 0 ? hz : measure_hz());
}

static uint8_t
cmos(uint8_t index)
{
	cpu_out8(RTC_INDEX, index);
	return cpu_in8(RTC_DATA);
}

static bool
rtc_rests(void)
{
	for (unsigned i = 0; i < BUSY_TRIES; i++)
	LOOP_INVARIANT(i <= BUSY_TRIES)
	LOOP_DECREASES(BUSY_TRIES - i)
		if ((cmos(RTC_A) & UPDATING) == 0)
			return true;
	return false;
}

static struct rtc
rtc_read(void)
{
	return (struct rtc){ cmos(0), cmos(2), cmos(4), cmos(7), cmos(8), cmos(9), cmos(RTC_B) };
}

/* Read until two looks agree: the second may turn between two registers. */
uint64_t
clock_wall_s(void)
{
	struct rtc one, two;

	for (unsigned i = 0; i < RTC_TRIES; i++) {
		if (!rtc_rests())
			return 0;
		one = rtc_read();
		two = rtc_read();
		if (bytes_equal((struct span){ (const uint8_t *)&one, sizeof one },
		    (struct span){ (const uint8_t *)&two, sizeof two }))
			return rtc_decode(&one);
	}
	return 0;
}
