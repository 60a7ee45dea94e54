/* args.c: reading one command's options and printing its help.  See args.h. */
#include "deploy/tool/tool.h"
#include "deploy/tool/args.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/base/panic.h"

static void
print_help(const struct command *command)
{
	printf("usage: pinata-tool %s%s%s [options]\n\n%s\n\noptions:\n", command->name,
	    command->operand == NULL ? "" : " ", command->operand == NULL ? "" : command->operand,
	    command->about);
	for (const struct option_row *row = command->options; row->name != NULL; row++) {
		char left[64];

		snprintf(left, sizeof left, "--%s%s%s", row->name, row->value == NULL ? "" : " ",
		    row->value == NULL ? "" : row->value);
		printf("  %-28s %s\n", left, row->help);
	}
	printf("  %-28s %s\n\nexit codes: 0 done, 1 refused, 2 usage, 3 node or host, 4 file", "--help",
	    "this text");
	printf("%s%s\nmanual: man deploy/tool/pinata-tool-%s.1\n", command->codes == NULL ? "" : ";\n",
	    command->codes == NULL ? "" : command->codes, command->name);
}

static unsigned
find(const struct command *command, const char *name, size_t name_len)
{
	unsigned at = 0;

	while (command->options[at].name != NULL && (strlen(command->options[at].name) != name_len ||
	    strncmp(command->options[at].name, name, name_len) != 0))
		at++;
	REQUIRE(at < ARGS_MAX);
	return at;
}

/* One option with its value; returns where the next word is. */
static char **
read_option(struct args *args, char **argv)
{
	const char *name = *argv + 2, *equals = strchr(name, '=');
	size_t name_len = equals == NULL ? strlen(name) : (size_t)(equals - name);
	const struct command *command = args->command;
	unsigned at = find(command, name, name_len);
	const struct option_row *row = &command->options[at];

	if (row->name == NULL)
		tool_die(TOOL_USAGE, "%s has no option %s; see pinata-tool %s --help", command->name, *argv, command->name);
	if (args->values[at] != NULL)
		tool_die(TOOL_USAGE, "--%s is given twice", row->name);
	if (row->value == NULL && equals != NULL)
		tool_die(TOOL_USAGE, "--%s takes no value", row->name);
	if (row->value != NULL && equals == NULL && *++argv == NULL)
		tool_die(TOOL_USAGE, "--%s needs a value: %s", row->name, row->value);
	args->values[at] = row->value == NULL ? "" : equals != NULL ? equals + 1 : *argv;
	return argv + 1;
}

void
args_read(struct args *args, const struct command *command, char **argv)
{
	*args = (struct args){ .command = command };
	while (*argv != NULL) {
		if (strcmp(*argv, "--help") == 0 || strcmp(*argv, "-h") == 0) {
			print_help(command);
			exit(TOOL_DONE);
		}
		if (strncmp(*argv, "--", 2) == 0) {
			argv = read_option(args, argv);
		} else if (command->operand != NULL && args->operand == NULL) {
			args->operand = *argv++;
		} else {
			tool_die(TOOL_USAGE, "%s does not take \"%s\"; see pinata-tool %s --help", command->name, *argv,
			    command->name);
		}
	}
}

const char *
args_get(const struct args *args, const char *name)
{
	unsigned at = find(args->command, name, strlen(name));

	REQUIRE(args->command->options[at].name != NULL);
	return args->values[at];
}

const char *
args_need(const struct args *args, const char *name)
{
	const char *value = args_get(args, name);

	if (value == NULL)
		tool_die(TOOL_USAGE, "%s needs --%s; see pinata-tool %s --help", args->command->name, name,
		    args->command->name);
	return value;
}

bool
args_flag(const struct args *args, const char *name)
{
	return args_get(args, name) != NULL;
}

int64_t
args_number(const struct args *args, const char *name, int64_t otherwise, int64_t least, int64_t most)
{
	const char *text = args_get(args, name);
	char *end;
	long long value;

	if (text == NULL)
		return otherwise;
	errno = 0;
	value = strtoll(text, &end, 10);
	if (*text == '\0' || *end != '\0' || errno != 0 || value < least || value > most)
		tool_die(TOOL_USAGE, "--%s %s: a whole number from %lld to %lld is wanted", name, text,
		    (long long)least, (long long)most);
	return value;
}
