/* markup.c: what several pages write alike: time, PEM, QR code, the frame of a page.  See markup.h. */
#include "appliance/markup.h"

#include "platform/base/text.h"

/* One sheet for all pages; readable without it, on a telephone, and in the dark. */
static const char HEAD[] =
    "</title>\n<style>:root{color-scheme:light dark}"
    "body{margin:0 auto;max-width:44rem;padding:1rem;font:1rem/1.55 system-ui,sans-serif}"
    "h1{font-size:1.7rem;margin:.5rem 0}h2{font-size:1.2rem;margin:1.6rem 0 .4rem}"
    "code,pre{font-family:ui-monospace,monospace;font-size:.9em;overflow-wrap:anywhere}"
    "pre{border:1px solid #888;border-radius:.3rem;padding:.6rem;overflow-x:auto}"
    "dt{font-weight:600}dd{margin:0 0 .5rem 0}table{border-collapse:collapse}"
    "td,th{padding:.15rem .8rem .15rem 0;text-align:left;vertical-align:top}"
    "nav a{margin-right:1rem}a{color:inherit}svg{max-width:100%;height:auto}"
    ".practice{border:3px solid #b60;border-radius:.3rem;padding:.5rem 1rem}"
    ".qr{background:#fff;display:block;margin:.5rem 0}</style>\n</head>\n<body>\n<nav>"
    "<a href=\"/\">Pinata</a><a href=\"/scoreboard\">Scoreboard</a><a href=\"/events\">Events</a>"
    "<a href=\"/status.json\">Status</a><a href=\"/metrics\">Metrics</a><a href=\"/ca.pem\">Authorities</a>"
    "</nav>\n<main>\n";

static void
two_digits(struct outbuf *out, uint64_t value, const char *then)
{
	if (value < 10)
		text_string(out, "0");
	text_decimal(out, value);
	text_string(out, then);
}

/* Days to year, month, day in the Gregorian calendar, counted from March so that leap days come last. */
void
markup_utc(struct outbuf *out, uint64_t unix_s)
{
	uint64_t days = unix_s / 86400 + 719468, second = unix_s % 86400;	/* since 0000-03-01 */
	uint64_t era = days / 146097, day = days % 146097;
	uint64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	uint64_t in_year = day - (365 * year + year / 4 - year / 100);
	uint64_t month = (5 * in_year + 2) / 153;

	text_decimal(out, era * 400 + year + (month >= 10));
	text_string(out, "-");
	two_digits(out, month < 10 ? month + 3 : month - 9, "-");
	two_digits(out, in_year - (153 * month + 2) / 5 + 1, "T");
	two_digits(out, second / 3600, ":");
	two_digits(out, second / 60 % 60, ":");
	two_digits(out, second % 60, "Z");
}

void
markup_pem(struct outbuf *out, struct span der)
{
	static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	text_string(out, "-----BEGIN CERTIFICATE-----\n");
	for (size_t i = 0; i < der.len; i += 3) {
		size_t num = der.len - i < 3 ? der.len - i : 3;
		uint32_t group = 0;

		for (size_t j = 0; j < 3; j++)
			group = group << 8 | (j < num ? der.ptr[i + j] : 0);
		for (size_t j = 0; j < 4; j++)
			outbuf_uint(out, j <= num ? (uint8_t)DIGITS[group >> (18 - 6 * j) & 63] : '=', 1);
		if (i % 48 == 45 || i + 3 >= der.len)
			text_string(out, "\n");
	}
	text_string(out, "-----END CERTIFICATE-----\n");
}

static bool
is_dark(const struct boot_qr *qr, size_t x, size_t y)
{
	size_t bit = y * qr->size + x;

	return x < qr->size && (qr->bits[bit / 8] >> (7 - bit % 8) & 1) != 0;
}

/* One path, a rectangle for each dark run of a row; four modules of quiet around (ISO/IEC 18004). */
void
markup_qr(struct outbuf *out, const struct boot_qr *qr)
{
	if (qr->size == 0)
		return;
	text_string(out, "<svg class=\"qr\" role=\"img\" aria-label=\"QR code of the address\" width=\"220\" height=\"220\" "
	    "viewBox=\"-4 -4 ");
	text_decimal(out, qr->size + 8u);
	text_string(out, " ");
	text_decimal(out, qr->size + 8u);
	text_string(out, "\"><path fill=\"#000\" d=\"");
	for (size_t y = 0; y < qr->size; y++)
		for (size_t x = 0, run; x < qr->size; x += run) {
			run = 1;
			if (!is_dark(qr, x, y))
				continue;
			while (is_dark(qr, x + run, y))
				run++;
			text_string(out, "M");
			text_decimal(out, x);
			text_string(out, " ");
			text_decimal(out, y);
			text_string(out, "h");
			text_decimal(out, run);
			text_string(out, "v1h-");
			text_decimal(out, run);
			text_string(out, "z");
		}
	text_string(out, "\"/></svg>\n");
}

void
markup_open(struct outbuf *out, const char *title)
{
	text_string(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	    "<link rel=\"icon\" href=\"data:,\">\n<title>");
	text_string(out, title);
	text_string(out, HEAD);
}

void
markup_close(struct outbuf *out) { text_string(out, "</main>\n</body>\n</html>\n"); }
