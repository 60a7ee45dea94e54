/* web.h: fetching a page of a Pinata over HTTP or HTTPS.  Hostile: bounded in time and size, no redirects. */
#ifndef TOOL_WEB_H
#define TOOL_WEB_H

#include <stddef.h>

struct web_host { const char *name; int http_port, https_port; };

struct web_page {
	long status;		/* of HTTP; 0: no answer, and `error` says why */
	char *body;		/* NUL appended; free with web_free */
	size_t len;
	char error[256];
};

/*
 * With `authority` (PEM) over HTTPS: the server's chain must end in exactly that authority and its
 * certificate must be for "pinata", whatever name or address the machine is reached by.
 * Without it over HTTP.
 */
void web_get(struct web_page *page, const struct web_host *host, const char *path, const char *authority);

void web_free(struct web_page *page);

#endif
