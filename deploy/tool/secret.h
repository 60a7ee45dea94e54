/*
 * secret.h: reading a private key from where it may be: a file or standard input, never the
 * command line or the environment.
 */
#ifndef TOOL_SECRET_H
#define TOOL_SECRET_H

#include "deploy/tool/chain.h"

struct secret { uint8_t key[32], public_key[33]; };

/*
 * Reads a boot module, a winner's text, a WIF or 64 hex digits from `path` ("-": standard input,
 * without echo on a terminal).  `*chain` is what the text says ("network:" or "chain"), or stays.
 * WIF needs to know the chain.  Dies unless exactly one key is found.  The text is wiped.
 */
void secret_read(struct secret *secret, const struct chain **chain, const char *path);

/* A fresh key of the kernel's generator. */
void secret_make(struct secret *secret);

void secret_wipe(struct secret *secret);

#endif
