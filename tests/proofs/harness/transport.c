/*
 * transport.c: from reset to ready, beside a device whose every register answers anything at each look.  Stubs for mmio.c check
 * that the register may be touched (registers.h) and remember what was asked and answered last; a place whose physical address is
 * asked for lies in the ring.  What is proved beside that: yes means that the device said so last, in the order of virtio 1.1, 3.1.1.
 */
#include "tests/proofs/harness/shared.h"

#include "platform/virtio/transport.c"
#include "tests/proofs/harness/registers.h"

bool nondet_bool(void);
unsigned nondet_unsigned(void);
uint32_t nondet_uint32(void);
uint64_t nondet_uint64(void);
size_t nondet_size(void);
void other_side(void) { }

static uintptr_t device;
static struct virtqueue_ring ring;
static uint32_t said[MMIO_LEN], wrote[MMIO_LEN];	/* last in each register; the status is read in a loop: */
static uint32_t last_said;
static bool wrote_ready;
static uint64_t phys[3];		/* of descriptors, what is given, what is used */

uint32_t
mmio_read(uintptr_t from, uint32_t reg)
{
	ASSERT(from == device && may_read(reg));
	last_said = nondet_uint32();
	if (reg != MMIO_STATUS)
		said[reg] = last_said;
	return last_said;
}

void
mmio_write(uintptr_t to, uint32_t reg, uint32_t value)
{
	ASSERT(to == device && may_write(reg, value));
	wrote[reg] = value;
	wrote_ready = wrote_ready || reg == MMIO_QUEUE_READY;
	ASSERT(!wrote_ready || reg == MMIO_QUEUE_READY);	/* the last step */
}

uint64_t
mmio_phys(const volatile void *at)
{
	ASSERT(at == ring.desc || at == &ring.avail || at == &ring.used);
	return phys[at == ring.desc ? 0 : at == &ring.avail ? 1 : 2];
}

static void
any_device(void)
{
	device = nondet_size();
	wrote_ready = false;
	for (unsigned i = 0; i < 3; i++)
		phys[i] = nondet_uint64();
	ASSUME(device != 0);
}

static uint64_t
wrote_address(uint32_t reg)
{
	return wrote[reg] | (uint64_t)wrote[reg + 4] << 32;
}

void prove_transport_is(void) { any_device(); enum transport_device kind = nondet_bool() ? TRANSPORT_NET : TRANSPORT_RNG; bool is = transport_is(device, kind);
    ASSERT(!is || (said[MMIO_MAGIC] == MMIO_MAGIC_VALUE && said[MMIO_VERSION] == 2 && said[MMIO_DEVICE_ID] == kind)); REACHED(); }
void prove_transport_stop(void) { any_device(); bool obeys = transport_stop(device);
    ASSERT(wrote[MMIO_STATUS] == 0 && (!obeys || last_said == 0)); REACHED(); }

void
prove_transport_negotiate(void)
{
	uint32_t features = nondet_uint32();

	any_device();
	if (transport_negotiate(device, features)) {
		ASSERT((said[MMIO_DEVICE_FEATURES] & VERSION_1) != 0 && (last_said & FEATURES_OK) != 0);
		ASSERT(wrote[MMIO_DRIVER_FEATURES_SEL] == 1 && wrote[MMIO_DRIVER_FEATURES] == VERSION_1);
	}
	ASSERT((wrote[MMIO_STATUS] & DRIVER_OK) == 0);
	REACHED();
}

void
prove_write_address(void)
{
	uint32_t reg = nondet_bool() ? MMIO_QUEUE_DESC : nondet_bool() ? MMIO_QUEUE_DRIVER : MMIO_QUEUE_DEVICE;
	uint64_t at = nondet_uint64();

	any_device();
	write_address(device, reg, at);
	ASSERT(wrote_address(reg) == at);
	REACHED();
}

void
prove_transport_queue(void)
{
	uint32_t number = nondet_uint32(), slots = nondet_bool() ? VIRTIO_SLOTS : 1;

	any_device();
	ASSUME(number < REGISTERS_QUEUES);
	if (transport_queue(device, number, &ring, slots)) {
		ASSERT(wrote[MMIO_QUEUE_SEL] == number && wrote[MMIO_QUEUE_NUM] == slots && wrote[MMIO_QUEUE_READY] == 1);
		ASSERT(said[MMIO_QUEUE_NUM_MAX] >= slots && said[MMIO_QUEUE_READY] == 0);
		ASSERT(wrote_address(MMIO_QUEUE_DESC) == phys[0] && wrote_address(MMIO_QUEUE_DRIVER) == phys[1] && wrote_address(MMIO_QUEUE_DEVICE) == phys[2]);
	} else
		ASSERT(!wrote_ready);
	REACHED();
}

void prove_transport_go(void) { any_device(); transport_go(device); ASSERT(wrote[MMIO_STATUS] == (ACKNOWLEDGE | DRIVER | DRIVER_OK | FEATURES_OK)); REACHED(); }
