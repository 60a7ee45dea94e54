/* http_test.c: requests, right and wrong, whole and byte by byte; limits at and beyond; mutations. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "appliance/http.h"

/* Reads `text` from an exact copy; says how much was taken.  Complete or not. */
static bool
read_bytes(struct http *http, const char *text, size_t len, size_t *taken)
{
	uint8_t *copy = malloc(len == 0 ? 1 : len);
	struct cursor in = cursor_of((struct span){ copy, len });
	bool done;

	if (len > 0)
		memcpy(copy, text, len);
	done = http_parse(http, &in);
	*taken = in.pos;
	free(copy);
	return done;
}

static struct http_request
answer(const char *text)
{
	struct http http = { 0 };
	size_t taken;

	assert_true(read_bytes(&http, text, strlen(text), &taken));
	return http.request;
}

static void
expect(const char *text, enum http_status status, bool persist)
{
	struct http_request request = answer(text);

	assert_int_equal(request.status, status);
	assert_int_equal(request.persist, persist);
}

#define HOST " HTTP/1.1\r\nHost: x\r\n\r\n"

#define NONCE "0123456789abcdeffedcba98765432100123456789abcdeffedcba9876543210"

/* One form, and every other is 400: no other case, length, name, order or escape. */
static void
nonce_of_a_proof(void **state)
{
	static const char *const WRONG[] = {
		"/proof", "/proof?", "/proof?nonce", "/proof?nonce=", "/proof?nonce=" NONCE "0", "/proof?Nonce=" NONCE,
		"/proof?nonce=" NONCE "&x=1", "/proof?x=1&nonce=" NONCE, "/proof?nonce=" NONCE "#", "/proof?nonce=%30" NONCE,
		"/proof?nonce=0123456789ABCDEFfedcba98765432100123456789abcdeffedcba9876543210",
		"/proof?nonce=123456789abcdeffedcba98765432100123456789abcdeffedcba9876543210",
		"/proof?nonce=g123456789abcdeffedcba98765432100123456789abcdeffedcba9876543210",
		"/proof?nonce=+123456789abcdeffedcba98765432100123456789abcdeffedcba9876543210",
		"/proof?nonce=0123456789abcdeffedcba98765432100123456789abcdeffedcba987654321/",
		"/proof?nonce=0123456789abcdeffedcba98765432100123456789abcdeffedcba987654321:",
		"/proof?nonce=0123456789abcdeffedcba98765432100123456789abcdeffedcba987654321`",
	};
	struct http_request request = answer("GET /proof?nonce=" NONCE HOST);
	char text[256];

	(void)state;
	assert_int_equal(request.status, HTTP_200);
	assert_int_equal(request.path, HTTP_PROOF);
	assert_true(request.persist);
	assert_memory_equal(request.nonce, "\x01\x23\x45\x67\x89\xab\xcd\xef\xfe\xdc\xba\x98\x76\x54\x32\x10", 16);
	assert_memory_equal(request.nonce + 16, request.nonce, 16);
	for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
		snprintf(text, sizeof text, "GET %s" HOST, WRONG[i]);
		expect(text, HTTP_400, false);
	}
	expect("GET /proofs?nonce=" NONCE HOST, HTTP_404, true);
	expect("GET //proof?nonce=" NONCE HOST, HTTP_404, true);
	expect("POST /proof?nonce=" NONCE HOST, HTTP_405, false);
}

static void
every_path(void **state)
{
	static const struct { const char *target; enum http_path path; } CASES[] = {
		{ "/", HTTP_FRONT }, { "/ca.pem", HTTP_CA }, { "/status.json", HTTP_STATUS },
		{ "/metrics", HTTP_METRICS }, { "/events", HTTP_EVENTS }, { "/events.json", HTTP_EVENTS_JSON },
		{ "/scoreboard", HTTP_SCOREBOARD }, { "/robots.txt", HTTP_ROBOTS },
		{ "/.well-known/security.txt", HTTP_SECURITY }, { "/handshake", HTTP_HANDSHAKE },
	};
	char text[128];

	(void)state;
	assert_int_equal(sizeof CASES / sizeof CASES[0], HTTP_NUM_PATHS - 1);	/* the proof is the other one */
	for (size_t i = 0; i < HTTP_NUM_PATHS - 1; i++) {
		struct http_request request;

		snprintf(text, sizeof text, "GET %s" HOST, CASES[i].target);
		request = answer(text);
		assert_int_equal(request.status, HTTP_200);
		assert_int_equal(request.path, CASES[i].path);
		assert_true(request.persist && !request.head);
		snprintf(text, sizeof text, "HEAD %s" HOST, CASES[i].target);
		request = answer(text);
		assert_int_equal(request.status, HTTP_200);
		assert_true(request.head);
		snprintf(text, sizeof text, "GET %sx" HOST, CASES[i].target);
		expect(text, HTTP_404, true);
		snprintf(text, sizeof text, "GET %s?" HOST, CASES[i].target);
		expect(text, HTTP_404, true);
	}
}

