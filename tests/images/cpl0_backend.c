/*
 * cpl0_backend.c: a backend that turns on its own monitor.  It stands in for platform/virtio/backend.c
 * in one test image: its plat_net_mac commits, in CPL0, the crime that the command line names, and
 * cpl0_test.py says how the processor must answer.  No devices; console and clock as on virtio.
 */
#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "platform/virtio/clock.h"
#include "platform/virtio/serial.h"
#include "platform/x86/backend.h"
#include "platform/x86/cpu.h"
#include "platform/x86/image.h"
#include "platform/x86/lapic.h"
#include "platform/x86/tsc.h"

enum { DEBUG_EXIT = 0x501 };

void (*const cpl0_backend_table[])(void);
uint8_t cpl0_backend_data[4096] __attribute__((aligned(4096))) = { 0xc3 };	/* RET */
static uint8_t order[64];
static size_t order_len;
static bool console_fails;

static void read_at(const volatile uint8_t *at) { (void)*at; }
static void write_at(volatile uint8_t *at) { *at = 0; }
static void call_at(const uint8_t *at) { ((void (*)(void))(uintptr_t)at)(); }

static void user_data(void) { read_at(app_data); }
static void user_stack(void) { write_at(app_stack); }
static void user_code(void) { call_at(app_text); }
static void own_text(void) { write_at(image_start); }
static void own_table(void) { write_at((volatile uint8_t *)(uintptr_t)cpl0_backend_table); }
static void own_data(void) { call_at(cpl0_backend_data); }
static void null(void) { read_at((const volatile uint8_t *)(uintptr_t)order_len - order_len); }
static void loaded(void) { read_at((const volatile uint8_t *)0x100000); }
static void overflow(void) { __asm__ volatile("1: push %rax; jmp 1b"); }
static void no_stack(void) { __asm__ volatile("mov $0x10, %rsp; push %rax"); }
static void nmi(void) { __asm__ volatile("int $2"); }
static void panic(void) { PANIC(); }

static void
again(void)
{
	console_fails = true;
	__asm__ volatile("ud2");
}

void (*const cpl0_backend_table[])(void) = { user_data, user_stack, user_code, own_text, own_table, own_data, null, loaded,
    overflow, no_stack, nmi, panic, again };
static const char NAMES[][12] = { "user-data", "user-stack", "user-code", "own-text", "own-table", "own-data", "null",
    "loaded", "overflow", "no-stack", "nmi", "panic", "again" };

void backend_console(void) { serial_start(); }

void
backend_write(struct span text)
{
	if (console_fails)
		__asm__ volatile("ud2");
	serial_write(text);
}

void
backend_start(struct span cmdline)
{
	clock_start();
	order_len = cmdline.len < sizeof order ? cmdline.len : sizeof order;
	bytes_copy(order, cmdline.ptr, order_len);
}

size_t
backend_entropy(uint8_t bytes[BACKEND_ENTROPY_LEN])
{
	for (size_t i = 0; i < BACKEND_ENTROPY_LEN; i++)
		bytes[i] = (uint8_t)i;
	return BACKEND_ENTROPY_LEN;
}

/* The command line ends with the name: the test gives the machine no devices, which would add theirs. */
void
backend_net_mac(uint8_t mac[PLAT_MAC_LEN])
{
	bytes_set(mac, 0, PLAT_MAC_LEN);
	for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
		size_t len = 0;

		while (NAMES[i][len] != '\0')
			len++;
		if (order_len >= len && bytes_equal((struct span){ order + order_len - len, len },
		    (struct span){ (const uint8_t *)NAMES[i], len }))
			cpl0_backend_table[i]();
	}
}

uint64_t backend_clock_ns(void) { return tsc_ns(); }
uint64_t backend_wall_s(void) { return 0; }
void backend_wait(uint64_t deadline_ns) { (void)deadline_ns; lapic_watch(); }
size_t backend_net_recv(uint8_t *app_frame) { (void)app_frame; return 0; }
void backend_net_send(const uint8_t *app_frame, size_t frame_len) { (void)app_frame; (void)frame_len; }
void backend_scrub(void) { }

void
backend_halt(enum plat_exit why)
{
	cpu_out8(DEBUG_EXIT, (uint8_t)why);
	cpu_stop();
}
