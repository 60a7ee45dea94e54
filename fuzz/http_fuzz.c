/* http_fuzz.c: the request matcher, fed whole and cut in two at a place that the input chooses. */
#include <stdlib.h>
#include <string.h>

#include "appliance/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct http whole = { 0 }, split = { 0 };
	struct cursor in, head, tail;
	bool done, done_split;

	if (len == 0)
		return 0;
	in = cursor_of((struct span){ data + 1, len - 1 });
	head = tail = in;
	head.end = tail.pos = data[0] % len;
	done = http_parse(&whole, &in);
	done_split = http_parse(&split, &head) || http_parse(&split, &tail);
	if (done != done_split || memcmp(&whole.request, &split.request, sizeof whole.request) != 0
	    || whole.request.status >= HTTP_NUM_STATUSES || whole.request.path >= HTTP_NUM_PATHS)
		abort();
	return 0;
}
