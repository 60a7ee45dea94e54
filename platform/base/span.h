/*
 * span.h: bounded views of bytes.  Pure; no I/O, no allocation.
 *
 *   struct span    a read-only view (borrowed; never owns)
 *   struct cursor  a view that is consumed from the front, for parsing
 *   struct outbuf  a caller-owned buffer that is appended to, for building
 *
 * A cursor is a base that never moves and two indices into it: slices share the base.
 * That form keeps proofs of parsers cheap.
 *
 * Readers report every short read at once and consume nothing.  Builders latch the first
 * overflow and are asked once, at the end: a half-built message is never sent.
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "platform/base/contracts.h"

#define MUST_CHECK __attribute__((warn_unused_result))

struct span   { const uint8_t *ptr; size_t len; };
struct cursor { const uint8_t *base; size_t pos, end; };		/* pos <= end */
struct outbuf { uint8_t *ptr; size_t cap; size_t len; bool overflow; };	/* len <= cap */

/* The bytes of a string literal or an array, without copying; NUL of a literal excluded. */
#define SPAN_LITERAL(text)	((struct span){ (const uint8_t *)(text), sizeof(text) - 1 })
#define SPAN_ARRAY(array)	((struct span){ (array), sizeof(array) })

static inline struct cursor
cursor_of(struct span bytes) { return (struct cursor){ bytes.ptr, 0, bytes.len }; }

static inline size_t
cursor_left(const struct cursor *in) { return in->end - in->pos; }

/* What is left, as a span; nothing is consumed. */
static inline struct span
cursor_rest(const struct cursor *in)
{
	if (in->pos == in->end)
		return (struct span){ NULL, 0 };
	return (struct span){ in->base + in->pos, in->end - in->pos };
}

/* Take the first `want` bytes.  False, and nothing consumed, if fewer are left. */
MUST_CHECK static inline bool
cursor_take(struct cursor *in, struct cursor *out, size_t want)
PRE(CURSOR_FRESH(in) && FRESH(out))
ASSIGNS(in->pos, *out)
POST(RETVAL == (want <= in->end - OLD(in->pos)))
POST(in->pos == OLD(in->pos) + (RETVAL ? want : 0))
POST(!RETVAL || (SAME_BASE(out, in) && out->pos == OLD(in->pos) && out->end == in->pos))
{
	if (want > cursor_left(in))
		return false;
	*out = (struct cursor){ in->base, in->pos, in->pos + want };
	in->pos += want;
	return true;
}

/* Read a big-endian integer of `width` bytes, 1..4.  False if fewer are left. */
MUST_CHECK static inline bool
cursor_uint(struct cursor *in, uint32_t *out, size_t width)
PRE(CURSOR_FRESH(in) && FRESH(out))
ASSIGNS(in->pos, *out)
POST(RETVAL == (width <= 4 && width <= in->end - OLD(in->pos)))
POST(in->pos == OLD(in->pos) + (RETVAL ? width : 0))
POST(!RETVAL || (width == 1 ? *out <= 0xff : width == 2 ? *out <= 0xffff : width == 3 ? *out <= 0xffffff : width != 0 || *out == 0))
{
	uint32_t value = 0;

	if (width > 4 || width > cursor_left(in))
		return false;
	for (size_t i = 0; i < width; i++)
	LOOP_ASSIGNS(i, value)
	LOOP_INVARIANT(i <= width && (uint64_t)value < (uint64_t)1 << (8 * i))
	LOOP_INVARIANT(i == 0 || value >> (8 * (i - 1)) == in->base[in->pos])
	LOOP_DECREASES(width - i)
		value = value << 8 | in->base[in->pos + i];
	in->pos += width;
	*out = value;
	return true;
}

/* Read a vector whose length prefix has `width` bytes (RFC 8446, section 3.4). */
MUST_CHECK static inline bool
cursor_vector(struct cursor *in, struct cursor *out, size_t width)
PRE(CURSOR_FRESH(in) && FRESH(out) && width <= 4)
ASSIGNS(in->pos, *out)
POST(in->pos >= OLD(in->pos) && in->pos <= in->end && (RETVAL || in->pos == OLD(in->pos)))
POST(!RETVAL || (SAME_BASE(out, in) && out->pos == OLD(in->pos) + width && out->end == in->pos && out->pos <= out->end))
POST(!RETVAL || (uint64_t)(out->end - out->pos) < (uint64_t)1 << (8 * width))
{
	struct cursor probe = *in;
	uint32_t len;

	if (!cursor_uint(&probe, &len, width) || !cursor_take(&probe, out, len))
		return false;
	in->pos = probe.pos;
	return true;
}

