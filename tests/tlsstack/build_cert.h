/*
 * build_cert.h: certificates for tests, good and bad in any field.  A struct cert_spec says what
 * to write; zero fields take a good default.  Not strict, not small: it writes what is asked.
 */
#ifndef BUILD_CERT_H
#define BUILD_CERT_H

#include "tests/hex.h"
#include "tlsstack/crypto/crypto.h"
#include "tlsstack/der.h"
#include "tlsstack/der_write.h"
#include "tlsstack/x509_verify.h"

#define NOW	1800000000u	/* 2027-01-15 */

#define OID_SHA256_ECDSA_HEX	"300a06082a8648ce3d040302"

/* Extensions, whole, in hex. */
#define EXT_CA			"300f0603551d130101ff040530030101ff"
#define EXT_CA_LEN(n)		"30120603551d130101ff040830060101ff0201" n
#define EXT_NOT_CA		"300c0603551d130101ff04023000"
#define EXT_KU_CERT_SIGN	"300e0603551d0f0101ff040403020204"
#define EXT_KU_SIGNATURE	"300e0603551d0f0101ff040403020780"
#define EXT_EKU_SERVER		"30130603551d25040c300a06082b06010505070301"
#define EXT_EKU_CLIENT		"30130603551d25040c300a06082b06010505070302"
#define EXT_EKU_ANY		"300f0603551d250408300606045" "51d2500"
#define EXT_UNKNOWN_CRITICAL	"300c06032a03040101ff04020500"
#define EXT_UNKNOWN		"300906032a030404020500"
#define EXT_NC			"301e0603551d1e0101ff04143012a010300e820c6578616d706c652e74657374"

struct cert_spec {
	const char *subject, *issuer;			/* common names */
	const struct tls_key *key, *signer;
	const char *extensions;				/* hex of Extensions' content; NULL: no [3] */
	uint64_t from_s, to_s;				/* default: NOW -+ a day */
	const char *serial;				/* hex of a whole INTEGER */
	const char *version;				/* hex of the whole [0]; "": none */
	const char *inner_algorithm, *outer_algorithm;	/* hex of whole AlgorithmIdentifiers */
	const char *spki;				/* hex of a whole SubjectPublicKeyInfo */
	const char *validity;				/* hex of a whole Validity */
	const char *subject_name, *issuer_name;		/* hex of whole Names */
	bool forge;					/* one bit of the signature is wrong */
	const struct tls_scheme *scheme;		/* of the signature; NULL: ECDSA P-256 with SHA-256 by `signer` */
	struct span scheme_key;				/* its private key, as in struct tls_credential */
};

struct cert { uint8_t bytes[4096]; size_t len; };

static inline struct span
cert_span(const struct cert *cert) { return (struct span){ cert->bytes, cert->len }; }

static inline void
build_hex(struct outbuf *out, const char *hex)
{
	uint8_t bytes[3000];
	size_t len = hex_read(bytes, hex);

	outbuf_bytes(out, (struct span){ bytes, len });
}

static inline void
build_name(struct outbuf *out, const char *common_name)
{
	size_t name = der_write_begin(out, DER_SEQUENCE), set, pair;

	set = der_write_begin(out, DER_SET);
	pair = der_write_begin(out, DER_SEQUENCE);
	build_hex(out, "0603550403");
	der_write(out, DER_UTF8_STRING, (struct span){ (const uint8_t *)common_name, strlen(common_name) });
	der_write_end(out, pair);
	der_write_end(out, set);
	der_write_end(out, name);
}

static inline void
build_spki(struct outbuf *out, const struct tls_key *key)
{
	size_t info = der_write_begin(out, DER_SEQUENCE), bits;

	build_hex(out, "301306072a8648ce3d020106082a8648ce3d030107");
	bits = der_write_begin(out, DER_BIT_STRING);
	outbuf_uint(out, 0, 1);
	outbuf_bytes(out, SPAN_ARRAY(key->point));
	der_write_end(out, bits);
	der_write_end(out, info);
}

static inline void
build_tbs(struct outbuf *out, const struct cert_spec *spec)
{
	size_t tbs = der_write_begin(out, DER_SEQUENCE), mark, inner;

	build_hex(out, spec->version != NULL ? spec->version : "a003020102");
	build_hex(out, spec->serial != NULL ? spec->serial : "02022a2a");
	build_hex(out, spec->inner_algorithm != NULL ? spec->inner_algorithm : OID_SHA256_ECDSA_HEX);
	if (spec->issuer_name != NULL)
		build_hex(out, spec->issuer_name);
	else
		build_name(out, spec->issuer);
	if (spec->validity != NULL) {
		build_hex(out, spec->validity);
	} else {
		mark = der_write_begin(out, DER_SEQUENCE);
		der_write_time(out, spec->from_s != 0 ? spec->from_s : NOW - 86400);
		der_write_time(out, spec->to_s != 0 ? spec->to_s : NOW + 86400);
		der_write_end(out, mark);
	}
	if (spec->subject_name != NULL)
		build_hex(out, spec->subject_name);
	else
		build_name(out, spec->subject);
	if (spec->spki != NULL)
		build_hex(out, spec->spki);
	else
		build_spki(out, spec->key);
	if (spec->extensions != NULL) {
		mark = der_write_begin(out, DER_CONTEXT(3));
		inner = der_write_begin(out, DER_SEQUENCE);
		build_hex(out, spec->extensions);
		der_write_end(out, inner);
		der_write_end(out, mark);
	}
	der_write_end(out, tbs);
}

static inline void
build_cert(struct cert *cert, struct cert_spec spec)
{
	const struct tls_scheme *scheme = spec.scheme != NULL ? spec.scheme : &tls_ecdsa_secp256r1_sha256;
	struct span key = spec.scheme != NULL ? spec.scheme_key : SPAN_ARRAY(spec.signer->scalar);
	uint8_t tbs_bytes[3500], signature_bytes[CRYPTO_SIGNATURE_MAX], digest[CRYPTO_HASH_MAX];
	struct outbuf tbs = outbuf_of(tbs_bytes, sizeof tbs_bytes), out = outbuf_of(cert->bytes, sizeof cert->bytes);
	struct outbuf signature = outbuf_of(signature_bytes, sizeof signature_bytes);
	size_t whole, bits;

	build_tbs(&tbs, &spec);
	hash_of(scheme->hash, digest, outbuf_span(&tbs));
	digest[0] ^= spec.forge;
	scheme->sign(scheme, &signature, key, digest, NULL);
	whole = der_write_begin(&out, DER_SEQUENCE);
	outbuf_bytes(&out, outbuf_span(&tbs));
	build_hex(&out, spec.outer_algorithm != NULL ? spec.outer_algorithm : OID_SHA256_ECDSA_HEX);
	bits = der_write_begin(&out, DER_BIT_STRING);
	outbuf_uint(&out, 0, 1);
	outbuf_bytes(&out, outbuf_span(&signature));
	der_write_end(&out, bits);
	der_write_end(&out, whole);
	if (tbs.overflow || signature.overflow || out.overflow)
		abort();
	cert->len = out.len;
}

/* Key number n, always the same. */
static inline struct tls_key
test_key(uint8_t n)
{
	uint8_t seed[TLS_SEED_LEN] = { n, 1 };
	struct tls_key key;

	tls_key_make(&key, seed);
	return key;
}

#endif
