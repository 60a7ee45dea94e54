/* virtio_net_test.c: the card against a hostile device.  What the device says is scripted in device.h. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "platform/virtio/virtio_net.h"
#include "tests/platform/virtio/device.h"

enum { RX, TX, NET = 1, HEADER = VIRTIO_HEADER_LEN };

static uint8_t frame[PLAT_FRAME_MAX];

static void
honest(void)
{
	device_reset(NET);
	assert_true(virtio_net_start(DEVICE_AT));
}

/* The device puts a frame of `len` bytes `value` into its next buffer and says `told`. */
static unsigned
deliver(uint8_t value, size_t len, uint32_t told)
{
	unsigned slot;

	assert_true(device_next(RX, &slot));
	memset(device_buffer(RX, slot), value, HEADER + len);
	device_give(RX, slot, told);
	return slot;
}

static bool
all(const uint8_t *bytes, uint8_t value, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] != value)
			return false;
	return true;
}

static void
an_honest_device_is_started(void **state)
{
	uint8_t mac[PLAT_MAC_LEN];

	(void)state;
	honest();
	assert_int_equal(device.status, 1 | 2 | 4 | 8);
	assert_int_equal(device.driver_features[0], 1 << 5);
	assert_int_equal(device.driver_features[1], 1);
	assert_int_equal(device.ring[RX]->avail.head, VIRTIO_SLOTS);
	assert_int_equal(device.num[RX], VIRTIO_SLOTS);
	assert_int_equal(device.num[TX], VIRTIO_SLOTS);
	assert_int_equal(device.ring[RX]->desc[5].len, HEADER + PLAT_FRAME_MAX);
	assert_true(device.notified[RX] > 0);
	virtio_net_mac(mac);
	assert_memory_equal(mac, device.mac, sizeof mac);
}

static void
lie(unsigned which)
{
	switch (which) {
	case 0: device.magic ^= 1; break;
	case 1: device.version = 1; break;
	case 2: device.version = 3; break;
	case 3: device.id = 2; break;
	case 4: device.features[0] = 0; break;
	case 5: device.features[1] = 0; break;
	case 6: device.refuses_features = true; break;
	case 7: device.never_stops = true; break;
	case 8: device.num_max = VIRTIO_SLOTS - 1; break;
	case 9: device.queue_ready = 1; break;
	case 10: device.mac[0] = 1; break;
	case 11: memset(device.mac, 0, sizeof device.mac); break;
	}
}

static void
a_strange_device_is_refused(void **state)
{
	(void)state;
	for (unsigned which = 0; which < 12; which++) {
		device_reset(NET);
		lie(which);
		assert_false(virtio_net_start(DEVICE_AT));
		assert_int_equal(virtio_net_recv(frame), 0);
		assert_false(virtio_net_turn());
		virtio_net_send(frame, 60);
	}
}

static void
a_frame_arrives_without_its_header(void **state)
{
	unsigned slot;
	uint8_t *buffer;

	(void)state;
	honest();
	assert_true(device_next(RX, &slot));
	buffer = device_buffer(RX, slot);
	for (size_t i = 0; i < PLAT_FRAME_MAX; i++)
		buffer[HEADER + i] = (uint8_t)(i * 7);
	device_give(RX, slot, HEADER + PLAT_FRAME_MAX);
	assert_true(virtio_net_turn());
	assert_int_equal(virtio_net_recv(frame), PLAT_FRAME_MAX);
	for (size_t i = 0; i < PLAT_FRAME_MAX; i++)
		assert_int_equal(frame[i], (uint8_t)(i * 7));
	assert_int_equal(virtio_net_recv(frame), 0);
	assert_false(virtio_net_turn());
}

static void
every_length_is_bounded(void **state)
{
	static const uint32_t NONE[] = { 0, 1, HEADER - 1, HEADER, HEADER + PLAT_FRAME_MAX + 1, 2048, 65536, UINT32_MAX };

	(void)state;
	honest();
	for (size_t i = 0; i < sizeof NONE / sizeof NONE[0]; i++) {
		deliver(1, 100, NONE[i]);
		assert_int_equal(virtio_net_recv(frame), 0);
		deliver(2, 100, HEADER + 100);
		assert_int_equal(virtio_net_recv(frame), 100);
		assert_true(all(frame, 2, 100));
	}
}

/* A buffer that is posted again is empty: a device that claims more than it wrote shows zeros. */
static void
a_received_frame_leaves_nothing(void **state)
{
	unsigned slot;

	(void)state;
	honest();
	slot = deliver(0xaa, PLAT_FRAME_MAX, HEADER + PLAT_FRAME_MAX);
	assert_int_equal(virtio_net_recv(frame), PLAT_FRAME_MAX);
	assert_true(all(device_buffer(RX, slot), 0, VIRTIO_BUFFER_LEN));
	assert_int_equal(device.ring[RX]->avail.head, VIRTIO_SLOTS + 1);
}

