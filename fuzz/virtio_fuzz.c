/*
 * virtio_fuzz.c: the network card's driver against a device that the input plays.  Each step is one
 * byte of order and what it needs; whatever the device does, frames stay within bounds, a sent buffer
 * holds its own frame and zeros, and nothing panics.
 */
#include <stdlib.h>
#include <string.h>

#include "platform/virtio/virtio_net.h"
#include "tests/platform/virtio/device.h"

enum { RX, TX, STEPS_MAX = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static uint32_t
take(struct cursor *in, size_t width)
{
	uint32_t value = 0;

	return cursor_uint(in, &value, width) ? value : 0;
}

/* The newest transmit buffer, as the device sees it: `len` bytes of `value`, then zeros. */
static void
judge_sent(uint8_t value, size_t len)
{
	volatile struct virtqueue_ring *ring = device.ring[TX];
	unsigned slot = ring->avail.slot[(uint16_t)(ring->avail.head - 1) % VIRTIO_SLOTS];
	const uint8_t *buffer = device_buffer(TX, slot);

	for (size_t i = 0; i < VIRTIO_BUFFER_LEN; i++) {
		bool of_frame = i >= VIRTIO_HEADER_LEN && i < VIRTIO_HEADER_LEN + len;

		if (buffer[i] != (of_frame ? value : 0))
			abort();
	}
}

static void
send(struct cursor *in)
{
	static uint8_t frame[PLAT_FRAME_MAX];
	uint16_t before = device.ring[TX]->avail.head;
	size_t len = 14 + take(in, 2) % (PLAT_FRAME_MAX - 13);
	uint8_t value = (uint8_t)(take(in, 1) | 1);

	memset(frame, value, sizeof frame);
	virtio_net_send(frame, len);
	if (device.ring[TX]->avail.head != before)
		judge_sent(value, len);
}

static void
receive(void)
{
	uint8_t *frame = malloc(PLAT_FRAME_MAX);

	if (frame == NULL || virtio_net_recv(frame) > PLAT_FRAME_MAX)
		abort();
	free(frame);
}

static void
step(struct cursor *in)
{
	uint32_t order = take(in, 1);
	unsigned queue = order >> 7, slot;

	switch (order % 8) {
	case 0: send(in); break;
	case 1: receive(); break;
	case 2: (void)virtio_net_turn(); break;
	case 3: device_give(queue, take(in, 4), take(in, 4)); break;
	case 4: device.ring[queue]->used.head = (uint16_t)take(in, 2); break;
	case 5: device.ring[queue]->used.flags = (uint16_t)take(in, 2); break;
	case 6: device.num_max = take(in, 2); break;
	case 7:				/* an honest step */
		if (device_next(queue, &slot))
			device_give(queue, slot, VIRTIO_HEADER_LEN + take(in, 2) % PLAT_FRAME_MAX);
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct cursor in = cursor_of((struct span){ data, len });

	device_reset(1);
	if (!virtio_net_start(DEVICE_AT))
		abort();
	for (unsigned i = 0; i < STEPS_MAX && !cursor_done(&in); i++)
		step(&in);
	virtio_net_scrub();
	return 0;
}
