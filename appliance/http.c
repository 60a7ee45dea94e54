/* http.c: the request-line matcher.  See http.h; RFC 9112, sections 2.2, 3, 5, 9.3, 9.6. */
#include "appliance/http.h"

#include "platform/base/bytes.h"

static const char PATHS[HTTP_NUM_PATHS][32] = {
	[HTTP_FRONT]       = "/",
	[HTTP_CA]          = "/ca.pem",
	[HTTP_STATUS]      = "/status.json",
	[HTTP_METRICS]     = "/metrics",
	[HTTP_EVENTS]      = "/events",
	[HTTP_EVENTS_JSON] = "/events.json",
	[HTTP_SCOREBOARD]  = "/scoreboard",
	[HTTP_ROBOTS]      = "/robots.txt",
	[HTTP_SECURITY]    = "/.well-known/security.txt",
	[HTTP_HANDSHAKE]   = "/handshake",
	[HTTP_PROOF]       = "/proof",
};

static bool
is(struct span bytes, const char *text)
PRE(SPAN_VALUE(bytes) && FRESH_BYTES(text, 32) && text[31] == 0)
ASSIGNS()
{
	size_t len = 0;

	while (text[len] != '\0')
	LOOP_ASSIGNS(len)
	LOOP_INVARIANT(len < __CPROVER_OBJECT_SIZE(text) - __CPROVER_POINTER_OFFSET(text))
	LOOP_DECREASES(__CPROVER_OBJECT_SIZE(text) - len)
		len++;
	return bytes_equal(bytes, (struct span){ (const uint8_t *)text, len });
}

static uint8_t
lower(uint8_t c)
PRE(true)
ASSIGNS()
{ return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c; }

/* The same without regard to case; `text` is in lower case. */
static bool
is_name(struct span bytes, const char *text)
PRE(SPAN_VALUE(bytes) && FRESH_BYTES(text, 32) && text[31] == 0)
ASSIGNS()
{
	for (size_t i = 0; i < bytes.len; i++)
	LOOP_ASSIGNS(i)
	LOOP_INVARIANT(i <= bytes.len && i < __CPROVER_OBJECT_SIZE(text) - __CPROVER_POINTER_OFFSET(text))
	LOOP_DECREASES(bytes.len - i)
		if (text[i] == '\0' || lower(bytes.ptr[i]) != (uint8_t)text[i])
			return false;
	return text[bytes.len] == '\0';
}

/* tchar of RFC 9110, 5.6.2, without the rarer marks: no method or header that matters here has them. */
static bool
is_token(struct span bytes)
PRE(SPAN_VALUE(bytes))
ASSIGNS()
{
	for (size_t i = 0; i < bytes.len; i++)
	LOOP_ASSIGNS(i)
	LOOP_INVARIANT(i <= bytes.len)
	LOOP_DECREASES(bytes.len - i)
	{
		uint8_t c = lower(bytes.ptr[i]);

		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.')
			return false;
	}
	return bytes.len > 0;
}

/* What lies before the first `mark`; `rest` is what follows it.  False if there is none. */
static bool
split(struct span bytes, uint8_t mark, struct span *before, struct span *rest)
PRE(SPAN_VALUE(bytes) && FRESH(before) && FRESH(rest))
ASSIGNS(*before, *rest)
POST(!RETVAL || (before->len < bytes.len && rest->len == bytes.len - before->len - 1))
POST(!RETVAL || (PART_OF(bytes, *before) && PART_OF(bytes, *rest)))
{
	for (size_t i = 0; i < bytes.len; i++)
	LOOP_ASSIGNS(i)
	LOOP_INVARIANT(i <= bytes.len)
	LOOP_DECREASES(bytes.len - i)
	{
		if (bytes.ptr[i] != mark)
			continue;
		*before = (struct span){ bytes.ptr, i };
		*rest = (struct span){ bytes.ptr + i + 1, bytes.len - i - 1 };
		return true;
	}
	return false;
}

