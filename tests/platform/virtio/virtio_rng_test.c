/* virtio_rng_test.c: the generator's device: honest, silent, lying. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "platform/virtio/virtio_rng.h"
#include "tests/platform/virtio/device.h"

enum { RNG = 4 };

static uint8_t bytes[VIRTIO_RNG_LEN];
static uint32_t told_id, told_len;

static void
answer(unsigned queue)
{
	unsigned slot;

	assert_true(device_next(queue, &slot));
	memset(device_buffer(queue, slot), 0x77, VIRTIO_RNG_LEN);
	device_give(queue, told_id, told_len);
}

static size_t
ask(uint32_t id, uint32_t len)
{
	device_reset(RNG);
	device.features[0] = 0;
	device.on_notify = answer;
	told_id = id;
	told_len = len;
	memset(bytes, 0, sizeof bytes);
	return virtio_rng_read(DEVICE_AT, bytes);
}

static void
an_honest_device_gives_its_bytes(void **state)
{
	(void)state;
	assert_int_equal(ask(0, VIRTIO_RNG_LEN), VIRTIO_RNG_LEN);
	assert_int_equal(bytes[0], 0x77);
	assert_int_equal(bytes[VIRTIO_RNG_LEN - 1], 0x77);
	assert_int_equal(device.status, 0);
	assert_int_equal(ask(0, 10), 10);
	assert_int_equal(bytes[9], 0x77);
	assert_int_equal(bytes[10], 0);
}

static void
its_nonsense_is_nothing(void **state)
{
	(void)state;
	assert_int_equal(ask(0, VIRTIO_RNG_LEN + 1), 0);
	assert_int_equal(ask(0, UINT32_MAX), 0);
	assert_int_equal(ask(1, VIRTIO_RNG_LEN), 0);
	assert_int_equal(ask(UINT32_MAX, VIRTIO_RNG_LEN), 0);
	assert_int_equal(bytes[0], 0);
}

/* QEMU's on PCI has 8 slots, fewer than a card: one is asked for. */
static void
one_slot_is_enough(void **state)
{
	(void)state;
	for (uint32_t slots = 0; slots < 2; slots++) {
		device_reset(RNG);
		device.features[0] = 0;
		device.num_max = slots;
		device.on_notify = answer;
		told_id = 0;
		told_len = VIRTIO_RNG_LEN;
		assert_int_equal(virtio_rng_read(DEVICE_AT, bytes), slots * VIRTIO_RNG_LEN);
		assert_int_equal(device.num[0], slots);
	}
}

static void
its_silence_is_bounded(void **state)
{
	(void)state;
	device_reset(RNG);
	assert_int_equal(virtio_rng_read(DEVICE_AT, bytes), 0);
	assert_in_range(device.now_ns, 3000000000, 3100000000);
	assert_int_equal(device.status, 0);
}

static void
another_device_is_left_alone(void **state)
{
	(void)state;
	device_reset(1);
	assert_int_equal(virtio_rng_read(DEVICE_AT, bytes), 0);
	assert_int_equal(device.resets, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_honest_device_gives_its_bytes), cmocka_unit_test(its_nonsense_is_nothing), cmocka_unit_test(one_slot_is_enough),
		cmocka_unit_test(its_silence_is_bounded), cmocka_unit_test(another_device_is_left_alone)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
