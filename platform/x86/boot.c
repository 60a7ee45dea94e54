/* boot.c: see boot.h. */
#include "platform/x86/boot.h"

#include "platform/base/bytes.h"

enum { MAGIC = 0x336ec578, MEMORY_RAM = 1 };

struct start_info {
	uint32_t magic, version, flags, num_modules;
	uint64_t modules, cmdline, rsdp, memory_map;
	uint32_t memory_map_len, reserved;
};
struct module_entry { uint64_t at, len, cmdline, reserved; };
struct memory_entry { uint64_t at, len; uint32_t type, reserved; };

static bool
fetch(const struct boot_memory *memory, void *to, uint64_t at, size_t len)
{
	if (at == 0 || at > memory->len || len > memory->len - at)
		return false;
	bytes_copy(to, (const uint8_t *)(memory->base + at), len);
	return true;
}

static bool
overlaps(uint64_t at, uint64_t len, uint64_t from, uint64_t to) { return at < to && len > 0 && (at >= from || len > from - at); }

/* One entry of the memory map calls all of [at, at + len) RAM. */
static bool
is_ram(const struct boot_memory *memory, const struct start_info *start, uint64_t at, uint64_t len)
{
	struct memory_entry entry;

	for (uint32_t i = 0; i < start->memory_map_len; i++) {
		if (!fetch(memory, &entry, start->memory_map + i * sizeof entry, sizeof entry))
			return false;
		if (entry.type == MEMORY_RAM && at >= entry.at && at - entry.at <= entry.len
		    && len <= entry.len - (at - entry.at))
			return true;
	}
	return false;
}

static const char *
read_cmdline(struct boot_info *info, const struct boot_memory *memory, uint64_t at)
{
	info->cmdline_len = 0;
	info->cmdline[0] = '\0';
	if (at == 0)
		return NULL;
	for (size_t i = 0; i <= BOOT_CMDLINE_MAX; i++) {
		if (!fetch(memory, &info->cmdline[i], at + i, 1))
			return "the command line is outside memory";
		if (info->cmdline[i] == '\0') {
			info->cmdline_len = i;
			return NULL;
		}
	}
	return "the command line is too long";
}

static const char *
read_module(struct boot_info *info, const struct boot_memory *memory, const struct start_info *start)
{
	struct module_entry entry;

	info->module_at = info->module_len = 0;
	if (start->num_modules == 0)
		return NULL;
	if (start->num_modules > 1)
		return "more than one boot module";
	if (!fetch(memory, &entry, start->modules, sizeof entry))
		return "the module list is outside memory";
	if (entry.at == 0 || entry.at > memory->len || entry.len > memory->len - entry.at
	    || !is_ram(memory, start, entry.at, entry.len))
		return "the boot module is outside memory";
	if (overlaps(entry.at, entry.len, memory->image_from, memory->image_to))
		return "the boot module lies over the image: the machine needs more memory";
	if (entry.len == 0 || entry.len > BOOT_MODULE_MAX)
		return "the boot module is empty or longer than 8192 bytes";
	info->module_at = entry.at;
	info->module_len = (size_t)entry.len;
	return NULL;
}

const char *
boot_read(struct boot_info *info, const struct boot_memory *memory, uint64_t at)
{
	struct start_info start;
	const char *refusal;

	if (!fetch(memory, &start, at, sizeof start) || start.magic != MAGIC || start.version < 1)
		return "no start_info of version 1";
	if (start.memory_map_len > BOOT_MEMORY_MAX)
		return "the memory map is too long";
	if (!is_ram(memory, &start, memory->image_from, memory->image_to - memory->image_from))
		return "the image is not wholly in memory: the machine needs more";
	refusal = read_cmdline(info, memory, start.cmdline);
	return refusal != NULL ? refusal : read_module(info, memory, &start);
}
