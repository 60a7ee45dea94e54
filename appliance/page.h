/* page.h: the answer of port 80, made once at boot.  The request is not read. */
#ifndef APPLIANCE_PAGE_H
#define APPLIANCE_PAGE_H

#include "appliance/boot.h"

/* Make it; the wallet has its key.  Of `boot` only the chain and whether practice is meant is used. */
void page_init(const struct boot *boot);

/* Header and body; valid for ever. */
struct span page_answer(void);

/* "live", "practice", or "practice, open to an outside authority". */
const char *page_mode(const struct boot *boot);

#endif
