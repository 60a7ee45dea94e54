/*
 * der_write.h: writing DER (X.690), as far as certificates and signatures need it.
 *
 * Appends to an outbuf, whose overflow latches and is asked once at the end.  DER's lengths
 * are minimal, so the size of a header is known only when its content is: der_write_end moves
 * the content up to make room.  Content below 64 KiB (more latches overflow).
 */
#ifndef DER_WRITE_H
#define DER_WRITE_H

#include "platform/base/span.h"

/* Open an element; give the result to der_write_end. */
size_t der_write_begin(struct outbuf *out, uint8_t tag);
void der_write_end(struct outbuf *out, size_t mark);

/* A whole element with this content. */
void der_write(struct outbuf *out, uint8_t tag, struct span content);

/* An INTEGER from a magnitude, big-endian: leading zeros cut, one added where the sign needs it. */
void der_write_positive(struct outbuf *out, struct span magnitude);

/* UTCTime through 2049, GeneralizedTime from 2050 on: RFC 5280, 4.1.2.5. */
void der_write_time(struct outbuf *out, uint64_t seconds);

#endif
