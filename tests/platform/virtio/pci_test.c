/* pci_test.c: PCI devices, honest and hostile.  space.c aborts at an access outside the bounds that pci.h promises. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "platform/virtio/mmio.h"
#include "tests/panics.h"
#include "tests/platform/virtio/space.h"

enum { NET = 1, RNG = 4, SLOT = 2, LPC = 31 };
/* Where space_device() puts things. */
enum { COMMON = 0x50, ISR = 0x60, DEVICE = 0x70, NOTIFY = 0x84, BAR4 = 0x20 };

static struct devices devices;

/* An honest card in SLOT of an ICH9's bus; a test spoils it, then looks. */
static void
honest(void)
{
	space_reset();
	space_device(SLOT, NET);
	space.config[LPC][0] = 0x29188086;
}

static bool
found(void) { return pci_find(&devices).len == 0 && devices.num == 1; }

/* Seen, told, not used: nothing mapped, and it may not reach memory. */
static void
refused(const char *words)
{
	char text[128] = "";
	struct span why = pci_find(&devices);

	assert_true(why.len < sizeof text);
	memcpy(text, why.ptr, why.len);
	assert_non_null(strstr(text, words));
	assert_int_equal(devices.num, 0);
	assert_int_equal(space.num_pages, 0);
	assert_int_equal(space.config[SLOT][1] & 6, 0);
}

static void
set_word(unsigned at, uint32_t value) { space.config[SLOT][at / 4] = value; }

static void
an_honest_card_is_found(void **state)
{
	(void)state;
	honest();
	assert_true(found());
	assert_true(pci_is(devices.entry[0].at));
	assert_int_equal(devices.entry[0].irq, 20 + SLOT % 4);
	assert_int_equal(space.config[SLOT][1] & 0xffff, 6);	/* memory, master; INTx not disabled */
	assert_int_equal(pci_read(devices.entry[0].at, MMIO_MAGIC), MMIO_MAGIC_VALUE);
	assert_int_equal(pci_read(devices.entry[0].at, MMIO_VERSION), 2);
	assert_int_equal(pci_read(devices.entry[0].at, MMIO_DEVICE_ID), NET);
}

static void
only_cards_and_generators_are_taken(void **state)
{
	static const struct { uint32_t id, subsystem; unsigned kind; } IDS[] = {
		{ 0x10411af4, 0, NET }, { 0x10441af4, 0, RNG }, { 0x10001af4, 1, NET }, { 0x10051af4, 4, RNG },
		{ 0x103f1af4, 1, NET }, { 0x10421af4, 1, 0 }, { 0x10401af4, 1, 0 }, { 0x0fff1af4, 1, 0 }, { 0x00411af4, 1, 0 },
		{ 0x10001af4, 2, 0 }, { 0x10411af5, 1, 0 }, { 0xffffffff, 1, 0 }, { 0, 1, 0 }
	};

	(void)state;
	for (size_t i = 0; i < sizeof IDS / sizeof IDS[0]; i++) {
		honest();
		set_word(0, IDS[i].id);
		set_word(0x2c, 0x1af4 | IDS[i].subsystem << 16);
		assert_int_equal(found(), IDS[i].kind != 0);
		if (IDS[i].kind != 0)
			assert_int_equal(pci_read(1, MMIO_DEVICE_ID), IDS[i].kind);
	}
	honest();
	space_set(SLOT, 0x0e, 1);		/* a bridge */
	assert_false(found());
	honest();
	set_word(0x04, 0);			/* no list of capabilities */
	assert_false(found());
}

static void
a_generator_needs_no_configuration(void **state)
{
	(void)state;
	honest();
	space_device(SLOT, RNG);
	space_set(SLOT, DEVICE, 0);
	assert_true(found());
	assert_int_equal(space.num_pages, 6);
	assert_panics((void)pci_read_byte(1, MMIO_CONFIG));
}

