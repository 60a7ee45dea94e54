/* ioapic.c: see ioapic.h.  Intel 82093AA, 3.2. */
#include "platform/virtio/ioapic.h"

#include "platform/base/panic.h"
#include "platform/x86/cpu.h"
#include "platform/x86/pagetable.h"
#include "platform/x86/vectors.h"

#define IOAPIC_AT	UINT64_C(0xfec00000)
enum { WINDOW = 0x10, FIRST_PIN = 0x10, PINS = 24 };

static void
set(uint32_t reg, uint32_t value)
{
	cpu_write32(IOAPIC_AT, reg);
	cpu_write32(IOAPIC_AT + WINDOW, value);
}

void
ioapic_route(unsigned pin)
{
	REQUIRE(pin < PINS);
	(void)pagetable_map_device(IOAPIC_AT);
	set(FIRST_PIN + 2 * pin + 1, 0);	/* to processor 0 */
	set(FIRST_PIN + 2 * pin, VECTOR_DEVICE);
}
