/* web.c: fetching a page.  See web.h. */
#include "deploy/tool/web.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deploy/tool/tool.h"

enum { PAGE_MOST = 256 << 10, ANSWER_S = 20, CONNECT_S = 10 };

static size_t
take(char *bytes, size_t one, size_t len, void *data)
{
	struct web_page *page = data;

	(void)one;
	if (len > PAGE_MOST - page->len)
		return 0;
	page->body = tool_grow(page->body, page->len + len + 1);
	memcpy(page->body + page->len, bytes, len);
	page->len += len;
	page->body[page->len] = '\0';
	return len;
}

/* Trust this one authority, and ask for the name that the certificate is for. */
static struct curl_slist *
set_tls(CURL *curl, const struct web_host *host, const char *authority)
{
	struct curl_blob blob = { (void *)authority, strlen(authority), CURL_BLOB_COPY };
	char *route = tool_format("pinata:443:%s:%d", host->name, host->https_port);
	struct curl_slist *routes = curl_slist_append(NULL, route);

	free(route);
	curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &blob);
	curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(curl, CURLOPT_CONNECT_TO, routes);
	return routes;
}

void
web_get(struct web_page *page, const struct web_host *host, const char *path, const char *authority)
{
	CURL *curl = curl_easy_init();
	char *url = authority != NULL ? tool_format("https://pinata%s", path) :
	    tool_format("http://%s:%d%s", host->name, host->http_port, path);
	struct curl_slist *routes = NULL;
	CURLcode result;

	if (curl == NULL)
		tool_die(TOOL_SOURCE, "libcurl does not start");
	memset(page, 0, sizeof *page);
	if (authority != NULL)
		routes = set_tls(curl, host, authority);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, page);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)ANSWER_S);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, page->error);
	result = curl_easy_perform(curl);
	if (result == CURLE_OK)
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &page->status);
	else if (page->error[0] == '\0')
		snprintf(page->error, sizeof page->error, "%s", curl_easy_strerror(result));
	if (page->body == NULL)
		page->body = tool_alloc(1);
	curl_slist_free_all(routes);
	curl_easy_cleanup(curl);
	free(url);
}

void
web_free(struct web_page *page)
{
	free(page->body);
	memset(page, 0, sizeof *page);
}
