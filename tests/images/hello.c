/*
 * hello.c: a plat_main that shows a machine is alive: says what it was given, sleeps, answers ARP
 * and ICMP echo never; 5 ms, or with the command line "long" 4 s.  It stands in for the appliance when only the platform is looked at.
 */
#include "platform/base/bytes.h"
#include "platform/base/text.h"
#include "platform/platform.h"

static void
say(const char *name, uint64_t number)
{
	uint8_t line[80];
	struct outbuf out = outbuf_of(line, sizeof line);

	text_string(&out, name);
	text_decimal(&out, number);
	text_string(&out, "\n");
	plat_log((const char *)line, out.len);
}

void
plat_main(const struct plat_boot *boot)
{
	uint8_t line[80];
	struct outbuf out = outbuf_of(line, sizeof line);
	uint64_t began = plat_clock_ns(), sleep_ns = bytes_equal(boot->cmdline, SPAN_LITERAL("long")) ? 4000000000 : 5000000;

	text_string(&out, "hash ");
	text_hex(&out, SPAN_ARRAY(boot->image_hash));
	text_string(&out, "\n");
	plat_log((const char *)line, out.len);
	say("module ", boot->module.len);
	say("up us ", began / 1000);
	plat_wait(began + sleep_ns);
	say("slept us ", (plat_clock_ns() - began) / 1000);
	say("wall ", plat_wall_s());
	plat_halt(PLAT_EXIT_OK);
}
