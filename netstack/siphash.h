/*
 * siphash.h: SipHash-2-4, a keyed hash of short inputs (Aumasson and Bernstein, 2012).  Pure.
 * Here it makes numbers that a stranger can not predict: sequence numbers, cookies, ports.
 */
#ifndef NET_SIPHASH_H
#define NET_SIPHASH_H

#include "platform/base/span.h"

#define SIPHASH_KEY_LEN	16

/* CT: key and contents do not leak; lengths do. */
uint64_t siphash(const uint8_t key[SIPHASH_KEY_LEN], struct span bytes)
PRE(FRESH_BYTES(key, SIPHASH_KEY_LEN) && SPAN_VALUE(bytes))
ASSIGNS();

#endif
