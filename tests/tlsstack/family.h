/*
 * family.h: an authority, a server and a client of each kind of key: P-256, P-384, RSA-2048.  All signatures of
 * a family are made with its own keys, PKCS#1 v1.5 with SHA-256 in certificates of RSA.  The RSA key is one and
 * the same for all three: making more takes seconds.
 */
#ifndef TESTS_FAMILY_H
#define TESTS_FAMILY_H

#include "tests/tlsstack/build_cert.h"
#include "tests/tlsstack/crypto/rsa_key.h"
#include "tests/tlsstack/peer.h"

enum { FAMILY_P256, FAMILY_P384, FAMILY_RSA, NUM_FAMILIES };

#define OID_SHA384_ECDSA_HEX	"300a06082a8648ce3d040303"
#define OID_SHA256_RSA_HEX	"300d06092a864886f70d01010b0500"
#define SPKI_P256_HEX		"3059301306072a8648ce3d020106082a8648ce3d030107034200"
#define SPKI_P384_HEX		"3076301006072a8648ce3d020106052b81040022036200"
#define SPKI_RSA_HEX		"30820122300d06092a864886f70d01010105000382010f003082010a"
#define RSA_PUBLIC_AT		14	/* where in rsa_key_hex modulus and exponent are, in digits */
#define RSA_PUBLIC_DIGITS	532

struct family_member {
	uint8_t key_bytes[1300];
	struct span key;		/* private, as in struct tls_credential */
	char spki[700];			/* hex */
	struct cert cert;
	struct span chain[1];
};

struct family {
	struct family_member authority, server, client;
	struct tls_anchor anchor;
};

static inline void
family_hex(char *hex, struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", (unsigned)bytes.ptr[i]);
}

/* An EC key pair from a seed, or the RSA key. */
static inline void
family_key(struct family_member *who, unsigned family, uint8_t seed_byte)
{
	const struct tls_group *group = family == FAMILY_P256 ? &tls_secp256r1 : &tls_secp384r1;
	uint8_t seed[TLS_SEED_LEN] = { seed_byte }, point[CRYPTO_KX_PUBLIC_MAX];
	struct crypto_drbg drbg;

	if (family == FAMILY_RSA) {
		who->key = (struct span){ who->key_bytes, hex_read(who->key_bytes, rsa_key_hex) };
		(void)snprintf(who->spki, sizeof who->spki, "%s%.*s", SPKI_RSA_HEX, RSA_PUBLIC_DIGITS,
		    rsa_key_hex + RSA_PUBLIC_AT);
		return;
	}
	drbg_init(&drbg, seed);
	group->keygen(who->key_bytes, point, &drbg);
	who->key = (struct span){ who->key_bytes, group->secret_len };
	strcpy(who->spki, family == FAMILY_P256 ? SPKI_P256_HEX : SPKI_P384_HEX);
	family_hex(who->spki + strlen(who->spki), (struct span){ point, group->public_len });
}

static inline void
family_cert(struct family_member *who, unsigned family, const char *name, const char *extensions,
    const struct family_member *issuer)
{
	static const struct tls_scheme *const SIGNS[] = { &tls_ecdsa_secp256r1_sha256, &tls_ecdsa_secp384r1_sha384,
	    &tls_rsa_pkcs1_sha256 };
	static const char *const ALGORITHMS[] = { OID_SHA256_ECDSA_HEX, OID_SHA384_ECDSA_HEX, OID_SHA256_RSA_HEX };

	build_cert(&who->cert, (struct cert_spec){ .subject = name, .issuer = "family", .spki = who->spki,
	    .extensions = extensions, .from_s = PEER_NOW - 1000, .to_s = PEER_NOW + 1000,
	    .inner_algorithm = ALGORITHMS[family], .outer_algorithm = ALGORITHMS[family],
	    .scheme = SIGNS[family], .scheme_key = issuer->key });
	who->chain[0] = cert_span(&who->cert);
}

static inline void
family_make(struct family *members, unsigned family)
{
	family_key(&members->authority, family, 11);
	family_key(&members->server, family, 12);
	family_key(&members->client, family, 13);
	family_cert(&members->authority, family, "family", EXT_CA EXT_KU_CERT_SIGN, &members->authority);
	family_cert(&members->server, family, "server", EXT_KU_SIGNATURE EXT_EKU_SERVER, &members->authority);
	family_cert(&members->client, family, "client", EXT_KU_SIGNATURE EXT_EKU_CLIENT, &members->authority);
	members->anchor.cert = members->authority.chain[0];
}

/* What a handshake of this version is signed with: RSA by PSS in TLS 1.3, by PKCS#1 v1.5 in TLS 1.2. */
static inline const struct tls_scheme *
family_scheme(unsigned family, bool tls13)
{
	if (family == FAMILY_RSA)
		return tls13 ? &tls_rsa_pss_rsae_sha256 : &tls_rsa_pkcs1_sha256;
	return family == FAMILY_P256 ? &tls_ecdsa_secp256r1_sha256 : &tls_ecdsa_secp384r1_sha384;
}

#endif
