/*
 * x509_parse.c: one certificate (RFC 5280, section 4), from DER to a struct.  See x509_parse.h.
 * Top-down in the order of the ASN.1; extensions are in x509_extension.c.
 */
#include "tlsstack/x509_parse.h"

#include "platform/base/bytes.h"
#include "tlsstack/der.h"
#include "tlsstack/x509_extension.h"
#include "tlsstack/limits.h"
#include "tlsstack/x509_spki.h"

/* Version ::= [0] EXPLICIT INTEGER, v3 is 2: without it there are no extensions to judge by. */
static enum x509_result
read_version(struct cursor *in)
PRE(CURSOR_FRESH(in))
ASSIGNS(in->pos)
POST(ADVANCED(in))
{
	struct cursor outer;
	uint32_t version;

	if (!der_take(in, DER_CONTEXT(0), &outer))
		return X509_BAD_VERSION;
	if (!der_uint32(&outer, &version) || !cursor_done(&outer))
		return X509_BAD_DER;
	return version == 2 ? X509_OK : X509_BAD_VERSION;
}

/*
 * 4.1.2.2: positive; an INTEGER of at most 20 octets, so a magnitude that leaves the sign bit.  Well-known
 * authorities have certificates of their own with zero: empty here, and refused of peers in x509_verify.c.
 */
static enum x509_result
read_serial(struct cursor *in, struct span *serial)
PRE(CURSOR_FRESH(in) && FRESH(serial))
ASSIGNS(in->pos, *serial)
POST(ADVANCED(in) && (RETVAL != X509_OK || (PIECE_OF(in, serial) && serial->len <= X509_SERIAL_MAX)))
{
	uint32_t zero;

	if (!der_positive(in, serial)) {
		*serial = (struct span){ NULL, 0 };
		return der_uint32(in, &zero) && zero == 0 ? X509_OK : X509_BAD_SERIAL;
	}
	if (serial->len > X509_SERIAL_MAX || (serial->len == X509_SERIAL_MAX && serial->ptr[0] >= 0x80))
		return X509_BAD_SERIAL;
	return X509_OK;
}

/* Name ::= SEQUENCE OF SET OF SEQUENCE { type OID, value ANY }: the shape, not the strings. */
static bool
read_name(struct cursor *in, struct span *name)
PRE(CURSOR_FRESH(in) && FRESH(name))
ASSIGNS(in->pos, *name)
POST(ADVANCED(in) && (!RETVAL || PIECE_OF(in, name)))
{
	struct cursor names, set, pair, value;
	struct span oid;
	uint8_t tag;

	if (!der_whole(in, DER_SEQUENCE, name, &names))
		return false;
	while (!cursor_done(&names))
	LOOP_ASSIGNS(names.pos, set, pair, value, oid, tag)
	LOOP_INVARIANT(names.pos <= names.end)
	LOOP_DECREASES(names.end - names.pos)
	{
		if (!der_take(&names, DER_SET, &set) || cursor_done(&set))
			return false;
		while (!cursor_done(&set))
		LOOP_ASSIGNS(set.pos, pair, value, oid, tag)
		LOOP_INVARIANT(set.pos <= set.end)
		LOOP_DECREASES(set.end - set.pos)
		{
			if (!der_take(&set, DER_SEQUENCE, &pair) || !der_oid(&pair, &oid) ||
			    !der_any(&pair, &tag, &value) || !cursor_done(&pair))
				return false;
		}
	}
	return true;
}

static bool
read_validity(struct cursor *in, struct x509_cert *cert)
PRE(CURSOR_FRESH(in) && FRESH(cert))
ASSIGNS(in->pos, cert->not_before_s, cert->not_after_s)
POST(ADVANCED(in))
{
	struct cursor times;

	return der_take(in, DER_SEQUENCE, &times) && der_time(&times, &cert->not_before_s) &&
	    der_time(&times, &cert->not_after_s) && cursor_done(&times);
}

/* The content of a BIT STRING: X.690, 8.6.2 and 11.2. */
static bool
is_bit_string(struct cursor content)
PRE(CURSOR_VALUE(content))
ASSIGNS()
{
	uint32_t unused;
	struct span bytes;

	if (!cursor_uint(&content, &unused, 1))
		return false;
	bytes = cursor_rest(&content);
	return bytes.len == 0 ? unused == 0 : unused <= 7 && (bytes.ptr[bytes.len - 1] & ((1u << unused) - 1)) == 0;
}

