/* x509.c: what each result of parsing or verifying means to the peer and to a reader. */
#include "platform/base/panic.h"
#include "tlsstack/x509_parse.h"

/* AlertDescription, RFC 8446, 6.2. */
enum { BAD_CERTIFICATE = 42, UNSUPPORTED_CERTIFICATE = 43, CERTIFICATE_EXPIRED = 45, UNKNOWN_CA = 48 };

struct meaning { uint8_t alert; const char *reason; };

static const struct meaning meanings[X509_NUM_RESULTS] = {
	[X509_OK] = { 0, "accepted" },
	[X509_BAD_DER] = { BAD_CERTIFICATE, "not a certificate in strict DER" },
	[X509_BAD_VERSION] = { BAD_CERTIFICATE, "not version 3" },
	[X509_BAD_SERIAL] = { BAD_CERTIFICATE, "serial number not positive or over 20 octets" },
	[X509_BAD_NAME] = { BAD_CERTIFICATE, "malformed or missing name" },
	[X509_BAD_TIME] = { BAD_CERTIFICATE, "malformed time" },
	[X509_BAD_KEY] = { BAD_CERTIFICATE, "malformed public key" },
	[X509_BAD_ALGORITHM] = { BAD_CERTIFICATE, "the two signature algorithms differ" },
	[X509_BAD_EXTENSION] = { BAD_CERTIFICATE, "malformed extension" },
	[X509_DUPLICATE_EXTENSION] = { BAD_CERTIFICATE, "extension present twice" },
	[X509_TOO_LARGE] = { BAD_CERTIFICATE, "too large or too many" },
	[X509_BAD_SIGNATURE] = { BAD_CERTIFICATE, "wrong signature" },
	[X509_NOT_PROFILE] = { BAD_CERTIFICATE, "not as RFC 5280 has authorities write it" },
	[X509_WRONG_NAME] = { BAD_CERTIFICATE, "not a certificate for this name" },
	[X509_UNKNOWN_CRITICAL] = { UNSUPPORTED_CERTIFICATE, "unknown critical extension" },
	[X509_UNSUPPORTED_KEY] = { UNSUPPORTED_CERTIFICATE, "unsupported kind of key" },
	[X509_UNSUPPORTED_SIGNATURE] = { UNSUPPORTED_CERTIFICATE, "unsupported signature algorithm" },
	[X509_WRONG_PURPOSE] = { UNSUPPORTED_CERTIFICATE, "not a certificate for this purpose" },
	[X509_NOT_YET_VALID] = { CERTIFICATE_EXPIRED, "not yet valid" },
	[X509_EXPIRED] = { CERTIFICATE_EXPIRED, "expired" },
	[X509_UNKNOWN_CA] = { UNKNOWN_CA, "no path to a known authority" },
	[X509_NOT_CA] = { UNKNOWN_CA, "issuer is not an authority" },
	[X509_PATH_LENGTH] = { UNKNOWN_CA, "path too long" },
	[X509_TOO_MUCH_WORK] = { UNKNOWN_CA, "too many signatures to check" },
	[X509_NAME_CONSTRAINT] = { UNKNOWN_CA, "name outside an issuer's constraints" },
};

uint8_t
x509_alert(enum x509_result result)
{
	REQUIRE(result < X509_NUM_RESULTS);
	return meanings[result].alert;
}

const char *
x509_reason(enum x509_result result)
{
	REQUIRE(result < X509_NUM_RESULTS);
	return meanings[result].reason;
}
