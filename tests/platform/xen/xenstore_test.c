/* xenstore_test.c: the client of xenstore against a daemon that says what it likes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "platform/xen/xenstore.h"
#include "tests/platform/xen/world.h"

static struct span value;

static int
setup(void **state)
{
	(void)state;
	world_reset();
	xenstore_start(&world.store, WORLD_STORE_PORT);
	world_set("name", "pinata");
	return 0;
}

static void
expect_name(void)
{
	assert_true(xenstore_read(&value, "name"));
	assert_int_equal(value.len, 6);
	assert_memory_equal(value.ptr, "pinata", 6);
}

static void
values_are_read_and_written(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 200; i++) {		/* several times around the ring */
		expect_name();
		assert_true(xenstore_write("path/to/it", SPAN_LITERAL("17")));
		assert_string_equal(world_get("path/to/it"), "17");
	}
	assert_false(xenstore_read(&value, "absent"));
	assert_false(xenstore_dead());
	assert_true(xenstore_write("path/to/it", (struct span){ NULL, 0 }));
	assert_string_equal(world_get("path/to/it"), "");
	assert_true(xenstore_read(&value, "path/to/it"));
	assert_int_equal(value.len, 0);
	assert_int_equal(xenstore_nonsense(), 0);
}

static void
watches_fire(void **state)
{
	(void)state;
	assert_true(xenstore_watch("device/vif", 2));
	assert_int_equal(world.last.type, XS_WATCH);
	world_event("device/vif/0/state", "2");
	world_event("device/vif/0/state", "2");
	world_event("control/shutdown", "7");
	world_daemon();
	assert_int_equal(xenstore_events(1u << 7), 1u << 7);
	assert_int_equal(xenstore_events(1u << 7), 0);
	assert_int_equal(xenstore_events(~0u), 1u << 2);
	assert_int_equal(xenstore_events(~0u), 0);
}

static void
event_first(const struct xsd_sockmsg *request)
{
	(void)request;
	world_event("device/vif/0/state", "1");
}

static void
events_come_between(void **state)
{
	(void)state;
	world.before_reply = event_first;
	expect_name();
	assert_int_equal(xenstore_events(~0u), 1u << 1);
}

/* ---- answers to something else ---- */

static unsigned change;

static void
wrong_first(const struct xsd_sockmsg *request)
{
	switch (change) {
	case 0: world_message(XS_READ, request->req_id + 1, SPAN_LITERAL("evil")); break;
	case 1: world_message(XS_READ, request->req_id - 1, SPAN_LITERAL("evil")); break;	/* stale */
	case 2: world_message(XS_WRITE, request->req_id, SPAN_LITERAL("evil")); break;
	case 3: world_message(0xffffffff, request->req_id, SPAN_LITERAL("evil")); break;
	case 4: world_message(XS_ERROR, request->req_id + 1, SPAN_LITERAL("evil")); break;
	case 5: world_message(XS_READ, 0, (struct span){ NULL, 0 }); break;
	}
}

static void
answers_to_nothing_are_dropped(void **state)
{
	world.before_reply = wrong_first;
	for (change = 0; change < 6; change++) {
		uint32_t before = xenstore_nonsense();

		expect_name();
		assert_int_equal(xenstore_nonsense(), before + 1);
	}
	(void)state;
}

static void
duplicates_are_dropped(void **state)
{
	(void)state;
	expect_name();
	world_message(XS_READ, world.last.req_id, SPAN_LITERAL("evil"));
	world_daemon();
	assert_int_equal(xenstore_events(~0u), 0);
	assert_int_equal(xenstore_nonsense(), 1);
	expect_name();
}

/* ---- lengths ---- */

static uint32_t reply_len;

static void
set_len(struct xsd_sockmsg *header, uint8_t *body)
{
	header->len = reply_len;
	memset(body, 'x', XENSTORE_PAYLOAD_MAX);
}

