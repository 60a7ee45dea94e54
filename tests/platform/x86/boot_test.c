/* boot_test.c: start_info and all that it leads to, in a small memory, with every field wild. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "platform/x86/boot.h"

enum { MEMORY = 0x4000, START = 0x100, MAP = 0x200, LIST = 0x300, CMDLINE = 0x400, MODULE = 0x3000, MODULE_LEN = 0x200,
    IMAGE = 0x2000, IMAGE_END = 0x2800 };

static uint8_t *memory;
static struct boot_memory view;
static struct boot_info info;

static void put32(size_t at, uint32_t value) { memcpy(memory + at, &value, sizeof value); }
static void put64(size_t at, uint64_t value) { memcpy(memory + at, &value, sizeof value); }

/* QEMU's layout in small: an empty entry, then one of RAM. */
static void
honest(void)
{
	memset(memory, 0, MEMORY);
	put32(START, 0x336ec578);
	put32(START + 4, 1);
	put32(START + 12, 1);
	put64(START + 16, LIST);
	put64(START + 24, CMDLINE);
	put64(START + 40, MAP);
	put32(START + 48, 2);
	put64(MAP + 24, 0);
	put64(MAP + 32, MEMORY);
	put32(MAP + 40, 1);
	put64(LIST, MODULE);
	put64(LIST + 8, MODULE_LEN);
	strcpy((char *)memory + CMDLINE, "hello");
	view = (struct boot_memory){ (uintptr_t)memory, MEMORY, IMAGE, IMAGE_END };
}

static int
setup(void **state)
{
	(void)state;
	memory = malloc(MEMORY);
	return memory == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	free(memory);
	return 0;
}

static void
an_honest_loader_is_understood(void **state)
{
	(void)state;
	honest();
	assert_null(boot_read(&info, &view, START));
	assert_string_equal(info.cmdline, "hello");
	assert_int_equal(info.cmdline_len, 5);
	assert_int_equal(info.module_at, MODULE);
	assert_int_equal(info.module_len, MODULE_LEN);
	put32(START + 12, 0);
	put64(START + 24, 0);
	assert_null(boot_read(&info, &view, START));
	assert_int_equal(info.cmdline_len, 0);
	assert_int_equal(info.module_len, 0);
}

static void
refused(const char *words)
{
	const char *reason = boot_read(&info, &view, START);

	assert_non_null(reason);
	assert_non_null(strstr(reason, words));
}

static void
a_start_info_that_is_none(void **state)
{
	static const uint64_t PLACES[] = { 0, 1, MEMORY - 55, MEMORY, MEMORY + 1, 0xffffffff, UINT64_MAX, UINT64_MAX - 8 };

	(void)state;
	honest();
	for (size_t i = 0; i < sizeof PLACES / sizeof PLACES[0]; i++)
		assert_non_null(boot_read(&info, &view, PLACES[i]));
	put32(START, 0x336ec579);
	refused("start_info");
	honest();
	put32(START + 4, 0);
	refused("start_info");
}

static void
a_module_must_lie_in_ram_and_beside_the_image(void **state)
{
	static const struct { uint64_t at, len; const char *words; } BAD[] = {
		{ 0, MODULE_LEN, "outside" }, { MEMORY, 1, "outside" }, { MEMORY - 1, 2, "outside" },
		{ UINT64_MAX, 2, "outside" }, { UINT64_MAX - 1, 1, "outside" }, { MODULE, UINT64_MAX, "outside" },
		{ IMAGE, 1, "lies over" }, { IMAGE - 1, 2, "lies over" }, { IMAGE_END - 1, 1, "lies over" },
		{ IMAGE - 16, 0x900, "lies over" }, { 1, MEMORY - 1, "lies over" }, { MODULE, 0, "empty" }
	};

	(void)state;
	for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
		honest();
		put64(LIST, BAD[i].at);
		put64(LIST + 8, BAD[i].len);
		refused(BAD[i].words);
	}
	honest();
	put64(LIST, IMAGE - 1);
	put64(LIST + 8, 1);
	assert_null(boot_read(&info, &view, START));
	put64(LIST, IMAGE_END);
	assert_null(boot_read(&info, &view, START));
}

static void
the_rest_is_bounded(void **state)
{
	(void)state;
	honest();
	put32(START + 12, 2);
	refused("more than one");
	honest();
	put64(START + 16, MEMORY - 31);
	refused("module list");
	honest();
	put32(START + 48, BOOT_MEMORY_MAX + 1);
	refused("memory map");
	honest();
	put64(MAP + 32, IMAGE_END - 1);
	refused("image is not wholly");
	honest();
	put32(MAP + 40, 2);
	refused("image is not wholly");
	honest();
	put64(START + 40, UINT64_MAX - 24);
	refused("image is not wholly");
}

static void
a_long_module_is_refused(void **state)
{
	(void)state;
	honest();
	view.image_from = 0x3f00;
	view.image_to = 0x4000;
	put64(LIST, 0x1000);
	put64(LIST + 8, BOOT_MODULE_MAX);
	assert_null(boot_read(&info, &view, START));
	put64(LIST + 8, BOOT_MODULE_MAX + 1);
	refused("longer");
}

static void
a_command_line_ends_in_time_and_in_memory(void **state)
{
	(void)state;
	honest();
	memset(memory + CMDLINE, 'x', BOOT_CMDLINE_MAX);
	assert_null(boot_read(&info, &view, START));
	assert_int_equal(info.cmdline_len, BOOT_CMDLINE_MAX);
	memory[CMDLINE + BOOT_CMDLINE_MAX] = 'x';
	refused("too long");
	honest();
	memset(memory + MEMORY - 10, 'x', 10);
	put64(START + 24, MEMORY - 10);
	refused("outside");
	put64(START + 24, UINT64_MAX);
	refused("outside");
}

/* Every byte of start_info, map and list, flipped: refused, or what comes out lies where it may. */
static void
every_byte_may_be_wrong(void **state)
{
	static const uint8_t FLIPS[] = { 0x01, 0x80, 0xff };

	(void)state;
	for (size_t at = START; at < CMDLINE; at++) {
		for (size_t flip = 0; flip < sizeof FLIPS; flip++) {
			honest();
			memory[at] ^= FLIPS[flip];
			if (boot_read(&info, &view, START) != NULL)
				continue;
			assert_true(info.cmdline_len <= BOOT_CMDLINE_MAX && info.cmdline[info.cmdline_len] == '\0');
			if (info.module_len == 0)
				continue;
			assert_true(info.module_len <= BOOT_MODULE_MAX && info.module_at + info.module_len <= MEMORY);
			assert_true(info.module_at >= IMAGE_END || info.module_at + info.module_len <= IMAGE);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_honest_loader_is_understood), cmocka_unit_test(a_start_info_that_is_none),
		cmocka_unit_test(a_module_must_lie_in_ram_and_beside_the_image), cmocka_unit_test(the_rest_is_bounded),
		cmocka_unit_test(a_long_module_is_refused), cmocka_unit_test(a_command_line_ends_in_time_and_in_memory),
		cmocka_unit_test(every_byte_may_be_wrong)
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
