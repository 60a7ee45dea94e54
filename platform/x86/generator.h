/*
 * generator.h: the fast-key-erasure generator behind plat_seed, over SHA-256, because CPL0 has
 * no vector unit.  Pure: no entropy is fetched here.  One state, since the machine has one.
 * CT: key and output do not leak.
 */
#ifndef X86_GENERATOR_H
#define X86_GENERATOR_H

#include "platform/base/sha256.h"
#include "platform/platform.h"

/* The state is SHA-256 of all that entropy.c collected. */
void generator_start(const uint8_t key[SHA256_LEN]);

/*
 * Output is SHA-256(key, 1) and half of SHA-256(key, 2); the key becomes SHA-256(key, 0), before
 * anything is given out.  So who sees the state later learns no earlier output.
 */
void generator_fill(uint8_t seed[PLAT_SEED_LEN]);

/* Forget the state; a later generator_fill is a bug. */
void generator_wipe(void);

#endif
