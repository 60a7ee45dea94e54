/* x509_name.c: names of subjectAltName.  See x509_name.h. */
#include "tlsstack/x509_name.h"

#include "platform/base/bytes.h"
#include "tlsstack/der.h"

#define HOST_MAX	253	/* RFC 1035, 2.3.4, as text */
#define LABEL_MAX	63

/* Forms that are constructed: otherName, x400Address, directoryName, ediPartyName. */
static bool
is_constructed(uint8_t form)
PRE(true)
ASSIGNS()
{ return form == 0 || (form >= 3 && form <= 5); }

bool
x509_name_parse(struct x509_name *name, struct cursor *in)
{
	struct cursor content, rdns;
	uint8_t tag, form;

	if (!der_any(in, &tag, &content))
		return false;
	form = tag & 0x1f;
	if (form >= X509_NAME_NUM_FORMS || tag != (is_constructed(form) ? DER_CONTEXT(form) : DER_CONTEXT_PRIMITIVE(form)))
		return false;
	name->form = (enum x509_name_form)form;
	if (form == X509_NAME_DIRECTORY) {	/* EXPLICIT: Name is a CHOICE */
		if (!der_take(&content, DER_SEQUENCE, &rdns) || !cursor_done(&content))
			return false;
		content = rdns;
	}
	name->value = cursor_rest(&content);
	return true;
}

static uint8_t
lower(uint8_t c)
PRE(true)
ASSIGNS()
{ return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c; }

bool
x509_name_equal(struct span a, struct span b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
	LOOP_ASSIGNS(i)
	LOOP_INVARIANT(i <= a.len)
	LOOP_DECREASES(a.len - i)
		if (lower(a.ptr[i]) != lower(b.ptr[i]))
			return false;
	return true;
}

static bool
is_alphanumeric(uint8_t c)
PRE(true)
ASSIGNS()
{ return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z'); }

bool
x509_name_host_ok(struct span host)
{
	size_t label_len = 0;
	bool letter = false;		/* in the last label: all digits is an address, not a name */
	uint8_t before = '.';

	if (host.len == 0 || host.len > HOST_MAX)
		return false;
	for (size_t i = 0; i < host.len; i++)
	LOOP_ASSIGNS(i, label_len, letter, before)
	LOOP_INVARIANT(i <= host.len && label_len <= LABEL_MAX)
	LOOP_DECREASES(host.len - i)
	{
		uint8_t c = host.ptr[i];

		if (c == '.' && (before == '.' || before == '-'))
			return false;
		if (c == '-' && before == '.')
			return false;
		if (c != '.' && c != '-' && !is_alphanumeric(c))
			return false;
		label_len = c == '.' ? 0 : label_len + 1;
		if (label_len > LABEL_MAX)
			return false;
		letter = c == '.' ? false : letter || c < '0' || c > '9';
		before = c;
	}
	return before != '.' && before != '-' && letter;
}

static bool
is_wildcard(struct span host)
PRE(SPAN_VALUE(host))
ASSIGNS()
POST(!RETVAL || host.len > 2)
{ return host.len > 2 && host.ptr[0] == '*' && host.ptr[1] == '.'; }

static struct span
skip(struct span text, size_t len)
PRE(SPAN_VALUE(text) && text.len > 0 && len <= text.len)
ASSIGNS()
POST(RETVAL.len == text.len - len)
{ return (struct span){ text.ptr + len, text.len - len }; }

static bool
has_two_labels(struct span host)
PRE(SPAN_VALUE(host))
ASSIGNS()
{
	for (size_t i = 0; i < host.len; i++)
	LOOP_ASSIGNS(i)
	LOOP_INVARIANT(i <= host.len)
	LOOP_DECREASES(host.len - i)
		if (host.ptr[i] == '.')
			return true;
	return false;
}

/* Where the mailbox's host begins; 0 when it is no mailbox.  Quoted local parts are not spoken. */
static size_t
host_of_mailbox(struct span mailbox)
PRE(SPAN_VALUE(mailbox))
ASSIGNS()
POST(RETVAL == 0 || (RETVAL >= 2 && RETVAL < mailbox.len))
{
	size_t at = 0;

	while (at < mailbox.len && mailbox.ptr[at] != '@')
	LOOP_ASSIGNS(at)
	LOOP_INVARIANT(at <= mailbox.len)
	LOOP_DECREASES(mailbox.len - at)
	{
		if (mailbox.ptr[at] <= ' ' || mailbox.ptr[at] >= 0x7f)
			return 0;
		at++;
	}
	if (at == 0 || at == mailbox.len)
		return 0;
	return x509_name_host_ok(skip(mailbox, at + 1)) ? at + 1 : 0;
}

bool
x509_name_ok(const struct x509_name *name)
{
	switch (name->form) {
	case X509_NAME_DNS:
		if (is_wildcard(name->value))
			return has_two_labels(skip(name->value, 2)) && x509_name_host_ok(skip(name->value, 2));
		return x509_name_host_ok(name->value);
	case X509_NAME_IP:
		return name->value.len == 4 || name->value.len == 16;
	case X509_NAME_EMAIL:
		return host_of_mailbox(name->value) != 0;
	default:
		return true;
	}
}

/* RFC 6125, 6.4.3: the wildcard is the whole leftmost label and stands for exactly one. */
static bool
dns_matches(struct span presented, struct span wanted)
PRE(SPAN_VALUE(presented) && SPAN_VALUE(wanted) && presented.len > 0 && wanted.len > 0)
ASSIGNS()
{
	size_t first = 0;

	if (!is_wildcard(presented))
		return x509_name_equal(presented, wanted);
	while (first < wanted.len && wanted.ptr[first] != '.')
	LOOP_ASSIGNS(first)
	LOOP_INVARIANT(first <= wanted.len)
	LOOP_DECREASES(wanted.len - first)
		first++;
	return x509_name_equal(skip(presented, 1), skip(wanted, first));	/* no label of a good name is empty */
}

static bool
email_matches(struct span presented, struct span wanted)
PRE(SPAN_VALUE(presented) && SPAN_VALUE(wanted) && presented.len > 0 && wanted.len > 0)
ASSIGNS()
{
	size_t host = host_of_mailbox(presented);

	return host == host_of_mailbox(wanted) &&
	    bytes_equal((struct span){ presented.ptr, host }, (struct span){ wanted.ptr, host }) &&
	    x509_name_equal(skip(presented, host), skip(wanted, host));
}

bool
x509_name_matches(const struct x509_cert *cert, const struct x509_name *wanted)
{
	struct cursor names = cursor_of(cert->subject_alt_name);
	struct x509_name name;

	if (!x509_name_ok(wanted) || (wanted->form == X509_NAME_DNS && is_wildcard(wanted->value)))
		return false;
	while (x509_name_parse(&name, &names))
	LOOP_ASSIGNS(names.pos, name)
	LOOP_INVARIANT(names.pos <= names.end)
	LOOP_DECREASES(names.end - names.pos)
	{
		if (name.form != wanted->form || !x509_name_ok(&name))
			continue;
		if ((name.form == X509_NAME_DNS && dns_matches(name.value, wanted->value)) ||
		    (name.form == X509_NAME_EMAIL && email_matches(name.value, wanted->value)) ||
		    (name.form == X509_NAME_IP && bytes_equal(name.value, wanted->value)))
			return true;
	}
	return false;
}
