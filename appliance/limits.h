/*
 * limits.h: the appliance's numbers, each with its reason, and the sum of all folders' memory.
 */
#ifndef APPLIANCE_LIMITS_H
#define APPLIANCE_LIMITS_H

/* The boot module.  Two authorities in hex are 4 KiB, all the rest under 1 KiB. */
#define BOOT_MODULE_MAX		8192
#define BOOT_AUTHORITY_MAX	1024	/* bytes of DER: a P-256 authority of OpenSSL is about 450 */

_Static_assert(2 * 2 * BOOT_AUTHORITY_MAX + 1024 <= BOOT_MODULE_MAX, "two authorities fit");

#endif
