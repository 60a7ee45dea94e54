/* image.c: the hash of an image.  See image.h; deploy/image-hash is the same for scripts. */
#include "deploy/tool/image.h"

#include <elf.h>
#include <string.h>

#include "platform/base/sha256.h"

enum { SEGMENTS_MAX = 16 };

/* The loaded segments with bytes in the file, sorted by address; 0 if the headers make no sense. */
static unsigned
segments(Elf64_Phdr loads[SEGMENTS_MAX], struct span elf)
{
	Elf64_Ehdr header;
	unsigned num = 0;

	if (elf.len < sizeof header)
		return 0;
	memcpy(&header, elf.ptr, sizeof header);
	if (memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64 ||
	    header.e_phentsize != sizeof loads[0] || header.e_phoff > elf.len ||
	    header.e_phnum > (elf.len - header.e_phoff) / sizeof loads[0])
		return 0;
	for (unsigned i = 0; i < header.e_phnum; i++) {
		Elf64_Phdr one;
		unsigned at;

		memcpy(&one, elf.ptr + header.e_phoff + i * sizeof one, sizeof one);
		if (one.p_type != PT_LOAD || one.p_filesz == 0)
			continue;
		if (num == SEGMENTS_MAX || one.p_offset > elf.len || one.p_filesz > elf.len - one.p_offset)
			return 0;
		for (at = num++; at > 0 && loads[at - 1].p_vaddr > one.p_vaddr; at--)
			loads[at] = loads[at - 1];
		loads[at] = one;
	}
	return num;
}

bool
image_hash(uint8_t digest[32], struct span elf)
{
	Elf64_Phdr loads[SEGMENTS_MAX];
	unsigned num = segments(loads, elf);
	struct sha256 hash;

	sha256_init(&hash);
	for (unsigned i = 0; i < num; i++) {
		if (i > 0 && loads[i].p_vaddr != loads[i - 1].p_vaddr + loads[i - 1].p_filesz)
			return false;
		sha256_update(&hash, (struct span){ elf.ptr + loads[i].p_offset, loads[i].p_filesz });
	}
	sha256_out(&hash, digest);
	return num > 0;
}
