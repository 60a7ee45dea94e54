/*
 * virtio_net.c: the card's driver beside a device that gives back what and when it likes, and says of it what it likes.
 *
 * Stubs: virtqueue_* check their preconditions (a ring of ours, a slot that is ours, reset only while the device is stopped)
 * and answer as far as virtqueue.c is proved to: a slot that the device had, a length up to what was posted.  Beyond that,
 * a buffer that is posted must be the slot's own, all of it in our memory.  transport_* check their order and answer yes or
 * no.  mmio_* check registers.h.  user_* check that a frame lies in one buffer behind its header.
 *
 * The invariant: an attached card has both rings; of no buffer more than a frame is posted.  And nothing of one frame is left
 * for another: of one byte that stands for all (`witness`) it is followed whether it is zero, in a buffer to send, behind
 * the frame; in a buffer to receive, whenever it is posted.  That bytes change only through these stubs is for the reader to see.
 */
#define PROOFS_OWN_BYTES
#include "tests/proofs/harness/shared.h"

#include "platform/virtio/virtio_net.c"
#include "tests/proofs/harness/registers.h"

bool nondet_bool(void);
uint8_t nondet_uint8(void);
uint16_t nondet_uint16(void);
unsigned nondet_unsigned(void);
uint32_t nondet_uint32(void);
uint64_t nondet_uint64(void);
size_t nondet_size(void);
void other_side(void) { }

static bool stopped, negotiated, given[QUEUES];		/* the device, as far as the driver may believe */
static struct { unsigned queue, slot; size_t at; bool zero; } witness;
static const volatile uint8_t *asked;	/* the place whose physical address was asked for last, and the answer */
static uint64_t told;

/* `len` bytes of one buffer are written: as zeroes or as anything. */
static void
written(const uint8_t *to, size_t len, bool zeroes)
{
	const uint8_t *byte = &buffers[witness.queue][witness.slot][witness.at];

	if (len > 0 && byte >= to && byte < to + len)
		witness.zero = zeroes || nondet_bool();
}

static bool
in_buffer(const uint8_t *at, size_t len, unsigned queue)
{
	size_t from = (size_t)(at - buffers[queue][0]) % VIRTIO_BUFFER_LEN;

	return at >= buffers[queue][0] && at < buffers[queue][0] + sizeof buffers[queue] && len <= VIRTIO_BUFFER_LEN - from;
}

void
bytes_set(uint8_t *to, uint8_t value, size_t len)
{
	ASSERT(len == 0 || __CPROVER_w_ok(to, len));
	ASSERT(value == 0 && (in_buffer(to, len, RX) || in_buffer(to, len, TX)));
	written(to, len, true);
}

void
bytes_copy(uint8_t *to, const uint8_t *from, size_t len)
{
	ASSERT(__CPROVER_w_ok(to, len) && __CPROVER_r_ok(from, len) && !__CPROVER_same_object(to, buffers));
}

void
wipe(void *at, size_t len)
{
	ASSERT(__CPROVER_w_ok(at, len) && at == buffers && len == sizeof buffers);
	witness.zero = true;
}

void
user_write(uint8_t *to_app, const uint8_t *from, size_t len)
{
	(void)to_app;
	ASSERT(len > 0 && len <= PLAT_FRAME_MAX && in_buffer(from - VIRTIO_HEADER_LEN, VIRTIO_HEADER_LEN + len, RX));
	if (&buffers[witness.queue][witness.slot][witness.at] >= from && &buffers[witness.queue][witness.slot][witness.at] < from + len)
		witness.zero = false;
}

void
user_read(uint8_t *to, const uint8_t *from_app, size_t len)
{
	(void)from_app;
	ASSERT(len <= PLAT_FRAME_MAX && in_buffer(to - VIRTIO_HEADER_LEN, VIRTIO_HEADER_LEN + len, TX));
	written(to, len, false);
}

uint64_t
mmio_phys(const volatile void *at)
{
	asked = at;
	told = nondet_uint64();
	return told;
}

