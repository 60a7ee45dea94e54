/* sheet.c: the funding sheet.  See sheet.h. */
#include "deploy/tool/sheet.h"

#include <inttypes.h>
#include <qrencode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deploy/tool/tool.h"
#include "platform/base/panic.h"

/* Capitals make a denser code, and both BIP-21 and BIP-173 allow them; an amount's key does not. */
static char *
payment_text(const struct manifest *manifest, int64_t amount_sat)
{
	char *text = amount_sat == 0 ? tool_format("BITCOIN:%s", manifest->address) :
	    tool_format("bitcoin:%s?amount=%" PRId64 ".%08" PRId64, manifest->address, amount_sat / 100000000,
	    amount_sat % 100000000);

	for (char *c = text; amount_sat == 0 && *c != '\0'; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 32);
	return text;
}

static QRcode *
make_code(const char *text)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);

	if (code == NULL)
		tool_die(TOOL_FILE, "the address does not fit a QR code");
	return code;
}

char *
sheet_bitmap(const struct manifest *manifest)
{
	char *payment = payment_text(manifest, 0), *hex, *text;
	QRcode *code = make_code(payment);
	size_t num_bits = (size_t)code->width * (size_t)code->width, len = (num_bits + 7) / 8;
	uint8_t *bits = tool_alloc(len);

	for (size_t i = 0; i < num_bits; i++)
		if (code->data[i] & 1)
			bits[i / 8] |= (uint8_t)(0x80 >> i % 8);
	hex = tool_alloc(2 * len + 1);
	hex_encode(hex, bits, len);
	text = tool_format("%d %s", code->width, hex);
	QRcode_free(code);
	free(bits);
	free(hex);
	free(payment);
	return text;
}

static void
put_code(FILE *out, const char *text)
{
	QRcode *code = make_code(text);
	int width = code->width;

	fprintf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-4 -4 %d %d\" role=\"img\" "
	    "aria-label=\"QR code of the address\" shape-rendering=\"crispEdges\">\n"
	    "<rect x=\"-4\" y=\"-4\" width=\"%d\" height=\"%d\" fill=\"#fff\"/><path d=\"", width + 8, width + 8, width + 8,
	    width + 8);
	for (int y = 0; y < width; y++)
		for (int x = 0; x < width; x++)
			if (code->data[y * width + x] & 1)
				fprintf(out, "M%d %dh1v1h-1z", x, y);
	fputs("\"/></svg>\n", out);
	QRcode_free(code);
}

/* In fours, so that a person can compare it. */
static void
put_address(FILE *out, const char *address)
{
	fputs("<p class=\"address\">", out);
	for (size_t i = 0; address[i] != '\0'; i++)
		fprintf(out, "%s%c", i > 0 && i % 4 == 0 ? "<wbr> " : "", address[i]);
	fputs("</p>\n", out);
}

char *
sheet_page(const struct manifest *manifest, int64_t amount_sat)
{
	char *text = NULL, *payment = payment_text(manifest, amount_sat);
	const char *chain = manifest->chain->name;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	REQUIRE(out != NULL);
	fprintf(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Fund this Pi\u00f1ata</title>\n"
	    "<style>\nbody { font-family: sans-serif; line-height: 1.5; max-width: 36rem; margin: 2rem auto; padding: 0 1rem }\n"
	    "svg { width: 16rem; max-width: 100%% }\n.address { font-family: monospace; font-size: 1.2rem }\n"
	    "</style>\n</head>\n<body>\n<h1>Fund this Pi\u00f1ata</h1>\n<p>Network: <strong>%s</strong>%s</p>\n", chain,
	    strcmp(chain, "main") == 0 ? "" : ". Its coins are worthless: never send real ones here.");
	put_code(out, payment);
	put_address(out, manifest->address);
	if (amount_sat != 0)
		fprintf(out, "<p>Amount: %" PRId64 ".%08" PRId64 "</p>\n", amount_sat / 100000000, amount_sat % 100000000);
	fprintf(out, "<p>%s</p>\n<p>Compare the address with the published manifest before you send. Whoever breaks the "
	    "machine takes what is here: send only what may be lost. Six confirmations make the prize live.</p>\n"
	    "</body>\n</html>\n", manifest->script_len == 34 ?
	    "Taproot: the key inside can spend at any time, the owner only by a branch of the script and after its height." :
	    "P2WPKH: whoever has the key can spend. The owner's withdrawal is committed to in the manifest.");
	REQUIRE(fclose(out) == 0);
	free(payment);
	return text;
}