static void
a_structure_that_lacks_is_told(void **state)
{
	static const unsigned PLACES[] = { COMMON, ISR, DEVICE, NOTIFY };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		honest();
		space_set(SLOT, PLACES[i] + 3, 5);
		refused("lacks a structure");
		honest();
		space_set(SLOT, PLACES[i] + 4, 6);	/* no such BAR */
		refused("lacks a structure");
		honest();
		space_set(SLOT, PLACES[i] + 4, 2);	/* another BAR than the rest */
		refused("not used");
		honest();
		set_word(PLACES[i] + 12, PLACES[i] == ISR ? 0 : PLACES[i] == COMMON ? 0x37 : PLACES[i] == DEVICE ? 5 : 1);
		refused("lacks a structure");
		honest();
		set_word(PLACES[i] + 8, 0x1001);
		refused("lacks a structure");
	}
}

static void
the_list_is_walked_with_bounds(void **state)
{
	(void)state;
	honest();
	space_set(SLOT, COMMON + 1, 0x98);	/* a ring */
	assert_true(found());
	assert_true(space.num_looks < 400);
	for (unsigned first = 0; first < 256; first++) {
		honest();
		for (unsigned at = 0xf0; at < 256; at += 4)
			set_word(at, 0x01000009);	/* no room for it from 0xf4 on */
		space_set(SLOT, 0x34, (uint8_t)first);
		if (!found())
			assert_int_equal(space.num_pages, 0);
	}
	honest();				/* one inside the header */
	memcpy(&space.config[SLOT][0x10 / 4], &space.config[SLOT][COMMON / 4], 16);
	space_set(SLOT, ISR + 1, 0x10);
	refused("lacks a structure");
	honest();				/* one at the very end: no room for a multiplier */
	memcpy(&space.config[SLOT][0xf0 / 4], &space.config[SLOT][NOTIFY / 4], 16);
	space_set(SLOT, NOTIFY, 5);
	space_set(SLOT, 0x98 + 1, 0xf0);
	space_set(SLOT, 0xf0 + 1, DEVICE);
	assert_true(found());
}

static void
the_first_of_a_kind_counts(void **state)
{
	(void)state;
	honest();
	memcpy(&space.config[SLOT][0xc0 / 4], &space.config[SLOT][COMMON / 4], 16);
	set_word(0xc0 + 8, 0x800);
	space_set(SLOT, COMMON + 1, 0xc0);
	space_set(SLOT, 0xc0 + 1, 0);
	assert_true(found());
	pci_write(1, MMIO_STATUS, 3);
	assert_int_equal(space.last_at, SPACE_BAR + SLOT * SPACE_REGS + 0x14);
}

/* Where the registers are, by BAR and offset; 0 for the upper half makes a BAR of 32 bits. */
static bool
found_at(uint64_t bar, uint32_t offset)
{
	honest();
	set_word(BAR4, (uint32_t)bar | (bar >> 32 != 0 ? 4 : 0));
	set_word(BAR4 + 4, (uint32_t)(bar >> 32));
	set_word(COMMON + 8, offset);
	if (found())
		return true;
	refused("out of reach");
	return false;
}

static void
registers_are_in_reach_or_refused(void **state)
{
	(void)state;
	assert_true(found_at(0xc0000000, 0));
	assert_true(found_at(0xfebfc000, 0));
	assert_true(found_at(UINT64_C(1) << 32, 0));
	assert_true(found_at((UINT64_C(1) << 39) - 0x4000, 0));
	assert_true(found_at(0xe0000000, 0x200000 - 0x38));
	assert_false(found_at(0, 0));
	assert_false(found_at(0x100000, 0));
	assert_false(found_at(0xbfffc000, 0));
	assert_false(found_at(0xbfffc000, 0x4000));
	assert_false(found_at(0xfebfd000, 0));
	assert_false(found_at(0xfec00000, 0));
	assert_false(found_at(0xfee00000, 0));
	assert_false(found_at(0xffffc000, 0));
	assert_false(found_at((UINT64_C(1) << 39) - 0x3000, 0));
	assert_false(found_at(UINT64_C(1) << 39, 0));
	assert_false(found_at(UINT64_C(0xffffffffffffc000), 0));
	assert_false(found_at(UINT64_C(0xfffffffffffffff0), 0x10));
	assert_false(found_at(0xe0000000, 0x200000 - 0x34));
	assert_false(found_at(0xe0000000, 0x200000));
	assert_false(found_at(0xe0000000, 0xfffffffc));
	assert_false(found_at(UINT64_C(1) << 32, 0x200004));
	assert_false(found_at(UINT64_C(1) << 32, 0xfffffffc));
}

