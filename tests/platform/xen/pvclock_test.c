/* pvclock_test.c: the frequency and the date, and a hypervisor's page that makes no sense or never rests. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>

#include "platform/xen/pvclock.h"
#include "tests/platform/xen/world.h"

enum { READS = 3000000 };

static struct vcpu_time_info *info;

static int
setup(void **state)
{
	(void)state;
	world_reset();
	info = &world.info.vcpu_info[0].time;
	/* as seen on a machine of 2.6 GHz */
	*info = (struct vcpu_time_info){ .version = 10, .tsc_timestamp = 973220054, .system_time = UINT64_C(5000000000),
	    .tsc_to_system_mul = 0xc4ebff81, .tsc_shift = -1 };
	world.info.wc_version = 2;
	world.info.wc_sec = 1795304201;
	world.info.wc_nsec = 857044397;
	return 0;
}

static void
frequency(void **state)
{
	(void)state;
	assert_in_range(pvclock_tsc_hz(info), 2599900000, 2600100000);
	info->tsc_shift = 0;
	info->tsc_to_system_mul = 0x80000000;
	assert_int_equal(pvclock_tsc_hz(info), 2000000000);
	info->tsc_shift = 2;
	assert_int_equal(pvclock_tsc_hz(info), 500000000);
}

static void
date(void **state)
{
	(void)state;
	assert_int_equal(pvclock_wall_s(&world.info, info->tsc_timestamp), 1795304206);
	assert_int_equal(pvclock_wall_s(&world.info, info->tsc_timestamp + UINT64_C(26000000000)), 1795304216);
	assert_int_equal(pvclock_wall_s(&world.info, 0), 1795304206);	/* before the stamp: not before it */
	world.info.wc_sec_hi = 1;
	assert_int_equal(pvclock_wall_s(&world.info, info->tsc_timestamp), 1795304206 + (UINT64_C(1) << 32));
	world.info.wc_sec = world.info.wc_sec_hi = 0;
	assert_int_equal(pvclock_wall_s(&world.info, info->tsc_timestamp), 0);
}

static void
what_makes_no_sense(void **state)
{
	(void)state;
	info->tsc_to_system_mul = 0;
	assert_int_equal(pvclock_tsc_hz(info), 0);
	assert_int_equal(pvclock_wall_s(&world.info, 0), 0);
	for (int shift = -128; shift < 128; shift++) {
		info->tsc_to_system_mul = 1;
		info->tsc_shift = (int8_t)shift;
		if (shift < -31 || shift > 31)
			assert_int_equal(pvclock_tsc_hz(info), 0);
		(void)pvclock_tsc_hz(info);
		(void)pvclock_wall_s(&world.info, UINT64_MAX);
	}
}

static void
a_page_that_never_rests(void **state)
{
	(void)state;
	info->version = 11;
	assert_int_equal(pvclock_tsc_hz(info), 0);
	assert_int_equal(pvclock_wall_s(&world.info, 0), 0);
	info->version = 10;
	world.info.wc_version = 3;
	assert_int_equal(pvclock_wall_s(&world.info, 0), 0);
}

/* ---- Xen updates while we read: 1.0 GHz and 2.0 GHz, never a mixture ---- */

static atomic_bool stop;

static void *
update(void *arg)
{
	volatile struct vcpu_time_info *page = info;

	(void)arg;
	for (unsigned i = 0; !atomic_load(&stop); i++) {
		page->version++;
		atomic_thread_fence(memory_order_seq_cst);
		page->tsc_to_system_mul = i % 2 ? 0x80000000 : 0x40000000;
		page->tsc_shift = i % 2 ? 0 : 2;		/* 2.0 GHz or 1.0 GHz */
		atomic_thread_fence(memory_order_seq_cst);
		page->version++;
	}
	return NULL;
}

static void
updates_are_seen_whole(void **state)
{
	pthread_t thread;
	uint64_t hz;
	unsigned seen = 0;

	(void)state;
	info->tsc_to_system_mul = 0x80000000;
	info->tsc_shift = 0;
	assert_int_equal(pthread_create(&thread, NULL, update, NULL), 0);
	for (unsigned i = 0; i < READS; i++) {
		hz = pvclock_tsc_hz(info);
		assert_true(hz == 0 || hz == 2000000000 || hz == 1000000000);
		seen += hz != 0;
	}
	atomic_store(&stop, true);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_in_range(seen, 1, READS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(frequency, setup),
		cmocka_unit_test_setup(date, setup),
		cmocka_unit_test_setup(what_makes_no_sense, setup),
		cmocka_unit_test_setup(a_page_that_never_rests, setup),
		cmocka_unit_test_setup(updates_are_seen_whole, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
