/*
 * bus.c: ports and memory of a machine whose devices answer anything.  Stubs check that the ports are PCI's two, the address is one
 * that PCI 3.0, 3.2.2.3.2 allows and is chosen before each access, that memory is accessed inside a device's, and that what is
 * mapped is a page below the image.  The drivers' arguments: those that harness/pci.c asserts.
 */
#include "tests/proofs/harness/shared.h"

bool nondet_bool(void);
unsigned nondet_unsigned(void);
uint32_t nondet_uint32(void);
size_t nondet_size(void);
void other_side(void) { }

static uint8_t registers[64];
static uint32_t address;
static bool chosen;

static inline uint32_t
cpu_read32(uintptr_t at)
{
	ASSERT(__CPROVER_r_ok((const void *)at, sizeof(uint32_t)) && at % sizeof(uint32_t) == 0);
	return nondet_uint32();
}

static inline void
cpu_write32(uintptr_t at, uint32_t value)
{
	(void)value;
	ASSERT(__CPROVER_w_ok((void *)at, sizeof(uint32_t)) && at % sizeof(uint32_t) == 0);
}

static inline void
cpu_out32(uint16_t port, uint32_t value)
{
	ASSERT(port == 0xcf8 || (port == 0xcfc && chosen));
	chosen = port == 0xcf8;
	if (chosen)
		address = value;
	ASSERT(!chosen || (value >> 31 == 1 && (value & 0x7fff0703) == 0));	/* bus 0, function 0, a multiple of 4 */
}

static inline uint32_t
cpu_in32(uint16_t port)
{
	ASSERT(port == 0xcfc && chosen);
	chosen = false;
	return nondet_uint32();
}

#include "platform/virtio/bus.c"

uintptr_t
pagetable_map_device(uintptr_t at)
{
	ASSERT(at % IMAGE_PAGE == 0 && at < PAGETABLE_SLIDE);
	return at;
}

static unsigned slot, at;

static void
any_place(void)
{
	slot = nondet_unsigned();
	at = nondet_unsigned();
	ASSUME(slot < 32 && at < 256 && at % 4 == 0);
}

static uintptr_t
any_register(unsigned width)
{
	size_t from = nondet_size();

	ASSUME(from <= sizeof registers - width && from % width == 0);
	return (uintptr_t)registers + from;
}

static bool
is_chosen(void)
{
	return (address >> 11 & 31) == slot && (address & 0xff) == at;
}

void prove_choose(void) { any_place(); choose(slot, at); ASSERT(chosen && is_chosen()); REACHED(); }
void prove_bus_config(void) { any_place(); (void)bus_config(slot, at); ASSERT(is_chosen()); REACHED(); }
void prove_bus_config_write(void) { any_place(); bus_config_write(slot, at, nondet_uint32()); ASSERT(is_chosen()); REACHED(); }

void
prove_bus_read(void)
{
	__CPROVER_havoc_object(registers);
	ASSERT(bus_read(any_register(1), 1) <= 0xff);
	ASSERT(bus_read(any_register(2), 2) <= 0xffff);
	(void)bus_read(any_register(4), 4);
	REACHED();
}

void prove_bus_write(void) { for (unsigned width = 1; width <= 4; width *= 2) bus_write(any_register(width), width, nondet_uint32()); REACHED(); }
void prove_bus_map(void) { uintptr_t page = nondet_size(); ASSUME(page < (UINT64_C(1) << 39)); bus_map(page); REACHED(); }	/* harness/pci.c: inside_window() */
