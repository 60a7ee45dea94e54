/* relocate.h: hash the image, relocate it, build its page tables; called once, by start.S. */
#ifndef X86_RELOCATE_H
#define X86_RELOCATE_H

#include "platform/base/sha256.h"

/*
 * SHA-256 over the loaded image before relocation: every byte of every PT_LOAD segment that is
 * in the file, in the order of addresses (they follow each other without a hole).
 */
extern uint8_t relocate_image_hash[SHA256_LEN];

/* Returns the slide: how far above the load address everything is mapped now. */
uint64_t relocate(void);

#endif
