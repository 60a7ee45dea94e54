/*
 * pci.c: devices of PCI whose configuration space and registers answer anything at each look.  Stubs for bus.c check that a
 * slot and a place in configuration space exist, that memory is read and written inside a structure that place() let through,
 * aligned, and that no page outside the two windows is mapped.  The invariant of a device that was handed out: its structures
 * lie in one piece of 2 MiB inside a window, each as long as we use it, the doorbells inside the notification structure.
 */
#include "tests/proofs/harness/shared.h"

#include "platform/virtio/pci.c"
#include "tests/proofs/harness/registers.h"

bool nondet_bool(void);
uint8_t nondet_uint8(void);
unsigned nondet_unsigned(void);
uint32_t nondet_uint32(void);
uint64_t nondet_uint64(void);
size_t nondet_size(void);
struct function nondet_function(void);
void other_side(void) { }

static struct function *in_use;		/* whose registers may be touched */
static unsigned writable_slot = SLOTS;	/* the device that was told to decode its memory */
static struct devices found;
static uintptr_t mapped[2 * STRUCTURES];	/* pages */
static unsigned num_mapped;
enum { PAGE = 4096 };
static const uint32_t WANT[STRUCTURES] = { 0, COMMON_LEN, sizeof(uint16_t), ISR_LEN, DEVICE_LEN };

static bool
inside_window(uint64_t at, uint64_t len)
{
	return len <= PIECE && ((at >= HOLE_FROM && at <= HOLE_TO - len) || (at >= HIGH_FROM && at <= HIGH_TO - len));
}

uint32_t
bus_config(unsigned slot, unsigned at)
{
	ASSERT(slot < SLOTS && at < CONFIG_LEN && at % 4 == 0);
	return nondet_uint32();
}

void
bus_config_write(unsigned slot, unsigned at, uint32_t value)
{
	ASSERT(slot < SLOTS && at == COMMAND && value == MEMORY_AND_MASTER);
	writable_slot = slot;
}

static bool
is_register(uintptr_t at, unsigned width)
{
	bool found = false;

	for (unsigned i = COMMON; i < STRUCTURES; i++)
		found = found || (in_use->at[i] != 0 && at >= in_use->at[i] && at + width <= in_use->at[i] + in_use->part[i].len);
	return found && (at & (width - 1)) == 0 && inside_window(at, width);
}

/* Of a register of `width` bytes: no more than it holds. */
uint32_t
bus_read(uintptr_t at, unsigned width)
{
	uint32_t value = nondet_uint32();

	ASSERT((width == 1 || width == 2 || width == 4) && is_register(at, width));
	return width == 1 ? value & 0xff : width == 2 ? value & 0xffff : value;
}

void
bus_write(uintptr_t at, unsigned width, uint32_t value)
{
	(void)value;
	ASSERT((width == 1 || width == 2 || width == 4) && is_register(at, width));
}

void
bus_map(uintptr_t at)
{
	ASSERT(inside_window(at, 1) && num_mapped < 2 * STRUCTURES);
	mapped[num_mapped++] = at / PAGE;
}

static bool
is_mapped(uintptr_t at)
{
	bool found = false;

	for (unsigned i = 0; i < num_mapped; i++)
		found = found || mapped[i] == at / PAGE;
	return found;
}

/* Every byte of every structure: it is not longer than a page, so that its ends tell of all. */
static bool
all_mapped(const struct function *f)
{
	bool good = true;

	for (unsigned i = COMMON; i < STRUCTURES; i++)
		good = good && (f->at[i] == 0 || (f->part[i].len <= PAGE && is_mapped(f->at[i]) && is_mapped(f->at[i] + f->part[i].len - 1)));
	return good;
}

/* What walk() leaves. */
static bool
walked(const struct function *f)
{
	bool good = f->slot < SLOTS && f->queue == 0 && f->notify_off[0] == 0 && f->notify_off[1] == 0;

	for (unsigned i = 0; i < STRUCTURES; i++)
		good = good && f->at[i] == 0 && f->part[i].bar < BARS;
	return good;
}

