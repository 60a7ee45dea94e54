/* netring_test.c: the network's rings against a backend that writes what it likes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include "platform/platform.h"
#include "platform/xen/grant.h"
#include "platform/xen/netring.h"
#include "tests/platform/xen/world.h"

enum { ALL_PAGES = 2 + XEN_SLOTS };		/* two rings, and every page to receive into */

static uint8_t frame[PLAT_FRAME_MAX];
static struct netring_refs refs;

static int
setup(void **state)
{
	(void)state;
	world_reset();
	assert_true(netring_open(&refs, 0));
	world_backend(refs.rx, refs.tx);
	assert_true(netring_push());
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	world.grants[refs.rx].flags = world.grants[refs.tx].flags = 0;
	for (unsigned ref = XEN_GRANT_FIRST; ref < XEN_GRANT_END; ref++)
		world.grants[ref].flags = 0;
	netring_close();
	return 0;
}

static uint32_t
nonsense(void) { return netring_counts().nonsense; }

static void
every_page_is_granted_once(void **state)
{
	struct netif_rx_request request;
	bool seen[XEN_SLOTS] = { false };

	(void)state;
	assert_int_equal(grant_given(), ALL_PAGES);
	for (unsigned i = 0; i < XEN_SLOTS; i++) {
		uint8_t *page;

		assert_true(world_next_rx(&request));
		assert_in_range(request.id, 0, XEN_SLOTS - 1);
		assert_false(seen[request.id]);
		seen[request.id] = true;
		page = world_page(request.gref);
		assert_non_null(page);
		assert_int_equal(world.grants[request.gref].flags & GTF_readonly, 0);
		for (unsigned at = 0; at < XEN_PAGE; at++)
			assert_int_equal(page[at], 0);
	}
	assert_false(world_next_rx(&request));
}

static void
frames_arrive(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		size_t len = 14 + i % (PLAT_FRAME_MAX - 13);

		assert_true(world_frame((uint8_t)i, len));
		assert_true(netring_ready());
		memset(frame, 0xee, sizeof frame);
		assert_int_equal(netring_recv(frame), len);
		assert_int_equal(frame[0], (uint8_t)i);
		assert_int_equal(frame[len - 1], (uint8_t)i);
		assert_int_equal(netring_recv(frame), 0);
		assert_false(netring_ready());
		(void)netring_push();
	}
	assert_false(world.grant_seen_at_copy);
	assert_int_equal(grant_given(), ALL_PAGES);
	assert_int_equal(nonsense(), 0);
}

/* What the page held is gone before the backend gets it again. */
static void
receive_pages_are_zeroed(void **state)
{
	struct netif_rx_request request;
	uint8_t *page;

	(void)state;
	assert_true(world_next_rx(&request));
	page = world_page(request.gref);
	memset(page, 0x77, XEN_PAGE);
	world_answer_rx(request.id, 2000, 0, 60);
	assert_int_equal(netring_recv(frame), 60);
	for (unsigned at = 0; at < XEN_PAGE; at++)
		assert_int_equal(page[at], 0);
}

static void
responses_in_any_order(void **state)
{
	struct netif_rx_request first, second;

	(void)state;
	assert_true(world_next_rx(&first) && world_next_rx(&second));
	world_page(second.gref)[0] = 2;
	world_page(first.gref)[0] = 1;
	world_answer_rx(second.id, 0, 0, 20);
	world_answer_rx(first.id, 0, 0, 30);
	assert_int_equal(netring_recv(frame), 20);
	assert_int_equal(frame[0], 2);
	assert_int_equal(netring_recv(frame), 30);
	assert_int_equal(frame[0], 1);
}

/* Ids never issued, and one answered twice: counted, dropped, and nothing is read. */
static void
bad_ids_are_dropped(void **state)
{
	static const uint16_t BAD[] = { XEN_SLOTS, XEN_SLOTS + 1, 0x7fff, 0x8000, 0xffff };
	struct netif_rx_request request;
	uint32_t before = nonsense();

	(void)state;
	for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
		assert_true(world_next_rx(&request));	/* requests and responses share their places */
		world_answer_rx(BAD[i], 0, 0, 60);
		assert_int_equal(netring_recv(frame), 0);
		assert_int_equal(nonsense(), before + i + 1);
	}
	world_answer_rx(request.id, 0, 0, 60);
	assert_int_equal(netring_recv(frame), 60);
	assert_false(netring_failed());
}

