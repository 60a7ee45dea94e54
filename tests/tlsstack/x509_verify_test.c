/*
 * x509_verify_test.c: x509_verify.c: good chains in any order, each reason for a refusal, no byte
 * of a good chain that may be changed, and the bounds of the work.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/tlsstack/build_cert.h"

static const struct tls_scheme *const schemes[] = { &tls_ecdsa_secp256r1_sha256 };
static struct tls_key root_key, inter_key, leaf_key, other_key;
static struct cert root, inter, leaf, direct;
static struct x509_cert verified;

#define LEAF_CLIENT	EXT_NOT_CA EXT_KU_SIGNATURE EXT_EKU_CLIENT

static int
set_up(void **state)
{
	(void)state;
	root_key = test_key(1);
	inter_key = test_key(2);
	leaf_key = test_key(3);
	other_key = test_key(4);
	build_cert(&root, (struct cert_spec){ .subject = "root", .issuer = "root", .key = &root_key, .signer = &root_key,
	    .extensions = EXT_CA EXT_KU_CERT_SIGN });
	build_cert(&inter, (struct cert_spec){ .subject = "inter", .issuer = "root", .key = &inter_key, .signer = &root_key,
	    .extensions = EXT_CA_LEN("00") EXT_KU_CERT_SIGN });
	build_cert(&leaf, (struct cert_spec){ .subject = "leaf", .issuer = "inter", .key = &leaf_key, .signer = &inter_key,
	    .extensions = LEAF_CLIENT });
	build_cert(&direct, (struct cert_spec){ .subject = "leaf", .issuer = "root", .key = &leaf_key, .signer = &root_key,
	    .extensions = LEAF_CLIENT });
	return 0;
}

static enum x509_result
verify_at(const struct span *chain, size_t num, struct span anchor, enum x509_purpose purpose, uint64_t now_s)
{
	const struct tls_anchor anchors[] = { { anchor } };
	const struct x509_request request = { .anchors = anchors, .num_anchors = 1,
	    .schemes = schemes, .num_schemes = 1, .purpose = purpose, .now_s = now_s };
	static const struct x509_cert zero;
	enum x509_result result = x509_verify(&verified, chain, num, &request);

	assert_int_equal(result == X509_OK, memcmp(&verified, &zero, sizeof zero) != 0);
	return result;
}

static enum x509_result
verify(const struct span *chain, size_t num)
{
	return verify_at(chain, num, cert_span(&root), X509_PURPOSE_CLIENT, NOW);
}

static enum x509_result
verify_one(const struct cert *cert) { return verify(&(struct span){ cert->bytes, cert->len }, 1); }

/* A leaf under the root, but for what the spec says. */
static enum x509_result
leaf_with(struct cert_spec spec)
{
	struct cert cert;

	spec.subject = "leaf";
	spec.issuer = spec.issuer != NULL ? spec.issuer : "root";
	spec.key = &leaf_key;
	spec.signer = spec.signer != NULL ? spec.signer : &root_key;
	spec.extensions = spec.extensions != NULL ? spec.extensions : LEAF_CLIENT;
	build_cert(&cert, spec);
	return verify_one(&cert);
}

/* The good leaf under an intermediate that is good but for what the spec says. */
static enum x509_result
inter_with(struct cert_spec spec)
{
	struct cert cert;
	struct span chain[2] = { cert_span(&leaf) };

	spec.subject = "inter";
	spec.issuer = "root";
	spec.key = &inter_key;
	spec.signer = spec.signer != NULL ? spec.signer : &root_key;
	build_cert(&cert, spec);
	chain[1] = cert_span(&cert);
	return verify(chain, 2);
}

