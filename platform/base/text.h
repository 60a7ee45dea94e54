/* text.h: numbers and bytes as text, appended to an outbuf.  There is no printf here. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "platform/base/span.h"

void text_string(struct outbuf *out, const char *text);		/* NUL excluded */
void text_decimal(struct outbuf *out, uint64_t value);
void text_hex(struct outbuf *out, struct span bytes);		/* lowercase, two digits a byte */
void text_base64(struct outbuf *out, struct span bytes);	/* RFC 4648, section 4, padded */
void text_hex_number(struct outbuf *out, uint64_t value);	/* "0x", no leading zeros */
void text_ipv4(struct outbuf *out, uint32_t address);		/* host order, dotted */

#endif