/* After the answer the page is posted again: a second answer is one too many only while the new request was not shown. */
static void
duplicates_are_dropped(void **state)
{
	struct netif_rx_request request;
	uint32_t before = nonsense();

	(void)state;
	world.grants[XEN_GRANT_RX + 5].flags |= GTF_writing;		/* so that it is not posted again */
	while (world_next_rx(&request) && request.id != 5)
		;
	world_answer_rx(5, 0, 0, 60);
	world_answer_rx(5, 0, 0, 60);
	assert_int_equal(netring_recv(frame), 0);
	assert_int_equal(nonsense(), before + 1);
}

static void
bad_ranges_are_dropped(void **state)
{
	static const struct { uint16_t offset; int16_t status; } BAD[] = {
		{ 4096, 60 }, { 4037, 60 }, { 65535, 60 }, { 65535, 32767 }, { 0, 32767 }, { 0, 4097 }, { 4082, 15 },
		{ 0, 1515 }, { 0, 13 }, { 0, 0 }, { 0, -1 }, { 0, -2 }, { 0, -32768 }, { 65535, -32768 },
	};
	struct netif_rx_request request;

	(void)state;
	for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
		assert_true(world_next_rx(&request));
		world_answer_rx(request.id, BAD[i].offset, 0, BAD[i].status);
		assert_int_equal(netring_recv(frame), 0);
		(void)netring_push();
	}
	assert_true(world_next_rx(&request));
	world_answer_rx(request.id, 4082, 0, 14);
	assert_int_equal(netring_recv(frame), 14);
	assert_int_equal(grant_given(), ALL_PAGES);
	assert_false(netring_failed());
}

/* A frame in several pages is dropped whole: the last page of it has no flag. */
static void
chains_are_dropped(void **state)
{
	struct netif_rx_request request[5];

	(void)state;
	for (unsigned i = 0; i < 5; i++)
		assert_true(world_next_rx(&request[i]));
	world_answer_rx(request[0].id, 0, NETRXF_more_data, 1000);
	world_answer_rx(request[1].id, 0, NETRXF_more_data, 1000);
	world_answer_rx(request[2].id, 0, 0, 1000);
	world_answer_rx(request[3].id, 0, NETRXF_extra_info, 1000);
	world_answer_rx(request[4].id, 0, 0, 99);
	assert_int_equal(netring_recv(frame), 99);
}

/* Every value of one field at a time, all else honest. */
static void
every_field_out_of_range(void **state)
{
	struct netif_rx_request request;

	(void)state;
	for (uint32_t value = 0; value < 0x10000; value++) {
		for (unsigned field = 0; field < 4; field++) {
			uint16_t word[4] = { 0, 0, 0, 60 };

			if (!world_next_rx(&request) || netring_failed()) {
				(void)teardown(state);
				(void)setup(state);
				assert_true(world_next_rx(&request));
			}
			word[0] = request.id;
			word[field] = (uint16_t)value;
			world_answer_rx(word[0], word[1], word[2], (int16_t)word[3]);
			assert_in_range(netring_recv(frame), 0, PLAT_FRAME_MAX);
			(void)netring_push();
		}
	}
}

static void
too_many_answers_fail(void **state)
{
	static const uint32_t TOO_FAR[] = { XEN_SLOTS + 1, 256, 257, 0x7fffffff, 0x80000000, 0xffffffff };

	for (size_t i = 0; i < sizeof TOO_FAR / sizeof TOO_FAR[0]; i++) {
		(void)teardown(state);
		(void)setup(state);
		world_rx()->rsp_prod = TOO_FAR[i];
		assert_int_equal(netring_recv(frame), 0);
		assert_true(netring_failed());
		(void)teardown(state);
		(void)setup(state);
		world_tx()->rsp_prod = TOO_FAR[i];
		memset(frame, 1, sizeof frame);
		netring_send(frame, 60);
		assert_true(netring_failed());
	}
}

/* Nonsense alone, without an end: a bounded number a call, and after XEN_NONSENSE the connection is to be given up. */
static void
endless_nonsense_fails(void **state)
{
	uint32_t before = nonsense(), calls = 0;

	(void)state;
	while (!netring_failed() && calls++ < 1000) {
		world_answer_rx(0xffff, 0, 0, 60);
		assert_int_equal(netring_recv(frame), 0);
		assert_in_range(nonsense() - before, 0, calls * XEN_SLOTS);
	}
	assert_true(netring_failed());
	assert_in_range(nonsense() - before, 1, XEN_NONSENSE + 1);
}