static void
request_lines(void **state)
{
	(void)state;
	expect("GET / HTTP/1.0\r\n\r\n", HTTP_200, false);
	expect("GET / HTTP/1.0\n\n", HTTP_200, false);		/* typed by hand */
	expect("\r\n\r\nGET /" HOST, HTTP_200, true);
	expect("POST /" HOST, HTTP_405, false);
	expect("OPTIONS *" HOST, HTTP_405, false);
	expect("get /" HOST, HTTP_405, false);
	expect("GETX /" HOST, HTTP_405, false);
	expect("GET *" HOST, HTTP_400, false);
	expect("GET http://x/" HOST, HTTP_400, false);
	expect("GET " HOST, HTTP_400, false);
	expect("GET  /" HOST, HTTP_400, false);
	expect("GET / HTTP/1.1 \r\n", HTTP_400, false);
	expect("GET / HTTP/1.2\r\n", HTTP_400, false);
	expect("GET / HTTP/2.0\r\n", HTTP_400, false);
	expect("GET / http/1.1\r\n", HTTP_400, false);
	expect("GET /\r\n", HTTP_400, false);
	expect("GET\r\n", HTTP_400, false);
	expect(" GET / HTTP/1.1\r\n", HTTP_400, false);
	expect("G\xe9T / HTTP/1.1\r\n", HTTP_400, false);
	expect("GET /\x01 HTTP/1.1\r\n", HTTP_400, false);
	expect("GET /\x7f HTTP/1.1\r\n", HTTP_400, false);
	expect("GET /\r HTTP/1.1\r\n", HTTP_400, false);
	expect("GET /../ca.pem" HOST, HTTP_404, true);
	expect("GET //" HOST, HTTP_404, true);
	expect("GET /%2e" HOST, HTTP_404, true);
}

static void
headers(void **state)
{
	(void)state;
	expect("GET / HTTP/1.1\r\n\r\n", HTTP_400, false);				/* RFC 9112, 3.2 */
	expect("GET / HTTP/1.1\r\nHost: a\r\nHOST: a\r\n", HTTP_400, false);
	expect("GET / HTTP/1.0\r\nHost: a\r\n\r\n", HTTP_200, false);
	expect("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", HTTP_200, false);
	expect("GET / HTTP/1.1\r\nHost: a\r\nconnection: Keep-Alive, CLOSE \r\n\r\n", HTTP_200, false);
	expect("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n", HTTP_200, true);
	expect("GET / HTTP/1.1\r\nHost: a\r\nConnection: closed\r\n\r\n", HTTP_200, true);
	expect("GET / HTTP/1.1\r\nHost: a\r\nX-Connection: close\r\n\r\n", HTTP_200, true);
	expect("GET / HTTP/1.1\r\nHost: a\r\nDate: b\r\nUser-Agent: close\r\n\r\n", HTTP_200, true);	/* names as long */
	expect("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", HTTP_200, true);
	expect("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n", HTTP_200, false);
	expect("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", HTTP_200, false);
	expect("GET / HTTP/1.1\r\n Host: a\r\n", HTTP_400, false);			/* obs-fold */
	expect("GET / HTTP/1.1\r\nHost : a\r\n", HTTP_400, false);
	expect("GET / HTTP/1.1\r\nHost\r\n", HTTP_400, false);
	expect("GET / HTTP/1.1\r\n: a\r\n", HTTP_400, false);
	expect("GET / HTTP/1.1\r\nHost: a\x01\r\n", HTTP_400, false);
	expect("GET / HTTP/1.1\r\nHost: a\rb\r\n", HTTP_400, false);
	expect("GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", HTTP_404, false);
}

