/*
 * replay.c: the other driver of the fuzz targets: runs the files whose names come on standard input,
 * one a line, and says before and after each what it does.  For fuzz/replay.py.  No mutation, no
 * clock inside a target: the same files give the same lines but for the microseconds.
 *
 *	run NAME			(words are separated by tabs)
 *	end NAME OUTCOME MICROSECONDS
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fuzz/outcome.h"

#define INPUT_MAX	(1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

__attribute__((weak)) const char *fuzz_outcome;

static uint64_t
clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void
run_file(const char *name, unsigned timeout_s)
{
	FILE *file = fopen(name, "rb");
	uint8_t *input = malloc(INPUT_MAX), *exact;
	uint64_t began_us;
	size_t len;

	if (file == NULL || input == NULL) {
		perror(name);
		exit(2);
	}
	len = fread(input, 1, INPUT_MAX, file);
	fclose(file);
	exact = malloc(len == 0 ? 1 : len);	/* so that a read past the input is seen */
	memcpy(exact, input, len);
	free(input);
	printf("run\t%s\n", name);
	fflush(stdout);
	fuzz_outcome = NULL;
	began_us = clock_us();
	alarm(timeout_s);
	(void)LLVMFuzzerTestOneInput(exact, len);
	alarm(0);
	printf("end\t%s\t%s\t%llu\n", name, fuzz_outcome == NULL ? "-" : fuzz_outcome,
	    (unsigned long long)(clock_us() - began_us));
	fflush(stdout);
	free(exact);
}

int
main(int argc, char **argv)
{
	unsigned timeout_s = argc > 1 ? (unsigned)atoi(argv[1]) : 10;
	char name[4096];

	while (fgets(name, sizeof name, stdin) != NULL) {
		name[strcspn(name, "\n")] = '\0';
		run_file(name, timeout_s);
	}
	return 0;
}
