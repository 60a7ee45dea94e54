/*
 * page_handshake.c: the handshake of this very connection: a sequence diagram (inline SVG), the same as a table, what
 * was chosen and why, and what the client offered.  See page_handshake.h; RFC 8446, 2 and 4.
 *
 * Nothing that the client sent is copied: its numbers are written in hex, with names of codes.c.
 */
#include "appliance/page_handshake.h"

#include "appliance/codes.h"
#include "appliance/markup.h"
#include "platform/base/text.h"

enum { SERVER_HELLO = 2 };
enum { TOP = 34, ROW = 34, DIVIDER = 26 };	/* heights of the drawing; its lines stand at x = 42 and 298 */
enum phase { CLEAR, HANDSHAKE_KEYS, APPLICATION_KEYS };

static const char PHASES[][12] = { "in clear", "handshake", "application" };		/* keys of */

/* One message as it is shown. */
struct line { const char *name; struct span code_name; unsigned phase; bool sent, timed; uint64_t at_us; size_t len; };

/* "12.3" */
static void
milliseconds(struct outbuf *out, uint64_t us)
{
	markup_number(out, "", us / 1000, ".");
	text_decimal(out, us / 100 % 10);
}

/* The i-th message; beyond the last come the request and this page. */
static struct line
line_of(const struct page_visit *visit, size_t i)
{
	const struct tls_trace *trace = visit->trace;
	const struct tls_trace_message *message;
	size_t num_hellos = 0, hellos_wanted = visit->info->hello_retry ? 2 : 1;

	if (i >= trace->num_messages)
		return (struct line){ .name = i == trace->num_messages ? "your request" : "this page", .phase = APPLICATION_KEYS,
		    .sent = i > trace->num_messages, .timed = i == trace->num_messages, .at_us = visit->now_us };
	message = &trace->message[i];
	for (size_t j = 0; j < i; j++)
		num_hellos += trace->message[j].kind == SERVER_HELLO;
	return (struct line){
		.name = message->kind == SERVER_HELLO && num_hellos + 1 < hellos_wanted ? "HelloRetryRequest" : "",
		.code_name = codes_message(message->kind),
		.phase = num_hellos >= hellos_wanted && message->kind != TLS_TRACE_CCS ? HANDSHAKE_KEYS : CLEAR,
		.sent = message->sent,
		.timed = i == 0 || trace->message[i - 1].flight != message->flight,
		.at_us = visit->flight_us[message->flight],
		.len = message->len,
	};
}

static void
line_name(struct outbuf *out, const struct line *line)
{
	text_string(out, line->name);
	if (line->name[0] == '\0')
		outbuf_bytes(out, line->code_name);
}

/* ---- The drawing ---------------------------------------------------------------------- */

/* What changes the keys is between two arrows. */
static void
divider(struct outbuf *out, uint64_t y, unsigned phase)
{
	markup_number(out, "<text class=\"keys\" x=\"170\" y=\"", y + 18, "\">from here: ");
	text_string(out, PHASES[phase]);
	text_string(out, " keys</text>\n");
}

/* An arrow from line to line, its name above it; what is protected has a lock where it starts. */
static void
arrow(struct outbuf *out, uint64_t y, const struct line *line)
{
	markup_number(out, "<text x=\"170\" y=\"", y + 20, "\">");
	line_name(out, line);
	if (line->len > 0)
		markup_number(out, ", ", line->len, " B");
	markup_number(out, "</text><path class=\"k", line->phase, line->sent ? "\" d=\"M298 " : "\" d=\"M42 ");
	markup_number(out, "", y + 27, line->sent ? "H44m7-4l-7 4 7 4" : "H296m-7-4l7 4-7 4");
	if (line->phase != CLEAR)
		markup_number(out, line->sent ? "M284 " : "M48 ", y + 22, "h8v-6h-8zm2-6v-2a2 2 0 0 1 4 0v2");
	text_string(out, "\"/>");
	if (line->timed) {
		markup_number(out, "<text class=\"at\" x=\"304\" y=\"", y + 31, "\">");
		milliseconds(out, line->at_us);
		text_string(out, " ms</text>");
	}
	text_string(out, "\n");
}

static void
drawing(struct outbuf *out, const struct page_visit *visit)
{
	size_t num = visit->trace->num_messages + 2u;
	uint64_t height = TOP + num * ROW + 2 * DIVIDER + 12, y = TOP;
	unsigned phase = CLEAR;

	markup_number(out, "<figure>\n<svg class=\"seq\" role=\"img\" aria-labelledby=\"seq-t seq-d\" viewBox=\"0 0 362 ", height,
	    "\">\n<title id=\"seq-t\">Sequence diagram of your handshake</title>\n<desc id=\"seq-d\">");
	markup_number(out, "", num, " messages; a table below says the same.</desc>\n<path class=\"life\" d=\"M42 30V");
	markup_number(out, "", height, "M298 30V");
	markup_number(out, "", height, "\"/>\n<rect width=\"84\" height=\"30\" rx=\"6\"/><rect x=\"256\" width=\"84\" height=\"30\" rx=\"6\"/>"
	    "<text x=\"42\" y=\"20\">your client</text><text x=\"298\" y=\"20\">Pi&ntilde;ata</text>\n");
	for (size_t i = 0; i < num; i++, y += ROW) {
		struct line line = line_of(visit, i);

		if (line.phase > phase) {
			phase = line.phase;
			divider(out, y, phase);
			y += DIVIDER;
		}
		arrow(out, y, &line);
	}
	text_string(out, "</svg>\n<figcaption>At the right the time since your connection was accepted. A lock: encrypted.</figcaption>\n</figure>\n");
}

