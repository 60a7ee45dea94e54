/*
 * user.h: CPL3's memory, seen from CPL0: which of it there is, and the only copies across.
 * The checks are exact, so a checked copy can not fault.
 */
#ifndef X86_USER_H
#define X86_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All of [at, at + len) is CPL3's to write; or to read: the same, or its constants.  Not its code. */
bool user_may_write(uint64_t at, uint64_t len);
bool user_may_read(uint64_t at, uint64_t len);

/* Tells whether SMAP must be opened around a copy. */
void user_start(bool smap);

/* Copy out to CPL3 and in from it.  The caller has checked the place in CPL3. */
void user_write(uint8_t *to_app, const uint8_t *from, size_t len);
void user_read(uint8_t *to, const uint8_t *from_app, size_t len);

/* Zero all memory that CPL3 could write. */
void user_wipe(void);

#endif
