/* devices_test.c: the command line's device list: exact, or refused. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "platform/virtio/devices.h"

static const char GOOD[] = "console=x virtio_mmio.device=512@0xfeb00e00:12  virtio_mmio.device=4K@0xd0000000:5";

static struct devices devices;

/* In a buffer of exactly its length, so that the sanitizer sees a read beyond. */
static bool
parse(const char *text, size_t len)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);
	bool good;

	assert_non_null(copy);
	memcpy(copy, text, len);
	good = devices_parse(&devices, (struct span){ copy, len });
	free(copy);
	return good;
}

static void
good_words_are_read(void **state)
{
	(void)state;
	assert_true(parse(GOOD, sizeof GOOD - 1));
	assert_int_equal(devices.num, 2);
	assert_int_equal(devices.entry[0].at, 0xfeb00e00);
	assert_int_equal(devices.entry[0].irq, 12);
	assert_int_equal(devices.entry[1].at, 0xd0000000);
	assert_int_equal(devices.entry[1].irq, 5);
	assert_true(parse("", 0));
	assert_int_equal(devices.num, 0);
	assert_true(parse("virtio_mmio.devic", 17));
	assert_true(parse("xvirtio_mmio.device=nonsense", 28));
	assert_int_equal(devices.num, 0);
}

static void
bad_words_are_refused(void **state)
{
	static const char *const BAD[] = {
		"", "512", "512@", "512@0x", "512@0xfeb00e00", "512@0xfeb00e00:", "512@0xfeb00e00:12x", "512@0xfeb00e00:12:0",
		"512@0xfeb00e00:0", "512@0xfeb00e00:24", "512@0xfeb00e00:4294967297", "512@feb00e00:12", "512@0xFEB00E00:12",
		"513@0xfeb00e00:12", "8K@0xfeb00e00:12", "512@0xfeb00e01:12", "512@0xfeb00f00:12", "512@0x100000:12",
		"512@0xbffffe00:12", "512@0xfec00000:12", "512@0xfee00000:12", "512@0x1feb00e00:12", "512@0x:12",
		"512@0x00000000000000000feb00e00feb00e00:12", " 512@0xfeb00e00:12"
	};
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
		strcpy(text, "virtio_mmio.device=");
		strcat(text, BAD[i]);
		assert_false(parse(text, strlen(text)));
	}
}

static void
nine_are_too_many(void **state)
{
	char text[512] = "";

	(void)state;
	for (unsigned i = 0; i < VIRTIO_DEVICES_MAX; i++)
		strcat(text, "virtio_mmio.device=512@0xfeb00e00:12 ");
	assert_true(parse(text, strlen(text)));
	strcat(text, "virtio_mmio.device=512@0xfeb00e00:12");
	assert_false(parse(text, strlen(text)));
}

static void
judge(const char *text, size_t len)
{
	if (!parse(text, len))
		return;
	for (size_t i = 0; i < devices.num; i++) {
		assert_in_range(devices.entry[i].at, 0xc0000000, 0xfebffe00);
		assert_in_range(devices.entry[i].irq, 1, 23);
	}
}

/* Whatever happens to a good line: every device it yields is inside the hole. */
static void
truncations_and_mutations_stay_inside_the_hole(void **state)
{
	static const uint8_t FLIPS[] = { 0x01, 0x80, 0xff };
	char text[sizeof GOOD];

	(void)state;
	for (size_t len = 0; len < sizeof GOOD; len++)
		judge(GOOD, len);
	for (size_t at = 0; at < sizeof GOOD - 1; at++) {
		for (size_t flip = 0; flip < sizeof FLIPS; flip++) {
			memcpy(text, GOOD, sizeof GOOD);
			text[at] = (char)(text[at] ^ FLIPS[flip]);
			judge(text, sizeof GOOD - 1);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_words_are_read), cmocka_unit_test(bad_words_are_refused),
		cmocka_unit_test(nine_are_too_many), cmocka_unit_test(truncations_and_mutations_stay_inside_the_hole)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
