/*
 * pagetable.h: the monitor's page tables.  4 KiB pages; nothing is both writable and executable.
 *
 * What is not listed in pagetable.c is not mapped: page zero, the first MiB, the guard pages at
 * both ends of each stack, the loader's memory.  Virtual minus physical is one number, the slide.
 */
#ifndef X86_PAGETABLE_H
#define X86_PAGETABLE_H

#include <stdint.h>

/* The image moves here from where it was loaded.  Fixed for now; entry 0 of the root is for devices. */
#define PAGETABLE_SLIDE	(UINT64_C(1) << 39)

/* Build the tables for an image that will run `slide` above its load address; switch to them.
 * Runs at the load address.  The boot map stays, not executable, until pagetable_seal(). */
void pagetable_build(uint64_t slide);

/* Drop the boot map: from here only the image, and what the next function maps, exists. */
void pagetable_seal(void);

/* Map one page of device registers where it is, for CPL0, not executable, not cached. */
uintptr_t pagetable_map_device(uintptr_t at);

/* Map one page of shared memory (a hypervisor's), cached, for CPL0, where it is. */
uintptr_t pagetable_map_shared(uintptr_t at);

/* What a device must be told about a place in the image. */
uintptr_t pagetable_phys(const volatile void *at);

#endif
