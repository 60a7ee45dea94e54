/*
 * boot.h: what the loader left in memory (PVH: struct hvm_start_info, its memory map, its list of
 * modules).  Every field is hostile: copied once, then bounded.  Pure; the test feeds it arrays.
 * Follows Xen's public/arch-x86/hvm/start_info.h, version 1.
 */
#ifndef X86_BOOT_H
#define X86_BOOT_H

#include "platform/base/span.h"

#define BOOT_CMDLINE_MAX	2047	/* QEMU adds about 40 bytes for each device */
#define BOOT_MODULE_MAX		8192	/* the module's format says so (appliance/boot.h) */
#define BOOT_MEMORY_MAX		64	/* entries of the memory map; real ones have under 20 */

/* Physical memory as we can see it: byte `at` is at `base + at`.  The image is where it was loaded. */
struct boot_memory { uintptr_t base; uint64_t len, image_from, image_to; };

struct boot_info {
	char cmdline[BOOT_CMDLINE_MAX + 1];	/* NUL-terminated copy */
	size_t cmdline_len;
	uint64_t module_at;			/* physical; in RAM, not over the image */
	size_t module_len;			/* 0: none */
};

/*
 * Read everything that `start_info` leads to.  NULL when good; else what is wrong, in words, and
 * `info` holds nothing to use.  At most BOOT_MEMORY_MAX entries are looked at.
 */
MUST_CHECK const char *boot_read(struct boot_info *info, const struct boot_memory *memory, uint64_t start_info);

#endif
