/*
 * probe.c: a plat_main for tests of the hosted platform.  The boot module is its orders, one
 * per line: `call N`, `int80`, `doors`, `halt N`, `panic`, `null`, `overrun N`, `spin`, `print`, `arp`,
 * `connect IP_AS_NUMBER PORT`, `listen`.  Says what happened on the console; ends with PLAT_EXIT_OK.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "platform/platform.h"

static void
say(const char *text) { plat_log(text, strlen(text)); }

static long
call(long number)
{
	long result;

	__asm__ volatile("syscall" : "=a"(result)
	    : "a"(number), "D"(-1L), "S"(0L), "d"(0L) : "rcx", "r11", "memory");
	return result;
}

static void
expect(bool good, const char *what)
{
	say(good ? "good " : "bad ");
	say(what);
	say("\n");
}

static void
doors(const struct plat_boot *boot)
{
	static const uint8_t zero[32];
	uint8_t one[PLAT_SEED_LEN], two[PLAT_SEED_LEN], frame[PLAT_FRAME_MAX], mac[PLAT_MAC_LEN];
	uint64_t before_ns = plat_clock_ns(), after_ns;
	char hash[65];

	plat_wait(before_ns + 50000000);
	after_ns = plat_clock_ns();
	expect(after_ns - before_ns >= 50000000 && after_ns - before_ns < 5000000000, "wait and clock");
	plat_wait(0);
	expect(plat_clock_ns() - after_ns < 1000000000, "wait for the past");
	expect(plat_wall_s() > 1700000000 && plat_wall_s() < 7000000000, "wall");
	plat_seed(one);
	plat_seed(two);
	expect(memcmp(one, two, sizeof one) != 0 && memcmp(one, zero, 32) != 0, "seed");
	plat_net_mac(mac);
	expect((mac[0] & 3) == 2, "mac is local and for one");
	expect(plat_net_recv(frame) == 0, "no frame");
	expect(boot->cmdline.len == 0, "command line");
	for (size_t i = 0; i < 32; i++)
		snprintf(hash + 2 * i, 3, "%02x", boot->image_hash[i]);
	say("hash ");
	say(hash);
	say("\n");
}

/* Wait up to two seconds for a frame of this type. */
static size_t
answer(uint8_t frame[PLAT_FRAME_MAX], uint8_t type_high, uint8_t type_low)
{
	uint64_t end_ns = plat_clock_ns() + 2000000000;
	size_t len;

	while (plat_clock_ns() < end_ns) {
		plat_wait(end_ns);
		while ((len = plat_net_recv(frame)) != 0)
			if (len > 14 && frame[12] == type_high && frame[13] == type_low)
				return len;
	}
	return 0;
}

/* Who has 10.0.2.2?  Tell 10.0.2.15.  The reply's sender goes to `gateway`. */
static bool
arp(uint8_t gateway[6])
{
	uint8_t frame[PLAT_FRAME_MAX] = {
		255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 8, 6,
		0, 1, 8, 0, 6, 4, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 2, 15, 0, 0, 0, 0, 0, 0, 10, 0, 2, 2
	};

	plat_net_mac(frame + 6);
	plat_net_mac(frame + 22);
	plat_net_send(frame, 60);
	if (answer(frame, 8, 6) < 42 || frame[21] != 2)
		return false;
	memcpy(gateway, frame + 22, 6);
	return true;
}

static unsigned
sum(const uint8_t *bytes, size_t len, unsigned start)
{
	for (size_t i = 0; i < len; i += 2)
		start += (unsigned)(bytes[i] << 8 | bytes[i + 1]);
	while (start >> 16 != 0)
		start = (start & 0xffff) + (start >> 16);
	return start;
}

/* A SYN to an address of the host, which libslirp would open if it were not restricted. */
static void
connect_out(unsigned long ip, unsigned long port)
{
	uint8_t frame[PLAT_FRAME_MAX] = {
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0,
		0x45, 0, 0, 40, 0, 1, 0, 0, 64, 6, 0, 0, 10, 0, 2, 15,
		(uint8_t)(ip >> 24), (uint8_t)(ip >> 16), (uint8_t)(ip >> 8), (uint8_t)ip, 0x30, 0x39, (uint8_t)(port >> 8), (uint8_t)port,
		0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0x20, 0, 0, 0, 0, 0
	};
	unsigned check;

	if (!arp(frame))
		say("bad arp\n");
	plat_net_mac(frame + 6);
	check = ~sum(frame + 14, 20, 0);
	frame[24] = (uint8_t)(check >> 8);
	frame[25] = (uint8_t)check;
	check = ~sum(frame + 26, 28, 6 + 20);
	frame[50] = (uint8_t)(check >> 8);
	frame[51] = (uint8_t)check;
	plat_net_send(frame, 60);
	expect(answer(frame, 8, 0) < 54 || (frame[47] & 2) == 0, "no SYN from outside");	/* silence or a reset */
}

static void
obey(const char *order, const struct plat_boot *boot)
{
	const char *space = strchr(order, ' ');
	long number = space != NULL ? strtol(space, NULL, 10) : 0;
	uint8_t gateway[6];

	if (strncmp(order, "call ", 5) == 0) {
		call(number);
		say("survived\n");
	} else if (strcmp(order, "int80") == 0) {
		__asm__ volatile("int $0x80" : : "a"(228) : "memory");	/* fsetxattr of i386, but clock_gettime of x86-64 */
		say("survived\n");
	} else if (strcmp(order, "doors") == 0) {
		doors(boot);
	} else if (strncmp(order, "halt ", 5) == 0) {
		plat_halt((enum plat_exit)number);
	} else if (strcmp(order, "panic") == 0) {
		PANIC();
	} else if (strcmp(order, "null") == 0) {
		*(volatile int *)(uintptr_t)number = 1;
	} else if (strncmp(order, "overrun ", 8) == 0) {
		((volatile uint8_t *)gateway)[number] = 0;	/* for the sanitizer build to see */
	} else if (strcmp(order, "spin") == 0) {
		for (;;)
			__asm__ volatile("");
	} else if (strcmp(order, "print") == 0) {
		say("a\x1b[31mred\x07\n");
	} else if (strcmp(order, "arp") == 0) {
		expect(arp(gateway), "arp");
	} else if (strncmp(order, "connect ", 8) == 0) {
		connect_out((unsigned long)number, strtoul(strrchr(order, ' '), NULL, 10));
	} else if (strcmp(order, "listen") == 0) {
		say("listening\n");
		for (;;)
			plat_wait(plat_clock_ns() + 1000000000);
	}
}

_Noreturn void
plat_main(const struct plat_boot *boot)
{
	static char orders[65536];

	bytes_copy((uint8_t *)orders, boot->module.ptr, boot->module.len);
	for (char *line = strtok(orders, "\n"); line != NULL; line = strtok(NULL, "\n"))
		obey(line, boot);
	say("done\n");
	plat_halt(PLAT_EXIT_OK);
}
