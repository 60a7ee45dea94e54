/* base64.h: RFC 4648, section 4, decoding; strict: padded, no line breaks, unused bits zero.  Pure. */
#ifndef TOOL_BASE64_H
#define TOOL_BASE64_H

#include "platform/base/span.h"

/* False if the text is not base64 or gives more than `room` bytes; `bytes` may be written then. */
MUST_CHECK bool base64_decode(uint8_t *bytes, size_t *len, size_t room, struct span text);

#endif
