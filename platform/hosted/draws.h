/*
 * draws.h: the scripted generator of a recording: the n-th draw of a seed, so that one seed and
 * a number say what the machine drew.  Not for secrets: hosted refuses chain main, and only a machine that
 * was started with --record uses it.
 */
#ifndef HOSTED_DRAWS_H
#define HOSTED_DRAWS_H

#include "platform/platform.h"

/* SHA-256(seed, number, 0) and the first 16 bytes of SHA-256(seed, number, 1); the number has 8 bytes, big-endian. */
void draws_make(uint8_t draw[PLAT_SEED_LEN], const uint8_t seed[PLAT_SEED_LEN], uint64_t number);

#endif
