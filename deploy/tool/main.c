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

static const struct option_row PROVISION_OPTIONS[] = {
	{ "chain", "NAME", "main, testnet4, signet or regtest (needed)" },
	{ "dir", "DIR", "where boot-module, manifest.json and funding.html go; made with mode 0700 (needed)" },
	{ "address", "IP", "the machine's IPv4 address (needed)" },
	{ "netmask", "IP", "its network mask (needed)" },
	{ "gateway", "IP", "its gateway (needed)" },
	{ "key-file", "FILE", "take this key (WIF or 64 hex digits; - is standard input) instead of a fresh one" },
	{ "owner-key", "HEX", "P2TR with the owner's leaf: the owner's x-only public key" },
	{ "lock-height", "HEIGHT", "before this block the owner can not use the leaf" },
	{ "birth-height", "HEIGHT", "nothing happened before (default: ask the node)" },
	NODE_OPTIONS,
	{ "image", "FILE", "the image whose hash the manifest names" },
	{ "amount", "SAT", "what the funding sheet asks for" },
	{ "funded-sat", "SAT", "less than this is dust, not a prize (default 10000)" },
	{ "confirmations", "N", "that make a state final (default 6)" },
	{ "contact", "URI", "where finders report, for the page's security.txt (mailto: or https:)" },
	{ "event-address", "WORD", "how much of a visitor's address the console tells: prefix (the /24, as without it) or full" },
	{ "practice", NULL, "a practice prize: marked as such, never on main" },
	{ "peer-authority", "DER", "practice: whose client certificates win" },
	{ "server-authority", "DER", "practice: whose server certificates win" },
	{ "json", NULL, "print chain, address and files as JSON" },
	{ NULL, NULL, NULL }
};

#define SWEEP_OPTIONS \
	{ "key-file", "FILE", "the key: boot module, winner's text, WIF or hex (default -: standard input)" }, \
	{ "to", "ADDRESS", "who gets it (needed)" }, \
	{ "fee-rate", "SAT/VB", "the fee (default 10)" }, \
	{ "coins", "FILE", "JSON list of txid, vout, sat, instead of asking the node" }, \
	NODE_OPTIONS, \
	{ "broadcast", NULL, "send it; otherwise it is only printed" }, \
	{ "json", NULL, "print the transaction as JSON" }

static const struct option_row CLAIM_OPTIONS[] = {
	SWEEP_OPTIONS,
	{ "chain", "NAME", "the chain, where the key's text does not say it" },
	{ "manifest", "FILE", "the public manifest: needed for a P2TR prize" },
	{ NULL, NULL, NULL }
};

static const struct option_row WITHDRAW_OPTIONS[] = {
	{ "manifest", "FILE", "the public manifest (needed; --prepare adds to it)" },
	SWEEP_OPTIONS,
	{ "prepare", "FILE", "P2WPKH: sign the withdrawal into FILE and commit to it" },
	{ "send", "FILE", "P2WPKH: open the commitment of FILE, then send it" },
	{ "opening", "FILE", "with --send: where the opening for watch goes" },
	{ NULL, NULL, NULL }
};

static const struct option_row VERIFY_OPTIONS[] = {
	{ "http-port", "PORT", "of the plain page (default 80)" },
	{ "https-port", "PORT", "of the TLS page (default 443)" },
	{ "manifest", "FILE", "the public manifest: address and image are checked against it" },
	{ "image", "FILE", "an image built here: its hash is compared" },
	NODE_OPTIONS,
	{ "bundle", "FILE", "instead of a host: check the evidence of a breach, offline" },
	{ "json", NULL, "print the checks as JSON" },
	{ NULL, NULL, NULL }
};

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
	{ "provision", NULL, "Makes a Pinata's key, boot module, public manifest and funding sheet.", PROVISION_OPTIONS,
	    NULL, provision_main },
	{ "verify", "HOST", "Checks what a visitor can check about a Pinata, and says what can not be checked.",
	    VERIFY_OPTIONS, NULL, verify_main },
	{ "watch", NULL, "Follows the prize's address through a bitcoind and publishes whether it was breached.",
	    WATCH_OPTIONS, "--once: 0 LIVE, 10 UNFUNDED, 11 FUNDING, 20 SPEND_SEEN, 21 KEY_USED,\n"
	    "22 BREACHED_PENDING, 23 BREACHED, 30 WITHDRAWN_PENDING, 31 WITHDRAWN, 40 UNKNOWN", watch_main },
	{ "claim", NULL, "Sweeps the prize to the winner's address.", CLAIM_OPTIONS, NULL, claim_main },
	{ "withdraw", NULL, "Takes the prize back so that it does not count as a breach.", WITHDRAW_OPTIONS, NULL,
	    withdraw_main },
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
