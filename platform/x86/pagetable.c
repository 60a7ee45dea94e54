/* pagetable.c: see pagetable.h.  Intel SDM volume 3, 4.5 (four-level paging). */
#include "platform/x86/pagetable.h"

#include <stddef.h>

#include "platform/base/panic.h"
#include "platform/x86/image.h"

enum { PRESENT = 1, WRITE = 2, USER = 4, UNCACHED = 0x18 };
enum { ENTRIES = 512, POOL = 20 };	/* 5 for an image below 2 MiB; the rest for devices */

static const uint64_t NO_EXECUTE = UINT64_C(1) << 63, ADDRESS = 0xffffffffff000;

extern uint64_t boot_pml4[] __attribute__((visibility("hidden")));

static uint64_t pool[POOL][ENTRIES] __attribute__((aligned(4096)));	/* the first is the root */
static unsigned pool_used;
static uint64_t own_slide;		/* 0 while we run at the load address */

uintptr_t
pagetable_phys(const volatile void *at) { return (uintptr_t)at - own_slide; }

static void
load_root(void)
{
	__asm__ volatile("mov %0, %%cr3" : : "r"(pagetable_phys(pool[0])) : "memory");
}

static void
map(uintptr_t at, uintptr_t to, uint64_t flags)
{
	uint64_t *table = pool[0];

	for (unsigned shift = 39; shift > 12; shift -= 9) {
		uint64_t *entry = &table[at >> shift & (ENTRIES - 1)];

		if (*entry == 0) {
			REQUIRE(pool_used < POOL);
			*entry = pagetable_phys(pool[pool_used++]) | PRESENT | WRITE | USER;
		}
		table = (uint64_t *)((*entry & ADDRESS) + own_slide);
	}
	table[at >> 12 & (ENTRIES - 1)] = to | flags | PRESENT;
}

static void
map_region(const uint8_t *from, const uint8_t *to, uint64_t slide, uint64_t flags)
{
	for (uintptr_t at = (uintptr_t)from; at < (uintptr_t)to; at += IMAGE_PAGE)
		map(at + slide, at, flags);
}

void
pagetable_build(uint64_t slide)
{
	pool_used = 1;
	map_region(image_start, mon_text_end, slide, 0);
	map_region(mon_text_end, mon_ro_end, slide, NO_EXECUTE);
	map_region(mon_ro_end, mon_data_end, slide, WRITE | NO_EXECUTE);
	map_region(mon_bss, mon_bss_end, slide, WRITE | NO_EXECUTE);
	map_region(mon_stack, mon_stack_top, slide, WRITE | NO_EXECUTE);
	map_region(fault_stack, fault_stack_top, slide, WRITE | NO_EXECUTE);
	map_region(grave_stack, grave_stack_top, slide, WRITE | NO_EXECUTE);
	map_region(app_text, app_text_end, slide, USER);
	map_region(app_text_end, app_ro_end, slide, USER | NO_EXECUTE);
	map_region(app_data, app_rw_end, slide, USER | WRITE | NO_EXECUTE);
	map_region(app_stack, app_stack_top, slide, USER | WRITE | NO_EXECUTE);
	pool[0][0] = boot_pml4[0];	/* until pagetable_seal(): we still run there */
	own_slide = slide;
	__asm__ volatile("mov %0, %%cr3" : : "r"(pool[0]) : "memory");
}

void
pagetable_seal(void)
{
	pool[0][0] = 0;
	load_root();
}

static uintptr_t
map_page(uintptr_t at, uint64_t flags)
{
	REQUIRE(at % IMAGE_PAGE == 0 && at < PAGETABLE_SLIDE);
	map(at, at, WRITE | NO_EXECUTE | flags);
	load_root();
	return at;
}

uintptr_t
pagetable_map_device(uintptr_t at) { return map_page(at, UNCACHED); }

uintptr_t
pagetable_map_shared(uintptr_t at) { return map_page(at, 0); }
