/*
 * virtio_rng.c: one request to a generator that answers what and when it likes.  Stubs as in virtio_net.c: virtqueue_* check their
 * preconditions and answer as far as virtqueue.c is proved to, transport_* check their order, mmio_* check registers.h.  What is
 * proved beside that: the device is given our buffer and no more; bytes are believed only of a device that has stopped; then
 * nothing of them stays.  That a device which never answers is left depends on the clock: the loop has no other end.
 */
#include "tests/proofs/harness/shared.h"

#include "platform/virtio/virtio_rng.c"
#include "tests/proofs/harness/registers.h"

bool nondet_bool(void);
uint16_t nondet_uint16(void);
uint32_t nondet_uint32(void);
uint64_t nondet_uint64(void);
size_t nondet_size(void);
struct virtqueue nondet_queue(void);
void other_side(void) { }

static uintptr_t device;
static bool is_generator, stopped, negotiated, given, going, has_answered;
static const volatile void *asked;
static uint64_t told;

uint64_t
tsc_ns(void)
{
	uint64_t now = nondet_uint64();

	ASSUME(now < UINT64_MAX / 2);	/* 292 years */
	return now;
}

uint64_t
mmio_phys(const volatile void *at)
{
	asked = at;
	told = nondet_uint64();
	return told;
}

void mmio_write(uintptr_t to, uint32_t reg, uint32_t value) { ASSERT(to == device && going && reg == MMIO_QUEUE_NOTIFY && may_write(reg, value)); }

void
virtqueue_reset(struct virtqueue *with, volatile struct virtqueue_ring *to, bool interrupts)
{
	ASSERT(with == &queue && to == &ring && stopped && !interrupts);
	*with = (struct virtqueue){ .ring = to };
}

void
virtqueue_post(struct virtqueue *with, unsigned slot, uint64_t at, uint32_t len, enum virtqueue_direction direction)
{
	ASSERT(with == &queue && with->ring == &ring && slot == 0 && !with->is_with_device[slot]);
	ASSERT(at == told && asked == buffer && len == sizeof buffer && direction == VIRTQUEUE_DEVICE_WRITES);
	with->is_with_device[slot] = true;
	with->posted_len[slot] = len;
}

bool
virtqueue_take(struct virtqueue *with, unsigned *slot, uint32_t *len)
{
	ASSERT(with == &queue && with->ring == &ring && __CPROVER_w_ok(slot, sizeof *slot) && __CPROVER_w_ok(len, sizeof *len));
	if (with->broken || nondet_bool())
		return false;
	with->broken = nondet_bool();
	if (with->broken)
		return false;
	*slot = 0;	/* no other is with the device */
	*len = nondet_uint32();
	ASSUME(with->is_with_device[0] && *len <= with->posted_len[0]);
	return true;	/* that it is ours again, nobody asks before the next reset */
}

bool
transport_is(uintptr_t of, enum transport_device kind)
{
	ASSERT(of == device && kind == TRANSPORT_RNG);
	is_generator = nondet_bool();
	return is_generator;
}

bool
transport_stop(uintptr_t of)
{
	ASSERT(of == device && is_generator);
	given = negotiated = going = false;
	stopped = nondet_bool();
	return stopped;
}

bool
transport_negotiate(uintptr_t of, uint32_t features)
{
	ASSERT(of == device && stopped && features == 0);
	negotiated = nondet_bool();
	return negotiated;
}

bool
transport_queue(uintptr_t of, uint32_t number, const volatile struct virtqueue_ring *its, uint32_t slots)
{
	ASSERT(of == device && stopped && negotiated && number == 0 && its == &ring && slots == 1);
	given = nondet_bool();
	return given;
}

void
transport_go(uintptr_t of)
{
	ASSERT(of == device && stopped && given);
	stopped = false;
	going = true;
}

static void
any_device(void)
{
	device = nondet_size();
	ASSUME(device != 0);
}

void
prove_ask(void)
{
	any_device();
	going = true;
	queue = nondet_queue();
	queue.ring = &ring;
	queue.broken = queue.is_with_device[0] = false;
	ASSERT(ask(device) <= VIRTIO_RNG_LEN);
	REACHED();
}

size_t
given_ask(uintptr_t of)
{
	size_t len = nondet_size();

	ASSERT(of == device && going && queue.ring == &ring && !queue.is_with_device[0] && !queue.broken);
	ASSUME(len <= VIRTIO_RNG_LEN);
	has_answered = true;
	return len;
}

void
prove_virtio_rng_read(void)
{
	uint8_t out[VIRTIO_RNG_LEN];
	size_t len;

	any_device();
	len = virtio_rng_read(device, out);
	ASSERT(len <= VIRTIO_RNG_LEN && (len == 0 || (has_answered && stopped)));
	REACHED();
}
