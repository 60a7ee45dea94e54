/*
 * boot_fuzz.c: the boot module's parser.  Each input goes in as it is and once more with a
 * right checksum behind it, so that the lines are reached without guessing SHA-256.
 */
#include "appliance/boot.h"
#include "tests/appliance/module.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
parse(struct span module)
{
	static const struct boot NOTHING;
	uint8_t room[128];
	struct boot boot;
	struct boot_error error;
	struct outbuf out = outbuf_of(room, sizeof room);

	if (boot_parse(&boot, &error, module))
		return;
	boot_refusal(&out, &error);
	if (memcmp(&boot, &NOTHING, sizeof boot) != 0 || error.reason >= BOOT_NUM_REASONS || out.overflow)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct module module;

	parse((struct span){ data, len });
	if (len > BOOT_MODULE_MAX)
		return 0;
	module.len = len;
	if (len > 0)
		memcpy(module.bytes, data, len);
	module_seal(&module);
	parse(module_span(&module));
	return 0;
}
