/* recorder_test.c: a transcript is whole or is not there, and who asked hears of it. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/hosted/recorder.h"

/* 10.0.2.2:40000 to 10.0.2.15:443, SYN. */
static const uint8_t VISIT[] = {
	2, 0x50, 0x49, 0x4e, 0x41, 0x54, 0x52, 0x55, 10, 0, 2, 2, 8, 0,
	0x45, 0, 0, 40, 0, 1, 0x40, 0, 64, 6, 0, 0, 10, 0, 2, 2, 10, 0, 2, 15,
	0x9c, 0x40, 1, 0xbb, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0x20, 0, 0, 0, 0, 0
};

static const char MODULE[] = "pinata-boot-module 1\naddress 10.0.2.15\nchain regtest\n";

static char folder[] = "/tmp/recorder_test.XXXXXX";
static char first[64];

static int
fresh(void **state)
{
	const struct recorder_machine machine = { .module = { (const uint8_t *)MODULE, sizeof MODULE - 1 } };

	(void)state;
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(first, sizeof first, "%s/0001-443.transcript", folder);
	if (!recorder_open(folder, &machine))
		return -1;
	recorder_frame(VISIT, sizeof VISIT, 1, 0);
	return 0;
}

static int
cleared(void **state)
{
	(void)state;
	(void)unlink(first);
	return rmdir(folder);	/* fails if anything else was left */
}

static void
a_visit_is_a_file(void **state)
{
	char text[512] = { 0 };
	unsigned num = 7;
	FILE *file;

	(void)state;
	assert_true(recorder_close(&num));
	assert_int_equal(num, 1);
	file = fopen(first, "rb");
	assert_non_null(file);
	assert_true(fread(text, 1, sizeof text - 1, file) > 0);
	(void)fclose(file);
	assert_non_null(strstr(text, "pinata-transcript 1\nport 443\nrole accepted\npeer 10.0.2.2:40000\nchain regtest\n"));
	assert_non_null(strstr(text, "\nend "));
}

static void
half_a_file_is_none(void **state)
{
	struct rlimit was, little = { 100, 0 };
	unsigned num = 7;
	bool good;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	little.rlim_max = was.rlim_max;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	good = recorder_close(&num);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_false(good);
	assert_int_equal(num, 0);
	assert_int_not_equal(access(first, F_OK), 0);
}

static void
a_file_that_is_there_stays(void **state)
{
	char text[8] = { 0 };
	unsigned num = 7;
	FILE *file = fopen(first, "wb");

	(void)state;
	assert_non_null(file);
	assert_true(fputs("older", file) >= 0 && fclose(file) == 0);
	assert_false(recorder_close(&num));
	assert_int_equal(num, 0);
	file = fopen(first, "rb");
	assert_non_null(file);
	assert_int_equal(fread(text, 1, sizeof text, file), 5);
	(void)fclose(file);
	assert_string_equal(text, "older");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_visit_is_a_file, fresh, cleared),
		cmocka_unit_test_setup_teardown(half_a_file_is_none, fresh, cleared),
		cmocka_unit_test_setup_teardown(a_file_that_is_there_stays, fresh, cleared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
