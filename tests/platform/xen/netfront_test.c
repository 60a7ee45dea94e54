/* netfront_test.c: finding the backend, connecting and connecting again, whatever xenstore and the backend say. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/xen/grant.h"
#include "platform/xen/netfront.h"
#include "platform/xen/netring.h"
#include "platform/xen/xenstore.h"
#include "tests/platform/xen/world.h"

#define BACKEND	"/local/domain/0/backend/vif/1/0"

enum { TOKEN = 1, ALL_PAGES = 2 + XEN_SLOTS };

static uint8_t frame[PLAT_FRAME_MAX];

static void
set_state(unsigned number)
{
	char text[12];

	snprintf(text, sizeof text, "%u", number);
	world_set(BACKEND "/state", text);
}

static const char *our_state(void) { return world_get("device/vif/0/state"); }

/* An honest netback: connects when we say so. */
static void
honest(void)
{
	if (strcmp(our_state(), "4") == 0 && strcmp(world_get(BACKEND "/state"), "2") == 0) {
		set_state(4);
		world_event(BACKEND "/state", "1");
		world_backend((uint32_t)atoi(world_get("device/vif/0/rx-ring-ref")), (uint32_t)atoi(world_get("device/vif/0/tx-ring-ref")));
	}
	world_daemon();
}

static void
begin(void)
{
	world_reset();
	netring_close();
	xenstore_start(&world.store, WORLD_STORE_PORT);
	world_set("device/vif/0/backend", BACKEND);
	world_set("device/vif/0/backend-id", "0");
	world_set("device/vif/0/mac", "00:16:3e:Aa:0b:0C");
	world_set(BACKEND "/online", "1");
	set_state(2);
	world.on_sleep = honest;
}

static void
connect_card(void)
{
	begin();
	assert_true(netfront_start(TOKEN));
	assert_true(netfront_connected());
	world.on_sleep = NULL;
}

static void
service(unsigned state)
{
	set_state(state);
	netfront_service();
}

static void
it_connects(void **state)
{
	static const uint8_t MAC[PLAT_MAC_LEN] = { 0, 0x16, 0x3e, 0xaa, 0x0b, 0x0c };
	uint8_t mac[PLAT_MAC_LEN];

	(void)state;
	connect_card();
	netfront_mac(mac);
	assert_memory_equal(mac, MAC, sizeof mac);
	assert_string_equal(world_get("device/vif/0/request-rx-copy"), "1");
	assert_string_equal(world_get("device/vif/0/feature-no-csum-offload"), "1");
	assert_string_equal(world_get("device/vif/0/feature-rx-notify"), "1");
	assert_string_equal(world_get("device/vif/0/event-channel"), "3");
	assert_int_equal(grant_given(), ALL_PAGES);
	assert_false(netfront_turn());
	assert_int_equal(world.sends[3], 1);
	assert_true(world_frame(9, 100));
	assert_true(netfront_turn());
	assert_int_equal(netfront_recv(frame), 100);
	for (unsigned i = 0; i < XEN_SLOTS; i++)
		netfront_send(frame, 60);
	assert_true(world_tx()->req_prod >= XEN_SLOTS / 2);	/* half a ring is shown without waiting for the turn's end */
}

