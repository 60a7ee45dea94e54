/* mmio.c: see mmio.h. */
#include "platform/virtio/mmio.h"

#include "platform/virtio/pci.h"
#include "platform/x86/cpu.h"
#include "platform/x86/image.h"
#include "platform/x86/pagetable.h"

uint32_t
mmio_read(uintptr_t device, uint32_t reg)
{
	return pci_is(device) ? pci_read(device, reg) : cpu_read32(device + reg);
}

uint8_t
mmio_read_byte(uintptr_t device, uint32_t reg)
{
	return pci_is(device) ? pci_read_byte(device, reg) : *(const volatile uint8_t *)(device + reg);
}

void
mmio_write(uintptr_t device, uint32_t reg, uint32_t value)
{
	if (pci_is(device))
		pci_write(device, reg, value);
	else
		cpu_write32(device + reg, value);
}

/* The parser of devices.c keeps `device` aligned, so that its registers lie in one page. */
void
mmio_map(uintptr_t device) { (void)pagetable_map_device(device / IMAGE_PAGE * IMAGE_PAGE); }

uint64_t
mmio_phys(const volatile void *at) { return pagetable_phys(at); }
