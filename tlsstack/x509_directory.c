/* x509_directory.c: when two directory names are the same.  See x509_directory.h. */
#include "tlsstack/x509_directory.h"

#include "platform/base/bytes.h"
#include "tlsstack/der.h"
#include "tlsstack/x509_name.h"

/* Character strings of which only the characters count: UTF8String, PrintableString, IA5String, T61String. */
static bool
is_text(uint8_t tag)
PRE(true)
ASSIGNS()
{ return tag == DER_UTF8_STRING || tag == 0x13 || tag == DER_IA5_STRING || tag == 0x14; }

/* The next word of the text, which it leaves; false when only spaces are left. */
static bool
next_word(struct span *text, struct span *word)
PRE(FRESH(text) && FRESH(word) && SPAN_VALUE(*text))
ASSIGNS(*text, *word)
POST(text->len <= OLD(text->len) && (!RETVAL || text->len < OLD(text->len)))
{
	size_t start = 0, end;

	if (text->len == 0)		/* and its pointer may be NULL */
		return false;
	while (start < text->len && text->ptr[start] == ' ')
	LOOP_ASSIGNS(start)
	LOOP_INVARIANT(start <= text->len)
	LOOP_DECREASES(text->len - start)
		start++;
	for (end = start; end < text->len && text->ptr[end] != ' ';)
	LOOP_ASSIGNS(end)
	LOOP_INVARIANT(end >= start && end <= text->len)
	LOOP_DECREASES(text->len - end)
		end++;
	*word = (struct span){ text->ptr + start, end - start };
	*text = (struct span){ text->ptr + end, text->len - end };
	return word->len != 0;
}

static bool
same_text(struct span a, struct span b)
PRE(SPAN_VALUE(a) && SPAN_VALUE(b))
ASSIGNS()
{
	struct span word_a, word_b;

	while (next_word(&a, &word_a))
	LOOP_ASSIGNS(a, b, word_a, word_b)
	LOOP_INVARIANT(a.len <= AT_ENTRY(a.len) && b.len <= AT_ENTRY(b.len))
	LOOP_INVARIANT(AT_ENTRY(a.len) == 0 ? a.ptr == AT_ENTRY(a.ptr) : a.ptr == AT_ENTRY(a.ptr) + (AT_ENTRY(a.len) - a.len))
	LOOP_INVARIANT(AT_ENTRY(b.len) == 0 ? b.ptr == AT_ENTRY(b.ptr) : b.ptr == AT_ENTRY(b.ptr) + (AT_ENTRY(b.len) - b.len))
	LOOP_DECREASES(a.len)
		if (!next_word(&b, &word_b) || !x509_name_equal(word_a, word_b))
			return false;
	return !next_word(&b, &word_b);
}

static bool
same_value(struct cursor *a, struct cursor *b)
PRE(CURSOR_FRESH(a) && CURSOR_FRESH(b))
ASSIGNS(a->pos, b->pos)
POST(ADVANCED(a) && ADVANCED(b))
{
	struct cursor content_a, content_b;
	uint8_t tag_a, tag_b;

	if (!der_any(a, &tag_a, &content_a) || !der_any(b, &tag_b, &content_b))
		return false;
	if (is_text(tag_a) && is_text(tag_b))
		return same_text(cursor_rest(&content_a), cursor_rest(&content_b));
	return tag_a == tag_b && bytes_equal(cursor_rest(&content_a), cursor_rest(&content_b));
}

static bool
same_rdn(struct cursor *a, struct cursor *b)
PRE(CURSOR_FRESH(a) && CURSOR_FRESH(b))
ASSIGNS(a->pos, b->pos)
POST(ADVANCED(a) && ADVANCED(b))
POST(!RETVAL || b->pos > OLD(b->pos))
{
	struct cursor set_a, set_b, pair_a, pair_b;
	struct span oid_a, oid_b;

	if (!der_take(a, DER_SET, &set_a) || !der_take(b, DER_SET, &set_b))
		return false;
	while (!cursor_done(&set_a))
	LOOP_ASSIGNS(set_a.pos, set_b.pos, pair_a, pair_b, oid_a, oid_b)
	LOOP_INVARIANT(set_a.pos <= set_a.end && set_b.pos <= set_b.end)
	LOOP_DECREASES(set_a.end - set_a.pos)
		if (!der_take(&set_a, DER_SEQUENCE, &pair_a) || !der_oid(&pair_a, &oid_a) ||
		    !der_take(&set_b, DER_SEQUENCE, &pair_b) || !der_oid(&pair_b, &oid_b) ||
		    !bytes_equal(oid_a, oid_b) || !same_value(&pair_a, &pair_b))
			return false;
	return cursor_done(&set_b);
}

/* Consumes of `name` as many RDNs as `base` has. */
static bool
begins_with(struct cursor *name, struct span base)
PRE(CURSOR_FRESH(name) && SPAN_VALUE(base))
ASSIGNS(name->pos)
POST(ADVANCED(name))
{
	struct cursor first = cursor_of(base);

	while (!cursor_done(&first))
	LOOP_ASSIGNS(name->pos, first.pos)
	LOOP_INVARIANT(first.pos <= first.end && name->pos >= AT_ENTRY(name->pos) && name->pos <= name->end)
	LOOP_DECREASES(first.end - first.pos)
		if (!same_rdn(name, &first))
			return false;
	return true;
}

bool
x509_directory_inside(struct span name, struct span base)
{
	struct cursor rdns = cursor_of(name);

	return begins_with(&rdns, base);
}

bool
x509_directory_equal(struct span a, struct span b)
{
	struct cursor whole_a = cursor_of(a), whole_b = cursor_of(b), rdns_a, rdns_b;

	if (bytes_equal(a, b))
		return true;
	return der_take(&whole_a, DER_SEQUENCE, &rdns_a) && der_take(&whole_b, DER_SEQUENCE, &rdns_b) &&
	    begins_with(&rdns_a, cursor_rest(&rdns_b)) && cursor_done(&rdns_a);
}

bool
x509_self_issued(const struct x509_cert *cert) { return x509_directory_equal(cert->subject, cert->issuer); }