uint32_t mmio_read(uintptr_t device, uint32_t reg) { ASSERT(device != 0 && may_read(reg)); return nondet_uint32(); }
void mmio_write(uintptr_t device, uint32_t reg, uint32_t value) { ASSERT(device != 0 && may_write(reg, value)); }
uint8_t mmio_read_byte(uintptr_t device, uint32_t reg) { ASSERT(device != 0 && may_read_byte(reg)); return nondet_uint8(); }

static bool
is_queue(const struct virtqueue *queue)
{
	return (queue == &queues[RX] && queue->ring == &rings[RX]) || (queue == &queues[TX] && queue->ring == &rings[TX]);
}

void
virtqueue_reset(struct virtqueue *queue, volatile struct virtqueue_ring *ring, bool interrupts)
{
	(void)interrupts;
	ASSERT(stopped && __CPROVER_w_ok((void *)ring, sizeof *ring) && __CPROVER_w_ok(queue, sizeof *queue));
	*queue = (struct virtqueue){ .ring = ring };
	ASSERT(is_queue(queue));
}

void
virtqueue_post(struct virtqueue *queue, unsigned slot, uint64_t at, uint32_t len, enum virtqueue_direction direction)
{
	unsigned number = queue == &queues[RX] ? RX : TX;
	bool of_witness = number == witness.queue && slot == witness.slot;

	ASSERT(is_queue(queue) && slot < VIRTIO_SLOTS && !queue->is_with_device[slot]);
	ASSERT(at == told && asked == buffers[number][slot] && len <= VIRTIO_BUFFER_LEN && len >= VIRTIO_HEADER_LEN);
	ASSERT(direction == (number == RX ? VIRTQUEUE_DEVICE_WRITES : VIRTQUEUE_DEVICE_READS));
	ASSERT(!of_witness || witness.zero || (number == TX && witness.at >= VIRTIO_HEADER_LEN && witness.at < len));
	queue->is_with_device[slot] = true;
	queue->posted_len[slot] = len;
	queue->with_device = nondet_uint16();
}

bool
virtqueue_take(struct virtqueue *queue, unsigned *slot, uint32_t *len)
{
	ASSERT(is_queue(queue) && __CPROVER_w_ok(slot, sizeof *slot) && __CPROVER_w_ok(len, sizeof *len));
	if (queue->broken || nondet_bool())
		return false;
	queue->broken = nondet_bool();
	if (queue->broken)
		return false;
	*slot = nondet_unsigned();
	*len = nondet_uint32();
	ASSUME(*slot < VIRTIO_SLOTS && queue->is_with_device[*slot] && *len <= queue->posted_len[*slot]);
	queue->is_with_device[*slot] = false;
	queue->with_device = nondet_uint16();
	return true;
}

bool virtqueue_ready(const struct virtqueue *queue) { ASSERT(is_queue(queue)); return nondet_bool(); }
bool virtqueue_wants_notify(const struct virtqueue *queue) { ASSERT(is_queue(queue)); return nondet_bool(); }

bool transport_is(uintptr_t device, enum transport_device kind) { ASSERT(device != 0 && kind == TRANSPORT_NET); return nondet_bool(); }

bool
transport_stop(uintptr_t device)
{
	ASSERT(device != 0);
	given[RX] = given[TX] = negotiated = false;
	stopped = nondet_bool();
	return stopped;
}

bool
transport_negotiate(uintptr_t device, uint32_t features)
{
	ASSERT(device != 0 && stopped && features == FEATURE_MAC);
	negotiated = nondet_bool();
	return negotiated;
}

bool
transport_queue(uintptr_t device, uint32_t number, const volatile struct virtqueue_ring *ring, uint32_t slots)
{
	ASSERT(device != 0 && stopped && negotiated && number < QUEUES && ring == &rings[number] && slots == VIRTIO_SLOTS);
	given[number] = nondet_bool();
	return given[number];
}

void
transport_go(uintptr_t device)
{
	ASSERT(device != 0 && stopped && given[RX] && given[TX]);
	stopped = false;
}

