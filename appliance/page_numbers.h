/* page_numbers.h: status as JSON, counters for Prometheus, failures as a bar chart. */
#ifndef APPLIANCE_PAGE_NUMBERS_H
#define APPLIANCE_PAGE_NUMBERS_H

#include "appliance/page.h"

/* The schema is in appliance/README.md. */
void page_numbers_status(struct outbuf *out, const struct page_facts *facts, uint64_t now_ns);

/* Prometheus text format 0.0.4. */
void page_numbers_metrics(struct outbuf *out, const struct page_facts *facts, uint64_t now_ns);

void page_numbers_scoreboard(struct outbuf *out);

#endif
