/* x509_constraint.c: name constraints.  See x509_constraint.h. */
#include "tlsstack/x509_constraint.h"

#include "platform/base/bytes.h"
#include "tlsstack/der.h"
#include "tlsstack/x509_directory.h"
#include "tlsstack/x509_name.h"
#include "tlsstack/x509_oid.h"

#define PERMITTED	0
#define EXCLUDED	1

/* GeneralSubtree: minimum is 0 (so not written) and maximum absent: nothing but the base. */
static bool
next_subtree(struct cursor *subtrees, struct x509_name *base)
PRE(CURSOR_FRESH(subtrees) && FRESH(base))
ASSIGNS(subtrees->pos, *base)
POST(ADVANCED(subtrees) && (!RETVAL || (subtrees->pos > OLD(subtrees->pos) && PIECE_OF(subtrees, &base->value))))
{
	struct cursor subtree;

	return der_take(subtrees, DER_SEQUENCE, &subtree) && x509_name_parse(base, &subtree) && cursor_done(&subtree);
}

/* An address and a mask of as many bytes, ones before zeros. */
static bool
range_ok(struct span range)
PRE(SPAN_VALUE(range))
ASSIGNS()
POST(!RETVAL || range.len == 8 || range.len == 32)
{
	size_t half = range.len / 2;
	bool ended = false;

	if (range.len != 8 && range.len != 32)
		return false;
	for (size_t i = 0; i < half * 8; i++)
	LOOP_ASSIGNS(i, ended)
	LOOP_INVARIANT(i <= half * 8)
	LOOP_DECREASES(half * 8 - i)
	{
		bool one = (range.ptr[half + i / 8] >> (7 - i % 8) & 1) != 0;

		if (one && ended)
			return false;
		ended = ended || !one;
	}
	return true;
}

static struct span
after_period(struct span text)
PRE(SPAN_VALUE(text))
ASSIGNS()
POST(PART_OF(text, RETVAL))
{
	return text.len > 0 && text.ptr[0] == '.' ? (struct span){ text.ptr + 1, text.len - 1 } : text;
}

/* The bases' own syntax: a host (an empty one is any host), a range, a mailbox or host or .domain. */
static bool
base_ok(const struct x509_name *base)
PRE(FRESH(base) && SPAN_VALUE(base->value))
ASSIGNS()
{
	switch (base->form) {
	case X509_NAME_DNS:
		return base->value.len == 0 || x509_name_host_ok(base->value);
	case X509_NAME_IP:
		return range_ok(base->value);
	case X509_NAME_EMAIL:
		return x509_name_ok(base) || x509_name_host_ok(after_period(base->value));
	default:
		return true;
	}
}

static bool
subtrees_ok(struct cursor *in, uint8_t which)
PRE(CURSOR_FRESH(in))
ASSIGNS(in->pos)
POST(ADVANCED(in))
{
	struct cursor subtrees;
	struct x509_name base;

	if (!der_next_is(in, DER_CONTEXT(which)))
		return true;
	if (!der_take(in, DER_CONTEXT(which), &subtrees) || cursor_done(&subtrees))
		return false;
	while (!cursor_done(&subtrees))
	LOOP_ASSIGNS(subtrees.pos, base)
	LOOP_INVARIANT(subtrees.pos <= subtrees.end)
	LOOP_DECREASES(subtrees.end - subtrees.pos)
		if (!next_subtree(&subtrees, &base) || !base_ok(&base))
			return false;
	return true;
}

bool
x509_constraint_ok(struct span constraints)
{
	struct cursor in = cursor_of(constraints);

	return !cursor_done(&in) && subtrees_ok(&in, PERMITTED) && subtrees_ok(&in, EXCLUDED) && cursor_done(&in);
}

static struct span
from(struct span text, size_t start)
PRE(SPAN_VALUE(text) && text.len > 0 && start <= text.len)
ASSIGNS()
POST(RETVAL.len == text.len - start)
{ return (struct span){ text.ptr + start, text.len - start }; }

static bool
ends_in(struct span text, struct span end)
PRE(SPAN_VALUE(text) && SPAN_VALUE(end) && text.len > 0)
ASSIGNS()
POST(!RETVAL || text.len >= end.len)
{
	return text.len >= end.len && x509_name_equal(from(text, text.len - end.len), end);
}

