/*
 * x509_write.c: certificates for this machine's own identities (RFC 5280), ECDSA P-256 with
 * SHA-256 and nothing else.  Writes through outbufs: what does not fit latches and is asked once.
 */
#include "tlsstack/x509_write.h"

#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "platform/base/sha256.h"
#include "tlsstack/crypto/crypto.h"
#include "tlsstack/der.h"
#include "tlsstack/der_write.h"
#include "tlsstack/x509_oid.h"
#include "tlsstack/x509_verify.h"

#define COMMON_NAME_MAX	64	/* ub-common-name, RFC 5280, A.1 */
#define DNS_NAME_MAX	253	/* RFC 1035, 2.3.4, as text */

#define OID(content)	SPAN_LITERAL(content)

static struct span
text_span(const char *text, size_t max)
{
	size_t len = 0;

	while (text[len] != '\0')
		len++;
	REQUIRE(len > 0 && len <= max);
	return (struct span){ (const uint8_t *)text, len };
}

/* AlgorithmIdentifier of ecdsa-with-SHA256: no parameters (RFC 5758, 3.2). */
static void
write_algorithm(struct outbuf *out)
{
	size_t mark = der_write_begin(out, DER_SEQUENCE);

	der_write(out, DER_OID, OID(OID_ECDSA_SHA256));
	der_write_end(out, mark);
}

/* A BIT STRING of whole bytes. */
static void
write_bits(struct outbuf *out, struct span bytes)
{
	size_t mark = der_write_begin(out, DER_BIT_STRING);

	outbuf_uint(out, 0, 1);
	outbuf_bytes(out, bytes);
	der_write_end(out, mark);
}

/* Name: one RDN, commonName, UTF8String. */
static void
write_name(struct outbuf *out, const char *common_name)
{
	size_t name = der_write_begin(out, DER_SEQUENCE), set = der_write_begin(out, DER_SET),
	    pair = der_write_begin(out, DER_SEQUENCE);

	der_write(out, DER_OID, OID(OID_COMMON_NAME));
	der_write(out, DER_UTF8_STRING, text_span(common_name, COMMON_NAME_MAX));
	der_write_end(out, pair);
	der_write_end(out, set);
	der_write_end(out, name);
}

static void
write_validity(struct outbuf *out, const struct tls_cert_request *request)
{
	size_t mark = der_write_begin(out, DER_SEQUENCE);

	der_write_time(out, request->not_before_s);
	der_write_time(out, request->not_after_s);
	der_write_end(out, mark);
}

static void
write_spki(struct outbuf *out, const uint8_t point[TLS_POINT_LEN])
{
	size_t info = der_write_begin(out, DER_SEQUENCE), algorithm = der_write_begin(out, DER_SEQUENCE);

	der_write(out, DER_OID, OID(OID_EC_PUBLIC_KEY));
	der_write(out, DER_OID, OID(OID_SECP256R1));
	der_write_end(out, algorithm);
	write_bits(out, (struct span){ point, TLS_POINT_LEN });
	der_write_end(out, info);
}

/* Positive and minimal, at most 16 octets: RFC 5280, 4.1.2.2. */
static void
write_serial(struct outbuf *out, const uint8_t random[16])
{
	uint8_t serial[16];

	bytes_copy(serial, random, sizeof serial);
	serial[0] = (uint8_t)((serial[0] & 0x7f) | 0x40);
	der_write_positive(out, SPAN_ARRAY(serial));
}

/* One extension around `value`, which is DER. */
static void
write_extension(struct outbuf *out, struct span oid, bool critical, struct span value)
{
	static const uint8_t yes[1] = { 0xff };
	size_t mark = der_write_begin(out, DER_SEQUENCE);

	der_write(out, DER_OID, oid);
	if (critical)
		der_write(out, DER_BOOLEAN, SPAN_ARRAY(yes));
	der_write(out, DER_OCTET_STRING, value);
	der_write_end(out, mark);
}

static void
write_key_ids(struct outbuf *out, const uint8_t subject[TLS_POINT_LEN], const uint8_t issuer[TLS_POINT_LEN])
{
	uint8_t id[X509_KEY_ID_LEN], bytes[X509_KEY_ID_LEN + 4];
	struct outbuf value = outbuf_of(bytes, sizeof bytes);
	size_t mark;

	x509_write_key_id(id, subject);
	der_write(&value, DER_OCTET_STRING, SPAN_ARRAY(id));
	write_extension(out, OID(OID_CE("\x0e")), false, outbuf_span(&value));

	x509_write_key_id(id, issuer);
	value = outbuf_of(bytes, sizeof bytes);
	mark = der_write_begin(&value, DER_SEQUENCE);
	der_write(&value, DER_CONTEXT_PRIMITIVE(0), SPAN_ARRAY(id));
	der_write_end(&value, mark);
	write_extension(out, OID(OID_CE("\x23")), false, outbuf_span(&value));
}

