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
#define DER_CONTEXT(n)			(0xa0 | (n))
#define DER_CONTEXT_PRIMITIVE(n)	(0x80 | (n))

/* True if the next element has this tag.  Consumes nothing. */
MUST_CHECK bool der_next_is(const struct cursor *in, uint8_t tag);

/* Any one element: its tag and its content. */
MUST_CHECK bool der_any(struct cursor *in, uint8_t *tag, struct cursor *content);

/* One element with this tag: its content. */
MUST_CHECK bool der_take(struct cursor *in, uint8_t tag, struct cursor *content);

/* The same; also the whole element, header included. */
MUST_CHECK bool der_whole(struct cursor *in, uint8_t tag, struct span *whole, struct cursor *content);

/* A BOOLEAN. */
MUST_CHECK bool der_bool(struct cursor *in, bool *value);

/* An INTEGER above zero: its magnitude, without the leading zero that keeps it positive. */
MUST_CHECK bool der_positive(struct cursor *in, struct span *magnitude);

/* An INTEGER in 0 .. 2^32 - 1. */
MUST_CHECK bool der_uint32(struct cursor *in, uint32_t *value);

/* An OBJECT IDENTIFIER: its content, every arc minimally encoded. */
MUST_CHECK bool der_oid(struct cursor *in, struct span *oid);

/* A BIT STRING of whole bytes. */
MUST_CHECK bool der_bits(struct cursor *in, struct span *bytes);

/*
 * A BIT STRING of named bits (X.690, 11.2.2: no trailing zero bits), at most 16: bit n of the
 * ASN.1 is 1 << n.
 */
MUST_CHECK bool der_named_bits(struct cursor *in, uint16_t *bits);

/*
 * A UTCTime or GeneralizedTime as RFC 5280, 4.1.2.5 has them: to the second, in Z, UTCTime for
 * every year that it can say (1950 to 2049).  Seconds since 1970; 0 for what is before.
 */
MUST_CHECK bool der_time(struct cursor *in, uint64_t *seconds);

#endif
