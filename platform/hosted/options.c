/* options.c: the command line of build/hosted/pinata.  See options.h. */
#include "platform/hosted/options.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char USAGE[] =
    "usage: pinata --module FILE [--forward IP:PORT:GUEST_PORT ...] [--reach PORT ...]\n"
    "       [--tap NAME] [--log FILE] [--dump FILE] [--record DIR]\n"
    "  --module FILE   the boot module (deploy/practice makes one)\n"
    "  --forward ...   listen on IP:PORT of this machine for GUEST_PORT of the guest 10.0.2.15\n"
    "  --reach PORT    let the guest call PORT of this machine's 127.0.0.1, which it sees as 10.0.2.2\n"
    "  --tap NAME      use this tap device instead of forwards\n"
    "  --log FILE      append the console to FILE too\n"
    "  --dump FILE     write every frame to FILE (pcap)\n"
    "  --record DIR    write each connection to DIR as a transcript for pinata-replay, the seed among it:\n"
    "                  whoever has it has this machine's keys\n";

static bool
port_parse(uint16_t *port, const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end != '\0' || value == 0 || value > 65535)
		return false;
	*port = (uint16_t)value;
	return true;
}

/* "127.0.0.1:8080:80" */
static bool
forward_parse(struct options_forward *forward, const char *text)
{
	char copy[64], *host_port, *guest_port;
	struct in_addr ip;

	if (strlen(text) >= sizeof copy)
		return false;
	strcpy(copy, text);
	host_port = strchr(copy, ':');
	guest_port = strrchr(copy, ':');
	if (host_port == NULL || host_port == guest_port)
		return false;
	*host_port++ = '\0';
	*guest_port++ = '\0';
	if (inet_pton(AF_INET, copy, &ip) != 1)
		return false;
	forward->host_ip = ntohl(ip.s_addr);
	return port_parse(&forward->host_port, host_port) && port_parse(&forward->guest_port, guest_port);
}

static bool
option_parse(struct options *options, const char *name, const char *value)
{
	if (strcmp(name, "--forward") == 0)
		return options->num_forwards < OPTIONS_FORWARDS_MAX &&
		    forward_parse(&options->forwards[options->num_forwards++], value);
	if (strcmp(name, "--reach") == 0)
		return options->num_reach < OPTIONS_REACH_MAX &&
		    port_parse(&options->reach[options->num_reach++], value);
	if (strcmp(name, "--module") == 0)
		options->module = value;
	else if (strcmp(name, "--tap") == 0)
		options->tap = value;
	else if (strcmp(name, "--log") == 0)
		options->log = value;
	else if (strcmp(name, "--dump") == 0)
		options->dump = value;
	else if (strcmp(name, "--record") == 0)
		options->record = value;
	else
		return false;
	return true;
}

bool
options_parse(struct options *options, int argc, char **argv)
{
	memset(options, 0, sizeof *options);
	for (int i = 1; i < argc; i += 2) {
		if (i + 1 < argc && option_parse(options, argv[i], argv[i + 1]))
			continue;
		fprintf(stderr, "pinata: can not use the argument %s%s%s\n%s", argv[i],
		    i + 1 < argc ? " " : "", i + 1 < argc ? argv[i + 1] : "", USAGE);
		return false;
	}
	if (options->module == NULL)
		fprintf(stderr, "pinata: --module is missing\n%s", USAGE);
	else if (options->tap != NULL && options->num_forwards + options->num_reach != 0)
		fprintf(stderr, "pinata: a tap device has no forwards: use --tap alone\n%s", USAGE);
	else
		return true;
	return false;
}
