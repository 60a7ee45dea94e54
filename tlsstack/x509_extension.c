/*
 * x509_extension.c: the extensions of a certificate, RFC 5280, 4.2.  See x509_extension.h.
 *
 * A table: identifier, bit, reader.  What is not in it is "unknown": ignored when not critical,
 * refused by x509_verify when critical.  So policies are refused when critical: nothing here
 * processes them.
 */
#include "tlsstack/x509_extension.h"

#include "platform/base/bytes.h"
#include "tlsstack/der.h"
#include "tlsstack/limits.h"
#include "tlsstack/x509_constraint.h"
#include "tlsstack/x509_name.h"
#include "tlsstack/x509_oid.h"

typedef bool reader(struct x509_cert *cert, struct cursor *in);

static reader read_subject_key_id, read_key_usage, read_subject_alt_name, read_basic_constraints,
    read_name_constraints, read_authority_key_id, read_ext_key_usage, read_nothing;

static const struct extension { struct x509_oid oid; reader *read; } table[] = {
	{ X509_OID_ROW(X509_EXT_SUBJECT_KEY_ID, OID_CE("\x0e")), read_subject_key_id },
	{ X509_OID_ROW(X509_EXT_KEY_USAGE, OID_CE("\x0f")), read_key_usage },
	{ X509_OID_ROW(X509_EXT_SUBJECT_ALT_NAME, OID_CE("\x11")), read_subject_alt_name },
	{ X509_OID_ROW(X509_EXT_BASIC_CONSTRAINTS, OID_CE("\x13")), read_basic_constraints },
	{ X509_OID_ROW(X509_EXT_NAME_CONSTRAINTS, OID_CE("\x1e")), read_name_constraints },
	{ X509_OID_ROW(X509_EXT_AUTHORITY_KEY_ID, OID_CE("\x23")), read_authority_key_id },
	{ X509_OID_ROW(X509_EXT_EXT_KEY_USAGE, OID_CE("\x25")), read_ext_key_usage },
	{ X509_OID_ROW(X509_EXT_POLICY, OID_CE("\x24")), read_nothing },	/* policyConstraints */
	{ X509_OID_ROW(X509_EXT_POLICY, OID_CE("\x36")), read_nothing },	/* inhibitAnyPolicy */
};

#define NUM_KNOWN	(sizeof table / sizeof *table)

static const struct x509_oid purposes[] = {
	X509_OID_ROW(X509_EKU_SERVER, OID_SERVER_AUTH),
	X509_OID_ROW(X509_EKU_CLIENT, OID_CLIENT_AUTH),
};

/* Extension ::= SEQUENCE { OID, critical BOOLEAN DEFAULT FALSE, OCTET STRING }. */
static bool
read_extension(struct cursor *in, struct span *oid, bool *critical, struct cursor *value)
PRE(CURSOR_FRESH(in) && FRESH(oid) && FRESH(critical) && FRESH(value))
ASSIGNS(in->pos, *oid, *critical, *value)
POST(ADVANCED(in) && (!RETVAL || (in->pos > OLD(in->pos) && PIECE_OF(in, oid) && oid->len > 0 && SLICE(in, value) && value->pos > OLD(in->pos) && value->end == in->pos)))
{
	struct cursor extension;

	*critical = false;
	if (!der_take(in, DER_SEQUENCE, &extension) || !der_oid(&extension, oid))
		return false;
	if (der_next_is(&extension, DER_BOOLEAN) &&
	    (!der_bool(&extension, critical) || !*critical))	/* a default value is not written: X.690, 11.5 */
		return false;
	return der_take(&extension, DER_OCTET_STRING, value) && cursor_done(&extension);
}

/* The row of this identifier; NUM_KNOWN when there is none. */
static size_t
find_extension(struct span oid)
PRE(SPAN_VALUE(oid))
ASSIGNS()
POST(RETVAL <= NUM_KNOWN)
{
	size_t i = 0;

	while (i < NUM_KNOWN && !x509_oid_is(oid, table[i].oid.content, table[i].oid.len))
	LOOP_ASSIGNS(i)
	LOOP_INVARIANT(i <= NUM_KNOWN)
	LOOP_DECREASES(NUM_KNOWN - i)
		i++;
	return i;
}

