/* codes.h: names of the numbers in a handshake, as IANA's registries have them.  Pure; no protocol is known here. */
#ifndef APPLIANCE_CODES_H
#define APPLIANCE_CODES_H

#include "platform/base/span.h"

enum codes_kind { CODES_VERSION, CODES_SUITE, CODES_GROUP, CODES_SCHEME, CODES_NUM_KINDS };

/* The name of a kind of message as tlsstack/trace.h numbers them, or an empty view. */
struct span codes_message(uint8_t kind);

/* "0x1301 TLS_AES_128_GCM_SHA256", "0x0a0a GREASE" (RFC 8701: to be ignored), or the number alone: four digits always. */
void codes_write(struct outbuf *out, enum codes_kind kind, uint16_t code);

#endif
