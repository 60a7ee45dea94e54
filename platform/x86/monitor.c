/*
 * monitor.c: from the first instruction at the final base to the first of CPL3.  What the loader
 * gave is read under the boot map, which is then dropped; after that only doors_call() runs here.
 */
#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "platform/base/text.h"
#include "platform/platform.h"
#include "platform/x86/boot.h"
#include "platform/x86/crash.h"
#include "platform/x86/doors.h"
#include "platform/x86/entropy.h"
#include "platform/x86/image.h"
#include "platform/x86/lapic.h"
#include "platform/x86/backend.h"
#include "platform/x86/pagetable.h"
#include "platform/x86/relocate.h"
#include "platform/x86/traps.h"

/* 2020-01-01: what a machine without a clock believes.  Certificates are then not yet valid. */
enum { WALL_UNKNOWN_S = 1577836800, HASH_SHOWN = 8, LINE_MAX = 160 };

#define BOOT_MAP_LEN	(UINT64_C(1) << 32)	/* start.S maps 4 GiB */

/* What CPL3 is shown: image.ld reserves the room. */
struct shown { struct plat_boot boot; uint8_t cmdline[BOOT_CMDLINE_MAX + 1], module[BOOT_MODULE_MAX]; };
_Static_assert(sizeof(struct shown) <= IMAGE_APP_BOOT, "image.ld reserves IMAGE_APP_BOOT bytes");

_Noreturn void monitor_main(uint64_t start_info);
_Noreturn void gate_enter(uintptr_t boot, uintptr_t stack);	/* gate.S */

static struct boot_info info;

static void
say(const char *text)
{
	size_t len = 0;

	while (text[len] != '\0')
		len++;
	backend_write((struct span){ (const uint8_t *)text, len });
}

static _Noreturn void
refuse(enum plat_exit why, const char *reason)
{
	say("pinata: refused: ");
	say(reason);
	say("\n");
	crash_scrub();
	backend_halt(why);
}

/* Tests read this line: a machine of QEMU's `-cpu max` must have all three. */
static void
greet(struct traps_guards guards, unsigned bits)
{
	uint8_t line[LINE_MAX];
	struct outbuf out = outbuf_of(line, sizeof line);

	text_string(&out, "pinata: image ");
	text_hex(&out, (struct span){ relocate_image_hash, HASH_SHOWN });
	text_string(&out, guards.smep ? " smep" : " no-smep");
	text_string(&out, guards.smap ? " smap" : " no-smap");
	text_string(&out, guards.umip ? " umip" : " no-umip");
	text_string(&out, " entropy ");
	text_decimal(&out, bits);
	text_string(&out, "\n");
	backend_write(outbuf_span(&out));
}

/* The last use of the boot map: the module goes to CPL3, its hash to the pool, the original away. */
static void
take_module(struct shown *shown, uint8_t module_hash[SHA256_LEN])
{
	struct span module = { (const uint8_t *)info.module_at, info.module_len };

	sha256(module_hash, (struct span){ NULL, 0 });
	if (module.len > 0) {
		bytes_copy(shown->module, module.ptr, module.len);
		wipe((void *)info.module_at, module.len);
		sha256(module_hash, (struct span){ shown->module, module.len });
	}
	bytes_copy(shown->cmdline, (const uint8_t *)info.cmdline, info.cmdline_len);
	shown->boot.cmdline = (struct span){ shown->cmdline, info.cmdline_len };
	shown->boot.module = (struct span){ shown->module, module.len };
	bytes_copy(shown->boot.image_hash, relocate_image_hash, SHA256_LEN);
}

void
monitor_main(uint64_t start_info)
{
	struct shown *shown = (struct shown *)app_boot;
	const struct boot_memory memory = { 0, BOOT_MAP_LEN, pagetable_phys(image_start), pagetable_phys(image_end) };
	struct traps_guards guards;
	uint8_t module_hash[SHA256_LEN];
	const char *reason;
	unsigned bits;
	uint64_t wall_s;

	traps_start();
	backend_console();
	reason = boot_read(&info, &memory, start_info);
	if (reason != NULL)
		refuse(PLAT_EXIT_BAD_BOOT, reason);
	take_module(shown, module_hash);
	pagetable_seal();
	guards = traps_guard();			/* SMAP: CPL3's memory is shut to us from here */
	backend_start((struct span){ (const uint8_t *)info.cmdline, info.cmdline_len });
	bits = entropy_start(SPAN_ARRAY(module_hash));
	wipe(module_hash, sizeof module_hash);
	greet(guards, bits);
	if (bits < ENTROPY_NEEDED)
		refuse(PLAT_EXIT_NO_ENTROPY, "not enough entropy");
	wall_s = backend_wall_s();
	if (wall_s == 0)
		say("pinata: this machine has no clock; the date is 2020-01-01\n");
	doors_start(wall_s != 0 ? wall_s : WALL_UNKNOWN_S);
	lapic_watch();
	gate_enter((uintptr_t)app_boot, (uintptr_t)app_stack_top - 8);	/* as a call would leave it */
}