/* Nonsense that costs the backend no request: ranges.  That, too, has an end. */
static void
endless_bad_ranges_fail(void **state)
{
	struct netif_rx_request request;
	uint32_t before = nonsense();

	(void)state;
	while (!netring_failed() && nonsense() - before < 10 * XEN_NONSENSE) {
		assert_true(world_next_rx(&request));
		world_answer_rx(request.id, 4096, 0, 60);
		assert_int_equal(netring_recv(frame), 0);
		(void)netring_push();
	}
	assert_int_equal(nonsense() - before, XEN_NONSENSE + 1);
}

/* ---- transmit ---- */

static uint8_t *
sent(struct netif_tx_request *request)
{
	assert_true(world_next_tx(request));
	assert_true((world.grants[request->gref].flags & GTF_readonly) != 0);
	assert_int_equal(request->offset, 0);
	return world_page(request->gref);
}

static void
frames_leave(void **state)
{
	struct netif_tx_request request;

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		size_t len = 14 + i % (PLAT_FRAME_MAX - 13);
		const uint8_t *page;

		memset(frame, (int)i | 1, len);
		netring_send(frame, len);
		(void)netring_push();
		page = sent(&request);
		assert_int_equal(request.size, len);
		for (unsigned at = 0; at < XEN_PAGE; at++)
			assert_int_equal(page[at], at < len ? (uint8_t)((int)i | 1) : 0);
		world_answer_tx(request.id, NETIF_RSP_OKAY);
	}
	assert_int_equal(nonsense(), 0);
}

/* Fill every page, then send short ones through each: the backend never sees a byte of an earlier frame. */
static void
a_page_holds_one_frame(void **state)
{
	struct netif_tx_request request;

	(void)state;
	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < XEN_SLOTS; i++) {
			memset(frame, round == 0 ? 0xaa : 0x55, sizeof frame);
			netring_send(frame, round == 0 ? PLAT_FRAME_MAX : 14);
		}
		(void)netring_push();
		for (unsigned i = 0; i < XEN_SLOTS; i++) {
			const uint8_t *page = sent(&request);

			for (unsigned at = 14; at < XEN_PAGE && round == 1; at++)
				assert_int_equal(page[at], 0);
			world_answer_tx(request.id, NETIF_RSP_OKAY);
		}
	}
}

static void
a_full_ring_drops(void **state)
{
	struct netif_tx_request request;
	uint32_t dropped = netring_counts().dropped;

	(void)state;
	for (unsigned i = 0; i < XEN_SLOTS + 7; i++)
		netring_send(frame, 60);
	(void)netring_push();
	assert_int_equal(netring_counts().dropped - dropped, 7);
	(void)sent(&request);
	world_answer_tx(request.id, NETIF_RSP_DROPPED);
	netring_send(frame, 60);
	assert_int_equal(netring_counts().dropped - dropped, 7);
	(void)netring_push();
	world_answer_tx(request.id, NETIF_RSP_OKAY);
	world_answer_tx(0xffff, NETIF_RSP_OKAY);
	netring_send(frame, 60);
	assert_int_equal(netring_counts().dropped - dropped, 7);
	netring_send(frame, 60);		/* the second answer had no page to it */
	assert_int_equal(netring_counts().dropped - dropped, 8);
}

static void
bad_transmit_ids_are_counted(void **state)
{
	static const uint16_t BAD[] = { 0, 1, XEN_SLOTS - 1, XEN_SLOTS, 0xffff };
	struct netif_tx_request request;
	uint32_t before = nonsense();

	(void)state;
	for (unsigned i = 0; i < 2 * sizeof BAD / sizeof BAD[0]; i++)
		netring_send(frame, 60);
	(void)netring_push();
	for (unsigned i = 0; i < 2 * sizeof BAD / sizeof BAD[0]; i++)
		(void)sent(&request);
	for (unsigned i = 0; i < 2 * sizeof BAD / sizeof BAD[0]; i++)
		world_answer_tx(BAD[i / 2], NETIF_RSP_OKAY);		/* 0 and 1 once rightly, then twice; 31 was never sent */
	netring_send(frame, 60);
	assert_int_equal(nonsense() - before, 2 + 6);
}

/* ---- pages that are not let go ---- */

