/*
 * cc.h: what lwIP asks of compiler and machine (x86-64, clang or gcc).
 * A failed assertion of lwIP is "we are wrong": the machine halts.
 */
#ifndef ARCH_CC_H
#define ARCH_CC_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "platform/base/panic.h"

#ifndef SSIZE_MAX			/* newlib hides it; without it lwIP makes its own ssize_t */
#define SSIZE_MAX LONG_MAX
#endif

#ifndef BYTE_ORDER
#define BYTE_ORDER	1234
#endif
#ifndef LITTLE_ENDIAN
#define LITTLE_ENDIAN	1234
#endif
#ifndef BIG_ENDIAN
#define BIG_ENDIAN	4321
#endif

#define LWIP_NO_INTTYPES_H	1	/* formats are only for debug output, which is off */
#define LWIP_NO_UNISTD_H	1
#define LWIP_NO_CTYPE_H		1
#define X8_F	"x"
#define U16_F	"u"
#define S16_F	"d"
#define X16_F	"x"
#define U32_F	"u"
#define S32_F	"d"
#define X32_F	"x"
#define SZT_F	"zu"

#define lwip_htons(x)	((uint16_t)__builtin_bswap16(x))	/* so that def.c is not needed */
#define lwip_htonl(x)	((uint32_t)__builtin_bswap32(x))

#define LWIP_PLATFORM_DIAG(text)	do { } while (0)
#define LWIP_PLATFORM_ASSERT(text)	PANIC()

uint32_t glue_random(void);
#define LWIP_RAND()	glue_random()

#endif
