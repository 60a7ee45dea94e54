/* markup.c: what several pages write alike: time, PEM, QR code, the frame of a page.  See markup.h. */
#include "appliance/markup.h"

#include "platform/base/text.h"

/*
 * One sheet for all pages; readable without it, on a telephone, and in the dark.  The colours: ground, text, dim text, lines,
 * cards, links, then the two kinds of key.  tests/e2e/browser_test.py computes their contrasts.
 */
static const char HEAD[] =
    "</title>\n<style>:root{color-scheme:light dark;--b:#fffdf9;--f:#221d1a;--d:#665d54;--l:#e0d7ca;--c:#f8f2e8;--h:#a3134a;"
    "--k:#8a4b00;--g:#12663a}@media(prefers-color-scheme:dark){:root{--b:#17151a;--f:#ece8e1;--d:#aca398;--l:#3c3740;"
    "--c:#221f27;--h:#ff92b8;--k:#ffb454;--g:#7fd39d}}*{box-sizing:border-box}"
    "body{margin:0;background:var(--b);color:var(--f);font:1rem/1.6 system-ui,sans-serif}"
    "body::before{content:'';display:block;height:.5rem;background:repeating-linear-gradient(90deg,#e4007c 0 2rem,"
    "#ff9e1b 0 4rem,#ffd100 0 6rem,#00a887 0 8rem,#5b3fb8 0 10rem)}"
    "nav,main{max-width:46rem;margin:auto;padding:.6rem 1rem}nav{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;"
    "border-bottom:1px solid var(--l)}nav a{padding:.1rem 0}a{color:var(--h)}main{padding-bottom:4rem}"
    "h1{font-size:2rem;line-height:1.2;margin:1rem 0 .6rem}h1 svg{vertical-align:middle;margin-right:.8rem}h2{font-size:1.3rem;margin:2.4rem 0 .5rem}h3{font-size:1rem;margin:1.4rem 0 .3rem}"
    "code,pre{font:.9em ui-monospace,monospace;overflow-wrap:anywhere}pre,.x,.t div{background:var(--c);border:1px solid var(--l);"
    "border-radius:.6rem;padding:.7rem .9rem}pre{white-space:pre-wrap;line-height:1.6}"
    "dt,figcaption{color:var(--d);font-size:.9rem}dd{margin:0 0 .7rem}table{border-collapse:collapse;width:100%;font-size:.95rem}"
    "td,th{padding:.35rem .7rem .35rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--l);font-weight:400}"
    "thead th{color:var(--d)}.n{text-align:right;white-space:nowrap}svg{max-width:100%;height:auto}"
    ".x{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;align-items:center}.x dl{flex:1 1 16rem;margin:0}.qr{background:#fff;border-radius:.3rem}"
    ".t{display:grid;grid-template-columns:repeat(auto-fit,minmax(8rem,1fr));gap:.6rem}.t dd{font-size:1.35rem;margin:0}"
    ".practice{border-left:.4rem solid #ff9e1b;padding:.3rem 0 .3rem .9rem}"
    ".codes{padding:0;margin:0;list-style:none}.codes li{word-break:break-all;padding-left:1.5rem;text-indent:-1.5rem}.codes strong{color:var(--g)}"
    ".bar{display:block;width:100%;height:1rem;margin-top:.3rem;fill:#e4007c}"
    "figure{margin:1rem 0}.seq{display:block;width:36rem}.seq text{font-size:12px;fill:var(--f);text-anchor:middle}"
    ".seq .at{font-size:11px;fill:var(--d);text-anchor:start}.seq .keys{fill:var(--d);font-style:italic}"
    ".seq rect{fill:var(--c);stroke:var(--l)}.seq path{fill:none;stroke:var(--f);stroke-width:1.5}.seq .life{stroke:var(--l)}"
    ".seq .k1{stroke:var(--k)}.seq .k2{stroke:var(--g)}"
    "@media(max-width:34rem){table,.codes{font-size:.8rem}td,th{padding-right:.4rem}}@media(max-width:22rem){td{overflow-wrap:anywhere}}</style>\n</head>\n<body>\n<nav>"
    "<a href=\"/\">Pi&ntilde;ata</a><a href=\"/handshake\">Your handshake</a><a href=\"/scoreboard\">Scoreboard</a>"
    "<a href=\"/events\">Events</a><a href=\"/status.json\">Status</a><a href=\"/metrics\">Metrics</a>"
    "<a href=\"/ca.pem\">Authorities</a></nav>\n<main>\n";

void
markup_number(struct outbuf *out, const char *before, uint64_t number, const char *after)
{
	text_string(out, before);
	text_decimal(out, number);
	text_string(out, after);
}

static void
two_digits(struct outbuf *out, uint64_t value, const char *then)
{
	markup_number(out, value < 10 ? "0" : "", value, then);
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
	markup_number(out, "<svg class=\"qr\" role=\"img\" aria-label=\"QR code of the address\" width=\"180\" height=\"180\" "
	    "viewBox=\"-4 -4 ", qr->size + 8u, " ");
	markup_number(out, "", qr->size + 8u, "\"><path fill=\"#000\" d=\"");
	for (size_t y = 0; y < qr->size; y++)
		for (size_t x = 0, run; x < qr->size; x += run) {
			run = 1;
			if (!is_dark(qr, x, y))
				continue;
			while (is_dark(qr, x + run, y))
				run++;
			markup_number(out, "M", x, " ");
			markup_number(out, "", y, "h");
			markup_number(out, "", run, "v1h-");
			markup_number(out, "", run, "z");
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
