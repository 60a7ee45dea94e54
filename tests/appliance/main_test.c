/*
 * main_test.c: the whole appliance from its entry to its first wait, on a platform that the test
 * plays; then everything writable in this process is searched for what must not be there.
 * Needles are kept masked, so that the search does not find itself.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "appliance/limits.h"
#include "platform/base/bytes.h"
#include "platform/platform.h"
#include "tests/appliance/module.h"
#include "tests/panics.h"
#include "tlsstack/tls.h"

enum { MASK = 0x5a, KEY_LEN = 32, SEEDS_MAX = 64, EXIT_OFFSET = 40, EXIT_WAITS = 99, FRAMES = 10 * MAIN_FRAMES_PER_TURN };

/* Locals lie on the stack and not on the sanitizer's heap: what a frame leaves, the next overwrites. */
const char *__asan_default_options(void);
const char *
__asan_default_options(void) { return "detect_stack_use_after_return=0"; }

/* ---- The platform ------------------------------------------------------------------------- */

static jmp_buf at_first_wait;
static char console[4096];
static size_t console_len;
static unsigned num_seeds, num_sent, num_taken;

uint64_t
plat_clock_ns(void) { return 1000000000; }

uint64_t
plat_wall_s(void) { return 1700000000; }

void
plat_seed(uint8_t seed[PLAT_SEED_LEN])
{
	if (num_seeds == SEEDS_MAX)
		abort();
	memset(seed, (int)(0x80 + num_seeds++), PLAT_SEED_LEN);
}

void
plat_wait(uint64_t deadline_ns)
{
	(void)deadline_ns;
	longjmp(at_first_wait, 1);
}

size_t
plat_net_recv(uint8_t frame[PLAT_FRAME_MAX])
{
	if (num_taken++ >= FRAMES)
		return 0;
	memset(frame, 0, 60);			/* nobody's */
	return 60;
}

void
plat_net_send(const uint8_t *frame, size_t frame_len)
{
	(void)frame;
	(void)frame_len;
	num_sent++;
}

void
plat_net_mac(uint8_t mac[PLAT_MAC_LEN]) { memcpy(mac, "\x52\x54\x00\x12\x34\x56", PLAT_MAC_LEN); }

void
plat_log(const char *text, size_t text_len)
{
	if (text_len > sizeof console - 1 - console_len)
		abort();
	memcpy(console + console_len, text, text_len);
	console_len += text_len;
}

_Noreturn void
plat_halt(enum plat_exit why)
{
	if (write(STDOUT_FILENO, console, console_len) < 0)
		abort();
	_exit(EXIT_OFFSET + (int)why);
}

/* ---- The search --------------------------------------------------------------------------- */

/* Fits no other secret here; byte i of the key is KEY_BYTE(i). */
#define KEY_BYTE(i)	((uint8_t)(0x11 + 7 * (i)))

struct needle { size_t len; uint8_t masked[2 * KEY_LEN]; };

static uint8_t window[1 << 20];

static unsigned
count_in_window(size_t len, const struct needle *needle)
{
	unsigned num = 0;

	for (size_t at = 0; at + needle->len <= len; at++) {
		size_t i = 0;

		while (i < needle->len && (window[at + i] ^ MASK) == needle->masked[i])
			i++;
		num += i == needle->len;
	}
	return num;
}

static unsigned
count_in_range(int memory, uintptr_t start, uintptr_t end, const struct needle *needle)
{
	unsigned num = 0;

	for (uintptr_t at = start; at < end; at += sizeof window - 2 * KEY_LEN) {
		size_t want = end - at < sizeof window ? end - at : sizeof window;
		ssize_t len = pread(memory, window, want, (off_t)at);

		if (len > 0)
			num += count_in_window((size_t)len, needle);
		wipe(window, sizeof window);
	}
	return num;
}

/* How often `needle` is in writable memory; ranges beyond 64 MB are the sanitizer's shadow. */
static unsigned
count_in_process(const struct needle *needle)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	int memory = open("/proc/self/mem", O_RDONLY);
	char line[512], rights[5];
	uintptr_t start, end, self = (uintptr_t)window;
	unsigned num = 0;

	assert_true(maps != NULL && memory >= 0);
	while (fgets(line, sizeof line, maps) != NULL) {
		if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s", &start, &end, rights) != 3)
			continue;
		if (rights[1] != 'w' || end - start > 64u << 20)
			continue;
		if (start <= self && self < end) {		/* not the mirror in which we look */
			num += count_in_range(memory, start, self, needle);
			start = self + sizeof window;
		}
		num += count_in_range(memory, start, end, needle);
	}
	fclose(maps);
	close(memory);
	return num;
}

static struct needle
needle_of(const uint8_t *bytes, size_t len)
{
	struct needle needle = { .len = len };

	for (size_t i = 0; i < len; i++)
		needle.masked[i] = bytes[i] ^ MASK;
	return needle;
}

/* ---- The module --------------------------------------------------------------------------- */

static struct module module;
static struct needle scalars[SEEDS_MAX];