/* issuerUniqueID and subjectUniqueID, 4.1.2.8: may stand here, mean nothing. */
static bool
skip_unique_ids(struct cursor *in)
PRE(CURSOR_FRESH(in))
ASSIGNS(in->pos)
POST(ADVANCED(in))
{
	struct cursor bits;

	for (uint8_t n = 1; n <= 2; n++)
	LOOP_ASSIGNS(n, in->pos, bits)
	LOOP_INVARIANT(n >= 1 && n <= 3 && in->pos >= AT_ENTRY(in->pos) && in->pos <= in->end)
	LOOP_DECREASES(3 - n)
		if (der_next_is(in, DER_CONTEXT_PRIMITIVE(n)) &&
		    (!der_take(in, DER_CONTEXT_PRIMITIVE(n), &bits) || !is_bit_string(bits)))
			return false;
	return true;
}

/* TBSCertificate; *algorithm is the inner signature algorithm, to compare with the outer one. */
static enum x509_result
read_tbs(struct x509_cert *cert, struct span *algorithm, struct cursor *in)
PRE(FRESH(cert) && FRESH(algorithm) && CURSOR_FRESH(in) && X509_NO_EXTENSIONS(cert))
ASSIGNS(in->pos, *algorithm, cert->serial, cert->issuer, cert->subject, cert->not_before_s, cert->not_after_s, cert->key, cert->spki, X509_EXTENSION_FIELDS(cert))
POST(RETVAL != X509_OK || (PIECE_OF(in, algorithm) && X509_BODY_VIEWS(in->base, in->end, cert)))
{
	enum x509_result result;
	struct cursor ignored, extensions;

	if ((result = read_version(in)) != X509_OK)
		return result;
	if ((result = read_serial(in, &cert->serial)) != X509_OK)
		return result;
	if (!der_whole(in, DER_SEQUENCE, algorithm, &ignored))
		return X509_BAD_DER;
	if (!read_name(in, &cert->issuer) || cert->issuer.len == 2)	/* 4.1.2.4: not empty */
		return X509_BAD_NAME;
	if (!read_validity(in, cert))
		return X509_BAD_TIME;
	if (!read_name(in, &cert->subject))
		return X509_BAD_NAME;
	if (!der_whole(in, DER_SEQUENCE, &cert->spki, &ignored))
		return X509_BAD_DER;
	if (!x509_spki_parse(&cert->key, cert->spki))
		return X509_BAD_KEY;
	if (!skip_unique_ids(in))
		return X509_BAD_DER;
	if (cursor_done(in))
		return X509_OK;
	if (!der_take(in, DER_CONTEXT(3), &extensions) || !cursor_done(in))
		return X509_BAD_DER;
	return x509_extension_parse(cert, &extensions);
}

static enum x509_result
read_certificate(struct x509_cert *cert, struct span der)
PRE(FRESH(cert) && SPAN_VALUE(der) && X509_NO_EXTENSIONS(cert))
ASSIGNS(*cert)
POST(RETVAL != X509_OK || X509_VIEWS(der.ptr, der.len, cert))
{
	struct cursor in = cursor_of(der), outer, tbs, ignored;
	struct span inner_algorithm = { NULL, 0 }, outer_algorithm;
	enum x509_result result;

	if (der.len > X509_CERT_MAX)
		return X509_TOO_LARGE;
	if (!der_whole(&in, DER_SEQUENCE, &cert->whole, &outer) || !cursor_done(&in))
		return X509_BAD_DER;
	if (!der_whole(&outer, DER_SEQUENCE, &cert->tbs, &tbs))
		return X509_BAD_DER;
	if (!der_whole(&outer, DER_SEQUENCE, &outer_algorithm, &ignored) ||
	    !der_bits(&outer, &cert->signature) || !cursor_done(&outer))
		return X509_BAD_DER;
	if ((result = read_tbs(cert, &inner_algorithm, &tbs)) != X509_OK)
		return result;
	if (!bytes_equal(inner_algorithm, outer_algorithm))	/* 4.1.1.2 */
		return X509_BAD_ALGORITHM;
	if (!x509_spki_signature_parse(&cert->signature_algorithm, outer_algorithm))
		return X509_BAD_ALGORITHM;
	return X509_OK;
}

enum x509_result
x509_parse(struct x509_cert *cert, struct span der)
{
	enum x509_result result;

	*cert = (struct x509_cert){ 0 };
	result = read_certificate(cert, der);
	if (result != X509_OK)
		*cert = (struct x509_cert){ 0 };
	return result;
}
