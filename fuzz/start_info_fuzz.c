/* start_info_fuzz.c: platform/x86/boot.c over a memory that the input fills, from byte 8 on. */
#include <stdlib.h>
#include <string.h>

#include "platform/x86/boot.h"

enum { MEMORY = 0x4000, START = 8, IMAGE = 0x2000, IMAGE_END = 0x2800 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct boot_info info;
	uint8_t *memory = calloc(1, MEMORY);
	struct boot_memory view = { (uintptr_t)memory, MEMORY, IMAGE, IMAGE_END };

	if (memory == NULL)
		abort();
	memcpy(memory + START, data, len < MEMORY - START ? len : MEMORY - START);
	if (boot_read(&info, &view, START) == NULL) {
		if (info.cmdline_len > BOOT_CMDLINE_MAX || info.cmdline[info.cmdline_len] != '\0')
			abort();
		if (info.module_len > 0 && (info.module_len > BOOT_MODULE_MAX || info.module_at > MEMORY - info.module_len
		    || (info.module_at < IMAGE_END && info.module_at + info.module_len > IMAGE)))
			abort();
	}
	free(memory);
	return 0;
}