static void
a_bar_of_another_kind_is_refused(void **state)
{
	static const uint32_t LOWS[] = { 0xc001, 0xfebf0001, 0xfebf0002, 0xfebf0006 };

	(void)state;
	for (size_t i = 0; i < sizeof LOWS / sizeof LOWS[0]; i++) {
		honest();
		set_word(BAR4, LOWS[i]);
		refused("out of reach");
	}
	honest();				/* the last BAR has no upper half */
	for (unsigned at = COMMON; at <= NOTIFY; at += at == DEVICE ? NOTIFY - DEVICE : 16)
		space_set(SLOT, at + 4, 5);
	set_word(0x24, 0xfebf0004);
	refused("out of reach");
}

static void
registers_are_where_virtio_says(void **state)
{
	static const struct { uint32_t reg; unsigned at, width; } WANTED[] = {
		{ MMIO_DEVICE_FEATURES_SEL, 0, 4 }, { MMIO_DRIVER_FEATURES_SEL, 8, 4 }, { MMIO_DRIVER_FEATURES, 12, 4 },
		{ MMIO_STATUS, 20, 1 }, { MMIO_QUEUE_SEL, 22, 2 }, { MMIO_QUEUE_NUM, 24, 2 }, { MMIO_QUEUE_READY, 28, 2 },
		{ MMIO_QUEUE_DESC, 32, 4 }, { MMIO_QUEUE_DESC + 4, 36, 4 }, { MMIO_QUEUE_DRIVER, 40, 4 },
		{ MMIO_QUEUE_DRIVER + 4, 44, 4 }, { MMIO_QUEUE_DEVICE, 48, 4 }, { MMIO_QUEUE_DEVICE + 4, 52, 4 }
	};
	uintptr_t bar = SPACE_BAR + SLOT * SPACE_REGS;

	(void)state;
	honest();
	assert_true(found());
	for (size_t i = 0; i < sizeof WANTED / sizeof WANTED[0]; i++) {
		pci_write(1, WANTED[i].reg, 1);
		assert_int_equal(space.last_at, bar + WANTED[i].at);
		assert_int_equal(space.last_width, WANTED[i].width);
		assert_int_equal(pci_read(1, WANTED[i].reg), 1);
	}
	space.regs[4] = 0x77;
	assert_int_equal(pci_read(1, MMIO_DEVICE_FEATURES), 0x77);
	space.regs[0x1000] = 3;
	space.regs[0x1001] = 0xff;
	assert_int_equal(pci_read(1, MMIO_INTERRUPT_STATUS), 3);
	space.regs[0x2005] = 0x55;
	assert_int_equal(pci_read_byte(1, MMIO_CONFIG + 5), 0x55);
	space.last_at = 0;
	pci_write(1, MMIO_INTERRUPT_ACK, 3);	/* reading did that */
	assert_int_equal(space.last_at, 0);
	assert_panics((void)pci_read(1, 0x3c));
	assert_panics((void)pci_read(0, MMIO_STATUS));
	assert_panics((void)pci_read(VIRTIO_PCI_MAX + 1, MMIO_STATUS));
	assert_panics((void)pci_read_byte(1, MMIO_CONFIG + 6));
	assert_panics(pci_write(1, MMIO_QUEUE_SEL, 2));
	assert_panics(pci_write(1, MMIO_QUEUE_NOTIFY, 2));
}

/* What the device says of a doorbell: queue_notify_off, times the multiplier. */
static uint32_t
doorbell(uint32_t off, uint32_t multiplier, uint32_t len)
{
	honest();
	set_word(NOTIFY + 12, len);
	set_word(NOTIFY + 16, multiplier);
	assert_true(found());
	space.regs[0x18] = 64;
	memcpy(&space.regs[0x1e], &off, 2);
	pci_write(1, MMIO_QUEUE_SEL, 1);
	return pci_read(1, MMIO_QUEUE_NUM_MAX);
}