static void
frames_go_out(void **state)
{
	unsigned slot;

	(void)state;
	honest();
	memset(frame, 0x55, sizeof frame);
	virtio_net_send(frame, 100);
	assert_int_equal(device.notified[TX], 0);
	assert_false(virtio_net_turn());
	assert_int_equal(device.notified[TX], 1);
	assert_true(device_next(TX, &slot));
	assert_int_equal(device.ring[TX]->desc[slot].len, HEADER + 100);
	assert_int_equal(device.ring[TX]->desc[slot].flags, 0);
	assert_true(all(device_buffer(TX, slot), 0, HEADER));
	assert_true(all(device_buffer(TX, slot) + HEADER, 0x55, 100));
}

/* Fill, send short, look at the whole buffer as the device would. */
static void
a_sent_frame_is_alone_in_its_buffer(void **state)
{
	unsigned slot;

	(void)state;
	honest();
	memset(frame, 0xaa, sizeof frame);
	for (unsigned i = 0; i < VIRTIO_SLOTS; i++) {
		virtio_net_send(frame, PLAT_FRAME_MAX);
		assert_true(device_next(TX, &slot));
		device_give(TX, slot, 0);
	}
	memset(frame, 0xbb, sizeof frame);
	for (unsigned i = 0; i < VIRTIO_SLOTS; i++) {
		virtio_net_send(frame, 14);
		assert_true(device_next(TX, &slot));
		assert_true(all(device_buffer(TX, slot) + HEADER, 0xbb, 14));
		assert_true(all(device_buffer(TX, slot) + HEADER + 14, 0, VIRTIO_BUFFER_LEN - HEADER - 14));
		device_give(TX, slot, 0);
	}
}

static void
a_full_ring_drops(void **state)
{
	unsigned slot, sent = 0, first = VIRTIO_SLOTS;

	(void)state;
	honest();
	for (unsigned i = 0; i < 3 * VIRTIO_SLOTS; i++)
		virtio_net_send(frame, 60);
	while (device_next(TX, &slot)) {
		first = sent++ == 0 ? slot : first;
		continue;
	}
	assert_int_equal(sent, VIRTIO_SLOTS);
	device_give(TX, first, 0);
	virtio_net_send(frame, 60);
	assert_true(device_next(TX, &slot));
	assert_int_equal(slot, first);
}

static void
nonsense_resets_the_card_at_the_next_turn(void **state)
{
	unsigned slot, resets;

	(void)state;
	for (unsigned queue = RX; queue <= TX; queue++) {
		honest();
		virtio_net_send(frame, 60);
		resets = device.resets;
		device_give(queue, VIRTIO_SLOTS, 60);
		assert_int_equal(virtio_net_recv(frame), 0);
		virtio_net_send(frame, 60);
		assert_int_equal(device.resets, resets);
		(void)virtio_net_turn();
		assert_int_equal(device.resets, resets + 1);
		deliver(3, 64, HEADER + 64);
		assert_true(virtio_net_turn());
		assert_int_equal(virtio_net_recv(frame), 64);
		virtio_net_send(frame, 60);
		assert_true(device_next(TX, &slot));
	}
}

static void
endless_nonsense_ends_the_card(void **state)
{
	unsigned resets;

	(void)state;
	honest();
	resets = device.resets;
	for (unsigned i = 0; i < 10 * VIRTIO_RESTARTS_MAX; i++) {
		device_give(RX, UINT32_MAX, 60);
		assert_int_equal(virtio_net_recv(frame), 0);
		(void)virtio_net_turn();
	}
	assert_int_equal(device.resets, resets + VIRTIO_RESTARTS_MAX);
}

static void
after_a_scrub_no_frame_is_left(void **state)
{
	unsigned in, out;

	(void)state;
	honest();
	in = deliver(0xaa, 500, HEADER + 500);
	memset(frame, 0xbb, sizeof frame);
	virtio_net_send(frame, 500);
	assert_true(device_next(TX, &out));
	virtio_net_scrub();
	assert_int_equal(device.status, 0);
	assert_true(all(device_buffer(RX, in), 0, VIRTIO_BUFFER_LEN));
	assert_true(all(device_buffer(TX, out), 0, VIRTIO_BUFFER_LEN));
	assert_int_equal(virtio_net_recv(frame), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_honest_device_is_started), cmocka_unit_test(a_strange_device_is_refused),
		cmocka_unit_test(a_frame_arrives_without_its_header), cmocka_unit_test(every_length_is_bounded),
		cmocka_unit_test(a_received_frame_leaves_nothing), cmocka_unit_test(frames_go_out),
		cmocka_unit_test(a_sent_frame_is_alone_in_its_buffer), cmocka_unit_test(a_full_ring_drops),
		cmocka_unit_test(nonsense_resets_the_card_at_the_next_turn), cmocka_unit_test(endless_nonsense_ends_the_card),
		cmocka_unit_test(after_a_scrub_no_frame_is_left)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
