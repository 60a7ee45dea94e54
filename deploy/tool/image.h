/* image.h: the hash of a Pinata image, from its ELF file: the same that the running image tells. */
#ifndef TOOL_IMAGE_H
#define TOOL_IMAGE_H

#include "platform/base/span.h"

/*
 * SHA-256 over the bytes in the file of each PT_LOAD segment, in the order of their addresses
 * (platform/platform.h, image_hash).  False if it is not such a file or has a hole.
 */
MUST_CHECK bool image_hash(uint8_t digest[32], struct span elf);

#endif