/* What place() lets through, and the drivers keep. */
static bool
usable(const struct function *f)
{
	bool good = f->slot < SLOTS && (f->kind == TRANSPORT_NET || f->kind == TRANSPORT_RNG) && f->queue < QUEUES;

	for (unsigned i = COMMON; i < STRUCTURES; i++) {
		if (i == DEVICE && f->kind == TRANSPORT_RNG)
			good = good && f->at[i] == 0;
		else
			good = good && inside_window(f->at[i], f->part[i].len) && f->part[i].len >= WANT[i] && f->part[i].len <= PAGE && f->at[i] % 4 == 0
			    && f->at[i] / PIECE == f->at[COMMON] / PIECE && (f->at[i] + f->part[i].len - 1) / PIECE == f->at[COMMON] / PIECE;
	}
	for (unsigned i = 0; i < QUEUES; i++)
		good = good && f->notify_off[i] % 2 == 0 && f->notify_off[i] <= f->part[NOTIFY].len - 2;
	return good;
}

static struct function
any_function(void)
{
	struct function f = nondet_function();

	for (unsigned i = 0; i < STRUCTURES; i++)
		f.part[i].found = nondet_bool();
	return f;
}

static struct function
walked_function(void)
{
	struct function f = any_function();

	ASSUME(walked(&f) && (f.kind == TRANSPORT_NET || f.kind == TRANSPORT_RNG));
	return f;
}

static void
any_device(struct function *f)
{
	*f = any_function();
	ASSUME(usable(f));
	in_use = f;
}

static uintptr_t
any_handle(void)
{
	uintptr_t handle = nondet_size();

	ASSUME(handle >= 1 && handle <= VIRTIO_PCI_MAX);
	return handle;
}

void prove_kind_of(void) { unsigned slot = nondet_unsigned(), kind; ASSUME(slot < SLOTS); kind = kind_of(slot);
    ASSERT(kind == 0 || kind == TRANSPORT_NET || kind == TRANSPORT_RNG); REACHED(); }

void
prove_take(void)
{
	struct function f = walked_function();
	unsigned at = nondet_unsigned();

	ASSUME(at >= FIRST_CAPABILITY && at <= CONFIG_LEN - CAPABILITY_LEN && at % 4 == 0);
	take(&f, at, nondet_uint8());
	ASSERT(walked(&f));
	REACHED();
}

void prove_walk(void) { struct function f = walked_function(); unsigned slot = f.slot, kind = f.kind; walk(&f);
    ASSERT(walked(&f) && f.slot == slot && f.kind == kind); REACHED(); }
void prove_bar_at(void) { unsigned slot = nondet_unsigned(), bar = nondet_unsigned(); ASSUME(slot < SLOTS && bar < BARS);
    ASSERT(bar_at(slot, bar) % 16 == 0); REACHED(); }
void prove_in_reach(void) { uint64_t bar = nondet_uint64(); uint32_t offset = nondet_uint32(), len = nondet_uint32();
    bool good = in_reach(bar, offset, len);
    ASSERT(!good || (inside_window(bar + offset, len) && bar % PIECE + offset + len <= PIECE)); REACHED(); }
void prove_place(void) { struct function f = walked_function(); unsigned slot = f.slot, kind = f.kind; struct span why = place(&f);
    ASSERT(why.len == 0 ? usable(&f) && f.slot == slot && f.kind == kind : __CPROVER_r_ok(why.ptr, why.len)); REACHED(); }
void prove_pin_of(void) { unsigned slot = nondet_unsigned(), pin; ASSUME(slot < SLOTS); pin = pin_of(slot);
    ASSERT(pin == 0 || (pin >= 20 && pin <= 23)); REACHED(); }

unsigned
given_kind_of(unsigned slot)
{
	ASSERT(slot < SLOTS);
	return nondet_bool() ? 0 : nondet_bool() ? TRANSPORT_NET : TRANSPORT_RNG;
}

