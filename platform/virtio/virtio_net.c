/*
 * virtio_net.c: see virtio_net.h.
 *
 * Each slot owns one buffer for ever.  A buffer holds the bytes of one frame at a time: received
 * ones are zeroed before the buffer is posted again, sent ones before the next frame is put in.
 */
#include "platform/virtio/virtio_net.h"

#include "platform/base/bytes.h"
#include "platform/virtio/mmio.h"
#include "platform/virtio/transport.h"
#include "platform/x86/cpu.h"
#include "platform/x86/user.h"

enum { RX, TX, QUEUES, FEATURE_MAC = 1 << 5, MULTICAST = 1 };

static struct virtqueue_ring rings[QUEUES];
static struct virtqueue queues[QUEUES];
static uint8_t buffers[QUEUES][VIRTIO_SLOTS][VIRTIO_BUFFER_LEN] __attribute__((aligned(4096)));
static size_t sent_len[VIRTIO_SLOTS];
static uint8_t own_mac[PLAT_MAC_LEN];
static uintptr_t card;			/* 0: none, or given up */
static unsigned next_tx, restarts;
static bool notify_due[QUEUES];

static void
post_rx(unsigned slot)
{
	virtqueue_post(&queues[RX], slot, mmio_phys(buffers[RX][slot]), VIRTIO_HEADER_LEN + PLAT_FRAME_MAX,
	    VIRTQUEUE_DEVICE_WRITES);
	notify_due[RX] = true;
}

static void
notify(unsigned queue)
{
	if (notify_due[queue] && virtqueue_wants_notify(&queues[queue]))
		mmio_write(card, MMIO_QUEUE_NOTIFY, queue);
	notify_due[queue] = false;
}

/* A unicast address; the configuration may change under our eyes, so it is read once. */
static bool
read_mac(uintptr_t device)
{
	uint8_t any = 0;

	for (unsigned i = 0; i < PLAT_MAC_LEN; i++) {
		own_mac[i] = mmio_read_byte(device, MMIO_CONFIG + i);
		any |= own_mac[i];
	}
	return any != 0 && (own_mac[0] & MULTICAST) == 0;
}

static bool
bring_up(uintptr_t device)
{
	if (!transport_stop(device) || !transport_negotiate(device, FEATURE_MAC))
		return false;
	virtqueue_reset(&queues[RX], &rings[RX], true);
	virtqueue_reset(&queues[TX], &rings[TX], false);
	if (!transport_queue(device, RX, &rings[RX], VIRTIO_SLOTS)
	    || !transport_queue(device, TX, &rings[TX], VIRTIO_SLOTS))
		return false;
	transport_go(device);
	card = device;
	for (unsigned slot = 0; slot < VIRTIO_SLOTS; slot++)
		post_rx(slot);
	notify(RX);
	return true;
}

bool
virtio_net_start(uintptr_t device)
{
	card = 0;
	restarts = 0;
	return transport_is(device, TRANSPORT_NET) && read_mac(device) && bring_up(device);
}

/* Frames in flight are lost: TCP sends them again. */
static void
restart(void)
{
	uintptr_t device = card;

	card = 0;
	if (restarts++ < VIRTIO_RESTARTS_MAX)
		(void)bring_up(device);
}

bool
virtio_net_turn(void)
{
	if (card != 0 && (queues[RX].broken || queues[TX].broken))
		restart();
	if (card == 0)
		return false;
	notify(RX);
	notify(TX);
	mmio_write(card, MMIO_INTERRUPT_ACK, mmio_read(card, MMIO_INTERRUPT_STATUS));
	cpu_fence();
	return virtqueue_ready(&queues[RX]);
}

size_t
virtio_net_recv(uint8_t *app_frame)
{
	size_t frame_len = 0;
	uint32_t len;
	unsigned slot;

	if (card == 0 || !virtqueue_take(&queues[RX], &slot, &len))
		return 0;
	if (len > VIRTIO_HEADER_LEN) {
		frame_len = len - VIRTIO_HEADER_LEN;
		user_write(app_frame, buffers[RX][slot] + VIRTIO_HEADER_LEN, frame_len);
	}
	bytes_set(buffers[RX][slot], 0, len);
	post_rx(slot);
	return frame_len;
}

static void
reclaim_tx(void)
{
	uint32_t len;
	unsigned slot;

	for (unsigned i = 0; i < VIRTIO_SLOTS && virtqueue_take(&queues[TX], &slot, &len); i++)
		continue;
}

void
virtio_net_send(const uint8_t *app_frame, size_t frame_len)
{
	unsigned slot = next_tx;
	uint8_t *frame = buffers[TX][slot] + VIRTIO_HEADER_LEN;

	if (card == 0)
		return;
	reclaim_tx();
	if (queues[TX].is_with_device[slot] || queues[TX].broken)
		return;
	if (sent_len[slot] > frame_len)
		bytes_set(frame + frame_len, 0, sent_len[slot] - frame_len);
	sent_len[slot] = frame_len;
	user_read(frame, app_frame, frame_len);
	virtqueue_post(&queues[TX], slot, mmio_phys(buffers[TX][slot]), (uint32_t)(VIRTIO_HEADER_LEN + frame_len),
	    VIRTQUEUE_DEVICE_READS);
	next_tx = (slot + 1) % VIRTIO_SLOTS;
	notify_due[TX] = true;
	if (queues[TX].with_device >= VIRTIO_SLOTS / 2)
		notify(TX);		/* else once, at the end of the turn: a notification is dear */
}

void
virtio_net_mac(uint8_t mac[PLAT_MAC_LEN]) { bytes_copy(mac, own_mac, PLAT_MAC_LEN); }

void
virtio_net_scrub(void)
{
	if (card != 0)
		(void)transport_stop(card);
	card = 0;
	wipe(buffers, sizeof buffers);
}
