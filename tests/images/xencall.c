/*
 * xencall.c: a plat_main that a hijacker wrote for Xen: every hypercall number, by the instruction of either maker,
 * straight from CPL3.  Says what came back; xen_test.py judges.  "boot=" on its command line: nothing.
 */
#include "platform/base/text.h"
#include "platform/platform.h"

enum { NUMBERS = 64, SHUTDOWN = 29, SHUTDOWN_COMMAND = 2, POWEROFF = 0 };

/* The arguments of SCHEDOP_shutdown: were one of the 64 to get through, the domain would be gone. */
static uint32_t reason = POWEROFF;

static int64_t
call(uint64_t number)
{
	int64_t result;
	uint64_t one = SHUTDOWN_COMMAND;
	void *two = &reason;

	__asm__ volatile("vmmcall" : "=a"(result), "+D"(one), "+S"(two) : "a"(number) : "memory");
	return result;
}

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
	unsigned refused = 0;
	uint8_t mac[PLAT_MAC_LEN];

	(void)boot;
	for (uint64_t i = 0; i < NUMBERS; i++)
		refused += call(i) == -1;	/* -EPERM */
	say("shutdown answered ", (uint64_t)-call(SHUTDOWN));
	say("refused ", refused);
	plat_net_mac(mac);
	say("mac ends in ", mac[PLAT_MAC_LEN - 1]);
	plat_wait(plat_clock_ns() + 50000000);
	plat_halt(PLAT_EXIT_OK);
}
