/* args.h: the command line of one command, read by the table that also prints its --help. */
#ifndef TOOL_ARGS_H
#define TOOL_ARGS_H

#include <stdbool.h>
#include <stdint.h>

struct args;

/* An option `--name VALUE`, or a flag `--name` when value is NULL.  A list ends with name NULL. */
struct option_row { const char *name, *value, *help; };

struct command {
	const char *name, *operand, *about;	/* operand: what stands without dashes, or NULL */
	const struct option_row *options;
	const char *codes;			/* exit codes beyond the common ones, or NULL */
	int (*run)(const struct args *args);
};

#define ARGS_MAX	24	/* rows of a table; the longest has 16 */

struct args {
	const struct command *command;
	const char *values[ARGS_MAX];		/* by row; a flag that was given is "" */
	const char *operand;
};

/* Reads argv after the command's name.  --help prints and ends; a mistake ends with TOOL_USAGE. */
void args_read(struct args *args, const struct command *command, char **argv);

/* The value, or NULL if the option was not given.  The name must be in the table. */
const char *args_get(const struct args *args, const char *name);

/* The same, but a missing option ends with TOOL_USAGE. */
const char *args_need(const struct args *args, const char *name);

bool args_flag(const struct args *args, const char *name);

/* A whole decimal number in [least, most], or `otherwise` when the option was not given. */
int64_t args_number(const struct args *args, const char *name, int64_t otherwise, int64_t least, int64_t most);

#endif
