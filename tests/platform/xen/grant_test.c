/* grant_test.c: giving pages and taking them back, and what must never be asked. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "platform/xen/grant.h"
#include "tests/panics.h"
#include "tests/platform/xen/world.h"

static int
setup(void **state)
{
	(void)state;
	world_reset();
	return 0;
}

static void
given_and_taken_back(void **state)
{
	(void)state;
	for (uint32_t ref = XEN_GRANT_FIRST; ref < XEN_GRANT_END; ref++) {
		grant_give(ref, 3, 0x1000 + ref, ref % 2 == 0);
		assert_int_equal(world.grants[ref].domid, 3);
		assert_int_equal(world.grants[ref].frame, 0x1000 + ref);
		assert_int_equal(world.grants[ref].flags, GTF_permit_access | (ref % 2 == 0 ? GTF_readonly : 0));
	}
	assert_int_equal(grant_given(), XEN_GRANT_END - XEN_GRANT_FIRST);
	for (uint32_t ref = XEN_GRANT_FIRST; ref < XEN_GRANT_END; ref++)
		assert_true(grant_end(ref) && grant_end(ref));
	assert_int_equal(grant_given(), 0);
}

static void
not_while_it_is_held(void **state)
{
	static const uint16_t HELD[] = { GTF_reading, GTF_writing, GTF_reading | GTF_writing };

	(void)state;
	for (size_t i = 0; i < sizeof HELD / sizeof HELD[0]; i++) {
		grant_give(20, 0, 1, false);
		world.grants[20].flags |= HELD[i];
		assert_false(grant_end(20));
		assert_true((world.grants[20].flags & GTF_permit_access) != 0);
		world.grants[20].flags &= (uint16_t)~HELD[i];
		assert_true(grant_end(20));
	}
}

/* Ours are 8 to XEN_GRANT_END - 1; a page that is given is not given again. */
static void
what_must_not_be_asked(void **state)
{
	(void)state;
	assert_panics(grant_give(XEN_GRANT_FIRST - 1, 0, 1, false));
	assert_panics(grant_give(XEN_GRANT_END, 0, 1, false));
	assert_panics(grant_give(20, 0, UINT64_C(1) << 32, false));
	assert_panics(if (grant_end(0)) return);
	assert_panics(if (grant_end(XEN_GRANT_END)) return);
	grant_give(20, 0, 1, false);
	assert_panics(grant_give(20, 0, 1, false));
	assert_int_equal(world.grants[0].flags, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(given_and_taken_back, setup),
		cmocka_unit_test_setup(not_while_it_is_held, setup),
		cmocka_unit_test_setup(what_must_not_be_asked, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
