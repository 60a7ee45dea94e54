/* bus.c: see bus.h. */
#include "platform/virtio/bus.h"

#include "platform/base/panic.h"
#include "platform/x86/cpu.h"
#include "platform/x86/image.h"
#include "platform/x86/pagetable.h"

enum { ADDRESS = 0xcf8, DATA = 0xcfc, SLOTS = 32, CONFIG_LEN = 256 };
static const uint32_t ENABLE = UINT32_C(1) << 31;

static void
choose(unsigned slot, unsigned at)
{
	REQUIRE(slot < SLOTS && at < CONFIG_LEN && at % 4 == 0);
	cpu_out32(ADDRESS, ENABLE | slot << 11 | at);
}

uint32_t
bus_config(unsigned slot, unsigned at)
{
	choose(slot, at);
	return cpu_in32(DATA);
}

void
bus_config_write(unsigned slot, unsigned at, uint32_t value)
{
	choose(slot, at);
	cpu_out32(DATA, value);
}

uint32_t
bus_read(uintptr_t at, unsigned width)
{
	if (width == 1)
		return *(const volatile uint8_t *)at;
	return width == 2 ? *(const volatile uint16_t *)at : cpu_read32(at);
}

void
bus_write(uintptr_t at, unsigned width, uint32_t value)
{
	if (width == 1)
		*(volatile uint8_t *)at = (uint8_t)value;
	else if (width == 2)
		*(volatile uint16_t *)at = (uint16_t)value;
	else
		cpu_write32(at, value);
}

void
bus_map(uintptr_t at) { (void)pagetable_map_device(at / IMAGE_PAGE * IMAGE_PAGE); }
