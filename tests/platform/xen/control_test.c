/* control_test.c: what the administrator may ask, and that nothing else is taken for it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "platform/xen/control.h"
#include "platform/xen/xenstore.h"
#include "tests/platform/xen/world.h"

static int
setup(void **state)
{
	(void)state;
	world_reset();
	xenstore_start(&world.store, WORLD_STORE_PORT);
	return 0;
}

static void
it_says_what_it_can(void **state)
{
	(void)state;
	control_start(3);
	assert_string_equal(world_get("control/feature-suspend"), "0");
	assert_string_equal(world_get("control/feature-poweroff"), "1");
	assert_string_equal(world_get("control/feature-reboot"), "1");
	assert_int_equal(world.last.type, XS_WATCH);
	assert_string_equal(world.last_path, "control/shutdown");
}

static void
wishes(void **state)
{
	static const struct { const char *text; enum control_wish wish; } CASES[] = {
		{ "poweroff", CONTROL_POWEROFF }, { "halt", CONTROL_POWEROFF }, { "reboot", CONTROL_REBOOT },
	};
	static const char *const NONE[] = { "", "suspend", "crash", "poweroff ", " poweroff", "Poweroff", "powerof", "reboot\n" };

	(void)state;
	assert_int_equal(control_wish(), CONTROL_NOTHING);
	for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
		world_set("control/shutdown", CASES[i].text);
		assert_int_equal(control_wish(), CASES[i].wish);
		assert_string_equal(world_get("control/shutdown"), "");
	}
	for (size_t i = 0; i < sizeof NONE / sizeof NONE[0]; i++) {
		world_set("control/shutdown", NONE[i]);
		assert_int_equal(control_wish(), CONTROL_NOTHING);
		assert_string_equal(world_get("control/shutdown"), NONE[i]);
	}
}

static void
without_a_store(void **state)
{
	(void)state;
	world.silent = true;
	control_start(3);
	assert_true(xenstore_dead());
	assert_int_equal(control_wish(), CONTROL_NOTHING);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(it_says_what_it_can, setup),
		cmocka_unit_test_setup(wishes, setup),
		cmocka_unit_test_setup(without_a_store, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
