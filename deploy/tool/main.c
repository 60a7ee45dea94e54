/* main.c: pinata-tool COMMAND: the table of commands and their options. */
#include "deploy/tool/tool.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "deploy/tool/args.h"

#define NODE_OPTIONS \
	{ "rpc", "URL", "the node's JSON-RPC (default http://127.0.0.1, the chain's port)" }, \
	{ "cookie", "FILE", "user:password of the node (default ~/.bitcoin/.cookie of the chain)" }

static const struct option_row WATCH_OPTIONS[] = {
	{ "manifest", "FILE", "the public manifest (needed)" },
	NODE_OPTIONS,
	{ "second-rpc", "URL", "another node as a second opinion: if they disagree, UNKNOWN" },
	{ "second-cookie", "FILE", "its user:password" },
	{ "out", "DIR", "where status.json, badge.svg, index.html and evidence/ go" },
	{ "opening", "FILE", "the opened withdrawal commitment; may appear later" },
	{ "once", NULL, "look once and end; the exit code tells the state" },
	{ "interval", "SECONDS", "between looks (default 30)" },
	{ "max-tip-age", "MINUTES", "an older last block means UNKNOWN (default 180)" },
	{ "hook", "PROGRAM", "run as PROGRAM OLD NEW STATUS-FILE when the state changes" },
	{ "json", NULL, "print status.json after each look" },
	{ NULL, NULL, NULL }
};

static const struct command COMMANDS[] = {
	{ "watch", NULL, "Follows the prize's address through a bitcoind and publishes whether it was breached.",
	    WATCH_OPTIONS, "--once: 0 LIVE, 10 UNFUNDED, 11 FUNDING, 20 SPEND_SEEN, 21 KEY_USED,\n"
	    "22 BREACHED_PENDING, 23 BREACHED, 30 WITHDRAWN_PENDING, 31 WITHDRAWN, 40 UNKNOWN", watch_main },
};

enum { NUM_COMMANDS = sizeof COMMANDS / sizeof COMMANDS[0] };

static int
usage(int code)
{
	FILE *out = code == TOOL_DONE ? stdout : stderr;

	fputs("usage: pinata-tool COMMAND [options]\n\n", out);
	for (unsigned i = 0; i < NUM_COMMANDS; i++)
		fprintf(out, "  %-10s %s\n", COMMANDS[i].name, COMMANDS[i].about);
	fputs("\npinata-tool COMMAND --help tells more; man deploy/tool/pinata-tool.1\n", out);
	return code;
}

int
main(int argc, char **argv)
{
	struct args args;

	if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
		return usage(TOOL_DONE);
	umask(022);
	for (unsigned i = 0; argc >= 2 && i < NUM_COMMANDS; i++) {
		if (strcmp(argv[1], COMMANDS[i].name) != 0)
			continue;
		args_read(&args, &COMMANDS[i], argv + 2);
		if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
			tool_die(TOOL_SOURCE, "libcurl does not start");
		return COMMANDS[i].run(&args);
	}
	if (argc >= 2)
		fprintf(stderr, "pinata-tool: there is no command \"%s\"\n", argv[1]);
	return usage(TOOL_USAGE);
}
