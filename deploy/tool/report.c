/* report.c: writing a status as JSON, SVG and HTML.  See report.h. */
#include "deploy/tool/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "deploy/tool/tool.h"
#include "platform/base/panic.h"

static const struct { int exit_code; const char *color; } LOOKS[NUM_STATES] = {
	[STATE_UNKNOWN] = { 40, "#6b6b6b" },
	[STATE_UNFUNDED] = { 10, "#6b6b6b" },
	[STATE_FUNDING] = { 11, "#1f5fa8" },
	[STATE_LIVE] = { 0, "#1f6f3a" },
	[STATE_SPEND_SEEN] = { 20, "#8a5a00" },
	[STATE_KEY_USED] = { 21, "#a3212b" },
	[STATE_BREACHED_PENDING] = { 22, "#a3212b" },
	[STATE_BREACHED] = { 23, "#a3212b" },
	[STATE_WITHDRAWN_PENDING] = { 30, "#5a4a8a" },
	[STATE_WITHDRAWN] = { 31, "#5a4a8a" },
};

int
report_exit_code(enum state state)
{
	REQUIRE((unsigned)state < NUM_STATES);
	return LOOKS[state].exit_code;
}

static json_t *
cause_json(const struct report *report)
{
	const struct activity *cause = report->status.cause;
	char outpoint[80];
	json_t *object;

	if (cause == NULL)
		return json_null();
	snprintf(outpoint, sizeof outpoint, "%s:%" PRIu32, cause->from_txid, cause->index);
	object = json_pack("{s:s, s:s, s:b, s:o}", "txid", cause->txid, "spends", outpoint, "owner",
	    report->status.owner, "evidence", json_sprintf("evidence/%s.json", cause->txid));
	json_object_set_new(object, "height", cause->height == 0 ? json_null() : json_integer(cause->height));
	return object;
}

json_t *
report_json(const struct report *report)
{
	const struct status *status = &report->status;
	json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:I, s:I}", "format", "pinata-watch 1", "state",
	    status_name(status->state), "words", status_words(status->state), "chain", report->manifest->chain->name,
	    "address", report->manifest->address, "practice", report->manifest->practice, "checked_at",
	    (json_int_t)report->checked_s, "valid_until", (json_int_t)report->valid_until_s);

	json_object_set_new(object, "trouble", report->trouble == NULL ? json_null() : json_string(report->trouble));
	if (status->state == STATE_UNKNOWN) {
		json_object_set_new(object, "last_known", report->last_s == 0 ? json_null() : json_pack("{s:s, s:I}",
		    "state", status_name(report->last_state), "at", (json_int_t)report->last_s));
		return object;
	}
	json_object_set_new(object, "height", json_integer(report->tip_height));
	json_object_set_new(object, "tip", json_string(report->tip_hash));
	json_object_set_new(object, "tip_time", json_integer(report->tip_time_s));
	json_object_set_new(object, "confirmations", json_integer(status->num_confirmations));
	json_object_set_new(object, "balance_sat", json_integer(status->balance_sat));
	json_object_set_new(object, "incoming_sat", json_integer(status->incoming_sat));
	json_object_set_new(object, "outputs", json_integer((json_int_t)status->num_outputs));
	json_object_set_new(object, "cause", cause_json(report));
	if (status->owner && status->cause != NULL)
		for (size_t i = 0; i < report->rules->num_openings; i++) {
			char salt[65];

			if (strcmp(report->rules->openings[i].txid, status->cause->txid) != 0)
				continue;
			hex_encode(salt, report->rules->openings[i].salt, 32);
			json_object_set_new(object, "opening", json_pack("{s:s, s:s}", "txid", status->cause->txid,
			    "salt", salt));
		}
	return object;
}

char *
report_badge(const struct report *report)
{
	const char *name = status_name(report->status.state);
	unsigned right = 9 * (unsigned)strlen(name) + 14, width = 58 + right;

	return tool_format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"20\" role=\"img\" "
	    "aria-label=\"Pi\u00f1ata: %s\">\n<title>Pi\u00f1ata: %s</title>\n"
	    "<rect width=\"58\" height=\"20\" fill=\"#333\"/><rect x=\"58\" width=\"%u\" height=\"20\" fill=\"%s\"/>\n"
	    "<g fill=\"#fff\" font-family=\"DejaVu Sans,Verdana,sans-serif\" font-size=\"11\" text-anchor=\"middle\">\n"
	    "<text x=\"29\" y=\"14\">Pi\u00f1ata</text><text x=\"%u\" y=\"14\">%s</text>\n</g>\n</svg>\n", width, name, name,
	    right, LOOKS[report->status.state].color, 58 + right / 2, name);
}