static void
make_module(const char *chain)
{
	static const char DIGITS[] = "0123456789abcdef";
	char digit[2] = { 0 };

	module.len = 0;
	module_add(&module, "pinata-boot-module 1\naddress 10.0.2.15\nnetmask 255.255.255.0\n"
	    "gateway 10.0.2.2\nchain ");
	module_add(&module, chain);
	module_add(&module, "\nprivate-key ");
	for (unsigned i = 0; i < 2 * KEY_LEN; i++) {
		digit[0] = DIGITS[KEY_BYTE(i / 2) >> (i % 2 == 0 ? 4 : 0) & 15];
		module_add(&module, digit);
	}
	module_add(&module, "\nseed ");
	for (unsigned i = 0; i < KEY_LEN; i++)
		module_add(&module, "c3");
	module_add(&module, "\n");
}

static void
boot(void)
{
	struct plat_boot start = { .module = module_span(&module) };

	if (setjmp(at_first_wait) == 0)
		plat_main(&start);
}

/* ---- Tests -------------------------------------------------------------------------------- */

/* The key is in one place, as bytes; its text, its reverse and the module are nowhere. */
static void
the_key_is_once_in_memory(void **state)
{
	struct needle raw = { .len = KEY_LEN }, reversed = { .len = KEY_LEN }, hex = { .len = 2 * KEY_LEN };

	(void)state;
	for (unsigned i = 0; i < KEY_LEN; i++) {
		uint8_t byte = KEY_BYTE(i);

		raw.masked[i] = byte ^ MASK;
		reversed.masked[KEY_LEN - 1 - i] = byte ^ MASK;
		hex.masked[2 * i] = (uint8_t)"0123456789abcdef"[byte >> 4] ^ MASK;
		hex.masked[2 * i + 1] = (uint8_t)"0123456789abcdef"[byte & 15] ^ MASK;
	}
	assert_int_equal(count_in_process(&hex), 1);		/* the module, before the boot: the search works */
	boot();
	assert_int_equal(count_in_process(&raw), 1);
	assert_int_equal(count_in_process(&reversed), 0);
	assert_int_equal(count_in_process(&hex), 0);
	for (size_t i = 0; i < module.len; i++)
		assert_int_equal(module.bytes[i], 0);
	assert_non_null(strstr(console, "pinata: ready at 10.0.2.15 chain=regtest address=bcrt1q"));
}

/* However many frames there are, the loop takes so many and goes on to everything else. */
static void
a_turn_takes_so_many_frames(void **state)
{
	(void)state;
	assert_int_equal(num_taken, MAIN_FRAMES_PER_TURN);
}

/*
 * Of all keys that the seeds of a boot can make, three are in memory, once each: our own as a web
 * server, as a server of the prize and as a peer.  So the keys of all authorities are gone.
 */
static void
authorities_keys_are_gone(void **state)
{
	unsigned num_found = 0;

	(void)state;
	assert_true(num_seeds >= 5 && num_seeds <= SEEDS_MAX);
	for (unsigned i = 0; i < num_seeds; i++)
		num_found += count_in_process(&scalars[i]);
	assert_int_equal(num_found, 3);
}

/* The scalar that each seed of a boot would make; before the boot, and their traces overwritten. */
__attribute__((noinline)) static void
make_scalars(void)
{
	for (unsigned i = 0; i < SEEDS_MAX; i++) {
		uint8_t seed[PLAT_SEED_LEN];
		struct tls_key key;

		memset(seed, (int)(0x80 + i), sizeof seed);
		tls_key_make(&key, seed);
		scalars[i] = needle_of(key.scalar, sizeof key.scalar);
		wipe(&key, sizeof key);
		wipe(seed, sizeof seed);
	}
}

/* Each bad module ends the machine with its exit code and one line; run in a child each. */
static void
bad_modules_halt(void **state)
{
	static const struct { const char *chain, *more, *says; bool seal; } CASES[] = {
		{ "regtest", "", "boot module refused: line 7: last line is not a checksum line\n", false },
		{ "nochain", "", "boot module refused: line 5: not a known chain\n", true },
		{ "regtest", "peer-authority 3003010100\n",
		    "boot module refused: line 8: not a usable authority: peer-authority\n", true },
		{ "main", "server-authority 3003010100\n",
		    "boot module refused: line 5: chain main refuses an outside authority\n", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
		int out[2], status;
		char said[512] = { 0 };
		pid_t child;

		make_module(CASES[i].chain);
		module_add(&module, CASES[i].more);
		if (CASES[i].seal)
			module_seal(&module);
		console_len = 0;
		assert_int_equal(pipe(out), 0);
		child = fork();
		if (child == 0) {
			dup2(out[1], STDOUT_FILENO);
			boot();
			_exit(EXIT_WAITS);
		}
		close(out[1]);
		assert_true(read(out[0], said, sizeof said - 1) > 0);
		close(out[0]);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), EXIT_OFFSET + PLAT_EXIT_BAD_BOOT);
		assert_string_equal(said, CASES[i].says);
	}
}

static int
make_good(void **state)
{
	(void)state;
	make_module("regtest");
	module_seal(&module);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_modules_halt),	/* first: a boot happens once in a process */
		cmocka_unit_test_setup(the_key_is_once_in_memory, make_good),
		cmocka_unit_test(a_turn_takes_so_many_frames),
		cmocka_unit_test(authorities_keys_are_gone),
	};

	make_scalars();
	wipe_stack();
	wipe_stack();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