static void
good_chains(void **state)
{
	struct span chain[] = { cert_span(&leaf), cert_span(&inter), cert_span(&root), cert_span(&direct) };

	(void)state;
	assert_int_equal(verify_one(&direct), X509_OK);
	assert_memory_equal(verified.key.point.ptr, leaf_key.point, 65);
	assert_int_equal(verify(chain, 2), X509_OK);
	assert_int_equal(verify(chain, 3), X509_OK);		/* the root itself may come along */
	assert_int_equal(verify(chain, 4), X509_OK);		/* and strangers */
	chain[1] = cert_span(&root);				/* order is not trusted: RFC 8446, 4.4.2 */
	chain[2] = cert_span(&inter);
	assert_int_equal(verify(chain, 3), X509_OK);
	chain[1] = cert_span(&leaf);				/* nor uniqueness */
	assert_int_equal(verify(chain, 3), X509_OK);
}

static void
missing_links(void **state)
{
	struct span chain[] = { cert_span(&leaf), cert_span(&root) };

	(void)state;
	assert_int_equal(verify(chain, 0), X509_TOO_LARGE);
	assert_int_equal(verify(chain, 1), X509_UNKNOWN_CA);	/* no intermediate */
	assert_int_equal(verify(chain, 2), X509_UNKNOWN_CA);
	assert_int_equal(leaf_with((struct cert_spec){ .issuer = "someone" }), X509_UNKNOWN_CA);
	assert_int_equal(leaf_with((struct cert_spec){ .signer = &other_key }), X509_BAD_SIGNATURE);
	assert_int_equal(leaf_with((struct cert_spec){ .forge = true }), X509_BAD_SIGNATURE);
	assert_int_equal(verify_at(chain, 1, (struct span){ NULL, 0 }, X509_PURPOSE_CLIENT, NOW), X509_UNKNOWN_CA);
	assert_int_equal(verify_at(&(struct span){ direct.bytes, direct.len }, 1, cert_span(&direct), X509_PURPOSE_CLIENT, NOW),
	    X509_OK);						/* a leaf that is trusted itself, byte for byte */
	assert_int_equal(verify_at(chain, 1, cert_span(&direct), X509_PURPOSE_CLIENT, NOW), X509_UNKNOWN_CA);
	assert_int_equal(inter_with((struct cert_spec){ .signer = &other_key, .extensions = EXT_CA }), X509_BAD_SIGNATURE);
}

/* Names that RFC 5280, 7.1 calls the same; "other" has the key too, and another name. */
static void
issuer_names(void **state)
{
	(void)state;
	assert_int_equal(leaf_with((struct cert_spec){ .issuer = "ROOT" }), X509_OK);
	assert_int_equal(leaf_with((struct cert_spec){ .issuer = " root " }), X509_OK);
	assert_int_equal(leaf_with((struct cert_spec){ .issuer = "ro ot" }), X509_UNKNOWN_CA);
}

/* Of an anchor any serial number of zero and more (well-known ones have 0); of who presents it none of zero. */
static void
serials(void **state)
{
	const struct span chain[] = { cert_span(&direct) };
	struct cert anchor;

	(void)state;
	build_cert(&anchor, (struct cert_spec){ .subject = "root", .issuer = "root", .key = &root_key, .signer = &root_key,
	    .extensions = EXT_CA EXT_KU_CERT_SIGN, .serial = "020100" });
	assert_int_equal(verify_at(chain, 1, cert_span(&anchor), X509_PURPOSE_CLIENT, NOW), X509_OK);
	build_cert(&anchor, (struct cert_spec){ .subject = "root", .issuer = "root", .key = &root_key, .signer = &root_key,
	    .extensions = EXT_CA EXT_KU_CERT_SIGN, .serial = "0201ff" });
	assert_int_equal(verify_at(chain, 1, cert_span(&anchor), X509_PURPOSE_CLIENT, NOW), X509_UNKNOWN_CA);
	assert_int_equal(leaf_with((struct cert_spec){ .serial = "020100" }), X509_BAD_SERIAL);
	assert_int_equal(inter_with((struct cert_spec){ .serial = "020100", .extensions = EXT_CA EXT_KU_CERT_SIGN }), X509_BAD_SERIAL);
}

