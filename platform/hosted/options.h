/* options.h: the command line of build/hosted/pinata. */
#ifndef HOSTED_OPTIONS_H
#define HOSTED_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#define OPTIONS_FORWARDS_MAX	16
#define OPTIONS_REACH_MAX	4

/* Connections to host_ip:host_port go to guest_port; all in host order. */
struct options_forward { uint32_t host_ip; uint16_t host_port, guest_port; };

struct options {
	const char *module;	/* path of the boot module */
	const char *tap;	/* name of a tap device, or NULL: libslirp */
	const char *log;	/* path of a copy of the console, or NULL */
	const char *dump;	/* path of a pcap of every frame, or NULL */
	const char *record;	/* folder of transcripts, or NULL */
	struct options_forward forwards[OPTIONS_FORWARDS_MAX];
	unsigned num_forwards;
	uint16_t reach[OPTIONS_REACH_MAX];	/* ports of this machine's 127.0.0.1 that the guest may call */
	unsigned num_reach;
};

/* False, and said on stderr what was wrong, if these are no good arguments. */
bool options_parse(struct options *options, int argc, char **argv);

#endif
