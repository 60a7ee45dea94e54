/*
 * outbuf.h: outbuf_* as their contracts in platform/base/span.h say, without the loops: what is appended is checked and
 * forgotten.  To be included before anything that includes span.h.
 */
#ifndef PROOFS_OUTBUF_H
#define PROOFS_OUTBUF_H

#define outbuf_bytes		span_outbuf_bytes
#define outbuf_uint		span_outbuf_uint
#define outbuf_vector		span_outbuf_vector
#define outbuf_vector_end	span_outbuf_vector_end
#include "platform/base/span.h"
#undef outbuf_bytes
#undef outbuf_uint
#undef outbuf_vector
#undef outbuf_vector_end

#include "tests/proofs/harness/shared.h"

static void
outbuf_more(struct outbuf *out, size_t len)
{
	ASSERT(out->len <= out->cap && (out->cap == 0 || __CPROVER_w_ok(out->ptr, out->cap)));
	if (out->overflow || len > out->cap - out->len)
		out->overflow = true;
	else
		out->len += len;
}

static void
outbuf_bytes(struct outbuf *out, struct span bytes)
{
	ASSERT(bytes.len == 0 || __CPROVER_r_ok(bytes.ptr, bytes.len));
#ifdef OUTBUF_APART	/* what is read is not what is written */
	ASSERT(bytes.len == 0 || !__CPROVER_same_object(bytes.ptr, out->ptr) || bytes.ptr >= out->ptr + out->cap || bytes.ptr + bytes.len <= out->ptr);
#endif
	outbuf_more(out, bytes.len);
}

static void
outbuf_uint(struct outbuf *out, uint64_t value, size_t width)
{
	(void)value;
	ASSERT(width <= 8);
	outbuf_more(out, width);
}

static size_t
outbuf_vector(struct outbuf *out, size_t width)
{
	size_t mark = out->len;

	outbuf_more(out, width);
	return mark;
}

static void
outbuf_vector_end(struct outbuf *out, size_t mark, size_t width)
{
	ASSERT(width >= 1 && width <= 4 && (out->overflow || (mark <= out->len && width <= out->len - mark)));
	if (!out->overflow && width < 4 && (out->len - mark - width) >> (8 * width) != 0)
		out->overflow = true;
}

#endif