/* Where `c` first stands; the length when nowhere. */
static size_t
find(struct span text, uint8_t c)
PRE(SPAN_VALUE(text))
ASSIGNS()
POST(RETVAL <= text.len)
POST(PROOF_AT >= text.len || text.ptr[PROOF_AT] != c || RETVAL <= PROOF_AT)
{
	size_t at = 0;

	while (at < text.len && text.ptr[at] != c)
	LOOP_ASSIGNS(at)
	LOOP_INVARIANT(at <= text.len && (PROOF_AT >= at || text.ptr[PROOF_AT] != c))
	LOOP_DECREASES(text.len - at)
		at++;
	return at;
}

/*
 * A host is inside a base that is itself or a parent.  A wildcard is inside a permitted base when
 * all it stands for is; it is inside an excluded base when anything it stands for may be.
 */
static bool
dns_inside(struct span name, struct span base, uint8_t which)
PRE(SPAN_VALUE(name) && SPAN_VALUE(base) && name.len > 0)
ASSIGNS()
{
	if (base.len == 0)
		return true;
	if (ends_in(name, base) && (name.len == base.len || name.ptr[name.len - base.len - 1] == '.'))
		return true;
	return which == EXCLUDED && name.ptr[0] == '*' && x509_name_equal(from(name, 1), from(base, find(base, '.')));
}

static bool
ip_inside(struct span address, struct span range)
PRE(SPAN_VALUE(address) && SPAN_VALUE(range))
ASSIGNS()
{
	if (range.len != 2 * address.len)
		return false;
	for (size_t i = 0; i < address.len; i++)
	LOOP_ASSIGNS(i)
	LOOP_INVARIANT(i <= address.len)
	LOOP_DECREASES(address.len - i)
		if (((address.ptr[i] ^ range.ptr[i]) & range.ptr[address.len + i]) != 0)
			return false;
	return true;
}

/* A base with @ is one mailbox; with a leading period, every host below a domain; else one host. */
static bool
email_inside(struct span mailbox, struct span base)
PRE(SPAN_VALUE(mailbox) && SPAN_VALUE(base))
ASSIGNS()
{
	size_t local = find(mailbox, '@'), base_local = find(base, '@');
	struct span host;

	if (local == mailbox.len || base.len == 0)	/* neither is, where names and bases were found well-formed */
		return false;
	host = from(mailbox, local + 1);
	if (base_local < base.len)
		return bytes_equal((struct span){ mailbox.ptr, local }, (struct span){ base.ptr, base_local }) &&
		    x509_name_equal(host, from(base, base_local + 1));
	if (base.ptr[0] == '.')
		return host.len > base.len && ends_in(host, base);
	return x509_name_equal(host, base);
}

static bool
inside(const struct x509_name *name, const struct x509_name *base, uint8_t which)
PRE(FRESH(name) && SPAN_VALUE(name->value) && FRESH(base) && SPAN_VALUE(base->value))
PRE(name->form != X509_NAME_DNS || name->value.len > 0)
ASSIGNS()
{
	switch (name->form) {
	case X509_NAME_DNS:
		return dns_inside(name->value, base->value, which);
	case X509_NAME_IP:
		return ip_inside(name->value, base->value);
	case X509_NAME_EMAIL:
		return email_inside(name->value, base->value);
	case X509_NAME_DIRECTORY:
		return x509_directory_inside(name->value, base->value);
	default:
		return which == EXCLUDED;	/* not processed, so rejected */
	}
}

