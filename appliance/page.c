/*
 * page.c: a request's response: status line, headers, body (RFC 9110, RFC 9112).  The pages
 * themselves are page_front.c, page_handshake.c, page_numbers.c and page_events.c.
 */
#include "appliance/page.h"

#include "appliance/identity.h"
#include "appliance/limits.h"
#include "appliance/markup.h"
#include "appliance/page_events.h"
#include "appliance/page_front.h"
#include "appliance/page_numbers.h"
#include "appliance/proof.h"
#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "platform/base/text.h"

enum { HEADER_MAX = 640, SECURITY_DAYS = 30 };

static struct page_facts facts;

static const char STATUS_LINES[HTTP_NUM_STATUSES][24] = {
	[HTTP_200] = "200 OK",
	[HTTP_400] = "400 Bad Request",
	[HTTP_404] = "404 Not Found",
	[HTTP_405] = "405 Method Not Allowed",
	[HTTP_414] = "414 URI Too Long",
	[HTTP_429] = "429 Too Many Requests",
};

static const char HTML[] = "text/html; charset=utf-8", TEXT[] = "text/plain; charset=utf-8",
    JSON[] = "application/json";

const char *
page_mode(const struct boot *boot)
{
	if (boot->peer.der_len != 0 || boot->server.der_len != 0)
		return "practice, open to an outside authority";
	return boot->chain == WALLET_MAIN ? "live" : "practice";
}

void
page_init(const struct boot *boot, const uint8_t image_hash[32], uint64_t boot_s)
{
	facts = (struct page_facts){
		.chain = boot->chain,
		.mode = page_mode(boot),
		.practice = boot->chain != WALLET_MAIN,
		.qr = boot->qr,
		.boot_s = boot_s,
	};
	for (size_t i = 0; i < sizeof facts.contact; i++)
		facts.contact[i] = boot->contact[i];
	bytes_copy(facts.image_hash, image_hash, sizeof facts.image_hash);
	wallet_address(facts.address);
}

static void
ca_body(struct outbuf *out)
{
	text_string(out, "Born at boot; their private keys are wiped. The first vouches for the web pages on port 443,\n"
	    "the second for this machine as a server of the prize.\n\n");
	markup_pem(out, identity_authority(SERVICE_WEB));
	text_string(out, "\n");
	markup_pem(out, identity_authority(SERVICE_SERVER));
}

/* RFC 9116.  Only if the owner named a contact. */
static void
security_body(struct outbuf *out, uint64_t now_ns)
{
	text_string(out, "Contact: ");
	text_string(out, facts.contact);
	text_string(out, "\nExpires: ");
	markup_utc(out, facts.boot_s + now_ns / 1000000000 + SECURITY_DAYS * 86400);
	text_string(out, "\nPreferred-Languages: en\n");
}

/* The body of a page; returns its media type. */
static const char *
page_body(struct outbuf *out, enum http_path path, const struct page_visit *visit, uint64_t now_ns)
{
	switch (path) {
	case HTTP_FRONT:
		page_front(out, &facts, now_ns);
		return HTML;
	case HTTP_CA:
		ca_body(out);
		return "application/x-pem-file";
	case HTTP_STATUS:
		page_numbers_status(out, &facts, now_ns);
		return JSON;
	case HTTP_METRICS:
		page_numbers_metrics(out, &facts, now_ns);
		return "text/plain; version=0.0.4; charset=utf-8";
	case HTTP_EVENTS:
		page_events_html(out, facts.boot_s);
		return HTML;
	case HTTP_EVENTS_JSON:
		page_events_json(out, facts.boot_s);
		return JSON;
	case HTTP_SCOREBOARD:
		page_numbers_scoreboard(out);
		return HTML;
	case HTTP_HANDSHAKE:
		page_handshake(out, visit);
		return HTML;
	case HTTP_SECURITY:
		security_body(out, now_ns);
		return TEXT;
	default:
		text_string(out, "User-agent: *\nDisallow: /events\nDisallow: /metrics\n");
		return TEXT;
	}
}

static void
header(struct outbuf *out, const struct http_request *request, const char *type, size_t body_len)
{
	text_string(out, "HTTP/1.1 ");
	text_string(out, STATUS_LINES[request->status]);
	text_string(out, "\r\nContent-Type: ");
	text_string(out, type);
	text_string(out, "\r\nContent-Length: ");
	text_decimal(out, body_len);
	if (request->status == HTTP_429)
		text_string(out, "\r\nRetry-After: 1");
	if (request->status == HTTP_405)
		text_string(out, "\r\nAllow: GET, HEAD");
	if (!request->persist)
		text_string(out, "\r\nConnection: close");
	text_string(out, "\r\nCache-Control: no-store\r\nContent-Security-Policy: default-src 'none'; "
	    "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	    "\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n\r\n");
}

/* The body is written behind room for the longest header, the header then right before it. */
struct span
page_answer(uint8_t room[PAGE_MAX], const struct http_request *request, const struct page_visit *visit, uint64_t now_ns)
{
	struct http_request asked = *request;
	struct outbuf body = outbuf_of(room + HEADER_MAX, PAGE_MAX - HEADER_MAX), head;
	uint8_t head_room[HEADER_MAX];
	const char *type = TEXT;

	if (asked.status == HTTP_200 && asked.path == HTTP_SECURITY && facts.contact[0] == '\0')
		asked.status = HTTP_404;
	if (asked.status == HTTP_200 && asked.path == HTTP_PROOF) {
		asked.status = proof_take(now_ns) ? HTTP_200 : HTTP_429;
		if (asked.status == HTTP_200 && !proof_body(&body, asked.nonce))
			asked.status = HTTP_404;
		type = asked.status == HTTP_200 ? JSON : TEXT;
	} else if (asked.status == HTTP_200) {
		type = page_body(&body, asked.path, visit, now_ns);
	}
	if (asked.status != HTTP_200)
		text_string(&body, STATUS_LINES[asked.status]);
	head = outbuf_of(head_room, sizeof head_room);
	header(&head, &asked, type, body.len);
	REQUIRE(!body.overflow && !head.overflow);
	bytes_copy(room + HEADER_MAX - head.len, head_room, head.len);
	return (struct span){ room + HEADER_MAX - head.len, head.len + (asked.head ? 0 : body.len) };
}
