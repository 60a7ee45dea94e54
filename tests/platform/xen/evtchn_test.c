/* evtchn_test.c: pending bits are taken note of once, masked ones stay for the unmasking. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "platform/xen/evtchn.h"
#include "tests/platform/xen/world.h"

enum { WORDS = 64 };

static int
setup(void **state)
{
	(void)state;
	world_reset();
	return 0;
}

static void
all_is_masked_at_first(void **state)
{
	(void)state;
	for (unsigned i = 0; i < WORDS; i++)
		assert_int_equal(world.info.evtchn_mask[i], ~(xen_ulong_t)0);
}

static void
pending_is_cleared(void **state)
{
	(void)state;
	world.info.vcpu_info[0].evtchn_upcall_pending = 1;
	world.info.vcpu_info[0].evtchn_pending_sel = 1 | UINT64_C(1) << 63;
	world.info.evtchn_mask[0] = ~(xen_ulong_t)0x0f;
	world.info.evtchn_mask[63] = 0;
	world.info.evtchn_pending[0] = 0xff;
	world.info.evtchn_pending[1] = 0xff;			/* not selected */
	world.info.evtchn_pending[63] = ~(xen_ulong_t)0;
	evtchn_clear();
	assert_int_equal(world.info.vcpu_info[0].evtchn_upcall_pending, 0);
	assert_int_equal(world.info.vcpu_info[0].evtchn_pending_sel, 0);
	assert_int_equal(world.info.evtchn_pending[0], 0xf0);	/* masked: EVTCHNOP_unmask will raise them */
	assert_int_equal(world.info.evtchn_pending[1], 0xff);
	assert_int_equal(world.info.evtchn_pending[63], 0);
}

static void
ports(void **state)
{
	(void)state;
	assert_int_equal(evtchn_listen(0), WORLD_FIRST_PORT);
	assert_int_equal(evtchn_listen(0), WORLD_FIRST_PORT + 1);
	evtchn_send(WORLD_FIRST_PORT);
	assert_int_equal(world.sends[WORLD_FIRST_PORT], 1);
	evtchn_close(WORLD_FIRST_PORT);
	assert_int_equal(world.closes, 1);
	world.no_ports = true;
	assert_int_equal(evtchn_listen(0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(all_is_masked_at_first, setup),
		cmocka_unit_test_setup(pending_is_cleared, setup),
		cmocka_unit_test_setup(ports, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
