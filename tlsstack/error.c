/* error.c: the one table from error to alert and to words.  See error.h; RFC 8446, section 6. */
#include "tlsstack/error.h"

#include "platform/base/panic.h"
#include "tlsstack/tls.h"
#include "tlsstack/x509_parse.h"

static const struct { uint8_t alert; const char *name; } TABLE[TLS_NUM_ERRS] = {
	[TLS_ERR_NONE] = { 0, "none" },
	[TLS_ERR_ALERT_RECEIVED] = { 0, "the peer sent an alert" },
#define X(code, alert, name) [TLS_ERR_##code] = { ALERT_##alert, name },
	TLS_ERRORS(X)
#undef X
};

_Static_assert(TLS_ERR_X509 + (int)X509_NUM_RESULTS <= 256, "every reason for refusing a chain has a code");

uint8_t
error_alert(uint8_t code)
{
	if (code > TLS_ERR_X509 && code < TLS_ERR_X509 + (int)X509_NUM_RESULTS)
		return x509_alert((enum x509_result)(code - TLS_ERR_X509));
	REQUIRE(code > TLS_ERR_ALERT_RECEIVED && code < TLS_NUM_ERRS);
	return TABLE[code].alert;
}

const char *
tls_error_name(uint8_t code)
{
	if (code > TLS_ERR_X509 && code < TLS_ERR_X509 + (int)X509_NUM_RESULTS)
		return x509_reason((enum x509_result)(code - TLS_ERR_X509));
	return code < TLS_NUM_ERRS ? TABLE[code].name : "?";
}
