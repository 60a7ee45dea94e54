/* page_events.h: the last events, for people and for programs. */
#ifndef APPLIANCE_PAGE_EVENTS_H
#define APPLIANCE_PAGE_EVENTS_H

#include "platform/base/span.h"

/* Times are shown as UTC, counted from boot.  Addresses are cut to their /24: visitors see each other here. */
void page_events_html(struct outbuf *out, uint64_t boot_s);
void page_events_json(struct outbuf *out, uint64_t boot_s);

#endif