static struct span
trim(struct span bytes)
PRE(SPAN_VALUE(bytes))
ASSIGNS()
POST(PART_OF(bytes, RETVAL))
{
	while (bytes.len > 0 && (bytes.ptr[0] == ' ' || bytes.ptr[0] == '\t'))
	LOOP_ASSIGNS(bytes)
	LOOP_INVARIANT(bytes.len <= AT_ENTRY(bytes.len))
	LOOP_INVARIANT(AT_ENTRY(bytes.len) == 0 ? bytes.ptr == AT_ENTRY(bytes.ptr) : bytes.ptr == AT_ENTRY(bytes.ptr) + (AT_ENTRY(bytes.len) - bytes.len))
	LOOP_DECREASES(bytes.len)
		bytes = (struct span){ bytes.ptr + 1, bytes.len - 1 };
	while (bytes.len > 0 && (bytes.ptr[bytes.len - 1] == ' ' || bytes.ptr[bytes.len - 1] == '\t'))
	LOOP_ASSIGNS(bytes.len)
	LOOP_INVARIANT(bytes.len <= AT_ENTRY(bytes.len))
	LOOP_DECREASES(bytes.len)
		bytes.len--;
	return bytes;
}

/* Exactly 64 lowercase hex digits. */
static bool
read_nonce(uint8_t nonce[32], struct span digits)
PRE(FRESH_BYTES(nonce, 32) && SPAN_VALUE(digits))
ASSIGNS(UP_TO(nonce, 32))
{
	if (digits.len != 64)
		return false;
	for (size_t i = 0; i < 64; i++)
	LOOP_ASSIGNS(i, UP_TO(nonce, 32))
	LOOP_INVARIANT(i <= 64)
	LOOP_DECREASES(64 - i)
	{
		uint8_t c = digits.ptr[i];
		unsigned value = c >= '0' && c <= '9' ? c - 48u : c >= 'a' && c <= 'f' ? c - 87u : 16;	/* '0', 'a' - 10 */

		if (value == 16)
			return false;
		nonce[i / 2] = (uint8_t)((unsigned)nonce[i / 2] << 4 | value);
	}
	return true;
}

/* /proof?nonce=<hex>, and nothing like it: a visitor who mistypes is told so. */
static enum http_status
match_proof(struct http *http, struct span target)
PRE(FRESH(http) && LINE_PART(http, target))
ASSIGNS(http->request)
{
	static const char WANT[] = "/proof?nonce=";

	http->request.path = HTTP_PROOF;
	if (target.len < sizeof WANT - 1 || !is((struct span){ target.ptr, sizeof WANT - 1 }, WANT) ||
	    !read_nonce(http->request.nonce, (struct span){ target.ptr + sizeof WANT - 1, target.len - (sizeof WANT - 1) }))
		return HTTP_400;
	return HTTP_200;
}

static enum http_status
match(struct http *http, struct span method, struct span target)
PRE(FRESH(http) && LINE_PART(http, method) && LINE_PART(http, target))
ASSIGNS(http->request)
{
	struct span before, query;

	if (!is(method, "GET") && !is(method, "HEAD"))
		return HTTP_405;
	http->request.head = is(method, "HEAD");
	if (target.len == 0 || target.ptr[0] != '/')
		return HTTP_400;
	if (is(target, PATHS[HTTP_PROOF]) || (split(target, '?', &before, &query) && is(before, PATHS[HTTP_PROOF])))
		return match_proof(http, target);
	for (unsigned i = 0; i < HTTP_NUM_PATHS; i++)
	LOOP_ASSIGNS(i)
	LOOP_INVARIANT(i <= HTTP_NUM_PATHS)
	LOOP_DECREASES(HTTP_NUM_PATHS - i)
	{
		if (!is(target, PATHS[i]))
			continue;
		http->request.path = (enum http_path)i;
		return HTTP_200;
	}
	return HTTP_404;
}

/* method SP target SP version.  False: no such line, or a version that is not spoken here. */
static bool
request_line(struct http *http, struct span line)
PRE(FRESH(http) && LINE_PART(http, line))
ASSIGNS(http->request, http->version_11)
{
	struct span method, target, version, rest;

	if (!split(line, ' ', &method, &rest) || !split(rest, ' ', &target, &version) || !is_token(method))
		return false;
	http->version_11 = is(version, "HTTP/1.1");
	if (!http->version_11 && !is(version, "HTTP/1.0"))
		return false;
	http->request.status = match(http, method, target);
	http->request.persist = http->version_11;
	return true;
}