static void
a_held_page_is_not_used(void **state)
{
	struct netif_tx_request request;
	struct netif_rx_request posted;
	uint32_t held = netring_counts().held;
	uint8_t *page;

	(void)state;
	assert_true(world_next_rx(&posted));
	world.grants[posted.gref].flags |= GTF_writing;
	memset(world_page(posted.gref), 0x99, XEN_PAGE);
	world_answer_rx(posted.id, 0, 0, 60);
	assert_int_equal(netring_recv(frame), 0);
	netring_send(frame, 60);
	(void)netring_push();
	page = sent(&request);
	world.grants[request.gref].flags |= GTF_reading;
	world_answer_tx(request.id, NETIF_RSP_OKAY);
	assert_int_equal(netring_counts().held - held, 1);
	memset(frame, 0xbb, sizeof frame);
	for (unsigned i = 0; i < 3 * XEN_SLOTS; i++)
		netring_send(frame, 60);
	assert_int_equal(netring_counts().held - held, 2);
	assert_int_not_equal(page[0], 0xbb);
	assert_int_equal(world.grants[posted.gref].flags & GTF_writing, GTF_writing);
}

/* The backend went away with the rings mapped: others are taken, while there are any; a page that is let go comes back. */
static void
held_rings_are_replaced(void **state)
{
	struct netring_refs again;

	(void)state;
	world.grants[refs.rx].flags |= GTF_writing;
	world.grants[refs.tx].flags |= GTF_writing;
	assert_true(netring_open(&again, 7));
	assert_true(again.rx != refs.rx && again.rx != refs.tx && again.tx != refs.rx && again.tx != refs.tx);
	assert_int_equal(world.grants[again.rx].domid, 7);
	world.grants[again.rx].flags |= GTF_writing;
	assert_false(netring_open(&refs, 7));
	assert_int_equal(netring_recv(frame), 0);
	netring_send(frame, 60);
	assert_false(netring_ready());
	for (unsigned ref = XEN_GRANT_FIRST; ref < XEN_GRANT_END; ref++)
		world.grants[ref].flags &= (uint16_t)~(GTF_writing | GTF_reading);
	assert_true(netring_open(&refs, 7));
	assert_int_equal(grant_given(), ALL_PAGES);
}

static void
closing_takes_all_back(void **state)
{
	(void)state;
	netring_send(frame, 60);
	netring_close();
	assert_int_equal(grant_given(), 0);
	assert_int_equal(netring_recv(frame), 0);
	assert_false(netring_push());
}

/* Mid-frame: the next backend begins with a clean slate. */
static void
a_backend_that_vanishes(void **state)
{
	struct netif_rx_request request;

	(void)state;
	assert_true(world_next_rx(&request));
	world_answer_rx(request.id, 0, NETRXF_more_data, 1000);
	assert_int_equal(netring_recv(frame), 0);
	(void)setup(state);
	assert_true(world_frame(3, 100));
	assert_int_equal(netring_recv(frame), 100);
}

/* ---- a second thread changes everything all the time ---- */

enum { INDICES = 16, PLACES = 64, RX_PLACES = XEN_SLOTS };		/* words of a ring: its head, and the entries that the test reaches */

static atomic_bool stop, turning;

/* A plausible word (a valid id; no flags and a length that fits), or any. */
static uint32_t
word_for(unsigned place, uint64_t dice)
{
	if (dice % 4 == 0)
		return (uint32_t)(dice >> 32);
	return place % 2 == 0 ? dice >> 32 & (XEN_SLOTS - 1) : (uint32_t)((14 + (dice >> 32) % 1500) << 16);
}

static void *
flip(void *arg)
{
	uint64_t dice = 88172645463325252u;
	volatile uint32_t *words[2] = { (volatile uint32_t *)world_rx(), (volatile uint32_t *)world_tx() };

	while (!atomic_load_explicit(&stop, memory_order_relaxed)) {
		dice ^= dice << 13, dice ^= dice >> 7, dice ^= dice << 17;
		/* producer indices seldom and in some rounds: a bad one ends the connection; entries all the time */
		if (arg != NULL && dice % 8192 == 0)
			words[dice >> 63][2] = (uint32_t)(dice >> 20);
		else
			words[dice >> 63][INDICES + (dice >> 20) % PLACES] = word_for((unsigned)(dice >> 20) % PLACES, dice);
		atomic_store_explicit(&turning, true, memory_order_relaxed);
	}
	return NULL;
}