static bool
holds(void)
{
	bool good = next_tx < VIRTIO_SLOTS && restarts <= VIRTIO_RESTARTS_MAX + 1 && (card == 0 || restarts <= VIRTIO_RESTARTS_MAX);

	for (unsigned i = 0; i < VIRTIO_SLOTS; i++)
		good = good && sent_len[i] <= PLAT_FRAME_MAX && queues[RX].posted_len[i] <= VIRTIO_HEADER_LEN + PLAT_FRAME_MAX;
	if (!good)
		return false;
	if (card != 0)
		good = good && queues[RX].ring == &rings[RX] && queues[TX].ring == &rings[TX];
	if (witness.queue == TX && (witness.at < VIRTIO_HEADER_LEN || witness.at >= VIRTIO_HEADER_LEN + sent_len[witness.slot]))
		good = good && witness.zero;
	if (witness.queue == RX)
		good = good && witness.zero;
	return good;
}

struct virtqueue nondet_queue(void);

static void
any_state(void)
{
	bool attached = nondet_bool();

	for (unsigned q = 0; q < QUEUES; q++) {
		queues[q] = nondet_queue();
		queues[q].ring = nondet_bool() && !attached ? NULL : &rings[q];
		queues[q].broken = nondet_bool();
		notify_due[q] = nondet_bool();
		for (unsigned i = 0; i < VIRTIO_SLOTS; i++)
			queues[q].is_with_device[i] = nondet_bool();
	}
	for (unsigned i = 0; i < VIRTIO_SLOTS; i++)
		sent_len[i] = nondet_size();
	card = attached ? nondet_size() : 0;
	next_tx = nondet_unsigned();
	restarts = nondet_unsigned();
	witness.queue = nondet_bool() ? RX : TX;
	witness.slot = nondet_unsigned();
	witness.at = nondet_size();
	witness.zero = nondet_bool();
	ASSUME((card != 0) == attached && witness.slot < VIRTIO_SLOTS && witness.at < VIRTIO_BUFFER_LEN && holds());
}

static void
attached_state(void)
{
	any_state();
	ASSUME(card != 0);
}

static uintptr_t
any_device(void)
{
	uintptr_t device = nondet_size();

	ASSUME(device != 0);
	return device;
}

void prove_post_rx(void) { unsigned slot = nondet_unsigned(); attached_state(); ASSUME(slot < VIRTIO_SLOTS && !queues[RX].is_with_device[slot]);
    post_rx(slot); ASSERT(holds()); REACHED(); }
void prove_notify(void) { unsigned queue = nondet_unsigned(); attached_state(); ASSUME(queue < QUEUES);
    notify(queue); ASSERT(holds() && !notify_due[queue]); REACHED(); }
void prove_read_mac(void) { any_state(); ASSERT(!read_mac(any_device()) || (own_mac[0] & 1) == 0); ASSERT(holds()); REACHED(); }
void prove_bring_up(void) { uintptr_t device = any_device(); any_state(); ASSUME(restarts <= VIRTIO_RESTARTS_MAX); card = 0; bool good = bring_up(device);
    ASSERT(holds() && card == (good ? device : 0)); REACHED(); }
void prove_virtio_net_start(void) { uintptr_t device = any_device(); any_state(); bool good = virtio_net_start(device);
    ASSERT(holds() && card == (good ? device : 0)); REACHED(); }
void prove_restart(void) { attached_state(); uintptr_t device = card; restart(); ASSERT(holds() && (card == 0 || card == device)); REACHED(); }
void prove_virtio_net_turn(void) { any_state(); bool ready = virtio_net_turn(); ASSERT(holds() && (!ready || card != 0)); REACHED(); }
void prove_virtio_net_recv(void) { any_state(); size_t len = virtio_net_recv(NULL); ASSERT(holds() && len <= PLAT_FRAME_MAX); REACHED(); }
void prove_reclaim_tx(void) { attached_state(); reclaim_tx(); ASSERT(holds()); REACHED(); }
void prove_virtio_net_send(void) { size_t len = nondet_size(); any_state(); ASSUME(len <= PLAT_FRAME_MAX);	/* doors.c has checked */
    virtio_net_send(NULL, len); ASSERT(holds()); REACHED(); }
void prove_virtio_net_mac(void) { uint8_t mac[PLAT_MAC_LEN]; any_state(); virtio_net_mac(mac); ASSERT(holds()); REACHED(); }
void prove_virtio_net_scrub(void) { any_state(); virtio_net_scrub(); ASSERT(card == 0 && witness.zero); REACHED(); }