static void
no_card(void **state)
{
	static const struct { const char *path, *text; } BAD[] = {
		{ "device/vif/0/backend", "" }, { "device/vif/0/backend", "a path" }, { "device/vif/0/backend", "\x01" },
		{ "device/vif/0/backend-id", "" }, { "device/vif/0/backend-id", "x" }, { "device/vif/0/backend-id", "0x1" },
		{ "device/vif/0/backend-id", "32752" }, { "device/vif/0/backend-id", "65536" }, { "device/vif/0/backend-id", "4294967296" },
		{ "device/vif/0/backend-id", "-1" }, { "device/vif/0/backend-id", "0000000000" },
		{ "device/vif/0/mac", "" }, { "device/vif/0/mac", "00:16:3e:aa:0b:0" }, { "device/vif/0/mac", "00:16:3e:aa:0b:0cc" },
		{ "device/vif/0/mac", "00-16-3e-aa-0b-0c" }, { "device/vif/0/mac", "00:16:3e:aa:0b:0g" },
		{ "device/vif/0/mac", "01:16:3e:aa:0b:0c" }, { "device/vif/0/mac", "ff:ff:ff:ff:ff:ff" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
		begin();
		world_set(BAD[i].path, BAD[i].text);
		assert_false(netfront_start(TOKEN));
		assert_false(netfront_connected());
		assert_int_equal(grant_given(), 0);
		assert_int_equal(netfront_recv(frame), 0);
		netfront_send(frame, 60);
		assert_false(netfront_turn());
		netfront_service();	/* a second look at the same words */
		assert_int_equal(grant_given(), 0);
		assert_in_range(world.now_ns, 0, XEN_BACKEND_NS + XEN_STORE_NS);
	}
}

static void
longest_value(struct xsd_sockmsg *header, uint8_t *body)
{
	if (strcmp(world.last_path, "device/vif/0/backend") == 0) {
		header->len = XEN_STORE_VALUE;
		memset(body, 'a', XEN_STORE_VALUE);
	}
}

/* A path that has no room for "/state" behind it, and one as long as a value may be. */
static void
long_backend_paths(void **state)
{
	char path[XEN_STORE_VALUE];

	(void)state;
	for (size_t len = 100; len < XEN_STORE_VALUE; len++) {
		begin();
		memset(path, 'a', len);
		path[len] = '\0';
		world_set("device/vif/0/backend", path);
		assert_false(netfront_start(TOKEN));
	}
	begin();
	world.on_reply = longest_value;
	assert_false(netfront_start(TOKEN));
}

/* A backend that never leaves its first state is not waited for longer than XEN_BACKEND_NS, and may come later. */
static void
a_late_backend(void **state)
{
	(void)state;
	begin();
	set_state(1);
	assert_false(netfront_start(TOKEN));
	assert_in_range(world.now_ns, XEN_BACKEND_NS, XEN_BACKEND_NS + XEN_STORE_NS);
	service(2);
	assert_string_equal(our_state(), "4");
	service(4);
	assert_true(netfront_connected());
}

/* Closing, Closed, and a new life: the rings are new, the pages are the same, the port is kept. */
static void
it_connects_again(void **state)
{
	(void)state;
	connect_card();
	for (unsigned i = 0; i < 20; i++) {
		netfront_send(frame, 60);
		service(5);
		assert_string_equal(our_state(), "6");
		assert_int_equal(grant_given(), 0);
		assert_int_equal(netfront_recv(frame), 0);
		netfront_send(frame, 60);
		service(6);
		assert_string_equal(our_state(), "1");
		service(2);
		assert_string_equal(our_state(), "4");
		assert_int_equal(grant_given(), ALL_PAGES);
		world_backend((uint32_t)atoi(world_get("device/vif/0/rx-ring-ref")), (uint32_t)atoi(world_get("device/vif/0/tx-ring-ref")));
		service(4);
		assert_true(netfront_connected());
		(void)netfront_turn();
		assert_true(world_frame(1, 60));
		assert_int_equal(netfront_recv(frame), 60);
	}
	assert_int_equal(world.next_port, WORLD_FIRST_PORT + 1);
	assert_int_equal(world.closes, 0);
}

/* It fell and came back while nobody looked. */
static void
a_fall_unseen(void **state)
{
	(void)state;
	connect_card();
	service(2);
	assert_string_equal(our_state(), "6");
	assert_false(netfront_connected());
	service(6);
	service(2);
	service(4);
	assert_true(netfront_connected());
}

/* Taken away for good (not online): we do not ask for it again. */
static void
a_card_taken_away(void **state)
{
	(void)state;
	connect_card();
	world_set(BACKEND "/online", "0");
	service(5);
	service(6);
	assert_string_equal(our_state(), "6");
	world_set("device/vif/0/backend", "");
	netfront_service();
	assert_int_equal(grant_given(), 0);
}

/* A driver domain that came back under another number gets a port and grants of its own. */
static void
another_domain(void **state)
{
	(void)state;
	connect_card();
	world_set("device/vif/0/backend", "/local/domain/5/backend/vif/1/0");
	world_set("device/vif/0/backend-id", "5");
	world_set("/local/domain/5/backend/vif/1/0/state", "2");
	netfront_service();
	assert_int_equal(world.closes, 1);
	assert_string_equal(world_get("device/vif/0/event-channel"), "4");
	assert_int_equal(grant_given(), ALL_PAGES);
	for (unsigned ref = XEN_GRANT_FIRST; ref < XEN_GRANT_END; ref++)
		assert_true(world.grants[ref].flags == 0 || world.grants[ref].domid == 5);
}

static void
no_port_no_card(void **state)
{
	(void)state;
	begin();
	world.no_ports = true;
	assert_false(netfront_start(TOKEN));
	assert_int_equal(grant_given(), 0);
}

/* Rings that make no sense: we close, say so, and connect again when the backend does. */
static void
a_broken_ring(void **state)
{
	(void)state;
	connect_card();
	world_rx()->rsp_prod = 1000;
	assert_int_equal(netfront_recv(frame), 0);
	assert_true(netring_failed());
	netfront_service();
	assert_int_equal(grant_given(), 0);
	assert_false(netring_failed());			/* closed is not broken: else every turn would ask xenstore */
	assert_string_equal(our_state(), "6");
	service(6);
	service(2);
	service(4);
	assert_true(netfront_connected());
	assert_false(netring_failed());
}

/* xenstore dies: the card that works goes on. */
static void
a_dead_store(void **state)
{
	(void)state;
	connect_card();
	world.silent = true;
	netfront_service();
	assert_true(xenstore_dead());
	netfront_service();
	assert_true(netfront_connected());
	(void)netfront_turn();
	assert_true(world_frame(1, 60));
	assert_int_equal(netfront_recv(frame), 60);
}

/* Any sequence of states, four long, from a connected card: nothing panics, and nothing is given while we are not connected. */
static void
every_sequence_of_states(void **state)
{
	static const unsigned STATES[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 99 };
	enum { NUM = sizeof STATES / sizeof STATES[0], ALL = NUM * NUM * NUM * NUM };

	(void)state;
	connect_card();
	for (unsigned i = 0; i < ALL; i += 7) {
		for (unsigned rest = i, step = 0; step < 4; step++, rest /= NUM) {
			service(STATES[rest % NUM]);
			netfront_send(frame, 60);
			(void)netfront_turn();
			assert_true(grant_given() == 0 || grant_given() >= ALL_PAGES);
			assert_true(grant_given() == 0 || strcmp(our_state(), "4") == 0);
		}
	}
	assert_int_equal(world.next_port, WORLD_FIRST_PORT + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_card),
		cmocka_unit_test(long_backend_paths),
		cmocka_unit_test(no_port_no_card),
		cmocka_unit_test(a_late_backend),
		cmocka_unit_test(it_connects),
		cmocka_unit_test(it_connects_again),
		cmocka_unit_test(a_fall_unseen),
		cmocka_unit_test(a_card_taken_away),
		cmocka_unit_test(another_domain),
		cmocka_unit_test(a_broken_ring),
		cmocka_unit_test(a_dead_store),
		cmocka_unit_test(every_sequence_of_states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