/* One name: not inside any excluded base, and where bases of its form are permitted, inside one. */
static bool
allows(struct span constraints, const struct x509_name *name, uint32_t *budget)
PRE(SPAN_VALUE(constraints) && FRESH(name) && SPAN_VALUE(name->value) && FRESH(budget))
ASSIGNS(*budget)
POST(*budget <= OLD(*budget))
{
	struct cursor in = cursor_of(constraints), subtrees;
	bool named = false, found = false;
	struct x509_name base;

	if (!x509_name_ok(name))
		return false;
	for (uint8_t which = PERMITTED; which <= EXCLUDED; which++)
	LOOP_ASSIGNS(which, in.pos, subtrees, base, *budget, named, found)
	LOOP_INVARIANT(which <= EXCLUDED + 1 && in.pos <= in.end && *budget <= AT_ENTRY(*budget))
	LOOP_DECREASES(EXCLUDED + 1 - which)
	{
		if (!der_take(&in, DER_CONTEXT(which), &subtrees))
			continue;
		while (next_subtree(&subtrees, &base))
		LOOP_ASSIGNS(subtrees.pos, base, *budget, named, found)
		LOOP_INVARIANT(subtrees.pos <= subtrees.end && *budget <= AT_ENTRY(*budget))
		LOOP_DECREASES(subtrees.end - subtrees.pos)
		{
			if (*budget == 0)
				return false;
			(*budget)--;
			if (base.form != name->form)
				continue;
			if (which == EXCLUDED && inside(name, &base, EXCLUDED))
				return false;
			named = named || which == PERMITTED;
			found = found || (which == PERMITTED && inside(name, &base, PERMITTED));
		}
	}
	return found || !named;
}

/* An attribute of a directory name: its value, and whether it is emailAddress of PKCS#9 (4.1.2.6). */
static bool
read_attribute(struct cursor *pair, struct span *content, bool *is_mailbox)
PRE(CURSOR_FRESH(pair) && FRESH(content) && FRESH(is_mailbox))
ASSIGNS(pair->pos, *content, *is_mailbox)
POST(!RETVAL || PIECE_OF(pair, content))
{
	struct cursor value;
	struct span oid;
	uint8_t tag;

	if (!der_oid(pair, &oid) || !der_any(pair, &tag, &value))
		return false;
	*content = cursor_rest(&value);
	*is_mailbox = x509_oid_is(oid, OID_EMAIL_ADDRESS, sizeof OID_EMAIL_ADDRESS - 1);
	return true;
}

/* Mailboxes in the subject's directory name. */
static bool
allows_mailboxes(struct span constraints, struct span rdns, uint32_t *budget)
PRE(SPAN_VALUE(constraints) && SPAN_VALUE(rdns) && FRESH(budget))
ASSIGNS(*budget)
POST(*budget <= OLD(*budget))
{
	struct cursor in = cursor_of(rdns), set, pair;
	struct x509_name name = { X509_NAME_EMAIL, { NULL, 0 } };
	bool is_mailbox;

	while (der_take(&in, DER_SET, &set))
	LOOP_ASSIGNS(in.pos, set, pair, name.value, is_mailbox, *budget)
	LOOP_INVARIANT(in.pos <= in.end && *budget <= AT_ENTRY(*budget))
	LOOP_DECREASES(in.end - in.pos)
		while (der_take(&set, DER_SEQUENCE, &pair))
		LOOP_ASSIGNS(set.pos, pair, name.value, is_mailbox, *budget)
		LOOP_INVARIANT(set.pos <= set.end && *budget <= AT_ENTRY(*budget))
		LOOP_DECREASES(set.end - set.pos)
			if (!read_attribute(&pair, &name.value, &is_mailbox) || (is_mailbox && !allows(constraints, &name, budget)))
				return false;
	return true;
}

bool
x509_constraint_allows(struct span constraints, const struct x509_cert *subject, uint32_t *budget)
{
	struct cursor names = cursor_of(subject->subject_alt_name), whole = cursor_of(subject->subject), rdns;
	struct x509_name name = { X509_NAME_DIRECTORY, { NULL, 0 } };

	if (!der_take(&whole, DER_SEQUENCE, &rdns))
		return false;
	name.value = cursor_rest(&rdns);
	if (name.value.len != 0 && !allows(constraints, &name, budget))
		return false;
	if (cursor_done(&names))
		return allows_mailboxes(constraints, name.value, budget);
	while (!cursor_done(&names))
	LOOP_ASSIGNS(names.pos, name, *budget)
	LOOP_INVARIANT(names.pos <= names.end && *budget <= AT_ENTRY(*budget))
	LOOP_DECREASES(names.end - names.pos)
		if (!x509_name_parse(&name, &names) || !allows(constraints, &name, budget))
			return false;
	return true;
}
