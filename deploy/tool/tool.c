/* tool.c: endings, memory, files, hex and hashes for pinata-tool.  See tool.h. */
#include "deploy/tool/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/base/bytes.h"
#include "platform/base/sha256.h"

_Noreturn void
tool_die(int code, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	fputs("pinata-tool: ", stderr);
	vfprintf(stderr, format, list);
	fputc('\n', stderr);
	va_end(list);
	exit(code);
}

void
tool_note(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vfprintf(stderr, format, list);
	fputc('\n', stderr);
	va_end(list);
}

void *
tool_alloc(size_t len)
{
	void *at = calloc(1, len == 0 ? 1 : len);

	if (at == NULL)
		tool_die(TOOL_FILE, "out of memory");
	return at;
}

void *
tool_grow(void *at, size_t len)
{
	at = realloc(at, len);
	if (at == NULL)
		tool_die(TOOL_FILE, "out of memory");
	return at;
}

char *
tool_format(const char *format, ...)
{
	va_list list;
	char *text;

	va_start(list, format);
	if (vasprintf(&text, format, list) < 0)
		tool_die(TOOL_FILE, "out of memory");
	va_end(list);
	return text;
}

/* Read to the end of `fd`.  The buffer never moves, so no copy of a secret is left behind. */
static char *
read_all(int fd, size_t *len)
{
	char *text = tool_alloc(TOOL_FILE_MAX + 1);
	size_t at = 0;

	for (;;) {
		ssize_t got = read(fd, text + at, TOOL_FILE_MAX + 1 - at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			*len = at;
			if (got == 0)
				return text;
			break;
		}
		at += (size_t)got;
		if (at > TOOL_FILE_MAX) {
			errno = EFBIG;
			break;
		}
	}
	tool_forget(text, at);
	return NULL;
}

char *
tool_read(const char *path, size_t *len)
{
	size_t unused;
	char *text;
	int fd, why;

	if (len == NULL)
		len = &unused;
	if (strcmp(path, "-") == 0)
		return read_all(STDIN_FILENO, len);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	text = read_all(fd, len);
	why = errno;
	close(fd);
	errno = why;
	if (text != NULL)
		text[*len] = '\0';
	return text;
}

void
tool_forget(char *text, size_t len)
{
	if (text == NULL)
		return;
	wipe(text, len);
	free(text);
}

/* Write, sync and close; true when all of it is on the disk. */
static bool
write_all(int fd, struct span bytes)
{
	size_t at = 0;
	bool ok = true;

	while (ok && at < bytes.len) {
		ssize_t put = write(fd, bytes.ptr + at, bytes.len - at);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			ok = false;
		else
			at += (size_t)put;
	}
	if (fsync(fd) != 0 && errno != EINVAL)
		ok = false;
	return close(fd) == 0 && ok;
}

void
tool_create(const char *path, struct span bytes, unsigned mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);

	if (fd < 0 && errno == EEXIST)
		tool_die(TOOL_FILE, "%s exists and is not overwritten; name another place or move it away", path);
	if (fd < 0)
		tool_die(TOOL_FILE, "can not make %s: %s", path, strerror(errno));
	if (fchmod(fd, mode) != 0 || !write_all(fd, bytes)) {
		int why = errno;

		unlink(path);
		tool_die(TOOL_FILE, "can not write %s: %s", path, strerror(why));
	}
}

void
tool_replace(const char *path, struct span bytes, unsigned mode)
{
	char *temporary = tool_format("%s.new", path);

	unlink(temporary);
	tool_create(temporary, bytes, mode);
	if (rename(temporary, path) != 0)
		tool_die(TOOL_FILE, "can not replace %s: %s", path, strerror(errno));
	free(temporary);
}

void
tool_random(uint8_t *bytes, size_t len)
{
	if (getrandom(bytes, len, 0) != (ssize_t)len)
		tool_die(TOOL_FILE, "the kernel gives no random bytes: %s", strerror(errno));
}

void
hex_encode(char *text, const uint8_t *bytes, size_t len)
{
	static const char DIGITS[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		text[2 * i] = DIGITS[bytes[i] >> 4];
		text[2 * i + 1] = DIGITS[bytes[i] & 15];
	}
	text[2 * len] = '\0';
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool
hex_decode(uint8_t *bytes, size_t len, const char *text)
{
	if (strlen(text) != 2 * len)
		return false;
	for (size_t i = 0; i < len; i++) {
		int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

uint8_t *
hex_decode_any(const char *text, size_t *len)
{
	uint8_t *bytes;

	*len = strlen(text) / 2;
	bytes = tool_alloc(*len);
	if (hex_decode(bytes, *len, text))
		return bytes;
	free(bytes);
	return NULL;
}

void
hash_twice(uint8_t digest[32], struct span bytes)
{
	uint8_t once[32];

	sha256(once, bytes);
	sha256(digest, SPAN_ARRAY(once));
}

void
hash_reverse(uint8_t to[32], const uint8_t from[32])
{
	for (unsigned i = 0; i < 32; i++)
		to[i] = from[31 - i];
}
