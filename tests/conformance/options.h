/*
 * options.h: the options that tls_client and tls_server have in common.
 */
#ifndef CONFORMANCE_OPTIONS_H
#define CONFORMANCE_OPTIONS_H

#include <getopt.h>

#include "tlsstack/tls.h"

#define OPTIONS_COMMON													\
	{ "cert", 1, NULL, 'c' }, { "key", 1, NULL, 'k' }, { "version", 1, NULL, 'v' },					\
	{ "suites", 1, NULL, 's' }, { "groups", 1, NULL, 'g' }, { "alpn", 1, NULL, 'p' }

struct options {
	const char *cert, *key;
	bool speaks_13, speaks_12;	/* --version and --suites allow it */
};

/* What every configuration here starts with: all that this stack can do. */
void options_start(struct tls_config *config);

/* One option of getopt_long's; exits with 2 for a value that is not known. */
bool options_take(struct tls_config *config, struct options *options, int option, const char *value);

/* When all are taken: which versions, and the credentials, if both files were named. */
void options_end(struct tls_config *config, struct options *options);

#endif
