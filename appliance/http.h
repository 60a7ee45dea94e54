/*
 * http.h: a matcher of HTTP/1.1 requests (RFC 9112) for a fixed list of paths.  Not a web server:
 * GET and HEAD, one query (a nonce in hex), no body, absolute-form refused (*unlike* RFC 9112, 3.2.2).  Pure.
 *
 * It reads byte by byte and keeps one line at a time; of headers it asks only whether there is
 * one Host and whether the connection must close.  Nothing that a peer sent leaves this module:
 * what comes out are two small enums and, for a proof, 32 bytes.
 */
#ifndef APPLIANCE_HTTP_H
#define APPLIANCE_HTTP_H

#include "appliance/limits.h"
#include "platform/base/span.h"

/* The pages; http.c has their paths. */
enum http_path {
	HTTP_FRONT, HTTP_CA, HTTP_STATUS, HTTP_METRICS, HTTP_EVENTS, HTTP_EVENTS_JSON, HTTP_SCOREBOARD,
	HTTP_ROBOTS, HTTP_SECURITY, HTTP_HANDSHAKE, HTTP_PROOF,
	HTTP_NUM_PATHS
};

enum http_status { HTTP_200, HTTP_400, HTTP_404, HTTP_405, HTTP_414, HTTP_429, HTTP_NUM_STATUSES };

/* `path` is meant with HTTP_200 only, `nonce` with HTTP_PROOF only.  `persist`: the connection may serve another request. */
struct http_request { enum http_status status; enum http_path path; bool head, persist; uint8_t nonce[32]; };

/* A request that is being read.  All zero at its start; holds no pointer. */
struct http {
	struct http_request request;
	bool in_headers, line_cut, version_11;
	uint8_t num_hosts;
	uint16_t line_len, headers_len;
	uint8_t line[HTTP_LINE_MAX + 1];	/* and a CR */
};

/* For proofs: a request that is not complete, and a part of its line. */
#define HTTP_GOES_ON(http) \
	((http)->line_len <= sizeof (http)->line && (http)->num_hosts <= 1 && (http)->headers_len <= HTTP_HEADERS_MAX)
#define LINE_PART(http, part) \
	((part).len <= sizeof (http)->line && ((part).len == 0 || \
	    __CPROVER_pointer_in_range_dfcc(&(http)->line[0], (part).ptr, &(http)->line[0] + (sizeof (http)->line - (part).len))))

/*
 * Take bytes until the request is complete, and no byte more.  True when it is: http->request
 * says what to answer.  A request that is wrong is complete at once.
 */
MUST_CHECK bool http_parse(struct http *http, struct cursor *in)
PRE(FRESH(http) && HTTP_GOES_ON(http) && CURSOR_FRESH(in))
ASSIGNS(*http, in->pos)
POST(ADVANCED(in) && (RETVAL || (in->pos == in->end && HTTP_GOES_ON(http))));

#endif