/* keyUsage keyCertSign and basicConstraints cA with pathLen 0: it signs leaves and nothing else. */
static void
write_authority_role(struct outbuf *out)
{
	write_extension(out, OID(OID_CE("\x0f")), true, OID("\x03\x02\x02\x04"));
	write_extension(out, OID(OID_CE("\x13")), true, OID("\x30\x06\x01\x01\xff\x02\x01\x00"));
}

/* keyUsage digitalSignature, an empty basicConstraints, and the one purpose. */
static void
write_leaf_role(struct outbuf *out, enum tls_cert_kind kind)
{
	static const uint8_t server[] = { 0x30, 10, 0x06, 8, 0x2b, 6, 1, 5, 5, 7, 3, 1 };
	static const uint8_t client[] = { 0x30, 10, 0x06, 8, 0x2b, 6, 1, 5, 5, 7, 3, 2 };

	write_extension(out, OID(OID_CE("\x0f")), true, OID("\x03\x02\x07\x80"));
	write_extension(out, OID(OID_CE("\x13")), true, OID("\x30\x00"));
	write_extension(out, OID(OID_CE("\x25")), false,
	    kind == TLS_CERT_SERVER ? SPAN_ARRAY(server) : SPAN_ARRAY(client));
}

static void
write_alt_names(struct outbuf *out, const struct tls_cert_request *request)
{
	uint8_t bytes[DNS_NAME_MAX + 16];
	struct outbuf value = outbuf_of(bytes, sizeof bytes);
	size_t mark = der_write_begin(&value, DER_SEQUENCE), address;

	if (request->dns_name == NULL && request->ipv4 == 0)
		return;
	if (request->dns_name != NULL)
		der_write(&value, DER_CONTEXT_PRIMITIVE(2), text_span(request->dns_name, DNS_NAME_MAX));
	if (request->ipv4 != 0) {
		address = der_write_begin(&value, DER_CONTEXT_PRIMITIVE(7));
		outbuf_uint(&value, request->ipv4, 4);
		der_write_end(&value, address);
	}
	der_write_end(&value, mark);
	REQUIRE(!value.overflow);
	write_extension(out, OID(OID_CE("\x11")), false, outbuf_span(&value));
}

void
x509_write_key_id(uint8_t id[X509_KEY_ID_LEN], const uint8_t point[TLS_POINT_LEN])
{
	uint8_t digest[SHA256_LEN];

	sha256(digest, (struct span){ point, TLS_POINT_LEN });
	bytes_copy(id, digest, X509_KEY_ID_LEN);
}

void
x509_write_tbs(struct outbuf *out, const struct tls_cert_request *request,
    const uint8_t subject[TLS_POINT_LEN], const uint8_t issuer[TLS_POINT_LEN])
{
	static const uint8_t version_3[1] = { 2 };
	size_t tbs = der_write_begin(out, DER_SEQUENCE), inner, extensions;

	inner = der_write_begin(out, DER_CONTEXT(0));
	der_write(out, DER_INTEGER, SPAN_ARRAY(version_3));
	der_write_end(out, inner);
	write_serial(out, request->serial);
	write_algorithm(out);
	write_name(out, request->issuer_name);
	write_validity(out, request);
	write_name(out, request->common_name);
	write_spki(out, subject);

	extensions = der_write_begin(out, DER_CONTEXT(3));
	inner = der_write_begin(out, DER_SEQUENCE);
	if (request->kind == TLS_CERT_AUTHORITY)
		write_authority_role(out);
	else
		write_leaf_role(out, request->kind);
	write_alt_names(out, request);
	write_key_ids(out, subject, issuer);
	der_write_end(out, inner);
	der_write_end(out, extensions);
	der_write_end(out, tbs);
}

void
x509_write_signed(struct outbuf *out, struct span tbs, const struct tls_key *key)
{
	const struct tls_scheme *scheme = &tls_ecdsa_secp256r1_sha256;
	uint8_t digest[SHA256_LEN], bytes[80];
	struct outbuf signature = outbuf_of(bytes, sizeof bytes);
	size_t mark = der_write_begin(out, DER_SEQUENCE);

	sha256(digest, tbs);
	scheme->sign(scheme, &signature, SPAN_ARRAY(key->scalar), digest, NULL);
	outbuf_bytes(out, tbs);
	write_algorithm(out);
	write_bits(out, outbuf_span(&signature));
	der_write_end(out, mark);
}
