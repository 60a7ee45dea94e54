/* page.c: the one static page, HTTP/1.1 (RFC 9112), HTML without script, image or form. */
#include "appliance/page.h"

#include "appliance/limits.h"
#include "platform/base/panic.h"
#include "platform/base/text.h"

enum { BODY_MAX = PAGE_MAX - 512 };

static const char STYLE[] =
    "body{max-width:42em;margin:2em auto;padding:0 1em;font:1em/1.5 sans-serif}"
    "code{overflow-wrap:anywhere}"
    ".practice{border:3px solid;padding:.5em 1em}";

static struct { size_t len; uint8_t bytes[PAGE_MAX]; } page;

const char *
page_mode(const struct boot *boot)
{
	if (boot->peer.der_len != 0 || boot->server.der_len != 0)
		return "practice, open to an outside authority";
	return boot->chain == WALLET_MAIN ? "live" : "practice";
}

static void
make_body(struct outbuf *out, const struct boot *boot)
{
	char address[WALLET_ADDRESS_MAX];

	wallet_address(address);
	text_string(out, "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width\">\n<title>Pinata</title>\n<style>");
	text_string(out, STYLE);
	text_string(out, "</style>\n<h1>Pinata</h1>\n");
	if (boot->chain != WALLET_MAIN)
		text_string(out, "<p class=\"practice\"><strong>This is practice.</strong> "
		    "The coins here are worth nothing.</p>\n");
	text_string(out, "<p>This machine holds the private key of a Bitcoin address. It gives the key to whoever "
	    "completes a TLS handshake on port 10000 with a client certificate that it accepts, or finds another "
	    "way in. Break it and the coins are yours.</p>\n<dl>\n<dt>Address</dt><dd><code>");
	text_string(out, address);
	text_string(out, "</code></dd>\n<dt>Chain</dt><dd>");
	text_string(out, wallet_chain_name(boot->chain));
	text_string(out, "</dd>\n<dt>Mode</dt><dd>");
	text_string(out, page_mode(boot));
	text_string(out, "</dd>\n</dl>\n<p>Attack this machine and nothing else: not its host, not its "
	    "network, not its visitors.</p>\n</html>\n");
}

void
page_init(const struct boot *boot)
{
	uint8_t body_room[BODY_MAX];
	struct outbuf body = outbuf_of(body_room, sizeof body_room);
	struct outbuf out = outbuf_of(page.bytes, sizeof page.bytes);

	make_body(&body, boot);
	text_string(&out, "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: ");
	text_decimal(&out, body.len);
	text_string(&out, "\r\nConnection: close\r\nCache-Control: no-store\r\n"
	    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n"
	    "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n\r\n");
	outbuf_bytes(&out, outbuf_span(&body));
	REQUIRE(!body.overflow && !out.overflow);
	page.len = out.len;
}

struct span
page_answer(void) { return (struct span){ page.bytes, page.len }; }
