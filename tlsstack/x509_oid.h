/*
 * x509_oid.h: the object identifiers that certificates and keys use, as content octets; private
 * to x509_*.c.  A table maps each to the small number that the rest of the code uses.
 */
#ifndef X509_OID_H
#define X509_OID_H

#include "platform/base/bytes.h"

#define OID_EC_PUBLIC_KEY	"\x2a\x86\x48\xce\x3d\x02\x01"		/* 1.2.840.10045.2.1, RFC 5480 */
#define OID_SECP256R1		"\x2a\x86\x48\xce\x3d\x03\x01\x07"	/* 1.2.840.10045.3.1.7 */
#define OID_SECP384R1		"\x2b\x81\x04\x00\x22"			/* 1.3.132.0.34 */
#define OID_ECDSA_SHA256	"\x2a\x86\x48\xce\x3d\x04\x03\x02"	/* 1.2.840.10045.4.3.2, RFC 5758 */
#define OID_ECDSA_SHA384	"\x2a\x86\x48\xce\x3d\x04\x03\x03"
#define OID_ECDSA_SHA512	"\x2a\x86\x48\xce\x3d\x04\x03\x04"

#define OID_RSA_ENCRYPTION	"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"	/* 1.2.840.113549.1.1.1, RFC 8017 */
#define OID_RSA_SHA256		"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"
#define OID_RSA_SHA384		"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c"
#define OID_RSA_SHA512		"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d"
#define OID_RSA_PSS		"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"
#define OID_MGF1		"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08"
#define OID_SHA256		"\x60\x86\x48\x01\x65\x03\x04\x02\x01"	/* 2.16.840.1.101.3.4.2.1 */
#define OID_SHA384		"\x60\x86\x48\x01\x65\x03\x04\x02\x02"
#define OID_SHA512		"\x60\x86\x48\x01\x65\x03\x04\x02\x03"

#define OID_CE(n)		"\x55\x1d" n				/* 2.5.29.n, id-ce */
#define OID_COMMON_NAME		"\x55\x04\x03"				/* 2.5.4.3 */
#define OID_EMAIL_ADDRESS	"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"	/* 1.2.840.113549.1.9.1 */
#define OID_SERVER_AUTH		"\x2b\x06\x01\x05\x05\x07\x03\x01"	/* 1.3.6.1.5.5.7.3.1 */
#define OID_CLIENT_AUTH		"\x2b\x06\x01\x05\x05\x07\x03\x02"

/* A row of a table from identifiers to small numbers; the length leaves the literal's NUL out. */
struct x509_oid { uint8_t number; uint8_t len; const char *content; };
#define X509_OID_ROW(number, content)	{ number, sizeof(content) - 1, content }

MUST_CHECK static inline bool
x509_oid_is(struct span oid, const char *content, size_t len)
PRE(SPAN_VALUE(oid) && len <= 255 && FRESH_BYTES(content, len))
ASSIGNS()
POST(!RETVAL || oid.len == len)
{
	return bytes_equal(oid, (struct span){ (const uint8_t *)content, len });
}

/* The number of the row that has this identifier, or 0. */
MUST_CHECK static inline uint8_t
x509_oid_find(const struct x509_oid *rows, size_t num_rows, struct span oid)
PRE(SPAN_VALUE(oid) && num_rows == 1 && FRESH(rows) && FRESH_BYTES(rows->content, rows->len))
ASSIGNS()
{
	for (size_t i = 0; i < num_rows; i++)
	LOOP_ASSIGNS(i)
	LOOP_INVARIANT(i <= num_rows)
	LOOP_DECREASES(num_rows - i)
		if (x509_oid_is(oid, rows[i].content, rows[i].len))
			return rows[i].number;
	return 0;
}

#endif
