/*
 * relocate.c: the first C code.  It runs at the load address under the boot map, may touch
 * nothing that needs relocation, and prepares the move: hash, relocate, map.
 */
#include "platform/x86/relocate.h"

#include "platform/base/panic.h"
#include "platform/x86/image.h"
#include "platform/x86/pagetable.h"

enum { R_X86_64_RELATIVE = 8, WORDS = 3 };	/* a record of .rela.dyn: where, type, addend */

uint8_t relocate_image_hash[SHA256_LEN];

/*
 * The hash is over the image as it came, before a byte of it changes: only what is not in the
 * file (the boot tables, this stack, the hash itself) has been written so far.
 */
uint64_t
relocate(void)
{
	sha256(relocate_image_hash, (struct span){ image_start, (size_t)(image_loaded_end - image_start) });
	for (const uint64_t *record = rela_start; record < rela_end; record += WORDS) {
		REQUIRE((uint32_t)record[1] == R_X86_64_RELATIVE);
		*(uint64_t *)record[0] = record[2] + PAGETABLE_SLIDE;
	}
	pagetable_build(PAGETABLE_SLIDE);
	return PAGETABLE_SLIDE;
}
