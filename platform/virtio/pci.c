/* pci.c: see pci.h. */
#include "platform/virtio/pci.h"

#include "platform/base/panic.h"
#include "platform/virtio/bus.h"
#include "platform/virtio/mmio.h"
#include "platform/virtio/transport.h"

/* Configuration space (PCI 3.0, 6.1) and what virtio says of it (virtio 1.1, 4.1.2). */
enum {
	ID = 0x00, COMMAND = 0x04, HEADER = 0x0c, BAR = 0x10, SUBSYSTEM = 0x2c, CAPABILITIES = 0x34, LINE = 0x3c,
	MEMORY_AND_MASTER = 6, HAS_CAPABILITIES = 1 << 20, VENDOR_VIRTIO = 0x1af4, LEGACY_MIN = 0x1000, LEGACY_MAX = 0x103f,
	MODERN = 0x1040, VENDOR_SPECIFIC = 9, FIRST_CAPABILITY = 0x40, CAPABILITY_LEN = 16, CONFIG_LEN = 256,
	BARS = 6, BAR_IS_64 = 4, SLOTS = 32
};
#define ICH9	UINT32_C(0x29188086)
enum { ICH9_SLOT = 31, ICH9_SWIZZLED = 25, ICH9_PIN_E = 20 };

/* The structures of a device that we use, and how much of each. */
enum structure { NONE, COMMON, NOTIFY, ISR, DEVICE, STRUCTURES };
enum { COMMON_LEN = 0x38, ISR_LEN = 1, NOTIFY_LEN = 4096, DEVICE_LEN = PLAT_MAC_LEN, QUEUES = 2 };

/* Registers of the common structure. */
enum { QUEUE_SIZE = 0x18, QUEUE_NOTIFY_OFF = 0x1e };

static const struct row { uint8_t reg, at, width; } ROWS[] = {
	{ MMIO_DEVICE_FEATURES_SEL, 0x00, 4 }, { MMIO_DEVICE_FEATURES, 0x04, 4 }, { MMIO_DRIVER_FEATURES_SEL, 0x08, 4 },
	{ MMIO_DRIVER_FEATURES, 0x0c, 4 }, { MMIO_STATUS, 0x14, 1 }, { MMIO_QUEUE_SEL, 0x16, 2 },
	{ MMIO_QUEUE_NUM, QUEUE_SIZE, 2 }, { MMIO_QUEUE_READY, 0x1c, 2 },
	{ MMIO_QUEUE_DESC, 0x20, 4 }, { MMIO_QUEUE_DESC + 4, 0x24, 4 }, { MMIO_QUEUE_DRIVER, 0x28, 4 },
	{ MMIO_QUEUE_DRIVER + 4, 0x2c, 4 }, { MMIO_QUEUE_DEVICE, 0x30, 4 }, { MMIO_QUEUE_DEVICE + 4, 0x34, 4 }
};

/*
 * Where registers may be: the hole below the IOAPIC, or above 4 GiB, where memory may be but nothing of
 * ours is, up to where our own image is mapped.  One device's are in one piece of 2 MiB: two page
 * tables at most for each, of which pagetable.c has enough for VIRTIO_PCI_MAX.
 */
static const uint64_t HOLE_FROM = 0xc0000000, HOLE_TO = 0xfec00000, HIGH_FROM = UINT64_C(1) << 32,
    HIGH_TO = UINT64_C(1) << 39, PIECE = 0x200000;

struct part { uint32_t offset, len; unsigned bar; bool found; };
struct function {
	unsigned slot, kind;
	uint32_t multiplier, notify_off[QUEUES], queue;
	struct part part[STRUCTURES];
	uintptr_t at[STRUCTURES];		/* 0: it has none */
};

static struct function functions[VIRTIO_PCI_MAX];

/* Network card or generator, by the modern number or by that of a device that is legacy too; else 0. */
static unsigned
kind_of(unsigned slot)
{
	uint32_t id = bus_config(slot, ID), number = id >> 16;

	if ((id & 0xffff) != VENDOR_VIRTIO)
		return 0;
	number = number >= LEGACY_MIN && number <= LEGACY_MAX ? bus_config(slot, SUBSYSTEM) >> 16 : number - MODERN;
	return number == 1 || number == 4 ? number : 0;
}