static void
times(void **state)
{
	const struct span chain[] = { cert_span(&direct) };

	(void)state;
	assert_int_equal(leaf_with((struct cert_spec){ .from_s = NOW, .to_s = NOW }), X509_OK);
	assert_int_equal(leaf_with((struct cert_spec){ .from_s = NOW + 1 }), X509_NOT_YET_VALID);
	assert_int_equal(leaf_with((struct cert_spec){ .to_s = NOW - 1 }), X509_EXPIRED);
	assert_int_equal(inter_with((struct cert_spec){ .extensions = EXT_CA, .to_s = NOW - 1 }), X509_EXPIRED);
	assert_int_equal(inter_with((struct cert_spec){ .extensions = EXT_CA, .from_s = NOW + 1 }), X509_NOT_YET_VALID);
	assert_int_equal(verify_at(chain, 1, cert_span(&root), X509_PURPOSE_CLIENT, NOW + 86401), X509_EXPIRED);
	assert_int_equal(verify_at(chain, 1, cert_span(&root), X509_PURPOSE_CLIENT, 0), X509_NOT_YET_VALID);
}

/* What a leaf may be used for; an absent extension forbids nothing (RFC 5280, 4.2.1.3, 4.2.1.12). */
static void
purposes_of_the_leaf(void **state)
{
	static const struct { const char *extensions; enum x509_result client, server; } rows[] = {
		{ EXT_EKU_CLIENT, X509_OK, X509_WRONG_PURPOSE },
		{ EXT_EKU_SERVER, X509_WRONG_PURPOSE, X509_OK },
		{ EXT_UNKNOWN, X509_OK, X509_OK },
		{ EXT_EKU_ANY, X509_WRONG_PURPOSE, X509_WRONG_PURPOSE },
		{ EXT_KU_SIGNATURE, X509_OK, X509_OK },
		{ EXT_KU_CERT_SIGN, X509_WRONG_PURPOSE, X509_WRONG_PURPOSE },
		{ EXT_CA, X509_WRONG_PURPOSE, X509_WRONG_PURPOSE },
		{ EXT_NOT_CA, X509_OK, X509_OK },
		{ EXT_UNKNOWN_CRITICAL, X509_UNKNOWN_CRITICAL, X509_UNKNOWN_CRITICAL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct cert cert;
		struct span chain[1];

		build_cert(&cert, (struct cert_spec){ .subject = "leaf", .issuer = "root", .key = &leaf_key,
		    .signer = &root_key, .extensions = rows[i].extensions });
		chain[0] = cert_span(&cert);
		assert_int_equal(verify_at(chain, 1, cert_span(&root), X509_PURPOSE_CLIENT, NOW), rows[i].client);
		assert_int_equal(verify_at(chain, 1, cert_span(&root), X509_PURPOSE_SERVER, NOW), rows[i].server);
	}
}

static void
issuers(void **state)
{
	(void)state;
	assert_int_equal(inter_with((struct cert_spec){ .extensions = EXT_CA }), X509_OK);
	assert_int_equal(inter_with((struct cert_spec){ .extensions = NULL }), X509_NOT_CA);
	assert_int_equal(inter_with((struct cert_spec){ .extensions = EXT_NOT_CA EXT_KU_CERT_SIGN }), X509_NOT_CA);
	assert_int_equal(inter_with((struct cert_spec){ .extensions = EXT_CA EXT_KU_SIGNATURE }), X509_NOT_CA);
	assert_int_equal(inter_with((struct cert_spec){ .extensions = EXT_CA EXT_EKU_CLIENT }), X509_OK);
	assert_int_equal(inter_with((struct cert_spec){ .extensions = EXT_CA EXT_EKU_SERVER }), X509_WRONG_PURPOSE);
	assert_int_equal(inter_with((struct cert_spec){ .extensions = EXT_CA EXT_UNKNOWN_CRITICAL }), X509_UNKNOWN_CRITICAL);
	assert_int_equal(inter_with((struct cert_spec){ .extensions = EXT_CA, .version = "" }), X509_BAD_VERSION);
}

/* root(len 0) <- inter <- leaf is one intermediate too many; a self-issued one is not counted. */
static void
path_lengths(void **state)
{
	struct cert tight, between, rollover;
	struct span chain[3] = { cert_span(&leaf), cert_span(&inter) };

	(void)state;
	build_cert(&tight, (struct cert_spec){ .subject = "root", .issuer = "root", .key = &root_key, .signer = &root_key,
	    .extensions = EXT_CA_LEN("00") });
	assert_int_equal(verify_at(chain, 2, cert_span(&tight), X509_PURPOSE_CLIENT, NOW), X509_PATH_LENGTH);
	assert_int_equal(verify_at(&(struct span){ direct.bytes, direct.len }, 1, cert_span(&tight), X509_PURPOSE_CLIENT, NOW), X509_OK);

	/* inter(len 0) must not sign "between" */
	build_cert(&between, (struct cert_spec){ .subject = "between", .issuer = "inter", .key = &other_key,
	    .signer = &inter_key, .extensions = EXT_CA });
	build_cert(&rollover, (struct cert_spec){ .subject = "leaf", .issuer = "between", .key = &leaf_key,
	    .signer = &other_key, .extensions = LEAF_CLIENT });
	chain[0] = cert_span(&rollover);
	chain[2] = cert_span(&between);
	assert_int_equal(verify(chain, 3), X509_PATH_LENGTH);

	/* "inter" rolls its key over: other_key signs the leaf, inter_key signs other_key's certificate */
	build_cert(&between, (struct cert_spec){ .subject = "inter", .issuer = "inter", .key = &other_key,
	    .signer = &inter_key, .extensions = EXT_CA });
	build_cert(&rollover, (struct cert_spec){ .subject = "leaf", .issuer = "inter", .key = &leaf_key,
	    .signer = &other_key, .extensions = LEAF_CLIENT });
	chain[0] = cert_span(&rollover);
	chain[2] = cert_span(&between);
	assert_int_equal(verify(chain, 3), X509_OK);
}

/* Key identifiers, where both sides have one, spare the signature check: a stranger is no finding. */
static void
key_identifiers(void **state)
{
	(void)state;
	struct cert anchor, cert;
	struct span chain[1];

	build_cert(&anchor, (struct cert_spec){ .subject = "root", .issuer = "root", .key = &root_key, .signer = &root_key,
	    .extensions = EXT_CA "300b0603551d0e040404021234" });
	for (unsigned same = 0; same < 2; same++) {
		build_cert(&cert, (struct cert_spec){ .subject = "leaf", .issuer = "root", .key = &leaf_key, .signer = &root_key,
		    .extensions = same ? LEAF_CLIENT "300d0603551d2304063004" "80021234" : LEAF_CLIENT "300d0603551d2304063004" "80021235" });
		chain[0] = cert_span(&cert);
		assert_int_equal(verify_at(chain, 1, cert_span(&anchor), X509_PURPOSE_CLIENT, NOW), same ? X509_OK : X509_UNKNOWN_CA);
	}
}

static void
only_the_schemes_that_are_named(void **state)
{
	const struct tls_anchor anchors[] = { { cert_span(&root) } };
	struct x509_request request = { .anchors = anchors, .num_anchors = 1, .schemes = schemes,
	    .num_schemes = 0, .purpose = X509_PURPOSE_CLIENT, .now_s = NOW };

	(void)state;
	assert_int_equal(x509_verify(&verified, &(struct span){ direct.bytes, direct.len }, 1, &request), X509_UNSUPPORTED_KEY);
	assert_int_equal(leaf_with((struct cert_spec){ .inner_algorithm = "300a06082a8648ce3d040303",
	    .outer_algorithm = "300a06082a8648ce3d040303" }), X509_UNSUPPORTED_SIGNATURE);
	assert_int_equal(leaf_with((struct cert_spec){
	    .spki = "3017" "301006072a8648ce3d020106052b81040023" "030300" "0401" }), X509_UNSUPPORTED_KEY);
}

/* Every byte of leaf and intermediate is covered: by a signature, by strict DER, or by being one. */
static void
no_byte_can_be_changed(void **state)
{
	static const uint8_t FLIPS[] = { 0x01, 0x80, 0xff };
	const struct span chain[] = { cert_span(&leaf), cert_span(&inter) };
	struct cert *const changed[] = { &leaf, &inter };

	(void)state;
	for (size_t c = 0; c < 2; c++)
		for (size_t i = 0; i < 3 * changed[c]->len; i++) {
			changed[c]->bytes[i / 3] ^= FLIPS[i % 3];
			assert_int_not_equal(verify(chain, 2), X509_OK);
			changed[c]->bytes[i / 3] ^= FLIPS[i % 3];
		}
	assert_int_equal(verify(chain, 2), X509_OK);
}

/* The limits: presented certificates, and signature checks when all are candidates for all. */
static void
bounded_work(void **state)
{
	static struct cert same[9];
	struct span chain[9];
	struct tls_key keys[9];

	(void)state;
	for (size_t i = 0; i < 9; i++) {
		keys[i] = test_key((uint8_t)(40 + i));
		build_cert(&same[i], (struct cert_spec){ .subject = "same", .issuer = "same", .key = &keys[i],
		    .signer = &other_key, .extensions = i == 0 ? LEAF_CLIENT : EXT_CA });
		chain[i] = cert_span(&same[i]);
	}
	assert_int_equal(verify(chain, 9), X509_TOO_LARGE);
	assert_int_equal(verify(chain, 8), X509_BAD_SIGNATURE);

	/* each is signed by the one before: every one is reached, and is a candidate for every other */
	for (size_t i = 0; i < 8; i++)
		build_cert(&same[i], (struct cert_spec){ .subject = "same", .issuer = "same", .key = &keys[i],
		    .signer = i == 7 ? &other_key : &keys[i + 1], .extensions = i == 0 ? LEAF_CLIENT : EXT_CA });
	for (size_t i = 0; i < 8; i++)
		chain[i] = cert_span(&same[i == 0 ? 0 : 8 - i]);
	assert_int_equal(verify(chain, 8), X509_BAD_SIGNATURE);
}

/* EXT_NC permits example.test; the anchor's constraint holds for the leaf, and for intermediates. */
static void
name_constraints(void **state)
{
	static const char IN[] = EXT_EKU_CLIENT "30170603551d110410300e820c6578616d706c652e74657374";
	static const char OUT[] = EXT_EKU_CLIENT "30170603551d110410300e820c6578616d706c652e74657375";
	struct cert anchor, cert, between;
	struct span chain[2];

	(void)state;
	build_cert(&anchor, (struct cert_spec){ .subject = "root", .issuer = "root", .key = &root_key, .signer = &root_key,
	    .extensions = EXT_CA EXT_NC });
	for (unsigned out = 0; out < 2; out++) {
		char extensions[200];

		strcpy(extensions, out ? OUT : IN);
		build_cert(&cert, (struct cert_spec){ .subject = "leaf", .issuer = "root", .key = &leaf_key, .signer = &root_key,
		    .extensions = extensions });
		chain[0] = cert_span(&cert);
		assert_int_equal(verify_at(chain, 1, cert_span(&anchor), X509_PURPOSE_CLIENT, NOW),
		    out ? X509_NAME_CONSTRAINT : X509_OK);
		/* the same names on the way to a leaf that has none */
		memmove(extensions, extensions + strlen(EXT_EKU_CLIENT), strlen(extensions + strlen(EXT_EKU_CLIENT)) + 1);
		strcat(extensions, EXT_CA);
		build_cert(&between, (struct cert_spec){ .subject = "inter", .issuer = "root", .key = &inter_key,
		    .signer = &root_key, .extensions = extensions });
		chain[0] = cert_span(&leaf);
		chain[1] = cert_span(&between);
		assert_int_equal(verify_at(chain, 2, cert_span(&anchor), X509_PURPOSE_CLIENT, NOW),
		    out ? X509_NAME_CONSTRAINT : X509_OK);
	}
}

/* A self-issued intermediate is not under the constraint (6.1.4 (b)): only so can an authority roll its key over. */
static void
self_issued_is_not_constrained(void **state)
{
	struct cert anchor, rollover, cert;
	struct span chain[2];

	(void)state;
	build_cert(&anchor, (struct cert_spec){ .subject = "root", .issuer = "root", .key = &root_key, .signer = &root_key,
	    .extensions = EXT_CA EXT_NC });
	build_cert(&rollover, (struct cert_spec){ .subject = "root", .issuer = "root", .key = &other_key, .signer = &root_key,
	    .extensions = EXT_CA "30170603551d110410300e820c6578616d706c652e74657375" });
	build_cert(&cert, (struct cert_spec){ .subject = "leaf", .issuer = "root", .key = &leaf_key, .signer = &other_key,
	    .extensions = EXT_EKU_CLIENT });
	chain[0] = cert_span(&cert);
	chain[1] = cert_span(&rollover);
	assert_int_equal(verify_at(chain, 2, cert_span(&anchor), X509_PURPOSE_CLIENT, NOW), X509_OK);
}

#define SKI	"300b0603551d0e040404021234"
#define AKI	"300d0603551d230406300480021234"

static enum x509_result
verify_with(const struct x509_request *options, const char *root_extensions, const char *leaf_extensions)
{
	struct cert anchor, cert;
	struct tls_anchor anchors[1];
	struct x509_request request = *options;

	build_cert(&anchor, (struct cert_spec){ .subject = "root", .issuer = "root", .key = &root_key, .signer = &root_key,
	    .extensions = root_extensions });
	build_cert(&cert, (struct cert_spec){ .subject = "leaf", .issuer = "root", .key = &leaf_key, .signer = &root_key,
	    .extensions = leaf_extensions });
	anchors[0].cert = cert_span(&anchor);
	request.anchors = anchors;
	request.num_anchors = 1;
	request.schemes = schemes;
	request.num_schemes = 1;
	request.now_s = NOW;
	request.purpose = X509_PURPOSE_CLIENT;
	return x509_verify(&verified, &(struct span){ cert.bytes, cert.len }, 1, &request);
}

/* What only authorities are bound to is refused only where it is asked for. */
static void
strict(void **state)
{
	static const struct { const char *root, *leaf; } bad[] = {
		{ EXT_CA, AKI }, { EXT_CA SKI, NULL }, { EXT_CA SKI, EXT_UNKNOWN },
		{ "300c0603551d13040530030101ff" SKI, AKI },			/* basicConstraints not critical */
		{ EXT_CA "300e0603551d0e0101ff040404021234", AKI },		/* subjectKeyIdentifier critical */
		{ EXT_CA SKI, "30100603551d230101ff0406300480021234" },		/* authorityKeyIdentifier critical */
		{ EXT_CA SKI "300c0603551d24040530038001" "00", AKI },		/* policyConstraints not critical */
		{ EXT_CA SKI, AKI "300e0603551d0f0101ff0404030202" "84" },	/* keyCertSign without cA */
		{ EXT_CA SKI, AKI EXT_NC },					/* name constraints without cA */
		{ EXT_CA SKI "301b0603551d1e04143012a010300e820c6578616d706c652e74657374", AKI },	/* and not critical */
	};
	static const struct x509_request strictly = { .strict = true }, plainly = { .strict = false };

	(void)state;
	assert_int_equal(verify_with(&strictly, EXT_CA SKI, AKI), X509_OK);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(verify_with(&plainly, bad[i].root, bad[i].leaf), X509_OK);
		assert_int_equal(verify_with(&strictly, bad[i].root, bad[i].leaf), X509_NOT_PROFILE);
	}
}

