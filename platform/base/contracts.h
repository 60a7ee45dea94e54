/*
 * contracts.h: what a function demands and promises, written where it is declared.  The compilers
 * see nothing; CBMC (make prove, -DCBMC) checks each function against its contract, and takes
 * the contracts of those that it calls.  Not an interface of the running system.
 */
#ifndef BASE_CONTRACTS_H
#define BASE_CONTRACTS_H

#ifdef CBMC

#define PRE(fact)			__CPROVER_requires(fact)
#define POST(fact)		__CPROVER_ensures(fact)
#define ASSIGNS(...)		__CPROVER_assigns(__VA_ARGS__)
#define LOOP_INVARIANT(fact)	__CPROVER_loop_invariant(fact)
#define LOOP_ASSIGNS(...)	__CPROVER_assigns(__VA_ARGS__)
#define LOOP_DECREASES(value)	__CPROVER_decreases(value)
#define RETVAL			__CPROVER_return_value
#define OLD(value)		__CPROVER_old(value)
#define FRESH(ptr)		__CPROVER_is_fresh((ptr), sizeof *(ptr))
#define FRESH_BYTES(ptr, len)	__CPROVER_is_fresh((ptr), (len))
#define READABLE(ptr, len)	__CPROVER_r_ok((ptr), (len))
#define WRITABLE(ptr, len)	__CPROVER_w_ok((ptr), (len))
#define SAME_POINTER(a, b)	__CPROVER_pointer_equals((a), (b))
/* Two cursors over the same bytes; an empty one has no base to speak of. */
#define SAME_BASE(a, b)		((b)->end == 0 || SAME_POINTER((a)->base, (b)->base))
#define UP_TO(ptr, len)		__CPROVER_object_upto((ptr), (len))
#define REST_OF(ptr)		__CPROVER_object_from((ptr))
#define ALL_OF(ptr)		__CPROVER_object_whole(ptr)	/* the whole object that holds it: promises less, and is cheaper */
/* A span is empty or a piece of what the cursor views. */
#define PIECE_OF(in, span) \
	((span)->len == 0 || ((span)->len <= (in)->end && \
	    __CPROVER_pointer_in_range_dfcc((in)->base, (span)->ptr, (in)->base + ((in)->end - (span)->len))))
/* The same of a cursor passed by value; and a cursor over a part of it. */
#define VIEW(in, span)		PIECE_OF(&(in), span)
#define SLICE(in, out) \
	((out)->end <= (in)->end && (out)->pos <= (out)->end && ((in)->end == 0 || SAME_POINTER((out)->base, (in)->base)))
/* A span passed by value. */
#define SPAN_VALUE(bytes)	((bytes).len <= INPUT_MAX && ((bytes).len == 0 || FRESH_BYTES((bytes).ptr, (bytes).len)))
#define PART_OF(bytes, part) \
	((part).len == 0 || ((part).len <= (bytes).len && \
	    __CPROVER_pointer_in_range_dfcc((bytes).ptr, (part).ptr, (bytes).ptr + ((bytes).len - (part).len))))
/* A span is empty or lies in `len` bytes at `from`: the cheaper form, where what it points to is not read. */
#define LIES_IN(from, length, span) \
	((span).len == 0 || ((span).len <= (length) && __CPROVER_same_object((span).ptr, (from)) && \
	    __CPROVER_POINTER_OFFSET((span).ptr) >= __CPROVER_POINTER_OFFSET(from) && \
	    __CPROVER_POINTER_OFFSET((span).ptr) - __CPROVER_POINTER_OFFSET(from) <= (length) - (span).len))
/* Of a struct tls_err: nothing was wrong. */
#define GOOD			(RETVAL.code == 0)
#define ADVANCED(in)		((in)->pos >= OLD((in)->pos) && (in)->pos <= (in)->end)
#define LARGER(a, b)		((a) > (b) ? (a) : (b))
#define AT_ENTRY(value)		__CPROVER_loop_entry(value)

/* Any index: what is proved of it is proved of all. */
extern const unsigned proof_at;
#define PROOF_AT		((unsigned long)proof_at)

/* No input of a proof is longer: nothing on the wire is (a handshake message's length has 24 bits). */
#define INPUT_MAX		0x1000000u

/* The cursor and the output buffer that a caller passes by pointer, and a cursor passed by value. */
#define CURSOR_FRESH(in) \
	(FRESH(in) && (in)->end <= INPUT_MAX && (in)->pos <= (in)->end && \
	    ((in)->end == 0 || FRESH_BYTES((in)->base, (in)->end)))
#define CURSOR_VALUE(in) \
	((in).end <= INPUT_MAX && (in).pos <= (in).end && ((in).end == 0 || FRESH_BYTES((in).base, (in).end)))
#define OUTBUF_FRESH(out) \
	(FRESH(out) && (out)->cap <= INPUT_MAX && (out)->len <= (out)->cap && FRESH_BYTES((out)->ptr, (out)->cap))

#else

#define PRE(fact)
#define POST(fact)
#define ASSIGNS(...)
#define LOOP_INVARIANT(fact)
#define LOOP_ASSIGNS(...)
#define LOOP_DECREASES(value)

#endif

#endif
