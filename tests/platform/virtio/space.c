/* space.c: see space.h. */
#include "tests/platform/virtio/space.h"

#include <stdlib.h>
#include <string.h>

#include "platform/virtio/bus.h"

enum { PAGE = 4096, LOOKS_MAX = 32 * 256 };

struct space space;

void
space_reset(void)
{
	memset(&space, 0, sizeof space);
	memset(space.config, 0xff, sizeof space.config);
}

void
space_set(unsigned slot, unsigned at, uint8_t value)
{
	unsigned shift = at % 4 * 8;

	space.config[slot][at / 4] = (space.config[slot][at / 4] & ~(UINT32_C(0xff) << shift)) | (uint32_t)value << shift;
}

static void
capability(unsigned slot, unsigned at, unsigned next, unsigned kind, uint32_t offset)
{
	uint32_t *words = &space.config[slot][at / 4];

	words[0] = 9 | next << 8 | 20u << 16 | kind << 24;
	words[1] = 4;
	words[2] = offset;
	words[3] = 0x1000;
	if (kind == 2)
		words[4] = 4;		/* from one doorbell to the next */
}

void
space_device(unsigned slot, uint32_t kind)
{
	uint32_t *words = space.config[slot];

	memset(words, 0, sizeof space.config[slot]);
	words[0] = 0x1af4 | (kind == 1 ? 0x1000u : 0x1005u) << 16;
	words[1] = 0x0010 << 16;
	words[8] = (SPACE_BAR + slot * SPACE_REGS) | 0xc;	/* BAR 4: 64 bits, prefetchable */
	words[11] = 0x1af4 | kind << 16;
	words[13] = 0x98;
	words[15] = 1 << 8;
	words[0x98 / 4] = 0x11 | 0x84 << 8;			/* MSI-X: somebody else's */
	capability(slot, 0x84, 0x70, 2, 0x3000);
	capability(slot, 0x70, 0x60, 4, 0x2000);
	capability(slot, 0x60, 0x50, 3, 0x1000);
	capability(slot, 0x50, 0, 1, 0);
}

uint32_t
bus_config(unsigned slot, unsigned at)
{
	if (slot >= SPACE_SLOTS || at >= 256 || at % 4 != 0 || ++space.num_looks > LOOKS_MAX)
		abort();
	return space.config[slot][at / 4];
}

void
bus_config_write(unsigned slot, unsigned at, uint32_t value)
{
	(void)bus_config(slot, at);
	space.config[slot][at / 4] = (space.config[slot][at / 4] & 0xffff0000) | (value & 0xffff);
}

/* Mapped, aligned, and nowhere near the image, the LAPIC or the IOAPIC. */
static void
judge(uintptr_t at, unsigned width)
{
	bool mapped = false;

	for (size_t i = 0; i < space.num_pages; i++)
		mapped |= space.page[i] == at / PAGE;
	if (!mapped || at % width != 0)
		abort();
}

uint32_t
bus_read(uintptr_t at, unsigned width)
{
	uint32_t value = 0;

	judge(at, width);
	memcpy(&value, &space.regs[at % SPACE_REGS], width);
	return value;
}

void
bus_write(uintptr_t at, unsigned width, uint32_t value)
{
	judge(at, width);
	memcpy(&space.regs[at % SPACE_REGS], &value, width);
	space.last_at = at;
	space.last_width = width;
	space.last_value = value;
}

void
bus_map(uintptr_t at)
{
	if (space.num_pages == SPACE_PAGES || at < 0xc0000000 || (at >= 0xfec00000 && at < UINT64_C(1) << 32)
	    || at >= UINT64_C(1) << 39)
		abort();
	space.page[space.num_pages++] = at / PAGE;
}