static void
lengths(void **state)
{
	static const uint32_t GOOD[] = { 0, 1, 255, 256 }, LONG[] = { 257, 1023, 1024, 4095, 4096 },
	    BAD[] = { 4097, 0x7fffffff, 0x80000000, 0xffffffff };

	for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++) {
		world.on_reply = set_len;
		reply_len = GOOD[i];
		assert_true(xenstore_read(&value, "name"));
		assert_int_equal(value.len, GOOD[i]);
		assert_true(value.len == 0 || value.ptr[value.len - 1] == 'x');
	}
	for (size_t i = 0; i < sizeof LONG / sizeof LONG[0]; i++) {
		world.on_reply = set_len;
		reply_len = LONG[i];
		assert_false(xenstore_read(&value, "name"));
		world.on_reply = NULL;
		expect_name();
	}
	for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
		(void)setup(state);
		world.on_reply = set_len;
		reply_len = BAD[i];
		assert_false(xenstore_read(&value, "name"));
		assert_true(xenstore_dead());
		assert_false(xenstore_write("name", SPAN_LITERAL("x")));
		assert_false(xenstore_watch("name", 1));
		assert_int_equal(xenstore_events(~0u), 0);
	}
}

static void
bad_events_are_dropped(void **state)
{
	static const struct span BAD[] = {
		{ (const uint8_t *)"", 0 }, { (const uint8_t *)"\0\0", 2 }, { (const uint8_t *)"a\0b", 3 },
		{ (const uint8_t *)"\0\0\0\0", 4 }, { (const uint8_t *)"a\0008\0", 4 }, { (const uint8_t *)"a\0/\0", 4 },
		{ (const uint8_t *)"aa1\0", 4 }, { (const uint8_t *)"a\00012", 4 }, { (const uint8_t *)"a\00012\0", 5 },
		{ (const uint8_t *)"a\0\xff\0", 4 },
	};
	static uint8_t body[XENSTORE_PAYLOAD_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
		world_message(XS_WATCH_EVENT, 0, BAD[i]);
		world_daemon();
		assert_int_equal(xenstore_events(~0u), 0);
		assert_int_equal(xenstore_nonsense(), i + 1);
	}
	memcpy(body + sizeof body - 4, "\0" "1\0", 3);
	world_message(XS_WATCH_EVENT, 0, SPAN_ARRAY(body));
	for (unsigned i = 0; i < 10; i++) {
		world_daemon();
		assert_int_equal(xenstore_events(~0u), 0);
	}
	expect_name();
}

/* ---- indices ---- */

static void
bad_indices_kill(void **state)
{
	static const uint32_t BAD[] = { 1025, 2048, 0x80000000, 0xffffffff };

	for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
		(void)setup(state);
		world.store.rsp_prod = world.store.rsp_cons + BAD[i];
		assert_int_equal(xenstore_events(~0u), 0);
		assert_true(xenstore_dead());
		(void)setup(state);
		world.silent = true;
		world.store.req_cons = world.store.req_prod - BAD[i];
		assert_false(xenstore_read(&value, "name"));
		assert_true(xenstore_dead());
		assert_in_range(world.now_ns, 0, XEN_STORE_NS / 2);	/* at once, not when the time is over */
	}
}

/* ---- silence and noise ---- */

static void
silence_ends(void **state)
{
	(void)state;
	world.silent = true;
	assert_false(xenstore_read(&value, "name"));
	assert_true(xenstore_dead());
	assert_in_range(world.now_ns, XEN_STORE_NS, 2 * XEN_STORE_NS);
}

static void
pour(void)
{
	for (unsigned i = 0; i < 40 && world.store.rsp_prod - world.store.rsp_cons < XENSTORE_RING_SIZE; i++) {
		world_event("device/vif/0", "1");
		world_daemon();
	}
}

/* Events without an end: an answer that is never there is not waited for longer than without them, and a turn takes a few. */
static void
endless_events_end(void **state)
{
	(void)state;
	world.silent = true;
	world.on_sleep = pour;
	assert_false(xenstore_read(&value, "name"));
	assert_true(xenstore_dead());
	assert_in_range(world.now_ns, XEN_STORE_NS, 2 * XEN_STORE_NS);
	(void)setup(state);
	pour();
	(void)xenstore_events(~0u);
	assert_int_not_equal(world.store.rsp_cons, world.store.rsp_prod);
	assert_in_range(world.store.rsp_cons, XEN_STORE_TURN * 16, XEN_STORE_TURN * 40);
}