/* The extension of row `i`. */
static enum x509_result
apply_extension(struct x509_cert *cert, size_t i, bool critical, struct cursor *value)
PRE(FRESH(cert) && i <= NUM_KNOWN && CURSOR_FRESH(value) && X509_EXTENSION_VIEWS(value->base, value->end, cert))
ASSIGNS(value->pos, X509_EXTENSION_FIELDS(cert))
POST(RETVAL != X509_OK || X509_EXTENSION_VIEWS(value->base, value->end, cert))
{
	uint16_t bit = i < NUM_KNOWN ? table[i].oid.number : X509_EXT_UNKNOWN;

	cert->present |= bit;
	if (critical)
		cert->critical |= bit;
	if (i < NUM_KNOWN && (!table[i].read(cert, value) || !cursor_done(value)))
		return X509_BAD_EXTENSION;
	return X509_OK;
}

/* Does an extension that begins before `end` have this identifier? */
static bool
occurs(struct cursor list, size_t end, struct span oid)
PRE(CURSOR_VALUE(list) && VIEW(list, &oid))
ASSIGNS()
{
	struct cursor value;
	struct span each;
	bool critical;

	while (list.pos < end && read_extension(&list, &each, &critical, &value))
	LOOP_ASSIGNS(list.pos, value, each, critical)
	LOOP_INVARIANT(list.pos <= list.end)
	LOOP_DECREASES(list.end - list.pos)
		if (bytes_equal(each, oid))
			return true;
	return false;
}

enum x509_result
x509_extension_parse(struct x509_cert *cert, struct cursor *in)
{
	struct cursor list, all, value;
	enum x509_result result;
	size_t num = 0, start;
	struct span oid;
	bool critical;

	if (!der_take(in, DER_SEQUENCE, &list) || !cursor_done(in) || cursor_done(&list))
		return X509_BAD_EXTENSION;
	all = list;
	while (!cursor_done(&list))
	LOOP_ASSIGNS(list.pos, num, start, oid, critical, value, result, X509_EXTENSION_FIELDS(cert))
	LOOP_INVARIANT(list.pos <= list.end && num <= X509_EXTENSIONS_MAX && X509_EXTENSION_VIEWS(list.base, list.pos, cert))
	LOOP_DECREASES(list.end - list.pos)
	{
		start = list.pos;
		if (num++ == X509_EXTENSIONS_MAX)
			return X509_TOO_LARGE;
		if (!read_extension(&list, &oid, &critical, &value))
			return X509_BAD_EXTENSION;
		if (occurs(all, start, oid))
			return X509_DUPLICATE_EXTENSION;
		if ((result = apply_extension(cert, find_extension(oid), critical, &value)) != X509_OK)
			return result;
	}
	return X509_OK;
}

static bool
read_subject_key_id(struct x509_cert *cert, struct cursor *in)
PRE(FRESH(cert) && CURSOR_FRESH(in))
ASSIGNS(in->pos, cert->subject_key_id)
POST(ADVANCED(in) && (!RETVAL || LIES_IN(in->base, in->end, cert->subject_key_id)))
{
	struct cursor id;

	if (!der_take(in, DER_OCTET_STRING, &id) || cursor_done(&id))
		return false;
	cert->subject_key_id = cursor_rest(&id);
	return true;
}

/* 4.2.1.3: at least one bit is set. */
static bool
read_key_usage(struct x509_cert *cert, struct cursor *in)
PRE(FRESH(cert) && CURSOR_FRESH(in))
ASSIGNS(in->pos, cert->key_usage)
POST(ADVANCED(in))
{
	return der_named_bits(in, &cert->key_usage) && cert->key_usage != 0;
}

/* SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL }; 4.2.1.9: length only with cA. */
static bool
read_basic_constraints(struct x509_cert *cert, struct cursor *in)
PRE(FRESH(cert) && CURSOR_FRESH(in))
ASSIGNS(in->pos, cert->is_ca, cert->has_path_len, cert->path_len)
POST(ADVANCED(in))
{
	struct cursor content;

	if (!der_take(in, DER_SEQUENCE, &content))
		return false;
	if (der_next_is(&content, DER_BOOLEAN) && (!der_bool(&content, &cert->is_ca) || !cert->is_ca))
		return false;
	if (cursor_done(&content))
		return true;
	cert->has_path_len = true;
	return cert->is_ca && der_uint32(&content, &cert->path_len) && cursor_done(&content);
}