static void
doorbells_are_inside_their_structure(void **state)
{
	(void)state;
	assert_int_equal(doorbell(1, 4, 0x1000), 64);
	pci_write(1, MMIO_QUEUE_NOTIFY, 1);
	assert_int_equal(space.last_at, SPACE_BAR + SLOT * SPACE_REGS + 0x3004);
	assert_int_equal(space.last_width, 2);
	assert_int_equal(space.last_value, 1);
	assert_int_equal(doorbell(0xffff, 0, 2), 64);
	assert_int_equal(doorbell(2047, 2, 0x1000), 64);
	assert_int_equal(doorbell(2047, 2, 0xffffffff), 64);
	assert_int_equal(doorbell(2048, 2, 0xffffffff), 0);
	assert_int_equal(doorbell(1, 2, 3), 0);
	assert_int_equal(doorbell(1, 1, 0x1000), 0);
	assert_int_equal(doorbell(0x8000, 0x20000, 0x1000), 0);
	assert_int_equal(doorbell(0xffff, 0xffffffff, 0x1000), 0);
}

static void
a_pin_is_known_on_ich9_only(void **state)
{
	(void)state;
	honest();
	space.config[LPC][0] = 0x70008086;
	assert_true(found());
	assert_int_equal(devices.entry[0].irq, 0);
	for (unsigned intx = 0; intx < 256; intx++) {
		honest();
		space_set(SLOT, 0x3d, (uint8_t)intx);
		assert_true(found());
		assert_int_equal(devices.entry[0].irq, intx >= 1 && intx <= 4 ? 20 + (SLOT + intx - 1) % 4 : 0);
	}
	honest();
	space_device(24, NET);
	space_device(25, NET);
	assert_int_equal(pci_find(&devices).len, 0);
	assert_int_equal(devices.entry[1].irq, 20);
	assert_int_equal(devices.entry[2].irq, 0);
}

static void
a_full_bus_is_enough(void **state)
{
	(void)state;
	space_reset();
	assert_int_equal(pci_find(&devices).len, 0);
	assert_int_equal(devices.num, 0);
	for (unsigned slot = 0; slot < SPACE_SLOTS; slot++)
		space_device(slot, slot % 2 == 0 ? NET : RNG);
	assert_int_equal(pci_find(&devices).len, 0);
	assert_int_equal(devices.num, VIRTIO_PCI_MAX);
	assert_int_equal(pci_read(2, MMIO_DEVICE_ID), RNG);
	pci_write(2, MMIO_STATUS, 0);
	assert_int_equal(space.last_at, SPACE_BAR + SPACE_REGS + 0x14);
}

/* Every byte of an honest device's configuration space, changed: taken or not, space.c sees no access out of bounds. */
static void
no_byte_can_do_harm(void **state)
{
	static const uint8_t CHANGES[] = { 0x01, 0x80, 0xff };

	(void)state;
	for (unsigned at = 0; at < 256; at++) {
		for (unsigned i = 0; i < 3; i++) {
			honest();
			space_set(SLOT, at, (uint8_t)(space.config[SLOT][at / 4] >> at % 4 * 8) ^ CHANGES[i]);
			if (!found())
				continue;
			for (uint32_t queue = 0; queue < 2; queue++) {
				pci_write(1, MMIO_QUEUE_SEL, queue);
				(void)pci_read(1, MMIO_QUEUE_NUM_MAX);
				pci_write(1, MMIO_QUEUE_NOTIFY, queue);
			}
			(void)pci_read(1, MMIO_INTERRUPT_STATUS);
			if (pci_read(1, MMIO_DEVICE_ID) == NET)
				(void)pci_read_byte(1, MMIO_CONFIG + 5);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_honest_card_is_found), cmocka_unit_test(only_cards_and_generators_are_taken),
		cmocka_unit_test(a_generator_needs_no_configuration), cmocka_unit_test(a_structure_that_lacks_is_told),
		cmocka_unit_test(the_list_is_walked_with_bounds), cmocka_unit_test(the_first_of_a_kind_counts),
		cmocka_unit_test(registers_are_in_reach_or_refused), cmocka_unit_test(a_bar_of_another_kind_is_refused),
		cmocka_unit_test(registers_are_where_virtio_says), cmocka_unit_test(doorbells_are_inside_their_structure),
		cmocka_unit_test(a_pin_is_known_on_ich9_only), cmocka_unit_test(a_full_bus_is_enough),
		cmocka_unit_test(no_byte_can_do_harm)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