static void
wanted_names(void **state)
{
	static const char GOOD[] = "30140603551d11040d300b8209676f6f642e74657374";	/* good.test */
	const struct x509_name good = { X509_NAME_DNS, SPAN_LITERAL("good.test") }, other = { X509_NAME_DNS, SPAN_LITERAL("other.test") };

	(void)state;
	assert_int_equal(verify_with(&(struct x509_request){ .name = &good }, EXT_CA, GOOD), X509_OK);
	assert_int_equal(verify_with(&(struct x509_request){ .name = &other }, EXT_CA, GOOD), X509_WRONG_NAME);
	assert_int_equal(verify_with(&(struct x509_request){ .name = &good }, EXT_CA, NULL), X509_WRONG_NAME);
}

/* leaf <- inter <- root has one intermediate. */
static void
depths(void **state)
{
	const struct tls_anchor anchors[] = { { cert_span(&root) } };
	const struct span chain[] = { cert_span(&leaf), cert_span(&inter) };
	struct x509_request request = { .anchors = anchors, .num_anchors = 1, .schemes = schemes, .num_schemes = 1,
	    .purpose = X509_PURPOSE_CLIENT, .now_s = NOW, .has_max_depth = true, .max_depth = 1 };

	(void)state;
	assert_int_equal(x509_verify(&verified, chain, 2, &request), X509_OK);
	request.max_depth = 0;
	assert_int_equal(x509_verify(&verified, chain, 2, &request), X509_PATH_LENGTH);
	request.has_max_depth = false;
	assert_int_equal(x509_verify(&verified, chain, 2, &request), X509_OK);
}

