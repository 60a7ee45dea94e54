/*
 * sha256.h: SHA-256 (FIPS 180-4) for everyone: entropy, boot module, image hash, transcripts.
 * A thin wrapper over BearSSL's.  The context holds no pointer into itself: it may be copied
 * to fork a hash.  CT: contents do not leak; lengths do.
 */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include "platform/base/span.h"

#define SHA256_LEN	32

struct sha256 { uint64_t opaque[16]; };

void sha256_init(struct sha256 *hash)
PRE(FRESH(hash))
ASSIGNS(*hash);
void sha256_update(struct sha256 *hash, struct span bytes)
PRE(FRESH(hash) && SPAN_VALUE(bytes))
ASSIGNS(*hash);

/* The digest of what came so far; the context stays as it was and may go on. */
void sha256_out(const struct sha256 *hash, uint8_t digest[SHA256_LEN])
PRE(FRESH(hash) && FRESH_BYTES(digest, SHA256_LEN))
ASSIGNS(UP_TO(digest, SHA256_LEN));

/* All three in one. */
void sha256(uint8_t digest[SHA256_LEN], struct span bytes)
PRE(FRESH_BYTES(digest, SHA256_LEN) && SPAN_VALUE(bytes))
ASSIGNS(UP_TO(digest, SHA256_LEN));

#endif