/* ---- The same in words ---------------------------------------------------------------- */

static void
table(struct outbuf *out, const struct page_visit *visit)
{
	text_string(out, "<h2>The same as a table</h2>\n<table>\n<thead><tr><th scope=\"col\">At, ms</th><th scope=\"col\">From</th>"
	    "<th scope=\"col\">Message</th><th scope=\"col\">Bytes</th><th scope=\"col\">Keys</th></tr></thead>\n");
	for (size_t i = 0; i < visit->trace->num_messages + 2u; i++) {
		struct line line = line_of(visit, i);

		text_string(out, "<tr><td>");
		milliseconds(out, line.at_us);
		text_string(out, line.sent ? "</td><td>Pi&ntilde;ata</td><td>" : "</td><td>you</td><td>");
		line_name(out, &line);
		text_string(out, "</td><td>");
		if (line.len > 0)
			text_decimal(out, line.len);
		text_string(out, "</td><td>");
		text_string(out, PHASES[line.phase]);
		text_string(out, "</td></tr>\n");
	}
	text_string(out, "</table>\n");
}

static void
chosen(struct outbuf *out, const char *what, enum codes_kind kind, uint16_t code, const char *why)
{
	text_string(out, "<dt>");
	text_string(out, what);
	text_string(out, "</dt><dd><code>");
	codes_write(out, kind, code);
	text_string(out, "</code><br>");
	text_string(out, why);
	text_string(out, "</dd>\n");
}

static void
choices(struct outbuf *out, const struct tls_info *info)
{
	text_string(out, "<h2>What was chosen, and why</h2>\n<dl>\n");
	chosen(out, "Version", CODES_VERSION, info->version, "The only one that is spoken here, and you offered it.");
	chosen(out, "Cipher suite", CODES_SUITE, info->suite,
	    "The first of ours, AES-128-GCM before ChaCha20-Poly1305, that you offered.");
	chosen(out, "Group", CODES_GROUP, info->group, info->hello_retry
	    ? "You sent no key share for x25519 or secp256r1, so the HelloRetryRequest asked for one. It cost a round trip."
	    : "The first of ours, x25519 before secp256r1, that your hello had a key share for.");
	chosen(out, "Signature", CODES_SCHEME, info->scheme,
	    "What the key of our certificate makes, and you accept.");
	text_string(out, "<dt>Your certificate</dt><dd>Not asked for. Port 10000 asks.</dd>\n</dl>\n");
}

/* ---- What was offered ----------------------------------------------------------------- */

static void
offered(struct outbuf *out, const char *what, enum codes_kind kind, const struct tls_trace_list *list, uint16_t choice)
{
	size_t kept = list->num < TLS_TRACE_CODES ? list->num : TLS_TRACE_CODES;

	text_string(out, "<h3>");
	text_string(out, what);
	markup_number(out, " (", list->num, ")</h3>\n<ul class=\"codes\">\n");
	for (size_t i = 0; i < kept; i++) {
		text_string(out, "<li><code>");
		codes_write(out, kind, list->code[i]);
		text_string(out, list->code[i] == choice ? "</code> <strong>chosen</strong></li>\n" : "</code></li>\n");
	}
	if (kept < list->num)
		markup_number(out, "<li>and ", list->num - kept, " more</li>\n");
	text_string(out, "</ul>\n");
}

void
page_handshake(struct outbuf *out, const struct page_visit *visit)
{
	markup_open(out, "Your handshake");
	text_string(out, "<h1>Your handshake</h1>\n");
	if (visit == NULL) {
		text_string(out, "<p>This page came to you in clear, so there was no handshake. Ask for it over TLS: the same "
		    "address with <code>https://</code> before it, on port 443.</p>\n<pre>"
		    "curl --insecure https://<em>this machine</em>/handshake</pre>\n");
		markup_close(out);
		return;
	}
	text_string(out, "<p>This is how the connection that carries this page came about, as this machine saw it. It is "
	    "<a href=\"https://www.rfc-editor.org/rfc/rfc8446\">TLS 1.3</a>, spoken by a stack of its own.</p>\n");
	drawing(out, visit);
	choices(out, visit->info);
	table(out, visit);
	text_string(out, "<h2>What your client offered</h2>\n<p>In its order. A number without a name is unknown "
	    "here; GREASE is noise that servers must ignore (RFC 8701).</p>\n");
	offered(out, "Versions", CODES_VERSION, &visit->trace->versions, visit->info->version);
	offered(out, "Cipher suites", CODES_SUITE, &visit->trace->suites, visit->info->suite);
	offered(out, "Groups", CODES_GROUP, &visit->trace->groups, visit->info->group);
	offered(out, "Key shares", CODES_GROUP, &visit->trace->shares, visit->info->group);
	offered(out, "Signature algorithms", CODES_SCHEME, &visit->trace->schemes, visit->info->scheme);
	markup_close(out);
}