/*
 * SEQUENCE { [0] keyIdentifier, [1] authorityCertIssuer, [2] authorityCertSerialNumber }, all
 * optional, the last two only together (4.2.1.1).  Only the key identifier is of use.
 */
static bool
read_authority_key_id(struct x509_cert *cert, struct cursor *in)
PRE(FRESH(cert) && CURSOR_FRESH(in) && LIES_IN(in->base, in->end, cert->authority_key_id))
ASSIGNS(in->pos, cert->authority_key_id)
POST(ADVANCED(in) && (!RETVAL || LIES_IN(in->base, in->end, cert->authority_key_id)))
{
	struct cursor content, field;
	bool issuer, serial;

	if (!der_take(in, DER_SEQUENCE, &content))
		return false;
	if (der_next_is(&content, DER_CONTEXT_PRIMITIVE(0))) {
		if (!der_take(&content, DER_CONTEXT_PRIMITIVE(0), &field) || cursor_done(&field))
			return false;
		cert->authority_key_id = cursor_rest(&field);
	}
	issuer = der_take(&content, DER_CONTEXT(1), &field);
	serial = der_take(&content, DER_CONTEXT_PRIMITIVE(2), &field);
	return cursor_done(&content) && issuer == serial;
}

/* SEQUENCE SIZE (1..MAX) OF OID; what is not known here is passed over. */
static bool
read_ext_key_usage(struct x509_cert *cert, struct cursor *in)
PRE(FRESH(cert) && CURSOR_FRESH(in))
ASSIGNS(in->pos, cert->ext_key_usage)
POST(ADVANCED(in))
{
	struct cursor list;
	struct span oid;

	if (!der_take(in, DER_SEQUENCE, &list) || cursor_done(&list))
		return false;
	while (!cursor_done(&list))
	LOOP_ASSIGNS(list.pos, oid, cert->ext_key_usage)
	LOOP_INVARIANT(list.pos <= list.end)
	LOOP_DECREASES(list.end - list.pos)
	{
		if (!der_oid(&list, &oid))
			return false;
		cert->ext_key_usage |= x509_oid_find(purposes, sizeof purposes / sizeof *purposes, oid);
	}
	return true;
}

/* GeneralNames, at least one (4.2.1.6).  A name of wrong syntax is nobody's, and no error here. */
static bool
read_subject_alt_name(struct x509_cert *cert, struct cursor *in)
PRE(FRESH(cert) && CURSOR_FRESH(in))
ASSIGNS(in->pos, cert->subject_alt_name)
POST(ADVANCED(in) && (!RETVAL || LIES_IN(in->base, in->end, cert->subject_alt_name)))
{
	struct cursor names, left;
	struct x509_name name;

	if (!der_take(in, DER_SEQUENCE, &names) || cursor_done(&names))
		return false;
	for (left = names; !cursor_done(&left);)
	LOOP_ASSIGNS(left.pos, name)
	LOOP_INVARIANT(left.pos <= left.end)
	LOOP_DECREASES(left.end - left.pos)
		if (!x509_name_parse(&name, &left))
			return false;
	cert->subject_alt_name = cursor_rest(&names);
	return true;
}

/* Kept whole: x509_constraint.c enforces it. */
static bool
read_name_constraints(struct x509_cert *cert, struct cursor *in)
PRE(FRESH(cert) && CURSOR_FRESH(in))
ASSIGNS(in->pos, cert->name_constraints)
POST(ADVANCED(in) && (!RETVAL || LIES_IN(in->base, in->end, cert->name_constraints)))
{
	struct cursor content;

	if (!der_take(in, DER_SEQUENCE, &content))
		return false;
	cert->name_constraints = cursor_rest(&content);
	return x509_constraint_ok(cert->name_constraints);
}

/* Named only so that x509_verify can refuse it where it must stand critical and does not. */
static bool
read_nothing(struct x509_cert *cert, struct cursor *in)
PRE(FRESH(cert) && CURSOR_FRESH(in))
ASSIGNS(in->pos)
POST(ADVANCED(in))
{
	struct cursor content;
	uint8_t tag;

	(void)cert;
	return der_any(in, &tag, &content);
}
