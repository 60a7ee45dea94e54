/* secret.c: reading a private key.  See secret.h. */
#include "deploy/tool/secret.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "deploy/tool/curve.h"
#include "deploy/tool/tool.h"
#include "platform/base/bytes.h"

/* The value after a label that starts the line, or NULL. */
static char *
after(char *line, const char *label)
{
	size_t len = strlen(label);

	return strncmp(line, label, len) == 0 ? line + len : NULL;
}

/* A key in one line: labelled as the module or the winner's text have it, or bare. */
static bool
key_in_line(uint8_t key[32], const struct chain *chain, char *line)
{
	char *value = after(line, "private-key ");

	if (value == NULL)
		value = after(line, "private key (hex): ");
	if (value != NULL || strlen(line) == 64)
		return hex_decode(key, 32, value == NULL ? line : value);
	return chain != NULL && wif_decode(key, chain, line);
}

static char *
next_line(char **rest)
{
	char *line = strsep(rest, "\n"), *end;

	if (line == NULL)
		return NULL;
	end = line + strlen(line);
	while (end > line && (end[-1] == '\r' || end[-1] == ' '))
		*--end = '\0';
	return line;
}

static void
find_chain(const struct chain **chain, char *text, size_t len)
{
	char *copy = tool_alloc(len + 1), *rest = copy, *line;

	memcpy(copy, text, len + 1);
	while ((line = next_line(&rest)) != NULL) {
		char *name = after(line, "network: ");

		if (name == NULL)
			name = after(line, "chain ");
		if (name != NULL && chain_find(name) != NULL)
			*chain = chain_find(name);
	}
	tool_forget(copy, len);
}

static char *
read_quietly(const char *path, size_t *len)
{
	struct termios quiet, before;
	bool terminal = strcmp(path, "-") == 0 && tcgetattr(STDIN_FILENO, &before) == 0;
	struct stat facts;
	char *text;

	if (terminal) {
		quiet = before;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
		tool_note("Type or paste the key (it is not shown), Enter, then Ctrl-D.");
	} else if (stat(path, &facts) == 0 && (facts.st_mode & 077) != 0) {
		tool_note("note: other users of this machine may read %s; chmod 600 it", path);
	}
	text = tool_read(path, len);
	if (terminal)
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	return text;
}

void
secret_read(struct secret *secret, const struct chain **chain, const char *path)
{
	size_t len;
	char *text = read_quietly(path, &len), *rest = text, *line;
	unsigned num = 0;

	if (text == NULL)
		tool_die(TOOL_FILE, "can not read the key from %s: %s", path, strerror(errno));
	find_chain(chain, text, len);
	while ((line = next_line(&rest)) != NULL) {
		uint8_t key[32];

		if (key_in_line(key, *chain, line)) {
			num += num == 0 || memcmp(key, secret->key, 32) != 0;
			bytes_copy(secret->key, key, 32);
		}
		wipe(key, sizeof key);
	}
	tool_forget(text, len);
	if (num != 1)
		tool_die(TOOL_USAGE, "%s holds %s; give a boot module, a winner's text, a compressed WIF of the chain, or 64 "
		    "hex digits", path, num == 0 ? "no private key" : "more than one private key");
	if (!curve_public(secret->public_key, secret->key))
		tool_die(TOOL_USAGE, "the key in %s is out of range", path);
}

void
secret_make(struct secret *secret)
{
	do
		tool_random(secret->key, sizeof secret->key);
	while (!curve_public(secret->public_key, secret->key));
}

void
secret_wipe(struct secret *secret)
{
	wipe(secret, sizeof *secret);
}