/* Text from a node or a file, escaped for HTML. */
static void
put_escaped(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '<': fputs("&lt;", out); break;
		case '>': fputs("&gt;", out); break;
		case '&': fputs("&amp;", out); break;
		case '"': fputs("&quot;", out); break;
		default: fputc(*text, out);
		}
	}
}

static void
put_row(FILE *out, const char *name, const char *value)
{
	fprintf(out, "<dt>%s</dt><dd>", name);
	put_escaped(out, value);
	fputs("</dd>\n", out);
}

static void
put_time(FILE *out, const char *name, int64_t time_s)
{
	time_t seconds = (time_t)time_s;
	struct tm broken;
	char text[40];

	if (gmtime_r(&seconds, &broken) == NULL || strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &broken) == 0)
		text[0] = '\0';
	put_row(out, name, text);
}

static void
put_facts(FILE *out, const struct report *report)
{
	const struct status *status = &report->status;
	char text[128];

	put_row(out, "Network", report->manifest->chain->name);
	put_row(out, "Address", report->manifest->address);
	put_time(out, "Checked", report->checked_s);
	put_time(out, "Trust this until", report->valid_until_s);
	if (status->state == STATE_UNKNOWN) {
		put_row(out, "Why unknown", report->trouble == NULL ? "" : report->trouble);
		if (report->last_s != 0) {
			put_row(out, "Last known", status_name(report->last_state));
			put_time(out, "At", report->last_s);
		}
		return;
	}
	snprintf(text, sizeof text, "%" PRId32 " (%s)", report->tip_height, report->tip_hash);
	put_row(out, "As of block", text);
	snprintf(text, sizeof text, "%" PRId64 " sat in %zu outputs, %" PRId64 " sat on the way", status->balance_sat,
	    status->num_outputs, status->incoming_sat);
	put_row(out, "Balance", text);
	if (status->cause != NULL) {
		put_row(out, status->owner ? "The owner's transaction" : "Spent by", status->cause->txid);
		snprintf(text, sizeof text, "%" PRId32, status->num_confirmations);
		put_row(out, "Confirmations", text);
		fprintf(out, "<dt>Evidence</dt><dd><a href=\"evidence/%s.json\">bundle to check offline</a></dd>\n",
		    status->cause->txid);
	}
}

char *
report_page(const struct report *report)
{
	const char *name = status_name(report->status.state);
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	REQUIRE(out != NULL);
	fprintf(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	    "<meta http-equiv=\"refresh\" content=\"60\">\n<title>Pi\u00f1ata: %s</title>\n<style>\n"
	    ":root { color-scheme: light dark; font-family: sans-serif; line-height: 1.5 }\n"
	    "body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem }\n"
	    "h1 span { background: %s; color: #fff; padding: .1em .4em; border-radius: .2em; overflow-wrap: anywhere }\n"
	    "dd { margin: 0 0 .6rem; font-family: monospace; overflow-wrap: anywhere }\ndt { font-weight: bold }\n"
	    "</style>\n</head>\n<body>\n<main>\n<h1>Has it been breached? <span>%s</span></h1>\n<p>%s%s</p>\n<dl>\n", name,
	    LOOKS[report->status.state].color, name, status_words(report->status.state),
	    report->manifest->practice ? " This is a practice Pi\u00f1ata: its coins are worthless." : "");
	put_facts(out, report);
	fputs("</dl>\n<h2>How this was found</h2>\n<p>A program that holds no key follows the address through its own "
	    "Bitcoin node. Any transaction that spends from the address is a breach, unless the owner committed to it "
	    "before or it uses the owner's own branch of the script. If the node can not be trusted, this page says "
	    "UNKNOWN. If the time above is past, the program has stopped: read it as UNKNOWN too.</p>\n"
	    "<p>Machine-readable: <a href=\"status.json\">status.json</a>, <a href=\"badge.svg\">badge.svg</a>.</p>\n"
	    "</main>\n</body>\n</html>\n", out);
	REQUIRE(fclose(out) == 0);
	return text;
}
