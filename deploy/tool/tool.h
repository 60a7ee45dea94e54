/*
 * tool.h: what every part of pinata-tool shares: how it ends, how it speaks, small helpers.
 * A host program: libc, heap and exit(3) are fine here; none of it goes into the image.
 */
#ifndef TOOL_H
#define TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "platform/base/span.h"

/* Exit codes of every command; `watch --once` and `verify --bundle` have more (their man pages). */
enum {
	TOOL_DONE = 0,
	TOOL_REFUSED = 1,	/* a check failed, or there is nothing to do */
	TOOL_USAGE = 2,		/* the command line or an input file is wrong */
	TOOL_SOURCE = 3,	/* a node or a host did not answer, or not sensibly */
	TOOL_FILE = 4		/* a file can not be read or written, or exists already */
};

struct args;

int provision_main(const struct args *args);
int verify_main(const struct args *args);
int watch_main(const struct args *args);
int claim_main(const struct args *args);
int withdraw_main(const struct args *args);

/* Ends the program with `code` after one line on stderr that says what is wrong and what to do. */
_Noreturn void tool_die(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One line of progress or advice on stderr. */
void tool_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Never NULL: without memory the program ends. */
void *tool_alloc(size_t len);		/* zeroed */
void *tool_grow(void *at, size_t len);
char *tool_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The longest text or file that any part accepts. */
#define TOOL_FILE_MAX	(8u << 20)

/*
 * The whole file, NUL appended, or NULL with errno set; "-" is standard input.  `*len` (may be
 * NULL) excludes the NUL.  A file over TOOL_FILE_MAX fails with EFBIG.
 */
char *tool_read(const char *path, size_t *len);

/* Wipe and free what tool_read returned. */
void tool_forget(char *text, size_t len);

/* Replace a file in one step (temporary file, fsync, rename).  Dies with TOOL_FILE. */
void tool_replace(const char *path, struct span bytes, unsigned mode);

/* Make a file that must not exist yet, with `mode`.  Dies with TOOL_FILE, and says so. */
void tool_create(const char *path, struct span bytes, unsigned mode);

/* Bytes of the kernel's generator. */
void tool_random(uint8_t *bytes, size_t len);

/* Lowercase hex.  `text` has room for 2 * len + 1. */
void hex_encode(char *text, const uint8_t *bytes, size_t len);

/* Exactly `len` bytes from exactly 2 * len digits of either case; false otherwise. */
MUST_CHECK bool hex_decode(uint8_t *bytes, size_t len, const char *text);

/* Any even number of digits into fresh memory; NULL if it is not hex. */
uint8_t *hex_decode_any(const char *text, size_t *len);

/* SHA-256 of SHA-256, as transactions and headers are named. */
void hash_twice(uint8_t digest[32], struct span bytes);

/* Reverse 32 bytes: hashes are shown backwards in Bitcoin. */
void hash_reverse(uint8_t to[32], const uint8_t from[32]);

#endif