/* Copy the first `len` bytes out.  False, and nothing consumed or written, if fewer are left. */
MUST_CHECK static inline bool
cursor_copy(struct cursor *in, uint8_t *out, size_t len)
PRE(CURSOR_FRESH(in) && len <= INPUT_MAX && FRESH_BYTES(out, len))
ASSIGNS(in->pos, UP_TO(out, len))
POST(RETVAL == (len <= in->end - OLD(in->pos)))
POST(in->pos == OLD(in->pos) + (RETVAL ? len : 0))
{
	if (len > cursor_left(in))
		return false;
	for (size_t i = 0; i < len; i++)
	LOOP_ASSIGNS(i, UP_TO(out, len))
	LOOP_INVARIANT(i <= len)
	LOOP_DECREASES(len - i)
		out[i] = in->base[in->pos + i];
	in->pos += len;
	return true;
}

/* True when everything was consumed: a parser that returns OK has called this. */
MUST_CHECK static inline bool
cursor_done(const struct cursor *in) { return in->pos == in->end; }

static inline struct outbuf
outbuf_of(uint8_t *ptr, size_t cap) { return (struct outbuf){ ptr, cap, 0, false }; }

static inline size_t
outbuf_room(const struct outbuf *out) { return out->cap - out->len; }

static inline struct span
outbuf_span(const struct outbuf *out) { return (struct span){ out->ptr, out->len }; }

/* Append.  When it does not fit, nothing is written and `overflow` stays set. */
static inline void
outbuf_bytes(struct outbuf *out, struct span bytes)
PRE(OUTBUF_FRESH(out) && bytes.len <= INPUT_MAX && FRESH_BYTES(bytes.ptr, bytes.len))
ASSIGNS(out->overflow, out->len, UP_TO(out->ptr, out->cap))
POST(out->len <= out->cap && out->len >= OLD(out->len))
POST(out->overflow ? out->len == OLD(out->len) : out->len == OLD(out->len) + bytes.len)
{
	if (out->overflow || bytes.len > out->cap - out->len) {
		out->overflow = true;
		return;
	}
	for (size_t i = 0; i < bytes.len; i++)
	LOOP_ASSIGNS(i, UP_TO(out->ptr, out->cap))
	LOOP_INVARIANT(i <= bytes.len)
	LOOP_DECREASES(bytes.len - i)
		out->ptr[out->len + i] = bytes.ptr[i];
	out->len += bytes.len;
}

/* Append a big-endian integer of `width` bytes, 1..8; what does not fit the width is cut off. */
static inline void
outbuf_uint(struct outbuf *out, uint64_t value, size_t width)
PRE(OUTBUF_FRESH(out))
ASSIGNS(out->overflow, out->len, UP_TO(out->ptr, out->cap))
POST(out->len <= out->cap && out->len >= OLD(out->len))
POST(out->overflow ? out->len == OLD(out->len) : out->len == OLD(out->len) + width)
{
	if (out->overflow || width > 8 || width > out->cap - out->len) {
		out->overflow = true;
		return;
	}
	for (size_t i = 0; i < width; i++)
	LOOP_ASSIGNS(i, UP_TO(out->ptr, out->cap))
	LOOP_INVARIANT(i <= width)
	LOOP_DECREASES(width - i)
		out->ptr[out->len + i] = (uint8_t)(value >> (8 * (width - 1 - i)) & 0xff);
	out->len += width;
}

/* Open a vector with a length prefix of `width` bytes; give the result to outbuf_vector_end. */
static inline size_t
outbuf_vector(struct outbuf *out, size_t width)
{
	size_t mark = out->len;

	outbuf_uint(out, 0, width);
	return mark;
}

/* Close the vector opened at `mark`: writes its length.  Overflow when the width can not say it. */
static inline void
outbuf_vector_end(struct outbuf *out, size_t mark, size_t width)
PRE(OUTBUF_FRESH(out) && width >= 1 && width <= 4 && (out->overflow || (mark <= out->len && width <= out->len - mark)))
ASSIGNS(out->overflow, UP_TO(out->ptr, out->cap))
{
	size_t len;

	if (out->overflow)
		return;
	len = out->len - mark - width;
	if (width < 4 && len >> (8 * width) != 0) {
		out->overflow = true;
		return;
	}
	for (size_t i = 0; i < width; i++)
	LOOP_ASSIGNS(i, UP_TO(out->ptr, out->cap))
	LOOP_INVARIANT(i <= width)
	LOOP_DECREASES(width - i)
		out->ptr[mark + i] = (uint8_t)(len >> (8 * (width - 1 - i)) & 0xff);
}

#endif
