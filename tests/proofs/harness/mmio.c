/*
 * mmio.c: devices that devices.c let through (aligned, in their hole; see devices_parse's row) and handles that pci_find() gave.
 * Stubs check that a register is touched that registers.h allows, in the page that mmio_map() has mapped.
 */
#include "tests/proofs/harness/shared.h"

bool nondet_bool(void);
uint32_t nondet_uint32(void);
uint64_t nondet_uint64(void);
size_t nondet_size(void);
void other_side(void) { }

static uintptr_t mapped;		/* the page */

static void
check(uintptr_t at, size_t width)
{
	ASSERT(mapped != 0 && at >= mapped && at + width <= mapped + 4096 && at % width == 0);
}

static inline uint32_t cpu_read32(uintptr_t at) { check(at, 4); return nondet_uint32(); }
static inline void cpu_write32(uintptr_t at, uint32_t value) { (void)value; check(at, 4); }

#include "platform/virtio/mmio.c"
#include "tests/proofs/harness/registers.h"

uint32_t pci_read(uintptr_t device, uint32_t reg) { ASSERT(device >= 1 && device <= VIRTIO_PCI_MAX && may_read(reg)); return nondet_uint32(); }
uint8_t pci_read_byte(uintptr_t device, uint32_t reg) { ASSERT(device >= 1 && device <= VIRTIO_PCI_MAX && may_read_byte(reg)); return (uint8_t)(nondet_uint32() & 0xff); }
void pci_write(uintptr_t device, uint32_t reg, uint32_t value) { ASSERT(device >= 1 && device <= VIRTIO_PCI_MAX && may_write(reg, value)); }
uintptr_t pagetable_map_device(uintptr_t at) { ASSERT(at % IMAGE_PAGE == 0 && at < PAGETABLE_SLIDE); mapped = at; return at; }
uintptr_t pagetable_phys(const volatile void *at) { (void)at; return nondet_size(); }

static uintptr_t
any_mapped(void)
{
	uintptr_t device = nondet_size();

	ASSUME(device >= 0xc0000000 && device < 0xfec00000 && device % 512 == 0);
	mmio_map(device);
	return device;
}

static uintptr_t
any_device(void)
{
	uintptr_t handle = nondet_size();

	ASSUME(handle >= 1 && handle <= VIRTIO_PCI_MAX);
	return nondet_bool() ? handle : any_mapped();
}

void prove_mmio_read(void) { uint32_t reg = nondet_uint32(); ASSUME(may_read(reg)); (void)mmio_read(any_device(), reg); REACHED(); }
void prove_mmio_write(void) { uint32_t reg = nondet_uint32(), value = nondet_uint32(); ASSUME(may_write(reg, value)); mmio_write(any_device(), reg, value); REACHED(); }

void
prove_mmio_read_byte(void)
{
	static uint8_t page[4096];	/* the one that is mapped */
	uintptr_t at = nondet_size(), handle = nondet_size();
	uint32_t reg = nondet_uint32();

	__CPROVER_havoc_object(page);
	ASSUME(may_read_byte(reg) && at <= sizeof page - 512 && at % 512 == 0 && handle >= 1 && handle <= VIRTIO_PCI_MAX);
	(void)mmio_read_byte(nondet_bool() ? handle : (uintptr_t)page + at, reg);
	REACHED();
}

void prove_mmio_map(void) { uintptr_t device = any_mapped(); uint32_t reg = nondet_uint32(); ASSUME(may_read(reg) || may_read_byte(reg) || may_write(reg, 0));
    ASSERT(device + reg >= mapped && device + reg + 4 - (device + reg) % 4 <= mapped + 4096); REACHED(); }
void prove_mmio_phys(void) { uint8_t byte; (void)mmio_phys(&byte); REACHED(); }