/* One check too many is one too many, though the right key would be next. */
static void
the_limit_of_signature_checks(void **state)
{
	static struct cert wrong;
	struct tls_anchor anchors[33];
	struct x509_request request = { .anchors = anchors, .schemes = schemes,
	    .num_schemes = 1, .purpose = X509_PURPOSE_CLIENT, .now_s = NOW };
	const struct span chain[] = { cert_span(&direct) };

	(void)state;
	build_cert(&wrong, (struct cert_spec){ .subject = "root", .issuer = "root", .key = &other_key, .signer = &other_key,
	    .extensions = EXT_CA });
	for (size_t num = 1; num <= 33; num++) {
		for (size_t i = 0; i < num; i++)
			anchors[i].cert = i == num - 1 ? cert_span(&root) : cert_span(&wrong);
		request.num_anchors = num;
		assert_int_equal(x509_verify(&verified, chain, 1, &request), num <= 32 ? X509_OK : X509_TOO_MUCH_WORK);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_chains), cmocka_unit_test(missing_links), cmocka_unit_test(issuer_names), cmocka_unit_test(serials), cmocka_unit_test(times),
		cmocka_unit_test(purposes_of_the_leaf), cmocka_unit_test(issuers), cmocka_unit_test(path_lengths),
		cmocka_unit_test(key_identifiers), cmocka_unit_test(only_the_schemes_that_are_named),
		cmocka_unit_test(no_byte_can_be_changed), cmocka_unit_test(bounded_work),
		cmocka_unit_test(the_limit_of_signature_checks), cmocka_unit_test(name_constraints), cmocka_unit_test(self_issued_is_not_constrained), cmocka_unit_test(strict),
		cmocka_unit_test(wanted_names), cmocka_unit_test(depths)
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
