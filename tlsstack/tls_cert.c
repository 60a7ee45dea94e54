/*
 * tls_cert.c: the certificate calls of tls.h: keys, certificates of this machine's identities,
 * and whether a certificate can be an anchor.
 */
#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "tlsstack/crypto/crypto.h"
#include "tlsstack/x509_parse.h"
#include "tlsstack/x509_write.h"

void
tls_key_make(struct tls_key *key, const uint8_t seed[TLS_SEED_LEN])
{
	struct crypto_drbg drbg;

	drbg_init(&drbg, seed);
	tls_secp256r1.keygen(key->scalar, key->point, &drbg);
	wipe(&drbg, sizeof drbg);
}

void
tls_cert_make(struct outbuf *der, const struct tls_cert_request *request,
    const uint8_t subject[TLS_POINT_LEN], const struct tls_key *issuer)
{
	uint8_t bytes[TLS_CERT_MAX];
	struct outbuf tbs = outbuf_of(bytes, sizeof bytes);

	x509_write_tbs(&tbs, request, subject, issuer->point);
	REQUIRE(!tbs.overflow);
	x509_write_signed(der, outbuf_span(&tbs), issuer);
}

/* The conditions of an issuer in x509_verify.c that do not depend on a chain or the time. */
bool
tls_anchor_ok(struct span cert)
{
	struct x509_cert anchor;

	return x509_parse(&anchor, cert) == X509_OK && anchor.is_ca &&
	    (anchor.critical & X509_EXT_NOT_PROCESSED) == 0 &&
	    ((anchor.present & X509_EXT_KEY_USAGE) == 0 || (anchor.key_usage & X509_KU_CERT_SIGN) != 0);
}
