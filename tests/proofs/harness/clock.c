/*
 * clock.c: a clock chip, a time stamp counter and a timer that answer anything at each look.  Stubs check that the ports are the
 * chip's and the register is chosen before it is read; rtc_decode, proved, answers 0 or a moment of this century.  That
 * measure_hz() ends depends on the timer, which is the hypervisor's; what it returns, tsc_start() judges.
 */
#include "tests/proofs/harness/shared.h"

#include "platform/base/span.h"

bool nondet_bool(void);
uint8_t nondet_uint8(void);
uint32_t nondet_uint32(void);
uint64_t nondet_uint64(void);
void other_side(void) { }

static bool chosen;

static inline void
cpu_out8(uint16_t port, uint8_t value)
{
	ASSERT(port == 0x70 && value <= 11 && value != 1 && value != 3 && value != 5);	/* no alarm */
	chosen = true;
}

static inline uint8_t
cpu_in8(uint16_t port)
{
	ASSERT(port == 0x71 && chosen);
	chosen = false;
	return nondet_uint8();
}

static inline uint64_t cpu_tsc(void) { return nondet_uint64(); }

#include "platform/virtio/clock.c"

static bool counting;
void lapic_count_start(void) { counting = true; }
uint32_t lapic_count(void) { ASSERT(counting); return nondet_uint32(); }
void lapic_count_end(void) { ASSERT(counting); counting = false; }

bool
bytes_equal(struct span a, struct span b)
{
	ASSERT(__CPROVER_r_ok(a.ptr, a.len) && __CPROVER_r_ok(b.ptr, b.len) && a.len == b.len);
	return nondet_bool();
}

uint64_t
rtc_decode(const struct rtc *rtc)
{
	uint64_t moment = nondet_uint64();

	ASSERT(__CPROVER_r_ok(rtc, sizeof *rtc));
	ASSUME(moment == 0 || (moment >= 946684800 && moment < 4102444800 + 7 * 86400));
	return moment;
}

bool given_rtc_rests(void) { return nondet_bool(); }

void prove_look(void) { counting = true; (void)look(); REACHED(); }
void prove_measure_hz(void) { counting = false; (void)measure_hz(); ASSERT(!counting); REACHED(); }
void prove_cmos(void) { chosen = false; (void)cmos(RTC_A); REACHED(); }
void prove_rtc_rests(void) { chosen = false; (void)rtc_rests(); REACHED(); }
void prove_rtc_read(void) { chosen = false; (void)rtc_read(); REACHED(); }
void prove_clock_wall_s(void) { chosen = false; uint64_t moment = clock_wall_s(); ASSERT(moment == 0 || moment >= 946684800); REACHED(); }
