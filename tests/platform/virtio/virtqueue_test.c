/* virtqueue_test.c: the ring against a device that writes what it likes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>

#include "platform/virtio/virtqueue.h"
#include "tests/panics.h"

enum { POSTED = 1526 };

static struct virtqueue_ring ring;
static struct virtqueue queue;
static unsigned slot;
static uint32_t len;

static void
give(uint32_t id, uint32_t id_len)
{
	ring.used.item[ring.used.head % VIRTIO_SLOTS] = (struct virtqueue_used){ id, id_len };
	ring.used.head++;
}

/* A fresh queue with the first `num` slots at the device. */
static void
fresh(unsigned num)
{
	virtqueue_reset(&queue, &ring, true);
	for (unsigned i = 0; i < num; i++)
		virtqueue_post(&queue, i, 0x1000 * (i + 1), POSTED, VIRTQUEUE_DEVICE_WRITES);
}

static void
slots_come_back_in_any_order(void **state)
{
	(void)state;
	fresh(3);
	assert_int_equal(ring.avail.head, 3);
	assert_int_equal(ring.desc[2].at, 0x3000);
	assert_int_equal(ring.desc[2].len, POSTED);
	assert_int_equal(ring.desc[2].flags, 2);
	assert_false(virtqueue_take(&queue, &slot, &len));
	give(2, 60);
	give(0, POSTED);
	assert_true(virtqueue_ready(&queue));
	assert_true(virtqueue_take(&queue, &slot, &len));
	assert_int_equal(slot, 2);
	assert_int_equal(len, 60);
	assert_true(virtqueue_take(&queue, &slot, &len));
	assert_int_equal(slot, 0);
	assert_int_equal(len, POSTED);
	assert_false(virtqueue_ready(&queue));
	assert_int_equal(queue.with_device, 1);
	assert_false(queue.broken);
}

static void
a_slot_is_posted_once(void **state)
{
	(void)state;
	fresh(1);
	assert_panics(virtqueue_post(&queue, 0, 0x1000, POSTED, VIRTQUEUE_DEVICE_WRITES));
	assert_panics(virtqueue_post(&queue, VIRTIO_SLOTS, 0x1000, POSTED, VIRTQUEUE_DEVICE_WRITES));
}

static void
the_indices_wrap(void **state)
{
	(void)state;
	fresh(1);
	for (uint32_t i = 0; i < 200000; i++) {
		give(0, 60);
		assert_true(virtqueue_take(&queue, &slot, &len));
		virtqueue_post(&queue, 0, 0x1000, POSTED, VIRTQUEUE_DEVICE_WRITES);
	}
	assert_false(queue.broken);
}

/* Whatever the head jumps to: at most what is out there may have come back. */
static void
a_head_that_jumps_breaks_the_queue(void **state)
{
	(void)state;
	for (uint32_t jump = 5; jump <= UINT16_MAX; jump++) {
		fresh(4);
		ring.used.head = (uint16_t)jump;
		assert_false(virtqueue_take(&queue, &slot, &len));
		assert_true(queue.broken);
		assert_true(virtqueue_ready(&queue));
		ring.used.head = 1;
		assert_false(virtqueue_take(&queue, &slot, &len));
	}
}

static void
an_id_that_is_not_out_breaks_the_queue(void **state)
{
	static const uint32_t IDS[] = { 4, VIRTIO_SLOTS - 1, VIRTIO_SLOTS, 255, 256, 65535, 65536, 0x80000000, UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof IDS / sizeof IDS[0]; i++) {
		fresh(4);
		give(IDS[i], 60);
		assert_false(virtqueue_take(&queue, &slot, &len));
		assert_true(queue.broken);
	}
}

static void
an_id_twice_breaks_the_queue(void **state)
{
	(void)state;
	fresh(4);
	give(1, 60);
	give(1, 60);
	assert_true(virtqueue_take(&queue, &slot, &len));
	assert_false(virtqueue_take(&queue, &slot, &len));
	assert_true(queue.broken);
}

static void
a_wild_length_is_none(void **state)
{
	static const uint32_t LENS[] = { POSTED + 1, 2048, 4096, 65536, 0x80000000, UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof LENS / sizeof LENS[0]; i++) {
		fresh(2);
		give(0, LENS[i]);
		give(1, POSTED);
		assert_true(virtqueue_take(&queue, &slot, &len));
		assert_int_equal(len, 0);
		assert_true(virtqueue_take(&queue, &slot, &len));
		assert_int_equal(len, POSTED);
	}
}

static void
a_reset_heals(void **state)
{
	(void)state;
	fresh(4);
	give(99, 1);
	assert_false(virtqueue_take(&queue, &slot, &len));
	fresh(4);
	assert_false(virtqueue_ready(&queue));
	give(3, 60);
	assert_true(virtqueue_take(&queue, &slot, &len));
}

static void
flags_are_obeyed(void **state)
{
	(void)state;
	virtqueue_reset(&queue, &ring, false);
	assert_int_equal(ring.avail.flags, 1);
	assert_true(virtqueue_wants_notify(&queue));
	ring.used.flags = 1;
	assert_false(virtqueue_wants_notify(&queue));
	virtqueue_reset(&queue, &ring, true);
	assert_int_equal(ring.avail.flags, 0);
}

static volatile bool stop;

static void *
flip(void *arg)
{
	volatile struct virtqueue_used *item = ring.used.item;

	(void)arg;
	for (uint32_t i = 0; !stop; i++) {
		item[i / 4 % VIRTIO_SLOTS].id = (i & 1) ? 0 : 0x80000000;
		item[i / 4 % VIRTIO_SLOTS].len = (i & 2) ? 60 : UINT32_MAX;
	}
	return NULL;
}

/* A device that rewrites what it said while we read it: what is used is what was checked. */
static void
a_device_that_changes_its_mind(void **state)
{
	pthread_t thread;
	unsigned taken = 0;

	(void)state;
	stop = false;
	fresh(0);
	assert_int_equal(pthread_create(&thread, NULL, flip, NULL), 0);
	for (unsigned i = 0; i < 300000; i++) {
		if (queue.broken)
			fresh(0);
		if (!queue.is_with_device[0])
			virtqueue_post(&queue, 0, 0x1000, POSTED, VIRTQUEUE_DEVICE_WRITES);
		ring.used.head = (uint16_t)(queue.used_seen + 1);
		if (virtqueue_take(&queue, &slot, &len)) {
			assert_int_equal(slot, 0);
			assert_true(len <= POSTED);
			taken++;
		}
	}
	stop = true;
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(taken > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slots_come_back_in_any_order), cmocka_unit_test(a_slot_is_posted_once),
		cmocka_unit_test(the_indices_wrap), cmocka_unit_test(a_head_that_jumps_breaks_the_queue),
		cmocka_unit_test(an_id_that_is_not_out_breaks_the_queue), cmocka_unit_test(an_id_twice_breaks_the_queue),
		cmocka_unit_test(a_wild_length_is_none), cmocka_unit_test(a_reset_heals), cmocka_unit_test(flags_are_obeyed),
		cmocka_unit_test(a_device_that_changes_its_mind)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
