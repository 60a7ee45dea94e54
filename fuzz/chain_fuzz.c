/*
 * chain_fuzz.c: names and name constraints behind right signatures.  The input is the content of
 * nameConstraints for an authority, of subjectAltName for an intermediate and for the leaf, and the
 * name that is wanted; the chain around them is made and signed here.
 *
 * What must hold: an accepted leaf has the name that was wanted.
 */
#include <stdlib.h>

#include "fuzz/outcome.h"
#include "tests/tlsstack/build_cert.h"
#include "tlsstack/x509_name.h"

#define VALUE_MAX	120

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

const char *fuzz_outcome;

/* `good`, and an extension 2.5.29.`id` with this value if there is any, as hex. */
static const char *
extensions(char room[1024], const char *good, uint8_t id, bool critical, struct span value)
{
	uint8_t bytes[300];
	struct outbuf out = outbuf_of(bytes, sizeof bytes);
	size_t whole, content, at = strlen(good);

	memcpy(room, good, at + 1);
	if (value.len == 0)
		return room;
	whole = der_write_begin(&out, DER_SEQUENCE);
	outbuf_uint(&out, 0x0603551d, 4);
	outbuf_uint(&out, id, 1);
	if (critical)
		outbuf_uint(&out, 0x0101ff, 3);
	content = der_write_begin(&out, DER_OCTET_STRING);
	outbuf_bytes(&out, value);
	der_write_end(&out, content);
	der_write_end(&out, whole);
	for (size_t i = 0; i < out.len && !out.overflow; i++)
		at += (size_t)snprintf(room + at, 1024 - at, "%02x", bytes[i]);
	return room;
}

static struct span
take(struct cursor *in)
{
	struct cursor value;

	if (!cursor_vector(in, &value, 1) || cursor_left(&value) > VALUE_MAX)
		return (struct span){ NULL, 0 };
	return cursor_rest(&value);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct tls_scheme *const SCHEMES[] = { &tls_ecdsa_secp256r1_sha256 };
	static const enum x509_name_form FORMS[] = { X509_NAME_DNS, X509_NAME_IP, X509_NAME_EMAIL };
	static struct tls_key root_key, middle_key, leaf_key;
	static struct cert root, middle, leaf;
	struct cursor in = cursor_of((struct span){ data, len });
	struct span constraints, middle_names, leaf_names, chain[2];
	struct x509_name wanted;
	struct tls_anchor anchor;
	struct x509_request request = { .anchors = &anchor, .num_anchors = 1, .schemes = SCHEMES, .num_schemes = 1, .now_s = NOW };
	struct x509_cert found;
	enum x509_result result;
	uint32_t choice;
	char room[1024];

	if (!cursor_uint(&in, &choice, 1))
		return 0;
	if (root.len == 0) {
		tls_key_make(&root_key, (const uint8_t[TLS_SEED_LEN]){ 1 });
		tls_key_make(&middle_key, (const uint8_t[TLS_SEED_LEN]){ 2 });
		tls_key_make(&leaf_key, (const uint8_t[TLS_SEED_LEN]){ 3 });
	}
	constraints = take(&in);
	middle_names = take(&in);
	leaf_names = take(&in);
	wanted = (struct x509_name){ FORMS[(choice >> 4) % 3], cursor_rest(&in) };
	build_cert(&root, (struct cert_spec){ .subject = "root", .issuer = "root", .key = &root_key, .signer = &root_key,
	    .extensions = extensions(room, EXT_CA EXT_KU_CERT_SIGN, 30, true, constraints) });
	build_cert(&middle, (struct cert_spec){ .subject = "middle", .issuer = "root", .key = &middle_key, .signer = &root_key,
	    .extensions = extensions(room, EXT_CA EXT_KU_CERT_SIGN, (choice & 1) != 0 ? 30 : 17, (choice & 1) != 0, middle_names) });
	build_cert(&leaf, (struct cert_spec){ .subject = "leaf", .issuer = "middle", .key = &leaf_key, .signer = &middle_key,
	    .extensions = extensions(room, EXT_KU_SIGNATURE EXT_EKU_SERVER, 17, false, leaf_names) });
	anchor.cert = cert_span(&root);
	chain[0] = cert_span(&leaf);
	chain[1] = cert_span(&middle);
	request.strict = (choice & 2) != 0;
	request.has_max_depth = (choice & 4) != 0;
	request.max_depth = choice >> 3 & 1;
	request.name = wanted.value.len == 0 ? NULL : &wanted;
	result = x509_verify(&found, chain, 2, &request);
	if (result == X509_OK && request.name != NULL && !x509_name_matches(&found, &wanted))
		abort();
	fuzz_outcome = x509_reason(result);
	return 0;
}
