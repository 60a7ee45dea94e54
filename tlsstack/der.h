/*
 * der.h: a strict reader of DER (X.690), as far as certificates, keys and signatures need it.
 *
 * Reads through cursors.  Every function consumes on true and consumes nothing on false.  What
 * BER would allow besides DER is refused: indefinite and non-minimal lengths, tags in the long
 * form, integers with useless leading bytes, booleans other than 00 and ff.  Bytes are looked at
 * once; work is linear in what is consumed.
 */
#ifndef DER_H
#define DER_H

#include "platform/base/span.h"

enum der_tag {
	DER_BOOLEAN = 0x01, DER_INTEGER = 0x02, DER_BIT_STRING = 0x03, DER_OCTET_STRING = 0x04,
	DER_NULL = 0x05, DER_OID = 0x06, DER_UTF8_STRING = 0x0c, DER_IA5_STRING = 0x16,
	DER_UTC_TIME = 0x17, DER_GENERALIZED_TIME = 0x18, DER_SEQUENCE = 0x30, DER_SET = 0x31
};

/* Context-specific tags: [n] around other elements, and [n] in place of a primitive's tag. */
/* What every reader here promises: progress on true, nothing consumed on false. */
#define DER_CONSUMES(in) \
	(in->pos >= OLD(in->pos) && in->pos <= in->end && (RETVAL ? in->pos >= OLD(in->pos) + 2 : in->pos == OLD(in->pos)))
#define DER_CONTENT(in, content) \
	(!RETVAL || (SAME_BASE(content, in) && content->pos >= OLD(in->pos) + 2 && content->pos <= content->end && \
	    content->end == in->pos))
#define DER_WITHIN(in, span) \
	(!RETVAL || PIECE_OF(in, span))

#define DER_CONTEXT(n)			(0xa0 | (n))
#define DER_CONTEXT_PRIMITIVE(n)	(0x80 | (n))

/* True if the next element has this tag.  Consumes nothing. */
MUST_CHECK bool der_next_is(const struct cursor *in, uint8_t tag)
PRE(CURSOR_FRESH(in))
ASSIGNS()
POST(!RETVAL || in->pos < in->end);

/* Any one element: its tag and its content. */
MUST_CHECK bool der_any(struct cursor *in, uint8_t *tag, struct cursor *content)
PRE(CURSOR_FRESH(in) && FRESH(tag) && FRESH(content))
ASSIGNS(in->pos, *tag, *content)
POST(DER_CONSUMES(in))
POST(DER_CONTENT(in, content));

/* One element with this tag: its content. */
MUST_CHECK bool der_take(struct cursor *in, uint8_t tag, struct cursor *content)
PRE(CURSOR_FRESH(in) && FRESH(content))
ASSIGNS(in->pos, *content)
POST(DER_CONSUMES(in))
POST(DER_CONTENT(in, content));

/* The same; also the whole element, header included. */
MUST_CHECK bool der_whole(struct cursor *in, uint8_t tag, struct span *whole, struct cursor *content)
PRE(CURSOR_FRESH(in) && FRESH(whole) && FRESH(content))
ASSIGNS(in->pos, *whole, *content)
POST(DER_CONSUMES(in))
POST(DER_CONTENT(in, content))
POST(DER_WITHIN(in, whole));

/* A BOOLEAN. */
MUST_CHECK bool der_bool(struct cursor *in, bool *value)
PRE(CURSOR_FRESH(in) && FRESH(value))
ASSIGNS(in->pos, *value)
POST(DER_CONSUMES(in));

/* An INTEGER above zero: its magnitude, without the leading zero that keeps it positive. */
MUST_CHECK bool der_positive(struct cursor *in, struct span *magnitude)
PRE(CURSOR_FRESH(in) && FRESH(magnitude))
ASSIGNS(in->pos, *magnitude)
POST(DER_CONSUMES(in))
POST(DER_WITHIN(in, magnitude) && (!RETVAL || magnitude->len > 0));

/* An INTEGER in 0 .. 2^32 - 1. */
MUST_CHECK bool der_uint32(struct cursor *in, uint32_t *value)
PRE(CURSOR_FRESH(in) && FRESH(value))
ASSIGNS(in->pos, *value)
POST(DER_CONSUMES(in));

/* An OBJECT IDENTIFIER: its content, every arc minimally encoded. */
MUST_CHECK bool der_oid(struct cursor *in, struct span *oid)
PRE(CURSOR_FRESH(in) && FRESH(oid))
ASSIGNS(in->pos, *oid)
POST(DER_CONSUMES(in))
POST(DER_WITHIN(in, oid) && (!RETVAL || oid->len > 0));

/* A BIT STRING of whole bytes. */
MUST_CHECK bool der_bits(struct cursor *in, struct span *bytes)
PRE(CURSOR_FRESH(in) && FRESH(bytes))
ASSIGNS(in->pos, *bytes)
POST(DER_CONSUMES(in))
POST(DER_WITHIN(in, bytes));

/*
 * A BIT STRING of named bits (X.690, 11.2.2: no trailing zero bits), at most 16: bit n of the
 * ASN.1 is 1 << n.
 */
MUST_CHECK bool der_named_bits(struct cursor *in, uint16_t *bits)
PRE(CURSOR_FRESH(in) && FRESH(bits))
ASSIGNS(in->pos, *bits)
POST(DER_CONSUMES(in));

/*
 * A UTCTime (1950 to 2049) or GeneralizedTime as RFC 5280, 4.1.2.5 has them: to the second, in Z.
 * Writers are to use the first where it can say the year; readers MUST take both.  Seconds since
 * 1970; 0 for what is before.
 */
MUST_CHECK bool der_time(struct cursor *in, uint64_t *seconds)
PRE(CURSOR_FRESH(in) && FRESH(seconds))
ASSIGNS(in->pos, *seconds)
POST(DER_CONSUMES(in));

#endif