void
given_walk(struct function *f)
{
	struct function after = any_function();

	ASSERT(walked(f) && (f->kind == TRANSPORT_NET || f->kind == TRANSPORT_RNG));
	ASSUME(walked(&after) && after.slot == f->slot && after.kind == f->kind);
	*f = after;
}

struct span
given_place(struct function *f)
{
	static const uint8_t line[1];
	struct function after = any_function();

	ASSERT(walked(f) && (f->kind == TRANSPORT_NET || f->kind == TRANSPORT_RNG));
	if (nondet_bool())
		return SPAN_ARRAY(line);
	ASSUME(usable(&after) && after.slot == f->slot && after.kind == f->kind);
	*f = after;
	return (struct span){ NULL, 0 };
}

void
prove_examine(void)
{
	struct function f;
	struct span wrong = { NULL, 0 };
	unsigned slot = nondet_unsigned();

	ASSUME(slot < SLOTS);
	in_use = NULL;
	if (examine(&f, slot, &wrong))
		ASSERT(usable(&f) && wrong.len == 0 && writable_slot == slot && all_mapped(&f));
	else
		ASSERT(writable_slot == SLOTS && (wrong.len == 0 || __CPROVER_r_ok(wrong.ptr, wrong.len)));
	REACHED();
}

bool
given_examine(struct function *f, unsigned slot, struct span *wrong)
{
	static const uint8_t line[1];

	ASSERT(__CPROVER_w_ok(f, sizeof *f) && slot < SLOTS && __CPROVER_w_ok(wrong, sizeof *wrong));
	ASSERT(f == &functions[found.num]);	/* none that was found before is touched */
	if (nondet_bool())
		return true;
	if (nondet_bool())
		*wrong = (struct span){ line, sizeof line };
	return false;
}

unsigned
given_pin_of(unsigned slot)
{
	unsigned pin = nondet_unsigned();

	ASSERT(slot < SLOTS);
	ASSUME(pin == 0 || (pin >= 20 && pin <= 23));
	return pin;
}

void
prove_pci_find(void)
{
	struct span why = pci_find(&found);

	ASSERT(found.num <= VIRTIO_PCI_MAX && (why.len == 0 || __CPROVER_r_ok(why.ptr, why.len)));
	for (unsigned i = 0; i < VIRTIO_PCI_MAX; i++)
		ASSERT(i >= found.num || (found.entry[i].at == i + 1 && found.entry[i].irq <= 23));
	REACHED();
}

void
prove_function_of(void)
{
	for (uintptr_t device = 1; device <= VIRTIO_PCI_MAX; device++)
		if (nondet_bool())
			ASSERT(function_of(device) == &functions[device - 1]);
	REACHED();
}

struct function *
given_function_of(uintptr_t device)
{
	ASSERT(device >= 1 && device <= VIRTIO_PCI_MAX);
	return in_use;
}

void prove_row_of(void) { uint32_t reg = nondet_uint32();
    ASSUME(may_write(reg, 0) && reg != MMIO_QUEUE_NOTIFY && reg != MMIO_INTERRUPT_ACK); ASSERT(row_of(reg)->reg == reg); REACHED(); }
void prove_queue_max(void) { struct function f; any_device(&f); ASSERT(queue_max(&f) <= 0xffff && usable(&f)); REACHED(); }
void prove_pci_read(void) { struct function f; uint32_t reg = nondet_uint32(); any_device(&f); ASSUME(may_read(reg));
    (void)pci_read(any_handle(), reg); ASSERT(usable(&f)); REACHED(); }
void prove_pci_read_byte(void) { struct function f; uint32_t reg = nondet_uint32(); any_device(&f); ASSUME(f.kind == TRANSPORT_NET && may_read_byte(reg));
    (void)pci_read_byte(any_handle(), reg); REACHED(); }
void prove_pci_write(void) { struct function f; uint32_t reg = nondet_uint32(), value = nondet_uint32(); any_device(&f); ASSUME(may_write(reg, value));
    pci_write(any_handle(), reg, value); ASSERT(usable(&f)); REACHED(); }