/* Line and headers at their limits and one byte beyond. */
static void
limits(void **state)
{
	char text[HTTP_HEADERS_MAX + 1024];
	size_t len, taken;
	struct http http = { 0 };

	(void)state;
	len = (size_t)sprintf(text, "GET /");
	while (len < HTTP_LINE_MAX - strlen(" HTTP/1.1"))
		text[len++] = 'a';
	strcpy(text + len, HOST);
	expect(text, HTTP_404, true);
	strcpy(text + len, "a" HOST);
	expect(text, HTTP_414, false);
	strcpy(text + len, "a HTTP/1.1\n");		/* fits the room, but not the limit */
	expect(text, HTTP_414, false);
	text[len + 9] = '\0';		/* no line end yet: the limit does not wait for it */
	memset(text + len, 'a', 40);
	text[len + 40] = '\0';
	expect(text, HTTP_414, false);

	/* One long header: what does not fit the line is skipped; the sum is limited. */
	len = (size_t)sprintf(text, "GET / HTTP/1.1\r\nHost: a\r\nX: ");
	memset(text + len, 'b', HTTP_HEADERS_MAX - 1 - strlen("Host: a\r\nX: ") - 4);
	len += HTTP_HEADERS_MAX - 1 - strlen("Host: a\r\nX: ") - 4;
	strcpy(text + len, "\r\n\r\n");
	expect(text, HTTP_200, true);
	strcpy(text + len, "b\r\n\r\n");
	expect(text, HTTP_400, false);
	/* Empty lines for ever. */
	memset(text, '\n', HTTP_HEADERS_MAX + 1);
	assert_false(read_bytes(&http, text, HTTP_HEADERS_MAX, &taken));
	assert_true(read_bytes(&http, text, 1, &taken));
	assert_int_equal(http.request.status, HTTP_400);
}

/* A "close" beyond what is kept of a line may have been there: the connection ends. */
static void
long_connection_header(void **state)
{
	char text[1024];
	size_t len = (size_t)sprintf(text, "GET / HTTP/1.1\r\nHost: a\r\nConnection: x");

	(void)state;
	memset(text + len, ' ', 300);
	strcpy(text + len + 300, ", close\r\n\r\n");
	expect(text, HTTP_200, false);
}

static const char TYPICAL[] = "GET /status.json HTTP/1.1\r\nHost: pinata\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n\r\n";

/* Byte by byte it is the same, nothing completes early, and what follows is not touched. */
static void
every_split(void **state)
{
	(void)state;
	for (size_t cut = 0; cut < sizeof TYPICAL - 1; cut++) {
		struct http http = { 0 };
		size_t taken;

		assert_false(read_bytes(&http, TYPICAL, cut, &taken));
		assert_int_equal(taken, cut);
		assert_true(read_bytes(&http, TYPICAL + cut, sizeof TYPICAL - 1 - cut, &taken));
		assert_int_equal(http.request.path, HTTP_STATUS);
		assert_int_equal(http.request.status, HTTP_200);
	}
}

static void
takes_no_byte_more(void **state)
{
	struct http http = { 0 };
	size_t taken;

	(void)state;
	assert_true(read_bytes(&http, "GET / HTTP/1.0\r\n\r\nGET /", 23, &taken));
	assert_int_equal(taken, 18);
}

/* Each byte XOR 01, 80, ff: no crash; 200 only for a path of the list. */
static void
every_mutation(void **state)
{
	static const uint8_t FLIPS[3] = { 0x01, 0x80, 0xff };
	unsigned num_good = 0;

	(void)state;
	for (size_t at = 0; at < sizeof TYPICAL - 1; at++)
		for (size_t flip = 0; flip < sizeof FLIPS; flip++) {
			char bad[sizeof TYPICAL];
			struct http http = { 0 };
			size_t taken;

			memcpy(bad, TYPICAL, sizeof bad);
			bad[at] = (char)(bad[at] ^ FLIPS[flip]);
			if (!read_bytes(&http, bad, sizeof bad - 1, &taken) || http.request.status != HTTP_200)
				continue;
			num_good++;
			/* not in method, target and version; "1.1" XOR 01 is "1.0" */
			assert_true(at > strlen("GET /status.json HTTP/1.1\r\n") - 1 || at == strlen("GET /status.json HTTP/1."));
		}
	assert_true(num_good > 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_path), cmocka_unit_test(nonce_of_a_proof),
		cmocka_unit_test(request_lines),
		cmocka_unit_test(headers),
		cmocka_unit_test(limits),
		cmocka_unit_test(long_connection_header),
		cmocka_unit_test(every_split),
		cmocka_unit_test(takes_no_byte_more),
		cmocka_unit_test(every_mutation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
