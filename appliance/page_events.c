/* page_events.c: the ring of events.c, newest first.  See page_events.h. */
#include "appliance/page_events.h"

#include "appliance/events.h"
#include "appliance/markup.h"
#include "platform/base/text.h"
#include "tlsstack/tls.h"

static void
prefix(struct outbuf *out, uint32_t address)
{
	text_ipv4(out, address);	/* no more of it was kept */
	text_string(out, "/24");
}

static const char *
detail(const struct events_entry *entry)
{
	return entry->kind == EVENTS_TLS_FAILED ? tls_error_name(entry->code) : "";
}

void
page_events_html(struct outbuf *out, uint64_t boot_s)
{
	markup_open(out, "Pi&ntilde;ata: events");
	text_string(out, "<h1>The last events</h1>\n<table>\n<thead><tr><th scope=\"col\">Time</th><th scope=\"col\">Port</th>"
	    "<th scope=\"col\">From</th><th scope=\"col\">What</th></tr></thead>\n");
	for (size_t i = 0; i < events_num(); i++) {
		const struct events_entry *entry = events_last(i);

		text_string(out, "<tr><td>");
		markup_utc(out, boot_s + entry->at_ns / 1000000000);
		text_string(out, "</td><td>");
		text_decimal(out, entry->port);
		text_string(out, "</td><td>");
		prefix(out, entry->address);
		text_string(out, "</td><td>");
		text_string(out, events_name(entry->kind));
		text_string(out, entry->kind == EVENTS_TLS_FAILED ? ": " : "");
		text_string(out, detail(entry));
		text_string(out, "</td></tr>\n");
	}
	text_string(out, "</table>\n");
	markup_close(out);
}

void
page_events_json(struct outbuf *out, uint64_t boot_s)
{
	text_string(out, "{ \"format\": \"pinata-events 1\", \"events\": [");
	for (size_t i = 0; i < events_num(); i++) {
		const struct events_entry *entry = events_last(i);

		text_string(out, i == 0 ? "\n{\"time\":\"" : ",\n{\"time\":\"");
		markup_utc(out, boot_s + entry->at_ns / 1000000000);
		text_string(out, "\",\"port\":");
		text_decimal(out, entry->port);
		text_string(out, ",\"from\":\"");
		prefix(out, entry->address);
		text_string(out, "\",\"event\":\"");
		text_string(out, events_name(entry->kind));
		text_string(out, "\",\"error\":\"");
		text_string(out, detail(entry));
		text_string(out, "\"}");
	}
	text_string(out, "\n] }\n");
}
