/* page_front.h: the page that a visitor meets first. */
#ifndef APPLIANCE_PAGE_FRONT_H
#define APPLIANCE_PAGE_FRONT_H

#include "appliance/page.h"

void page_front(struct outbuf *out, const struct page_facts *facts, uint64_t now_ns);

#endif