/* One capability of virtio's; the first of each kind counts (virtio 1.1, 4.1.4.1). */
static void
take(struct function *f, unsigned at, unsigned kind)
{
	unsigned bar = bus_config(f->slot, at + 4) & 0xff;

	if (kind < COMMON || kind > DEVICE || bar >= BARS || f->part[kind].found)
		return;
	f->part[kind] = (struct part){ bus_config(f->slot, at + 8), bus_config(f->slot, at + 12), bar, true };
	if (kind == NOTIFY && at + CAPABILITY_LEN < CONFIG_LEN)
		f->multiplier = bus_config(f->slot, at + CAPABILITY_LEN);
}

/* The list may be a ring: no more steps than there is room for capabilities. */
static void
walk(struct function *f)
{
	unsigned at = bus_config(f->slot, CAPABILITIES) & 0xfc;
	uint32_t head;

	for (unsigned i = 0; i < CONFIG_LEN / CAPABILITY_LEN; i++) {
		if (at < FIRST_CAPABILITY || at > CONFIG_LEN - CAPABILITY_LEN)
			return;
		head = bus_config(f->slot, at);
		if ((head & 0xff) == VENDOR_SPECIFIC)
			take(f, at, head >> 24);
		at = head >> 8 & 0xfc;
	}
}

/* Where memory that the device decodes begins; 0 for ports and for what we do not know. */
static uint64_t
bar_at(unsigned slot, unsigned bar)
{
	uint32_t low = bus_config(slot, BAR + 4 * bar);

	if ((low & 7) == 0)
		return low & ~UINT32_C(15);
	if ((low & 7) != BAR_IS_64 || bar + 1 >= BARS)
		return 0;
	return (low & ~UINT32_C(15)) | (uint64_t)bus_config(slot, BAR + 4 * bar + 4) << 32;
}

/* Without overflow, whatever the device says. */
static bool
in_reach(uint64_t bar, uint32_t offset, uint32_t len)
{
	uint64_t room = PIECE - bar % PIECE;

	if (bar < HOLE_FROM || bar >= HIGH_TO || offset > room || len > room - offset)
		return false;
	return bar >= HIGH_FROM || bar + offset + len <= HOLE_TO;
}

/* The structures' places: all in one BAR, each as long as we need it.  What is wrong, as a line. */
static struct span
place(struct function *f)
{
	static const uint32_t LEN_MIN[STRUCTURES] = { 0, COMMON_LEN, sizeof(uint16_t), ISR_LEN, DEVICE_LEN };
	static const uint32_t LEN_MAX[STRUCTURES] = { 0, COMMON_LEN, NOTIFY_LEN, ISR_LEN, DEVICE_LEN };
	uint64_t bar = bar_at(f->slot, f->part[COMMON].bar);

	for (unsigned i = COMMON; i < STRUCTURES; i++) {
		struct part *part = &f->part[i];

		if (i == DEVICE && f->kind == TRANSPORT_RNG)
			continue;		/* it has no configuration of its own */
		if (!part->found || part->bar != f->part[COMMON].bar || part->len < LEN_MIN[i] || part->offset % 4 != 0)
			return SPAN_LITERAL("pinata: a virtio-pci device lacks a structure: not used\n");
		part->len = part->len < LEN_MAX[i] ? part->len : LEN_MAX[i];
		if (!in_reach(bar, part->offset, part->len))
			return SPAN_LITERAL("pinata: a virtio-pci device has its registers out of reach: not used\n");
		f->at[i] = (uintptr_t)(bar + part->offset);
	}
	return (struct span){ NULL, 0 };
}

/* Slots up to 24 are wired in turn to PIRQ E to H, these to the IOAPIC's pins 20 to 23 (Intel 316972, 5.10 and 10.1). */
static unsigned
pin_of(unsigned slot)
{
	unsigned intx = bus_config(slot, LINE) >> 8 & 0xff;

	if (intx < 1 || intx > 4 || slot >= ICH9_SWIZZLED || bus_config(ICH9_SLOT, ID) != ICH9)
		return 0;
	return ICH9_PIN_E + (slot + intx - 1) % 4;
}