/* Does the list of tokens say "close"? */
static bool
says_close(struct span list)
PRE(SPAN_VALUE(list))
ASSIGNS()
{
	struct span token;

	while (split(list, ',', &token, &list))
	LOOP_ASSIGNS(list, token)
	LOOP_INVARIANT(list.len <= AT_ENTRY(list.len))
	LOOP_INVARIANT(AT_ENTRY(list.len) == 0 ? list.ptr == AT_ENTRY(list.ptr) : list.ptr == AT_ENTRY(list.ptr) + (AT_ENTRY(list.len) - list.len))
	LOOP_DECREASES(list.len)
		if (is_name(trim(token), "close"))
			return true;
	return is_name(trim(list), "close");
}

/* False for a line that no header may look like (RFC 9112, 5.1 and 5.2). */
static bool
header_line(struct http *http, struct span line)
PRE(FRESH(http) && LINE_PART(http, line) && http->num_hosts <= 1)
ASSIGNS(http->num_hosts, http->request.persist)
POST(!RETVAL || http->num_hosts <= 1)
{
	struct span name, value;

	if (!split(line, ':', &name, &value) || !is_token(name))
		return false;
	value = trim(value);
	if (is_name(name, "host") && ++http->num_hosts > 1)
		return false;
	if (is_name(name, "connection") && (http->line_cut || says_close(value)))
		http->request.persist = false;
	if (is_name(name, "transfer-encoding") || (is_name(name, "content-length") && !is(value, "0")))
		http->request.persist = false;		/* a body follows that nobody reads */
	return true;
}

static bool
finish(struct http *http, enum http_status status)
PRE(FRESH(http))
ASSIGNS(http->request.status, http->request.persist)
POST(RETVAL)
{
	http->request.status = status;
	if (status != HTTP_200 && status != HTTP_404)
		http->request.persist = false;
	return true;
}

/* A whole line, its end cut off.  True when the request is complete. */
static bool
end_of_line(struct http *http)
PRE(FRESH(http) && HTTP_GOES_ON(http))
ASSIGNS(*http)
POST(http->line_len == 0 && http->headers_len == OLD(http->headers_len) && (RETVAL || http->num_hosts <= 1))
{
	struct span line = { http->line, http->line_len };

	http->line_len = 0;
	if (line.len > 0 && line.ptr[line.len - 1] == '\r' && !http->line_cut)
		line.len--;
	if (!http->in_headers && line.len > HTTP_LINE_MAX)
		return finish(http, HTTP_414);
	for (size_t i = 0; i < line.len; i++)
	LOOP_ASSIGNS(i)
	LOOP_INVARIANT(i <= line.len)
	LOOP_DECREASES(line.len - i)
		if ((line.ptr[i] < ' ' && line.ptr[i] != '\t') || line.ptr[i] == 0x7f)
			return finish(http, HTTP_400);
	if (!http->in_headers) {
		if (line.len == 0)
			return false;			/* RFC 9112, 2.2: empty lines before a request; counted */
		http->in_headers = true;
		return request_line(http, line) ? false : finish(http, HTTP_400);
	}
	if (line.len == 0)
		return finish(http, http->version_11 && http->num_hosts == 0 ? HTTP_400 : http->request.status);
	if (!header_line(http, line))
		return finish(http, HTTP_400);
	http->line_cut = false;
	return false;
}

bool
http_parse(struct http *http, struct cursor *in)
{
	uint8_t byte;

	while (cursor_copy(in, &byte, 1))
	LOOP_ASSIGNS(byte, *http, in->pos)
	LOOP_INVARIANT(in->pos >= AT_ENTRY(in->pos) && in->pos <= in->end && HTTP_GOES_ON(http))
	LOOP_DECREASES(in->end - in->pos)
	{
		if ((http->in_headers || http->line_len == 0) && ++http->headers_len > HTTP_HEADERS_MAX)
			return finish(http, HTTP_400);
		if (byte == '\n') {
			if (end_of_line(http))
				return true;
		} else if (http->line_len < sizeof http->line) {
			http->line[http->line_len++] = byte;
		} else if (!http->in_headers) {
			return finish(http, HTTP_414);
		} else {
			http->line_cut = true;		/* the rest of a long header is skipped */
		}
	}
	return false;
}