/* ---- every truncation and every wrong byte of an answer ---- */

static size_t cut;
static uint8_t flip_bits;
static size_t flip_at;

static void
mangle(const struct xsd_sockmsg *request)
{
	struct xsd_sockmsg header = { .type = request->type, .req_id = request->req_id, .len = 6 };
	uint8_t bytes[sizeof header + 6];

	memcpy(bytes, &header, sizeof header);
	memcpy(bytes + sizeof header, "pinata", 6);
	bytes[flip_at] ^= flip_bits;
	world_raw((struct span){ bytes, cut });
	world.silent = true;			/* the honest answer is not given */
}

static void
no_reply(struct xsd_sockmsg *header, uint8_t *body)
{
	(void)body;
	header->type = XS_WATCH_EVENT;
	header->len = 0;
}

static void
answer_mangled(size_t len, size_t at, uint8_t bits)
{
	world_reset();
	xenstore_start(&world.store, WORLD_STORE_PORT);
	world_set("name", "pinata");
	cut = len;
	flip_at = at;
	flip_bits = bits;
	world.before_reply = mangle;
	world.on_reply = no_reply;
}

static void
truncations_and_mutations(void **state)
{
	static const uint8_t BITS[] = { 0x01, 0x80, 0xff };

	(void)state;
	for (size_t len = 0; len < 22; len++) {
		answer_mangled(len, 0, 0);
		world.on_reply = NULL;
		(void)xenstore_read(&value, "name");
	}
	for (size_t at = 0; at < 22; at++) {
		for (size_t i = 0; i < sizeof BITS; i++) {
			answer_mangled(22, at, BITS[i]);
			if (xenstore_read(&value, "name"))	/* only what nobody can check may differ: tx_id, value */
				assert_true((at >= 8 && at < 12) || at >= 16 || at == 12);
		}
	}
	answer_mangled(22, 0, 0);
	expect_name();
}

/* ---- a second thread changes indices and bytes all the time ---- */

static atomic_bool stop;

static void *
flip(void *arg)
{
	uint64_t dice = 88172645463325252u;
	volatile uint32_t *words = (volatile uint32_t *)&world.store;

	(void)arg;
	while (!atomic_load_explicit(&stop, memory_order_relaxed)) {
		dice ^= dice << 13, dice ^= dice >> 7, dice ^= dice << 17;
		if (dice % 64 == 0)
			words[512 + (dice >> 20) % 4] = (uint32_t)(dice >> 30) % 2000;
		else
			words[256 + (dice >> 20) % 256] = (uint32_t)(dice >> 30) & (dice & 2 ? 0xff : ~0u);
	}
	return NULL;
}

static void
double_fetches(void **state)
{
	pthread_t thread;

	for (unsigned round = 0; round < 100; round++) {
		(void)setup(state);
		world.silent = true;
		atomic_store(&stop, false);
		assert_int_equal(pthread_create(&thread, NULL, flip, NULL), 0);
		for (unsigned i = 0; i < 100; i++) {
			if (xenstore_read(&value, "name"))
				assert_in_range(value.len, 0, XEN_STORE_VALUE);
			(void)xenstore_events(~0u);
		}
		atomic_store(&stop, true);
		assert_int_equal(pthread_join(thread, NULL), 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(values_are_read_and_written, setup),
		cmocka_unit_test_setup(watches_fire, setup),
		cmocka_unit_test_setup(events_come_between, setup),
		cmocka_unit_test_setup(answers_to_nothing_are_dropped, setup),
		cmocka_unit_test_setup(duplicates_are_dropped, setup),
		cmocka_unit_test_setup(lengths, setup),
		cmocka_unit_test_setup(bad_events_are_dropped, setup),
		cmocka_unit_test_setup(bad_indices_kill, setup),
		cmocka_unit_test_setup(silence_ends, setup),
		cmocka_unit_test_setup(endless_events_end, setup),
		cmocka_unit_test(truncations_and_mutations),
		cmocka_unit_test(double_fetches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