/* What is in this slot: a device of ours, whose registers are mapped?  If one can not be used, a line says why. */
static bool
examine(struct function *f, unsigned slot, struct span *wrong)
{
	struct span why;

	*f = (struct function){ .slot = slot, .kind = kind_of(slot) };
	if (f->kind == 0 || (bus_config(slot, HEADER) >> 16 & 0x7f) != 0
	    || (bus_config(slot, COMMAND) & HAS_CAPABILITIES) == 0)
		return false;
	walk(f);
	why = place(f);
	if (why.len > 0) {
		*wrong = why;
		return false;
	}
	for (unsigned i = COMMON; i < STRUCTURES && f->at[i] != 0; i++) {
		bus_map(f->at[i]);
		bus_map(f->at[i] + f->part[i].len - 1);
	}
	bus_config_write(slot, COMMAND, MEMORY_AND_MASTER);
	return true;
}

struct span
pci_find(struct devices *devices)
{
	struct span wrong = { NULL, 0 };

	devices->num = 0;
	for (unsigned slot = 0; slot < SLOTS && devices->num < VIRTIO_PCI_MAX; slot++) {
		if (!examine(&functions[devices->num], slot, &wrong))
			continue;
		devices->entry[devices->num] = (struct devices_entry){ devices->num + 1, pin_of(slot) };
		devices->num++;
	}
	return wrong;
}

static struct function *
function_of(uintptr_t device)
{
	REQUIRE(device >= 1 && device <= VIRTIO_PCI_MAX);
	return &functions[device - 1];
}

static const struct row *
row_of(uint32_t reg)
{
	size_t i = 0;

	while (i < sizeof ROWS / sizeof ROWS[0] && ROWS[i].reg != reg)
		i++;
	REQUIRE(i < sizeof ROWS / sizeof ROWS[0]);
	return &ROWS[i];
}

/* How long the chosen queue may be: 0 when its doorbell is not where we look for it. */
static uint32_t
queue_max(struct function *f)
{
	uint64_t off = (uint64_t)bus_read(f->at[COMMON] + QUEUE_NOTIFY_OFF, 2) * f->multiplier;

	if (off > f->part[NOTIFY].len - sizeof(uint16_t) || off % sizeof(uint16_t) != 0)
		return 0;
	f->notify_off[f->queue] = (uint32_t)off;
	return bus_read(f->at[COMMON] + QUEUE_SIZE, 2);
}

uint32_t
pci_read(uintptr_t device, uint32_t reg)
{
	struct function *f = function_of(device);

	switch (reg) {
	case MMIO_MAGIC: return MMIO_MAGIC_VALUE;
	case MMIO_VERSION: return 2;
	case MMIO_DEVICE_ID: return f->kind;
	case MMIO_QUEUE_NUM_MAX: return queue_max(f);
	case MMIO_INTERRUPT_STATUS: return bus_read(f->at[ISR], 1);	/* this is what acknowledges */
	default: return bus_read(f->at[COMMON] + row_of(reg)->at, row_of(reg)->width);
	}
}

uint8_t
pci_read_byte(uintptr_t device, uint32_t reg)
{
	struct function *f = function_of(device);

	REQUIRE(f->at[DEVICE] != 0 && reg >= MMIO_CONFIG && reg - MMIO_CONFIG < f->part[DEVICE].len);
	return (uint8_t)bus_read(f->at[DEVICE] + (reg - MMIO_CONFIG), 1);
}

void
pci_write(uintptr_t device, uint32_t reg, uint32_t value)
{
	struct function *f = function_of(device);

	switch (reg) {
	case MMIO_INTERRUPT_ACK:
		return;
	case MMIO_QUEUE_NOTIFY:
		REQUIRE(value < QUEUES);
		bus_write(f->at[NOTIFY] + f->notify_off[value], 2, value);
		return;
	case MMIO_QUEUE_SEL:
		REQUIRE(value < QUEUES);
		f->queue = value;
		break;
	default:
		break;
	}
	bus_write(f->at[COMMON] + row_of(reg)->at, row_of(reg)->width, value);
}