/* On a busy machine a round may end before its thread begins: wait for it. */
static void
double_fetches(void **state)
{
	pthread_t thread;
	size_t frames = 0;

	for (unsigned round = 0; round < 200; round++) {
		(void)teardown(state);
		(void)setup(state);
		atomic_store(&stop, false);
		atomic_store(&turning, false);
		assert_int_equal(pthread_create(&thread, NULL, flip, round % 2 == 0 ? &frames : NULL), 0);
		while (!atomic_load(&turning))
			(void)sched_yield();
		for (unsigned i = 0; i < 300 && !netring_failed(); i++) {
			for (volatile unsigned wait = 0; wait < 50; wait++)
				continue;
			world_rx()->rsp_prod++;
			frames += netring_recv(frame) > 0;
			netring_send(frame, 60);
			world_tx()->rsp_prod++;
			(void)netring_push();
			(void)netring_ready();
		}
		atomic_store(&stop, true);
		assert_int_equal(pthread_join(thread, NULL), 0);
		assert_in_range(grant_given(), 2, XEN_GRANT_END - XEN_GRANT_FIRST);
	}
	assert_false(world.grant_seen_at_copy);
	assert_in_range(frames, 1, SIZE_MAX);		/* else it would test nothing */
}

/* One length, now good, now far too long: whoever looks twice copies 30,000 bytes to a frame of 1514. */
static void *
flip_lengths(void *arg)
{
	volatile uint32_t *words = (volatile uint32_t *)world_rx();

	(void)arg;
	while (!atomic_load_explicit(&stop, memory_order_relaxed))
		for (unsigned i = 0; i < 2 * RX_PLACES; i += 2)
			words[INDICES + i + 1] = words[INDICES + i + 1] == 60u << 16 ? 30000u << 16 : 60u << 16;
	return NULL;
}

static void
a_length_is_read_once(void **state)
{
	pthread_t thread;
	struct netif_rx_request request;
	size_t frames = 0;

	atomic_store(&stop, false);
	for (unsigned round = 0; round < 400; round++) {
		(void)teardown(state);
		(void)setup(state);
		for (unsigned i = 0; i < RX_PLACES; i++) {
			assert_true(world_next_rx(&request));
			world_answer_rx(request.id, 0, 0, 60);
		}
		atomic_store(&stop, false);
		assert_int_equal(pthread_create(&thread, NULL, flip_lengths, NULL), 0);
		for (unsigned i = 0; i < RX_PLACES; i++)
			frames += netring_recv(frame) > 0;
		atomic_store(&stop, true);
		assert_int_equal(pthread_join(thread, NULL), 0);
	}
	assert_in_range(frames, 400, 400 * RX_PLACES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_page_is_granted_once, setup, teardown),
		cmocka_unit_test_setup_teardown(frames_arrive, setup, teardown),
		cmocka_unit_test_setup_teardown(receive_pages_are_zeroed, setup, teardown),
		cmocka_unit_test_setup_teardown(responses_in_any_order, setup, teardown),
		cmocka_unit_test_setup_teardown(frames_leave, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_ids_are_dropped, setup, teardown),
		cmocka_unit_test_setup_teardown(duplicates_are_dropped, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_ranges_are_dropped, setup, teardown),
		cmocka_unit_test_setup_teardown(chains_are_dropped, setup, teardown),
		cmocka_unit_test_setup_teardown(every_field_out_of_range, setup, teardown),
		cmocka_unit_test_setup_teardown(too_many_answers_fail, setup, teardown),
		cmocka_unit_test_setup_teardown(endless_nonsense_fails, setup, teardown),
		cmocka_unit_test_setup_teardown(a_page_holds_one_frame, setup, teardown),
		cmocka_unit_test_setup_teardown(a_full_ring_drops, setup, teardown),
		cmocka_unit_test_setup_teardown(a_held_page_is_not_used, setup, teardown),
		cmocka_unit_test_setup_teardown(held_rings_are_replaced, setup, teardown),
		cmocka_unit_test_setup_teardown(closing_takes_all_back, setup, teardown),
		cmocka_unit_test_setup_teardown(a_backend_that_vanishes, setup, teardown),
		cmocka_unit_test_setup_teardown(endless_bad_ranges_fail, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_transmit_ids_are_counted, setup, teardown),
		cmocka_unit_test_setup_teardown(double_fetches, setup, teardown),
		cmocka_unit_test_setup_teardown(a_length_is_read_once, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
